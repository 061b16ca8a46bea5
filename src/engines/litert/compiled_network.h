// SPDX-License-Identifier: MIT
// A .tflite file as LiteRT compiled it for the CPU: XNNPACK where it has the operator, LiteRT's own
// kernels elsewhere. One may be run by one caller at a time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engines/litert/api.h"

namespace assay {

struct CompileSettings {
  int threads = 1;
  bool xnnpack = true;    // false: LiteRT's own kernels only
  bool fp16 = false;      // XNNPACK computes in fp16
  bool profiled = false;  // runs leave events
};

class CompiledNetwork {
 public:
  // The file stays. Errors as check_litert().
  CompiledNetwork(std::span<const std::byte> file, const CompileSettings& settings);

  void run(std::vector<LiteRtTensorBuffer>& inputs, std::vector<LiteRtTensorBuffer>& outputs);
  // Names of the kernels of one run, in the order in which they ran; of a profiled network.
  std::vector<std::string> kernels(std::vector<LiteRtTensorBuffer>& inputs,
                                   std::vector<LiteRtTensorBuffer>& outputs);

 private:
  LitertPointer<LiteRtEnvironment> x_environment;
  LitertPointer<LiteRtModel> x_model;
  LitertPointer<LiteRtOptions> x_options;
  LitertPointer<LiteRtCompiledModel> x_compiled;
};

// std::runtime_error that says what was being done; std::bad_alloc for memory.
void check_litert(LiteRtStatus status, const char* what);

}  // namespace assay
