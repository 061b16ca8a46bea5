// SPDX-License-Identifier: MIT
#include <onnxruntime_cxx_api.h>

#include <string>

#include "loop.h"

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  Ort::Env env(ORT_LOGGING_LEVEL_ERROR);
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(arguments.threads);
  options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  Ort::Session session(env, arguments.model, options);

  Ort::AllocatorWithDefaultOptions allocator;
  const std::string input_name = session.GetInputNameAllocated(0, allocator).get();
  const std::string output_name = session.GetOutputNameAllocated(0, allocator).get();
  const auto shape = session.GetInputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape();
  size_t count = 1;
  for (const int64_t dimension : shape) count *= static_cast<size_t>(dimension);
  std::vector<float> values(count);
  fill(values.data(), count);
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  Ort::Value input =
      Ort::Value::CreateTensor<float>(memory, values.data(), count, shape.data(), shape.size());

  const char* inputs[] = {input_name.c_str()};
  const char* outputs[] = {output_name.c_str()};
  time_loop([&] { session.Run(Ort::RunOptions{nullptr}, inputs, &input, 1, outputs, 1); });
}
