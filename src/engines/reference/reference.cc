// SPDX-License-Identifier: MIT
// The plain executor as an engine: slow, on one thread, and written to be obviously right. It is
// the referee of last resort, and the second opinion on every network that is small enough.
#include "engine/executor_session.h"
#include "engine/layer_macs.h"
#include "engine/options.h"
#include "engine/refusal.h"
#include "graph/cost.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

class ReferenceProgram : public Program {
 public:
  ReferenceProgram(const LoadRequest& request, Accumulate accumulate)
      : x_graph(read_onnx(request.path, {.input_shapes = request.configuration.input})),
        x_accumulate(accumulate) {}

  std::unique_ptr<Session> open() override {
    return std::make_unique<ExecutorSession>(x_graph, x_accumulate);
  }

  Facts facts() override {
    Facts facts;
    for (const LayerCost& layer : analyse(x_graph).layers) {
      LayerFact& fact = facts.layers.emplace_back();
      fact.name = layer.name;
      fact.op = layer.op;
      fact.precision = "fp32";
      fact.kernel = x_accumulate == Accumulate::f64 ? "plain, f64 sums" : "plain";
      fact.originals = {layer.name};
      fact.macs = layer.macs;
    }
    facts.precision_executed = precision_shares(facts.layers);
    facts.providers["reference"] = 1;
    return facts;
  }

 private:
  Graph x_graph;
  Accumulate x_accumulate;
};

class ReferenceEngine : public Engine {
 public:
  EngineInfo info() override {
    EngineInfo info{.name = "reference", .version = "1", .devices = {"cpu"}, .formats = {"onnx"}};
    info.on_request = true;
    info.precisions = {"fp32"};
    info.options = {{"accumulate", "choice", "f32", "What sums are kept in.", {"f32", "f64"}}};
    info.referee = {3, {}, "fp32, plain loops"};
    return info;
  }

  std::optional<std::string> supports(const LoadRequest& request) override {
    return refusal(request, require_kernels);
  }

  std::unique_ptr<Program> load(const LoadRequest& request) override {
    const Options given(info().options, request.configuration.options);
    return std::make_unique<ReferenceProgram>(
        request, given.text("accumulate") == "f64" ? Accumulate::f64 : Accumulate::f32);
  }
};

}  // namespace
}  // namespace assay

int main() {
  return assay::serve(assay::ReferenceEngine());
}
