# SPDX-License-Identifier: MIT
# Build options and the functions that every folder is made with.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

# The build folder has the installation's shape: bin/, libexec/assay/, share/assay/. Workers find
# their SDK's libraries by an absolute path, everything of ours relative to the program.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

option(ASSAY_WERROR "Warnings are errors" OFF)
option(ASSAY_TESTS "Build the tests" ON)
option(ASSAY_BENCH "Build the benchmarks" ON)
option(ASSAY_FOREIGN_ENGINES "Build the workers of engines that are not ours, where their SDK is" ON)
option(ASSAY_VERIFY_HEADERS "Compile every header alone, as part of all" OFF)
set(ASSAY_SANITIZE "" CACHE STRING "Sanitizers, as given to -fsanitize=")

if(ASSAY_VERIFY_HEADERS)
  add_custom_target(headers ALL)
  add_dependencies(headers all_verify_interface_header_sets)
endif()

# What a user runs: assay and the workers. ./demo.sh builds this and no tests.
add_custom_target(programs)

add_library(assay_flags INTERFACE)
target_compile_options(assay_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                       $<$<BOOL:${ASSAY_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # What the optimizer of g++ 12 takes for errors inside std::string and std::vector (GCC's bugs 105651, 105329).
  target_compile_options(assay_flags INTERFACE -Wno-restrict -Wno-stringop-overread -Wno-stringop-overflow -Wno-array-bounds)
endif()
target_include_directories(assay_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
if(ASSAY_SANITIZE)
  target_compile_options(assay_flags INTERFACE -fsanitize=${ASSAY_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(assay_flags INTERFACE -fsanitize=${ASSAY_SANITIZE})
endif()

# Tests, and apps/ under a sanitizer, are compiled with less optimization: compiling them is most of
# the time of a build, and what they run is in the libraries.
add_library(assay_less_optimized INTERFACE)
if(ASSAY_SANITIZE)
  target_compile_options(assay_less_optimized INTERFACE -O0)
else()
  target_compile_options(assay_less_optimized INTERFACE $<$<CONFIG:Release>:-O1>)
endif()

# assay_library(<folder> [TIMED] LINKS <libraries>...): the sources of src/<folder> as library <folder>,
# and its *_test.cc as one GoogleTest executable <folder>_test. TIMED: those look at the clock, so each
# is run alone. A header without a .cc of its name is compiled alone; the others are included first by theirs.
function(assay_library name)
  cmake_parse_arguments(arg "TIMED" "" "LINKS" ${ARGN})
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cc)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${dir}/*.h)
  foreach(header ${headers})
    string(REGEX REPLACE "\\.h$" ".cc" source ${header})
    if(EXISTS ${source})
      list(REMOVE_ITEM headers ${header})
    endif()
  endforeach()
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(sources)
    add_library(${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  if(headers)
    target_sources(${name} ${scope} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers})
    set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  endif()
  target_link_libraries(${name} ${scope} assay_flags ${arg_LINKS})
  if(tests AND ASSAY_TESTS)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} assay_less_optimized GTest::gmock_main
                          rapidcheck_gtest)
    target_compile_definitions(${name}_test PRIVATE
                               ASSAY_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
                               ASSAY_SDK_FOLDER="${ASSAY_SDK}"
                               ASSAY_ONNX_TESTDATA="${ASSAY_ONNX_TESTDATA}")
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS unit RUN_SERIAL ${arg_TIMED})
  endif()
endfunction()

# assay_program(<target> <name> <folder>): an executable that users get, at <folder>/<name>.
function(assay_program target name folder)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name}
                        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/${folder})
  add_dependencies(programs ${target})
  install(TARGETS ${target} RUNTIME DESTINATION ${folder})
endfunction()

# assay_worker(<engine> [VERSION <version>] LINKS <sdk>...): src/engines/<engine>/*.cc as the executable
# that the host finds by name. Left out when its SDK was not found. With VERSION it is engine@version,
# beside the engine's own.
function(assay_worker name)
  cmake_parse_arguments(arg "" "VERSION" "LINKS" ${ARGN})
  set(worker ${name})
  if(arg_VERSION)
    set(worker ${name}@${arg_VERSION})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  if(NOT sources)
    return()
  endif()
  foreach(sdk ${arg_LINKS})
    if(NOT ASSAY_FOREIGN_ENGINES)
      return()
    elseif(NOT TARGET ${sdk})
      message(STATUS "engine ${name}: left out; ./demo.sh --setup-only --engines ${name} adds its SDK")
      return()
    endif()
  endforeach()
  string(REPLACE "@" "_" target worker_${worker})
  add_executable(${target} ${sources})
  set_property(GLOBAL APPEND PROPERTY ASSAY_WORKERS ${worker})  # for tests/contract
  target_link_libraries(${target} PRIVATE engine ${arg_LINKS})
  # What a worker does not use must not slow down its start.
  target_link_options(${target} PRIVATE -Wl,--as-needed)
  assay_program(${target} ${worker} libexec/assay)

  # Its *_test.cc test what stands beside the adapter; the adapter itself has main() and tests/contract.
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*_test.cc)
  if(tests AND ASSAY_TESTS AND NOT arg_VERSION)
    list(FILTER sources EXCLUDE REGEX "/${name}\\.cc$")
    add_executable(${name}_test ${tests} ${sources})
    target_link_libraries(${name}_test PRIVATE engine ${arg_LINKS} assay_less_optimized GTest::gmock_main)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS unit)
  endif()
endfunction()

# assay_python_worker(<engine> PYTHON <interpreter>): src/engines/python_host/engine_<engine>.py as an
# executable that the host finds by name: a launcher of the Python host. The interpreter is the
# system's, or that of the engine's environment in the SDK; without one the engine is left out.
function(assay_python_worker name)
  cmake_parse_arguments(arg "" "PYTHON" "" ${ARGN})
  if(NOT EXISTS "${arg_PYTHON}")
    message(STATUS "engine ${name}: left out; ./demo.sh --setup-only --engines ${name} adds its SDK")
    return()
  endif()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/python_host/${name} @ONLY CONTENT [[#!/bin/sh
exec "@arg_PYTHON@" -I -B "${0%/*}/python_host" @name@
]])
  file(COPY ${CMAKE_BINARY_DIR}/generated/python_host/${name} DESTINATION ${CMAKE_BINARY_DIR}/libexec/assay
       FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  install(PROGRAMS ${CMAKE_BINARY_DIR}/libexec/assay/${name} DESTINATION libexec/assay)
  add_custom_target(worker_${name})  # there is nothing to compile
  set_property(GLOBAL APPEND PROPERTY ASSAY_WORKERS ${name})  # for tests/contract
endfunction()
