# How our own code is compiled. Generated code opts out for itself (see proto/CMakeLists.txt).

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(HOLDOVER_WERROR)
  add_compile_options(-Werror)
endif()

# GCC 12 sees overlapping copies in std::string's own assignment once it optimises (GCC bug 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-restrict)
endif()

# Likewise it takes members of an optional or a variant for uninitialized that were never read
# (GCC bug 80635 and its kin). Silenced file by file: elsewhere the warning is worth having.
function(holdover_trust_initialized)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -Wno-maybe-uninitialized)
  endif()
endfunction()

if(HOLDOVER_SPLIT_DWARF)
  add_compile_options(-gsplit-dwarf)
endif()

# What ships is hardened. Debug builds are not: fortified functions need an optimiser, and the
# sanitizers watch the same calls better.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

find_program(HOLDOVER_LLD ld.lld)
if(HOLDOVER_LLD)
  add_link_options(-fuse-ld=lld)
endif()

find_program(HOLDOVER_CCACHE ccache)
if(HOLDOVER_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${HOLDOVER_CCACHE}")
endif()
