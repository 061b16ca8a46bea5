// SPDX-License-Identifier: MIT
#include <openvino/openvino.hpp>

#include "loop.h"

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  ov::Core core;
  ov::CompiledModel compiled =
      core.compile_model(arguments.model, "CPU", ov::inference_num_threads(arguments.threads),
                         ov::hint::inference_precision(ov::element::f32),
                         ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY));
  ov::InferRequest request = compiled.create_infer_request();
  ov::Tensor input = request.get_input_tensor();
  fill(input.data<float>(), input.get_size());
  time_loop([&] { request.infer(); });
}
