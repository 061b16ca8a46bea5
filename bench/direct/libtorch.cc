// SPDX-License-Identifier: MIT
// Its model is what direct/pytorch_program.py traced.
#include <ATen/Parallel.h>
#include <ATen/ops/rand.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/api/module.h>

#include <optional>
#include <string>

#include "loop.h"

namespace torch::jit {  // import.h needs headers of caffe2, which setup does not unpack
Module load(const std::string& file, std::optional<c10::Device> device, bool load_debug_files);
}

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  at::set_num_threads(arguments.threads);
  const c10::InferenceMode guard;
  torch::jit::Module module = torch::jit::load(arguments.model, std::nullopt, false);
  module.eval();
  module = torch::jit::optimize_for_inference(module);
  const std::vector<c10::IValue> inputs = {at::rand({1, 3, 224, 224})};
  time_loop([&] { module.forward(inputs); });
}
