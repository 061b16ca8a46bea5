// SPDX-License-Identifier: MIT
// The engine that fails in every way an engine can. With mode `none` it is honest: it computes with
// the reference executor, so that its lies are told beside right answers.
#include <fcntl.h>
#include <fmt/format.h>

#include <utility>

#include "engine/executor_session.h"
#include "engine/refusal.h"
#include "engines/chaos/mischief.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

class ChaosSession : public ExecutorSession {
 public:
  ChaosSession(const Graph& graph, Mischief& mischief)
      : ExecutorSession(graph), x_mischief(mischief) {}

  void run() override {
    x_mischief.at(std::exchange(x_first, false) ? "first_run" : "run");
    ExecutorSession::run();
    if (!x_mischief.is("wrong_output")) return;
    for (const Binding& output : outputs())
      if (output.dtype == DType::f32) distort(output.bytes);
  }

 private:
  static void distort(std::span<std::byte> bytes) {
    auto* values = reinterpret_cast<float*>(bytes.data());
    for (size_t i = 0; i < bytes.size() / sizeof(float); ++i) values[i] = 1 - 2 * values[i];
  }

  Mischief& x_mischief;
  bool x_first = true;
};

class ChaosProgram : public Program {
 public:
  ChaosProgram(const LoadRequest& request, const Options& options, int wire)
      : x_mischief(options.text("mode"), options.text("when"), wire),
        x_graph(read_onnx(request.path, {.input_shapes = request.configuration.input})) {
    x_mischief.at("load");
  }
  ~ChaosProgram() override { x_mischief.at("unload"); }

  std::unique_ptr<Session> open() override {
    if (x_mischief.is("one_session") && std::exchange(x_is_open, true))
      throw Unsupported("chaos was asked for one session at a time");
    return std::make_unique<ChaosSession>(x_graph, x_mischief);
  }
  Facts facts() override {
    Facts facts;
    facts.precision_executed[x_mischief.is("lie_precision") ? "bf16" : "fp32"] = 1;
    facts.providers["reference"] = 1;
    return facts;
  }

 private:
  Mischief x_mischief;
  Graph x_graph;
  bool x_is_open = false;
};

class ChaosEngine : public Engine {
 public:
  explicit ChaosEngine(int wire) : x_wire(wire) {}

  EngineInfo info() override {
    EngineInfo info{.name = "chaos", .version = "1", .devices = {"cpu"}, .formats = {"onnx"}};
    info.on_request = true;
    info.precisions = {"fp32", "bf16"};  // bf16 falls back to fp32, silently
    info.options = Mischief::declared_options();
    return info;
  }
  std::optional<std::string> supports(const LoadRequest& request) override {
    const Options options(info().options, request.configuration.options);
    return refusal(request, [&](const Graph& graph) {
      require_kernels(graph);
      for (const Node& node : graph.nodes())
        if (node.op == options.text("lacks"))
          throw Unsupported(fmt::format("chaos was asked to lack {}", node.op));
    });
  }

  std::unique_ptr<Program> load(const LoadRequest& request) override {
    const Options options(info().options, request.configuration.options);
    return std::make_unique<ChaosProgram>(request, options, x_wire);
  }

 private:
  int x_wire;
};

}  // namespace
}  // namespace assay

// `chaos crash` (hang, exit, garbage, stdout) does it before hello, where no option can reach.
int main(int count, char** arguments) {
  const int wire = fcntl(1, F_DUPFD_CLOEXEC, 10);
  if (count > 1) assay::Mischief(arguments[1], "hello", wire).at("hello");
  return assay::serve(assay::ChaosEngine(wire));
}
