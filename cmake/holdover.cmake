# The few shapes our targets have. Each collects the *.cpp files of its folder when the build
# starts, so adding a source file needs no edit here and no re-run of CMake by hand.

# What the programs answer to --version.
add_library(holdover_version INTERFACE)
add_library(Holdover::version ALIAS holdover_version)
target_compile_definitions(holdover_version INTERFACE HOLDOVER_VERSION="${PROJECT_VERSION}")

# holdover_subdirectories(folders...): add_subdirectory for each that has a CMakeLists.txt, and look
# again when one appears later.
function(holdover_subdirectories)
  foreach(folder IN LISTS ARGN)
    file(GLOB present CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
    if(present)
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()

# holdover_library(NAME [RECURSIVE] [SOURCES files...] [EXCEPT files...] [LINK libs...])
# A static library of the *.cpp here (RECURSIVE: and below), EXCEPT those named. A folder with
# headers alone becomes an interface library, so that its users need not care.
function(holdover_library name)
  cmake_parse_arguments(arg "RECURSIVE" "" "SOURCES;EXCEPT;LINK" ${ARGN})
  set(sources ${arg_SOURCES})
  if(NOT sources)
    holdover_collect(sources "${CMAKE_CURRENT_SOURCE_DIR}" "${arg_RECURSIVE}")
  endif()
  foreach(file IN LISTS arg_EXCEPT)
    list(REMOVE_ITEM sources "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
  endforeach()
  if(sources)
    add_library(${name} STATIC ${sources})
    set(scope PUBLIC)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ${HOLDOVER_UNITY} UNITY_BUILD_BATCH_SIZE 5)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${name} ${scope} "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} ${scope} ${arg_LINK})
endfunction()

# holdover_program(NAME [SOURCES files...] [LINK libs...]): an installed program. SOURCES default to
# main.cpp; without them there is no program yet.
function(holdover_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  if(NOT arg_SOURCES)
    file(GLOB arg_SOURCES CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/main.cpp")
  endif()
  if(NOT arg_SOURCES)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE Holdover::version ${arg_LINK})
  install(TARGETS ${name} RUNTIME DESTINATION bin COMPONENT ${name})
  set_property(GLOBAL APPEND PROPERTY HOLDOVER_PROGRAMS ${name})
endfunction()

# holdover_test(NAME LABEL <unit|scenario|sim|integration> [FOLDER path | SOURCES files...] [EACH]
#               [SERIAL] [TIMEOUT seconds] [LINK libs...])
# One GoogleTest program of SOURCES, or of every *.cpp in FOLDER (default: here) and below; nothing
# if there are none. Runs in the project's root. EACH: ctest runs every case as a process of its own,
# for tests that start programs. SERIAL: never beside another test.
# Inside, HOLDOVER_ROOT is the source tree and HOLDOVER_BIN the folder of the built programs.
function(holdover_test name)
  cmake_parse_arguments(arg "EACH;SERIAL" "LABEL;FOLDER;TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT arg_FOLDER)
    set(arg_FOLDER "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  cmake_path(ABSOLUTE_PATH arg_FOLDER)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set(sources ${arg_SOURCES})
  if(NOT sources)
    holdover_collect(sources "${arg_FOLDER}" TRUE)
  endif()
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_compile_definitions(${name} PRIVATE
    HOLDOVER_ROOT="${CMAKE_SOURCE_DIR}" HOLDOVER_BIN="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gmock GTest::gtest GTest::gtest_main)
  if(arg_EACH)
    include(GoogleTest)
    gtest_discover_tests(${name} TEST_PREFIX ${name}. DISCOVERY_MODE PRE_TEST
      WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
      PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} RUN_SERIAL ${arg_SERIAL})
  else()
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1 WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    set_tests_properties(${name} PROPERTIES
      LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} RUN_SERIAL ${arg_SERIAL})
  endif()
endfunction()

# holdover_fuzz(NAME [CORPUS folders...] SOURCES files... [LINK libs...])
# A fuzz target: LLVMFuzzerTestOneInput in SOURCES. With the usual compiler it becomes a test that
# plays every file of the CORPUS once; with HOLDOVER_FUZZ it searches on from there (`tools/dev fuzz`).
function(holdover_fuzz name)
  cmake_parse_arguments(arg "" "" "CORPUS;SOURCES;LINK" ${ARGN})
  if(HOLDOVER_FUZZ)
    add_executable(${name} ${arg_SOURCES})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(${name} ${arg_SOURCES} "${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cpp")
    add_test(NAME ${name} COMMAND ${name} ${arg_CORPUS} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    set_tests_properties(${name} PROPERTIES LABELS scenario TIMEOUT 120)
  endif()
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  string(REPLACE ";" " " corpus "${arg_CORPUS}")
  set_property(GLOBAL APPEND PROPERTY HOLDOVER_FUZZERS ${name})
  set_property(GLOBAL APPEND PROPERTY HOLDOVER_FUZZER_CORPORA "${name} ${corpus}")
endfunction()

# holdover_bench(NAME SOURCES files... [LINK libs...]): a measurement with its own main(), run by
# `tools/dev bench` from the release build and never by ctest.
function(holdover_bench name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  set_property(GLOBAL APPEND PROPERTY HOLDOVER_BENCHES ${name})
endfunction()

# holdover_collect(VARIABLE FOLDER RECURSIVE): the *.cpp of a folder, noticed when they change.
function(holdover_collect variable folder recursive)
  if(recursive)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS "${folder}/*.cpp")
  else()
    file(GLOB found CONFIGURE_DEPENDS "${folder}/*.cpp")
  endif()
  set(${variable} ${found} PARENT_SCOPE)
endfunction()

# After all folders are known: the targets `programs`, `sims`, `benches` and `fuzzers`, and for each the list
# of its members, which tools/dev reads.
function(holdover_groups)
  foreach(group IN ITEMS programs sims benches fuzzers)
    string(TOUPPER ${group} upper)
    get_property(members GLOBAL PROPERTY HOLDOVER_${upper})
    add_custom_target(${group})
    if(members)
      add_dependencies(${group} ${members})
    endif()
    string(REPLACE ";" "\n" lines "${members}")
    file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/${group}.list" CONTENT "@lines@\n" @ONLY)
  endforeach()
  # Each fuzzer with its corpus.
  get_property(members GLOBAL PROPERTY HOLDOVER_FUZZER_CORPORA)
  string(REPLACE ";" "\n" lines "${members}")
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/fuzzers.list" CONTENT "@lines@\n" @ONLY)
endfunction()
