# SPDX-License-Identifier: MIT
# Fuzzing with g++ alone: its coverage instrumentation (-fsanitize-coverage=trace-pc) and our driver
# tests/fuzz/driver.cc, so that the sanitized build of the tests is also the build that is fuzzed.
set(ASSAY_FUZZ_SECONDS 60 CACHE STRING "How long each fuzz target runs in a sanitized build")

# In an instrumented build every executable calls __sanitizer_cov_trace_pc: a no-op for those that
# do not link the driver, which has the real one.
if(ASSAY_SANITIZE MATCHES "address")
  add_library(assay_coverage STATIC ${PROJECT_SOURCE_DIR}/tests/fuzz/no_coverage.cc)
  target_compile_options(assay_flags INTERFACE -fsanitize-coverage=trace-pc)
  target_link_libraries(assay_flags INTERFACE $<LINK_ONLY:assay_coverage>)
endif()

# The driver is neither instrumented nor sanitized: it is not what is tested.
add_library(assay_fuzz_driver OBJECT EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/fuzz/driver.cc)
target_compile_options(assay_fuzz_driver PRIVATE -O2 -Wall -Wextra)

function(assay_fuzz_executable name)
  cmake_parse_arguments(arg "" "" "LINKS" ${ARGN})
  add_executable(${name} ${name}.cc $<TARGET_OBJECTS:assay_fuzz_driver>)
  target_link_libraries(${name} PRIVATE assay_flags ${arg_LINKS})
endfunction()

# assay_fuzzer(<name> LINKS <libraries>... [SEEDS <folders>...]): <name>.cc defines
# LLVMFuzzerTestOneInput; its seeds are the files of corpus/<name>/ and of SEEDS. Two tests:
# fuzz.<name>.corpus runs every seed once, in all builds; fuzz.<name>, in sanitized builds and with
# the label `fuzz`, mutates them for ASSAY_FUZZ_SECONDS.
function(assay_fuzzer name)
  cmake_parse_arguments(arg "" "" "LINKS;SEEDS" ${ARGN})
  assay_fuzz_executable(${name} LINKS ${arg_LINKS})
  set(seeds ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name} ${arg_SEEDS})
  add_test(NAME fuzz.${name}.corpus COMMAND ${name} --seconds 0 ${seeds})
  set_tests_properties(fuzz.${name}.corpus PROPERTIES LABELS unit)
  if(ASSAY_SANITIZE MATCHES "address")
    math(EXPR limit "${ASSAY_FUZZ_SECONDS} + 120")
    add_test(NAME fuzz.${name} COMMAND ${name} --seconds ${ASSAY_FUZZ_SECONDS} ${seeds})
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT ${limit})
  endif()
endfunction()
