// SPDX-License-Identifier: MIT
// Every operator of the zoo, in each of its forms, as a network of one node: a network's output can
// hide an operator that is a little wrong.
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "contract/models.h"
#include "contract/subject.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

// int8 is a matter of quantized networks (families_test.cc).
constexpr std::pair<const char*, double> kTolerances[] = {
    {"fp32", 1e-4}, {"fp16", 5e-3}, {"bf16", 5e-2}};

std::string text(const std::vector<int64_t>& numbers) {
  return fmt::format("{}", fmt::join(numbers, ","));
}

// What makes two nodes the same form of an operator. Groups count as none, one channel each, or
// several, shapes as their ranks, and of many inputs the first few.
std::string form(const Graph& graph, const Node& node) {
  std::string result = node.op;
  for (const auto& [key, attribute] : node.attributes) {
    if (const auto* list = std::get_if<std::vector<int64_t>>(&attribute))
      result += fmt::format(" {}={}", key, text(*list));
    const auto* number = std::get_if<int64_t>(&attribute);
    if (number && key != "group") result += fmt::format(" {}={}", key, *number);
  }
  const Shape& first = graph.value(node.inputs[0]).shape.value();
  const int64_t group = node.attribute("group", int64_t{1});
  if (group > 1) result += group == first[1] ? " depthwise" : " grouped";
  for (size_t i = 0; i < std::min<size_t>(node.inputs.size(), 5); ++i)
    if (const ValueId id = node.inputs[i]; id != kNoValue)
      result += fmt::format(" {}d", graph.value(id).shape.value().size());
  return result;
}

int64_t elements(const Graph& graph, const Node& node) {
  int64_t count = 0;
  for (const ValueId id : node.inputs)
    if (id != kNoValue) count += element_count(graph.value(id).shape.value());
  return count;
}

// The node alone: what is computed before it becomes an input.
Graph alone(const Graph& graph, const Node& node) {
  Graph result(node.op);
  std::vector<ValueId> inputs;
  std::map<ValueId, ValueId> known;
  for (const ValueId id : node.inputs) {
    if (id != kNoValue && !known.contains(id)) {
      const Value& value = graph.value(id);
      known[id] = value.constant ? result.constant(value.name, *value.constant)
                                 : result.input(value.name, value.dtype, value.shape.value());
    }
    inputs.push_back(id == kNoValue ? kNoValue : known.at(id));
  }
  result.output(result.add(node.op, "result", inputs, node.attributes));
  return result;
}

// The smallest node of each form.
std::map<std::string, Graph> forms_of_the_zoo() {
  std::map<std::string, std::pair<int64_t, Graph>> smallest;
  for (const ZooEntry& entry : zoo()) {
    const Graph graph = small_build(entry);
    for (const Node& node : graph.nodes()) {
      const std::string key = form(graph, node);
      const int64_t size = elements(graph, node);
      const auto known = smallest.find(key);
      if (known == smallest.end() || size < known->second.first)
        smallest.insert_or_assign(key, std::pair(size, alone(graph, node)));
    }
  }
  std::map<std::string, Graph> result;
  for (auto& [key, network] : smallest) {
    fill_seeded(network.second);
    result.emplace(key, std::move(network.second));
  }
  return result;
}

class Operators : public testing::TestWithParam<std::string> {};

// Nothing when it says that it cannot, which it may; the largest difference otherwise.
std::optional<double> error_of(Subject& subject, const Graph& graph, const std::string& precision) {
  const TempDir folder;
  const Tensors inputs = inputs_of(graph, 1);
  LoadRequest request = request_for(graph, folder);
  request.configuration.precision = precision;
  const Failure failure = subject.failure({{"type", "load"}, {"request", request}});
  if (failure.outcome == Outcome::unsupported) {
    EXPECT_THAT(failure.reason, testing::Not(testing::IsEmpty()));
    return std::nullopt;
  }
  EXPECT_EQ(failure.outcome, Outcome::ok) << failure.reason;
  if (failure.outcome != Outcome::ok) return std::nullopt;
  const double error = difference(subject.compute(subject.open(), inputs), expected(graph, inputs));
  subject.ask({{"type", "unload"}});
  return error;
}

TEST_P(Operators, of_the_zoo_compute_what_the_reference_executor_computes_at_each_precision) {
  Subject subject(GetParam());
  if (subject.info().synthetic) GTEST_SKIP() << "a synthetic engine computes nothing";
  if (subject.info().on_request) GTEST_SKIP() << "it is the reference executor";
  const auto forms = forms_of_the_zoo();
  EXPECT_GT(forms.size(), 50u);
  for (const auto& [precision, tolerance] : kTolerances) {
    if (std::ranges::count(subject.info().precisions, precision) == 0) continue;
    size_t refused = 0;
    for (const auto& [name, graph] : forms) {
      SCOPED_TRACE(name + " at " + precision);
      const auto error = error_of(subject, graph, precision);
      refused += !error;
      EXPECT_LT(error.value_or(0), tolerance);
    }
    EXPECT_LE(refused, forms.size() / 15) << precision;
  }
}

INSTANTIATE_TEST_SUITE_P(Worker, Operators, testing::ValuesIn(built_workers()), engine_name);

}  // namespace
}  // namespace assay
