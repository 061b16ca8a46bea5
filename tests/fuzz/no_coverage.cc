// SPDX-License-Identifier: MIT
// What instrumented code calls in the executables that do not fuzz.
extern "C" void __sanitizer_cov_trace_pc() {}
