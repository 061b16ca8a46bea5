// SPDX-License-Identifier: MIT
#include "engines/null/latency.h"
#include "engines/null/memory.h"

namespace assay {

struct NullSession : Session {
  NullSession(const Options& options, SyntheticMemory& shared) : latency(options), memory(shared) {}
  void bind(std::span<const Binding>) override {}
  void run() override {
    memory.run();
    latency.pass();
  }
  std::vector<Binding> outputs() override {
    return {{"output", DType::f32, {1, 10}, std::as_writable_bytes(std::span(values))}};
  }
  SyntheticLatency latency;
  SyntheticMemory& memory;
  float values[10] = {};
};

struct NullProgram : Program {
  explicit NullProgram(const Options& given) : options(given), memory(given) {}
  std::unique_ptr<Session> open() override {
    return std::make_unique<NullSession>(options, memory);
  }
  Options options;
  SyntheticMemory memory;
};

struct NullEngine : Engine {
  EngineInfo info() override {
    EngineInfo info{.name = "null", .version = "1", .devices = {"cpu"}, .formats = {"onnx"}};
    info.precisions = {"fp32", "tf32", "fp16", "bf16", "int8", "binary"};
    info.options = SyntheticLatency::declared_options();
    for (OptionInfo& option : SyntheticMemory::declared_options())
      info.options.push_back(std::move(option));
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
