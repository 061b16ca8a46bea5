// SPDX-License-Identifier: MIT
// Every worker computes in the precision that was asked for, and its facts prove it: of the model's
// multiply-adds, those that it accounts for and the precision of each.
#include <gmock/gmock.h>

#include <algorithm>

#include "contract/models.h"
#include "contract/subject.h"
#include "graph/cost.h"

namespace assay {
namespace {

constexpr double kWhole = 0.9;  // of the MACs; winograd and fusions leave small differences

// Convolutions in several sizes, side by side too, and none that is much larger than the others.
Graph several_convolutions() {
  Graph graph = small_build(*find_in_zoo("squeezenet1_1"));
  fill_seeded(graph);
  return graph;
}

double share_accounted_for(const Facts& facts, const Graph& graph) {
  double told = 0;
  for (const LayerFact& layer : facts.layers) told += static_cast<double>(layer.macs);
  return told / static_cast<double>(analyse(graph).macs);
}

struct Proves : testing::TestWithParam<std::string> {
  void SetUp() override {
    if (subject.info().synthetic || GetParam() == "chaos")
      GTEST_SKIP() << "a synthetic engine computes nothing";
  }
  bool declares(const std::string& precision) const {
    return std::ranges::count(subject.info().precisions, precision) > 0;
  }
  // The difference from the reference executor's outputs.
  double run(const Graph& graph, const std::string& precision) {
    LoadRequest request = request_for(graph, folder);
    request.configuration.precision = precision;
    request.configuration.threads = 1;
    const Tensors inputs = inputs_of(graph, 1);
    return difference(subject.compute(subject.load(request), inputs), expected(graph, inputs));
  }
  void expect_account(const Graph& graph, const std::string& precision) {
    const Facts facts = subject.facts();
    EXPECT_GE(share_accounted_for(facts, graph), kWhole) << "of the MACs of " << graph.name();
    const auto share = facts.precision_executed.find(precision);
    ASSERT_NE(share, facts.precision_executed.end());
    EXPECT_GT(share->second, 0.95);
  }
  TempDir folder;
  Subject subject{GetParam()};
};

TEST_P(Proves, that_it_computed_in_fp32_and_where) {
  const Graph small = small_network();
  run(small, "fp32");
  const Facts facts = subject.facts();
  EXPECT_EQ(facts.precision_executed, (std::map<std::string, double>{{"fp32", 1.0}}));
  double providers = 0;
  for (const auto& [provider, share] : facts.providers) providers += share;
  EXPECT_NEAR(providers, 1, 1e-9);
  subject.ask({{"type", "unload"}});
  const Graph several = several_convolutions();
  run(several, "fp32");
  expect_account(several, "fp32");
}

TEST_P(Proves, that_it_computed_in_bf16) {
  if (!declares("bf16")) GTEST_SKIP() << GetParam() << " declares no bf16 on this CPU";
  const Graph small = small_network();
  const double error = run(small, "bf16");
  EXPECT_GT(error, 1e-4) << "too exact to be bf16";
  EXPECT_LT(error, 0.1);
  expect_account(small, "bf16");
  subject.ask({{"type", "unload"}});
  const Graph several = several_convolutions();
  run(several, "bf16");
  expect_account(several, "bf16");
}

TEST_P(Proves, that_it_computed_in_int8) {
  if (!declares("int8")) GTEST_SKIP() << GetParam() << " declares no int8 on this CPU";
  for (const Graph& graph : {quantized(small_network()), quantized(several_convolutions())}) {
    EXPECT_LT(run(graph, "int8"), 0.1) << graph.name();
    expect_account(graph, "int8");
    subject.ask({{"type", "unload"}});
  }
}

// The file decides what runs, whatever was asked for; the facts may not keep it quiet.
TEST_P(Proves, that_a_quantized_file_at_fp32_is_not_fp32_or_refuses_it) {
  if (!declares("int8")) GTEST_SKIP() << GetParam() << " declares no int8 on this CPU";
  const Graph graph = quantized(several_convolutions());
  const LoadRequest request = request_for(graph, folder);
  const Failure failure = subject.failure({{"type", "load"}, {"request", request}});
  if (failure.outcome == Outcome::unsupported) return;
  ASSERT_EQ(failure.outcome, Outcome::ok) << failure.reason;
  subject.compute(subject.open(), inputs_of(graph, 1));
  EXPECT_LT(subject.facts().precision_executed["fp32"], 0.95);
}

TEST_P(Proves, with_which_engine_variables_it_ran) {
  const std::map<std::string, std::string> planted = {
      {"OMP_PLANTED", "1"},    {"KMP_PLANTED", "2"},      {"MKL_PLANTED", "3"},
      {"TF_PLANTED", "4"},     {"ONEDNN_PLANTED", "5"},   {"OPENBLAS_PLANTED", "6"},
      {"ORT_PLANTED", "7"},    {"OV_PLANTED", "8"},       {"XNNPACK_PLANTED", "9"},
      {"TORCH_PLANTED", "10"}, {"PYTORCH_PLANTED", "11"}, {"ATEN_PLANTED", "12"}};
  Subject steered(GetParam(), 0, planted);
  steered.load(request_for(small_network(), folder));
  EXPECT_THAT(steered.facts().environment, testing::IsSupersetOf(planted));
  if (GetParam() == "tensorflow") {
    EXPECT_EQ(steered.facts().environment.at("TF_OVERRIDE_GLOBAL_THREADPOOL"), "1");
  }
}

INSTANTIATE_TEST_SUITE_P(Worker, Proves, testing::ValuesIn(built_workers()), engine_name);

}  // namespace
}  // namespace assay
