# SPDX-License-Identifier: MIT
# `cmake --build build/dev --target lint`: the layout of the code by clang-format, and what
# clang-tidy finds. Not part of the tests: versions of these tools differ in what they say.
find_program(CLANG_FORMAT clang-format)
find_program(RUN_CLANG_TIDY run-clang-tidy)
if(NOT CLANG_FORMAT OR NOT RUN_CLANG_TIDY)
  add_custom_target(lint COMMAND ${CMAKE_COMMAND} -E echo
                                 "lint needs clang-format and clang-tidy: tools/setup.sh --for lint"
                         COMMAND ${CMAKE_COMMAND} -E false)
  return()
endif()
set(folders src apps tests bench)
list(TRANSFORM folders PREPEND ${PROJECT_SOURCE_DIR}/)
set(patterns "")
foreach(folder ${folders})
  list(APPEND patterns ${folder}/*.cc ${folder}/*.h)
endforeach()
file(GLOB_RECURSE lint_sources CONFIGURE_DEPENDS ${patterns})
list(JOIN folders "|" lint_folders)
# Generated sources must exist before clang-tidy can read what includes them.
add_custom_target(lint
  COMMAND ${CLANG_FORMAT} --dry-run --Werror ${lint_sources}
  COMMAND ${RUN_CLANG_TIDY} -quiet -p ${CMAKE_BINARY_DIR} "^(${lint_folders})/"
  DEPENDS ${CMAKE_BINARY_DIR}/generated/onnx/onnx.pb.h
  VERBATIM)
