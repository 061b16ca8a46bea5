// SPDX-License-Identifier: MIT
// Equal parameters can still hide another activation, epsilon or pool: every network's operators
// against those of its reference.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "zoo/facts.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

using Counts = std::map<std::string, int64_t>;

// Of the operators that both sides count alike; sums with a constant are no residual sums.
Counts operators(const Graph& graph) {
  Counts counts{{"n_relu", 0}, {"n_relu6", 0},   {"n_add", 0}, {"n_concat", 0},
                {"n_bn", 0},   {"n_maxpool", 0}, {"n_ln", 0}};
  const std::map<std::string, std::string> columns{{"Relu", "n_relu"},
                                                   {"Clip", "n_relu6"},
                                                   {"Concat", "n_concat"},
                                                   {"MaxPool", "n_maxpool"},
                                                   {"BatchNormalization", "n_bn"},
                                                   {"LayerNormalization", "n_ln"}};
  for (const Node& node : graph.nodes()) {
    if (const auto column = columns.find(node.op); column != columns.end())
      ++counts[column->second];
    const bool sum = node.op == "Add" && !graph.value(node.inputs[0]).constant &&
                     !graph.value(node.inputs[1]).constant;
    if (sum) ++counts["n_add"];
  }
  return counts;
}

TEST(ZooOperators, every_network_has_the_operators_of_its_reference) {
  for (const FactsRow& row : read_facts("zoo-facts.csv")) {
    const std::string& name = row.at("model");
    for (const auto& [column, count] : operators(build(*find_in_zoo(name)))) {
      int64_t expected = std::stoll(row.at(column));
      // PyTorch concatenates a block's input with nothing before its first layer.
      if (column == "n_concat" && name.starts_with("densenet")) expected -= 4;
      // Test-time pooling over the one pixel that is left at 224 does nothing.
      if (name.starts_with("dpn") && (column == "n_add" || column == "n_maxpool")) expected -= 1;
      EXPECT_EQ(count, expected) << name << " " << column;
    }
  }
}

TEST(ZooOperators, every_normalization_has_the_epsilon_of_its_reference) {
  for (const FactsRow& row : read_facts("zoo-facts.csv")) {
    const Graph graph = build(*find_in_zoo(row.at("model")));
    for (const Node& node : graph.nodes()) {
      if (node.op != "BatchNormalization") continue;
      ASSERT_FLOAT_EQ(node.attribute("epsilon", 0.0f), std::stof(row.at("bn_eps")))
          << row.at("model") << " " << node.name;
    }
  }
}

TEST(ZooOperators, the_other_activations_are_those_of_the_reference) {
  const std::map<std::string, std::string> kinds{
      {"HardSwish", "hardswish"}, {"HardSigmoid", "hardsigmoid"}, {"Erf", "gelu"},
      {"Sigmoid", "sigmoid"},     {"LogSoftmax", "_log_softmax"}, {"Softmax", "_safe_softmax"}};
  for (const FactsRow& row : read_facts("zoo-facts.csv")) {
    Counts reference;
    std::istringstream words(row.at("node_kinds"));
    for (std::string word; words >> word;) {
      const size_t colon = word.find(':');
      const std::string kind = word.substr(0, colon) == "silu" ? "sigmoid" : word.substr(0, colon);
      if (std::ranges::any_of(kinds, [&](const auto& each) { return each.second == kind; }))
        reference[kind] += std::stoll(word.substr(colon + 1));
    }
    Counts ours;
    const Graph graph = build(*find_in_zoo(row.at("model")));
    for (const Node& node : graph.nodes())
      if (const auto kind = kinds.find(node.op); kind != kinds.end()) ++ours[kind->second];
    EXPECT_EQ(ours, reference) << row.at("model");
  }
}

std::string pool_setting(const Node& node) {
  const auto pair = [&](const char* key, int64_t otherwise) {
    const auto values = node.attribute(key, std::vector<int64_t>{otherwise, otherwise});
    return fmt::format("[{}, {}]", values[0], values[1]);
  };
  const bool average = node.op == "AveragePool";
  std::string text = fmt::format("{} k={} s={} p={}", average ? "avgpool" : "maxpool",
                                 pair("kernel_shape", 1), pair("strides", 1), pair("pads", 0));
  // At stride 1 every window fits, whichever way is rounded.
  if (pair("strides", 1) != "[1, 1]")
    text += fmt::format(" ceil={}", node.attribute("ceil_mode", int64_t{0}));
  if (average)
    text += fmt::format(" count_include_pad={}", node.attribute("count_include_pad", int64_t{0}));
  return text;
}

// "4x maxpool k=[3, 3] s=[1, 1] p=[1, 1] dil=[1, 1] ceil=1" in the same words. Averages over the
// whole plane are written as such by us and left out.
Counts pool_settings(const FactsRow& row) {
  Counts settings;
  std::istringstream parts(row.at("pool_settings"));
  for (std::string part; std::getline(parts, part, '|');) {
    part = part.substr(part.find_first_not_of(' '));
    if (part.find("k=[3, 3]") == part.npos && part.find("k=[2, 2]") == part.npos) continue;
    const size_t times = part.find("x ");
    std::string text = part.substr(times + 2);
    constexpr std::string_view kUndilated = " dil=[1, 1]";
    if (const size_t at = text.find(kUndilated); at != text.npos) text.erase(at, kUndilated.size());
    if (text.find("s=[1, 1]") != text.npos)
      for (const char* ceil : {" ceil=0", " ceil=1"})
        if (const size_t at = text.find(ceil); at != text.npos) text.erase(at, 7);
    text.erase(text.find_last_not_of(' ') + 1);
    settings[text] = std::stoll(part.substr(0, times));
  }
  return settings;
}

TEST(ZooOperators, every_pool_has_the_window_padding_and_rounding_of_the_reference) {
  for (const FactsRow& row : read_facts("zoo-facts.csv")) {
    Counts ours;
    const Graph graph = build(*find_in_zoo(row.at("model")));
    for (const Node& node : graph.nodes()) {
      if (node.op != "MaxPool" && node.op != "AveragePool") continue;
      const int64_t side = node.attribute("kernel_shape", std::vector<int64_t>{1, 1})[0];
      if (side == 2 || side == 3) ++ours[pool_setting(node)];
    }
    EXPECT_EQ(ours, pool_settings(row)) << row.at("model");
  }
}

}  // namespace
}  // namespace assay
