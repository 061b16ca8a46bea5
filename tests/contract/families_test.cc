// SPDX-License-Identifier: MIT
// The smallest network of each family of the zoo, on a small input: the plain executor and every
// engine that computes must agree at each precision, by the check that every measurement has to
// pass.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "contract/models.h"
#include "contract/subject.h"
#include "graph/cost.h"
#include "run/output_check.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

std::set<std::string> families() {
  std::set<std::string> names;
  for (const ZooEntry& entry : zoo()) names.insert(entry.family);
  return names;
}

std::vector<std::string> engines_that_compute() {
  std::vector<std::string> names;
  for (const std::string& name : built_workers()) {
    const EngineInfo info = Subject(name).info();
    if (!info.synthetic && !info.on_request) names.push_back(name);
  }
  return names;
}

// Of each paper in the family: networks of one paper differ in little but size.
std::vector<Graph> smallest_networks(const std::string& family) {
  std::map<std::string, std::pair<int64_t, Graph>> smallest;
  for (const ZooEntry& entry : zoo()) {
    if (entry.family != family) continue;
    Graph graph = small_build(entry);
    const int64_t parameters = analyse(graph).parameters;
    const auto known = smallest.find(entry.paper);
    if (known == smallest.end() || parameters < known->second.first)
      smallest.insert_or_assign(entry.paper, std::pair(parameters, std::move(graph)));
  }
  std::vector<Graph> networks;
  for (auto& [paper, network] : smallest) {
    fill_seeded(network.second);
    networks.push_back(std::move(network.second));
  }
  return networks;
}

// Floating-point precisions of the engine that this model can be loaded with.
std::vector<std::string> precisions_of(Subject& subject, LoadRequest request) {
  std::vector<std::string> precisions;
  for (const std::string precision : {"fp32", "fp16", "bf16"}) {
    request.configuration.precision = precision;
    const auto reply = subject.ask({{"type", "supports"}, {"request", request}});
    if (reply.at("why").is_null()) precisions.push_back(precision);
  }
  return precisions;
}

// Below fp32, outputs of networks this small may move too little to compare, or be too exact.
void expect_sound(const CheckedOutput& checked, const std::string& precision) {
  EXPECT_FALSE(checked.failure) << checked.failure->reason;
  if (precision != "fp32") return;
  EXPECT_TRUE(checked.check) << "the output could not be compared";
  EXPECT_THAT(checked.doubts, testing::IsEmpty());
}

// Known of the versions that tools/wheels.lock pins (docs/engines.md); one that no longer does it
// must be noticed.
bool dies_of_integers(const std::string& engine, const std::string& family) {
  const std::set<std::string> families = {"densenet", "dpn", "nasnet", "shufflenet"};
  return engine.starts_with("openvino") && families.contains(family);
}

// Not checked for being too little: the cosine is of how far the outputs move.
void expect_integers(const std::string& family, const std::vector<std::string>& engines) {
  const Graph graph = smallest_networks(family).front();
  const TempDir folder;
  const Graph network = quantized(graph);
  LoadRequest request = request_for(network, folder);
  const Tensors one = inputs_of(network, 1), two = inputs_of(network, 2);
  const ReferenceOutputs wanted{"reference", expected(network, one), expected(network, two)};
  request.configuration.precision = "int8";
  for (const std::string& engine : engines) {
    SCOPED_TRACE(graph.name() + " on " + engine + " at int8");
    Subject subject(engine);
    if (std::ranges::count(subject.info().precisions, "int8") == 0) continue;
    const Failure failure = subject.failure({{"type", "load"}, {"request", request}});
    if (failure.outcome == Outcome::unsupported) continue;
    const bool dies = dies_of_integers(engine, family);
    EXPECT_EQ(failure.outcome, dies ? Outcome::crashed : Outcome::ok) << failure.reason;
    if (failure.outcome != Outcome::ok) continue;
    const int session = subject.open();
    const Computed computed{subject.compute(session, one), subject.compute(session, two)};
    expect_sound(check_output(computed, &wanted, "int8"), "int8");
    EXPECT_GT(subject.facts().precision_executed["int8"], 0.95);
  }
}

void expect_agreement(const Graph& graph, const std::vector<std::string>& engines) {
  const TempDir folder;
  LoadRequest request = request_for(graph, folder);
  const Tensors one = inputs_of(graph, 1), two = inputs_of(graph, 2);
  Subject referee("reference");
  LoadRequest exact = request;  // its own rounding must not count against an engine
  exact.configuration.options["accumulate"] = "f64";
  const int session = referee.load(exact);
  const ReferenceOutputs expected{"reference", referee.compute(session, one),
                                  referee.compute(session, two), output_scales(graph)};
  for (const std::string& engine : engines) {
    Subject subject(engine);
    for (const std::string& precision : precisions_of(subject, request)) {
      SCOPED_TRACE(graph.name() + " on " + engine + " at " + precision);
      request.configuration.precision = precision;
      const Failure failure = subject.failure({{"type", "load"}, {"request", request}});
      if (failure.outcome == Outcome::unsupported) {  // docs/coverage.md says which networks it has
        EXPECT_THAT(failure.reason, testing::Not(testing::IsEmpty()));
        continue;
      }
      ASSERT_EQ(failure.outcome, Outcome::ok) << failure.reason;
      const Tensors computed = subject.compute(subject.open(), one);
      expect_sound(check_output({computed, {}}, &expected, precision), precision);
      if (precision != "fp32") {
        EXPECT_GT(subject.facts().precision_executed[precision], 0.95);
      }
      subject.ask({{"type", "unload"}});
    }
  }
}

class Families : public testing::TestWithParam<std::string> {};

TEST_P(Families, compute_quantized_networks_as_the_reference_does_where_an_engine_has_int8) {
  const std::vector<std::string> engines = engines_that_compute();
  if (engines.empty()) GTEST_SKIP() << "no other engine was built";
  expect_integers(GetParam(), engines);
}

TEST_P(Families, compute_the_same_on_the_reference_and_on_every_engine_at_each_precision) {
  const std::vector<std::string> engines = engines_that_compute();
  if (engines.empty()) GTEST_SKIP() << "no other engine was built";
  for (const Graph& graph : smallest_networks(GetParam())) expect_agreement(graph, engines);
}

INSTANTIATE_TEST_SUITE_P(Zoo, Families, testing::ValuesIn(families()), engine_name);

}  // namespace
}  // namespace assay
