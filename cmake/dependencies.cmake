# Every third-party library, each under one name of ours, so that a folder's CMakeLists.txt reads
# the same whether Debian ships a CMake package (yaml-cpp), a pkg-config file (libsodium) or nothing
# of the kind (CAF).

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
find_package(GTest REQUIRED)

# holdover_dependency(NAME [TARGETS targets...] [LIBRARIES names...] [HEADER path])
# Declares Holdover::NAME from existing targets and from plain libraries found by name.
function(holdover_dependency name)
  cmake_parse_arguments(arg "" "HEADER" "TARGETS;LIBRARIES" ${ARGN})
  add_library(holdover_dep_${name} INTERFACE)
  add_library(Holdover::${name} ALIAS holdover_dep_${name})
  foreach(library IN LISTS arg_LIBRARIES)
    find_library(HOLDOVER_LIBRARY_${library} ${library})
    if(NOT HOLDOVER_LIBRARY_${library})
      message(FATAL_ERROR "library ${library} is not installed; run: tools/dev setup")
    endif()
    target_link_libraries(holdover_dep_${name} INTERFACE "${HOLDOVER_LIBRARY_${library}}")
  endforeach()
  if(arg_HEADER)
    find_path(HOLDOVER_INCLUDE_${name} "${arg_HEADER}")
    if(NOT HOLDOVER_INCLUDE_${name})
      message(FATAL_ERROR "header ${arg_HEADER} is not installed; run: tools/dev setup")
    endif()
    target_include_directories(holdover_dep_${name} SYSTEM INTERFACE "${HOLDOVER_INCLUDE_${name}}")
  endif()
  target_link_libraries(holdover_dep_${name} INTERFACE ${arg_TARGETS})
endfunction()

find_package(Protobuf 3.21 REQUIRED)
holdover_dependency(protobuf TARGETS protobuf::libprotobuf)

find_package(SQLite3 3.40 REQUIRED)
holdover_dependency(sqlite TARGETS SQLite::SQLite3)

find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
holdover_dependency(spdlog TARGETS spdlog::spdlog fmt::fmt)

find_package(yaml-cpp REQUIRED)
holdover_dependency(yaml TARGETS yaml-cpp)

find_package(CLI11 REQUIRED)
holdover_dependency(cli TARGETS CLI11::CLI11)

find_package(nlohmann_json REQUIRED)
holdover_dependency(json TARGETS nlohmann_json::nlohmann_json)

pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
holdover_dependency(sodium TARGETS PkgConfig::sodium)

pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
holdover_dependency(systemd TARGETS PkgConfig::systemd)

pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
holdover_dependency(seccomp TARGETS PkgConfig::seccomp)

# No CMake package and no pkg-config file (CAF), or one that drags in what we do not use.
holdover_dependency(caf LIBRARIES caf_core HEADER caf/actor_system.hpp TARGETS Threads::Threads)
holdover_dependency(zmq LIBRARIES zmq HEADER zmq.hpp TARGETS Threads::Threads)
holdover_dependency(netsnmp LIBRARIES netsnmp HEADER net-snmp/net-snmp-config.h)

pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
holdover_dependency(curl TARGETS PkgConfig::curl)

pkg_check_modules(modbus REQUIRED IMPORTED_TARGET libmodbus)
holdover_dependency(modbus TARGETS PkgConfig::modbus)
