// SPDX-License-Identifier: MIT
#include "engines/null/latency.h"

namespace assay {

struct NullSession : Session {
  explicit NullSession(const Options& options) : latency(options) {}
  void bind(std::span<const Binding>) override {}
  void run() override { latency.pass(); }
  std::vector<Binding> outputs() override {
    return {{"output", DType::f32, {1, 10}, std::as_writable_bytes(std::span(values))}};
  }
  SyntheticLatency latency;
  float values[10] = {};
};

struct NullProgram : Program {
  explicit NullProgram(const Options& given) : options(given) {}
  std::unique_ptr<Session> open() override { return std::make_unique<NullSession>(options); }
  Options options;
};

struct NullEngine : Engine {
  EngineInfo info() override {
    EngineInfo info{.name = "null", .version = "1", .devices = {"cpu"}, .formats = {"onnx"}};
    info.precisions = {"fp32", "tf32", "fp16", "bf16", "int8", "binary"};
    info.options = SyntheticLatency::declared_options();
    info.synthetic = true;
    return info;
  }
  std::unique_ptr<Program> load(const LoadRequest& request) override {
    return std::make_unique<NullProgram>(Options(info().options, request.configuration.options));
  }
};

}  // namespace assay

int main() {
  return assay::serve(assay::NullEngine());
}
