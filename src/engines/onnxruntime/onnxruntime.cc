// SPDX-License-Identifier: MIT
// ONNX Runtime on the CPU, through its C++ API: inputs are bound in place, outputs are its own.
#include <onnxruntime_session_options_config_keys.h>

#include "base/files.h"
#include "engine/lacking.h"
#include "engine/options.h"
#include "engine/refusal.h"
#include "engines/onnxruntime/profile.h"
#include "engines/onnxruntime/providers.h"
#include "engines/onnxruntime/values.h"

namespace assay {
namespace {

const std::map<std::string, GraphOptimizationLevel> kGraphLevels = {
    {"disabled", ORT_DISABLE_ALL},
    {"basic", ORT_ENABLE_BASIC},
    {"extended", ORT_ENABLE_EXTENDED},
    {"all", ORT_ENABLE_ALL}};

class OrtSession : public Session {
 public:
  explicit OrtSession(Ort::Session& session) : x_session(session), x_binding(session) {
    for (size_t i = 0; i < session.GetOutputCount(); ++i)
      x_outputs.emplace_back(
          session.GetOutputNameAllocated(i, Ort::AllocatorWithDefaultOptions()).get());
  }
  void bind(std::span<const Binding> inputs) override {
    x_binding = Ort::IoBinding(x_session);
    for (const Binding& input : inputs)
      x_binding.BindInput(input.name.c_str(), as_value(x_memory, input));
    for (const std::string& name : x_outputs) x_binding.BindOutput(name.c_str(), x_memory);
  }
  void run() override { x_session.Run(x_run_options, x_binding); }
  std::vector<Binding> outputs() override {
    x_values = x_binding.GetOutputValues();
    std::vector<Binding> result;
    for (size_t i = 0; i < x_values.size(); ++i)
      result.push_back(as_binding(x_outputs[i], x_values[i]));
    return result;
  }

 private:
  Ort::Session& x_session;
  Ort::MemoryInfo x_memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  Ort::IoBinding x_binding;
  Ort::RunOptions x_run_options;
  std::vector<std::string> x_outputs;
  std::vector<Ort::Value> x_values;
};

class OrtProgram : public Program {
 public:
  OrtProgram(const LoadRequest& request, Ort::SessionOptions options)
      : x_request(request),
        x_options(std::move(options)),
        x_session(x_env, request.path.c_str(), x_options) {}
  std::unique_ptr<Session> open() override { return std::make_unique<OrtSession>(x_session); }

  // Profiling slows a session down, so a second one is profiled, on inputs of zeros. It runs the
  // same kernels on weights that are not packed: the shape of a packed one is not in the profile.
  Facts facts() override {
    const TempDir folder("assay-profile");
    Ort::SessionOptions options = x_options.Clone();
    options.AddConfigEntry(kOrtSessionOptionsConfigDisablePrepacking, "1");
    options.EnableProfiling((folder.path() / "profile").c_str());
    Ort::Session session(x_env, x_request.path.c_str(), options);
    OrtSession once(session);
    std::vector<std::vector<std::byte>> memory;
    once.bind(zeros(session, memory));
    once.run();
    return facts_of_profile(
        read_file(session.EndProfilingAllocated(Ort::AllocatorWithDefaultOptions()).get()));
  }

 private:
  std::vector<Binding> zeros(Ort::Session& session, std::vector<std::vector<std::byte>>& memory) {
    std::vector<Binding> inputs;
    for (size_t i = 0; i < session.GetInputCount(); ++i) {
      const std::string name =
          session.GetInputNameAllocated(i, Ort::AllocatorWithDefaultOptions()).get();
      const auto type_info = session.GetInputTypeInfo(i);
      const auto info = type_info.GetTensorTypeAndShapeInfo();
      const auto given = x_request.configuration.input.find(name);
      const Shape shape =
          given == x_request.configuration.input.end() ? info.GetShape() : given->second;
      const DType type = dtype_of(info.GetElementType());
      memory.emplace_back(static_cast<size_t>(element_count(shape)) * size_of(type));
      inputs.push_back({name, type, shape, memory.back()});
    }
    return inputs;
  }

  LoadRequest x_request;
  Ort::Env x_env{ORT_LOGGING_LEVEL_ERROR, "assay"};
  Ort::SessionOptions x_options;
  Ort::Session x_session;
};

class OrtEngine : public Engine {
 public:
  EngineInfo info() override {
    EngineInfo info{.name = "onnxruntime", .devices = {"cpu"}, .formats = {"onnx"}};
    info.version = Ort::GetVersionString();
    info.precisions = {"fp32", "int8"};
    info.options = {
        {"graph_level",
         "choice",
         "all",
         "Graph optimizations.",
         {"disabled", "basic", "extended", "all"}},
        {"provider", "choice", "cpu", "Execution provider that gets the nodes that it can run.",
         installed_providers()},
        {"inter_op_threads", "int", "1", "Branches of the graph that may run at once."},
        {"spinning",
         "choice",
         "on",
         "Idle threads spin: between runs too, within a run, or never.",
         {"on", "run", "off"}},
        {"arena", "bool", "true", "Memory is kept in an arena."},
        {"memory_pattern", "bool", "true",
         "Activations get one block, laid out in the first run."}};
    info.referee = {1, {{"graph_level", "disabled"}}, "fp32, optimizations off"};
    return info;
  }

  std::optional<std::string> supports(const LoadRequest& request) override {
    const std::string& precision = request.configuration.precision;
    if (auto why = lacking(info(), precision,
                           {{"bf16", "its CPU provider has no bf16 convolution"},
                            {"fp16", "its CPU provider computes fp16 models in fp32"}}))
      return why;
    if (precision == "int8" &&
        read_file(request.path).find("DequantizeLinear") == std::string::npos)
      return "the model has no quantized operators: ONNX Runtime runs int8 from a QDQ model";
    // It has all of ONNX; of what is not, a session says whether it is known here.
    return refusal(request, [&](const Graph& graph) {
      if (graph.unknown_operators().empty()) return;
      const Ort::Env env{ORT_LOGGING_LEVEL_FATAL, "assay"};
      Ort::SessionOptions options;
      options.SetGraphOptimizationLevel(ORT_DISABLE_ALL);
      const Ort::Session session(env, request.path.c_str(), options);
    });
  }

  std::unique_ptr<Program> load(const LoadRequest& request) override {
    const Options given(info().options, request.configuration.options);
    const int inter_op_threads = static_cast<int>(given.integer("inter_op_threads"));
    Ort::SessionOptions options;
    // Streams share one pool, in which each is one thread more: threads * streams in all.
    const Configuration& wanted = request.configuration;
    options.SetIntraOpNumThreads((wanted.threads - 1) * wanted.streams + 1);
    options.SetInterOpNumThreads(inter_op_threads);
    options.SetExecutionMode(inter_op_threads > 1 ? ORT_PARALLEL : ORT_SEQUENTIAL);
    options.SetGraphOptimizationLevel(kGraphLevels.at(given.text("graph_level")));
    if (given.text("spinning") == "off")
      options.AddConfigEntry(kOrtSessionOptionsConfigAllowIntraOpSpinning, "0");
    if (given.text("spinning") == "run")
      options.AddConfigEntry(kOrtSessionOptionsConfigForceSpinningStop, "1");
    if (!given.flag("arena")) options.DisableCpuMemArena();
    if (!given.flag("memory_pattern")) options.DisableMemPattern();
    append_provider(given.text("provider"), options);
    return std::make_unique<OrtProgram>(request, std::move(options));
  }
};

}  // namespace
}  // namespace assay

int main() {
  return assay::serve(assay::OrtEngine());
}
