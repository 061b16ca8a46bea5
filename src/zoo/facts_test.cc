// SPDX-License-Identifier: MIT
// Every network against tests/data/zoo: counts and ordered layers of the reference implementations.
#include "zoo/facts.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "graph/cost.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using Row = FactsRow;

std::vector<Row> rows(const fs::path& file) {
  return read_facts(file);
}

int64_t macs_of(const Graph& graph, const Node& node) {
  const auto shape = [&](ValueId id) { return *graph.value(id).shape; };
  if (node.op == "Conv")
    return element_count(shape(node.outputs[0])) * element_count(shape(node.inputs[1])) /
           shape(node.inputs[1])[0];
  if (node.op == "Gemm" || node.op == "MatMul")
    return element_count(shape(node.outputs[0])) * shape(node.inputs[0]).back();
  return 0;
}

void expect_counts(const std::string& name, const BuildOptions& options, const Row& row,
                   const std::string& parameters, const std::string& running,
                   const std::string& macs) {
  SCOPED_TRACE(name);
  const ZooEntry* entry = find_in_zoo(name);
  ASSERT_NE(entry, nullptr);
  const Cost cost = analyse(build(*entry, options));
  EXPECT_EQ(std::to_string(cost.parameters), row.at(parameters));
  EXPECT_EQ(std::to_string(cost.running_statistics), row.at(running));
  EXPECT_EQ(std::to_string(cost.macs), row.at(macs));
  EXPECT_THAT(cost.uncounted, testing::IsEmpty());
}

TEST(ZooFacts, every_network_has_the_parameters_and_multiply_adds_of_its_reference) {
  const auto all = rows("zoo-facts.csv");
  ASSERT_GE(all.size(), 58u);
  for (const Row& row : all)
    expect_counts(row.at("model"), {}, row, "params", "bn_running_stats", "mult_adds");
}

TEST(ZooFacts, the_builds_of_keras_have_its_counts) {
  size_t checked = 0;
  for (const Row& row : rows("keras-facts.csv")) {
    const std::string name = "keras/" + row.at("model");
    if (!find_in_zoo(name)) continue;
    expect_counts(name, {}, row, "params_trainable", "params_non_trainable", "mult_adds");
    ++checked;
  }
  EXPECT_EQ(checked, 3u);
}

// Rows of zoo-variants.csv by their reference's name for them.
TEST(ZooFacts, the_builds_of_bianco_have_the_counts_of_his_own_code) {
  const std::map<std::string, std::string> builds{{"googlenet", "bianco/googlenet"},
                                                  {"mobilenetv2", "bianco/mobilenet_v2"}};
  size_t checked = 0;
  for (const Row& row : rows("zoo-variants.csv")) {
    const auto build = builds.find(row.at("source_model"));
    if (build == builds.end() || !row.at("source").starts_with("CeLuigi")) continue;
    expect_counts(build->second, {}, row, "params", "bn_running_stats", "mult_adds");
    ++checked;
  }
  EXPECT_EQ(checked, 2u);
  EXPECT_EQ(find_in_zoo("bianco/shufflenet"), find_in_zoo("shufflenet_g8_bianco"));
}

// "224" of "3x224x224".
int64_t side(const std::string& shape) {
  return std::stoll(shape.substr(shape.rfind('x') + 1));
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

TEST(ZooFacts, the_networks_of_park_have_the_counts_of_all_48_rows_of_his_tables) {
  const auto all = rows("park-facts.csv");
  ASSERT_EQ(all.size(), 48u);
  for (const Row& row : all) {
    const std::string norm = lower(row.at("norm"));
    for (const std::string& spelling : {norm, norm == "ln" ? "lnop" : norm})
      expect_counts(lower("park/" + row.at("block") + "-" + spelling + "-" + row.at("act")),
                    {.input_size = side(row.at("input"))}, row, "params", "bn_running_stats",
                    "macs_conv_linear");
  }
}

TEST(ZooFacts, the_networks_of_park_have_the_macs_that_he_printed_when_counted_as_ptflops_does) {
  for (const Row& row : rows("park-facts.csv")) {
    const std::string name =
        lower("park/" + row.at("block") + "-" + row.at("norm") + "-" + row.at("act"));
    const Cost cost = analyse(build(*find_in_zoo(name), {.input_size = side(row.at("input"))}));
    // The column has the classifier's 1024 x 10 products twice; no version of ptflops prints that
    // (0.7.2 to 0.7.5 have them once, 0.7.1 twice and its bias twice).
    EXPECT_EQ(std::to_string(cost.ptflops_macs + 10240), row.at("macs_ptflops_convention")) << name;
    EXPECT_NEAR(static_cast<double>(cost.ptflops_macs) * 1e-9, std::stod(row.at("paper_macs_g")),
                0.005)
        << name;
  }
}

TEST(ZooFacts, fully_connected_layers_as_convolutions_count_the_same) {
  for (const char* name : {"alexnet", "vgg16", "vgg19"}) {
    const Cost linear = analyse(build(*find_in_zoo(name)));
    const Cost convolution = analyse(build(*find_in_zoo(fmt::format("ulker/{}-fcconv", name))));
    EXPECT_EQ(linear.parameters, convolution.parameters) << name;
    EXPECT_EQ(linear.macs, convolution.macs) << name;
  }
}

// The layers that multiply, as the reference's list has them.
std::vector<Row> layers(const Graph& graph) {
  std::vector<Row> all;
  for (const Node& node : graph.nodes()) {
    const int64_t macs = macs_of(graph, node);
    if (macs == 0) continue;
    Row& row = all.emplace_back();
    const auto put = [&](const char* key, int64_t value) { row[key] = std::to_string(value); };
    const Shape in = *graph.value(node.inputs[0]).shape, out = *graph.value(node.outputs[0]).shape;
    row["name"] = node.name;
    put("macs", macs);
    if (node.op == "MatMul") {
      row["kind"] = "matmul";
      continue;
    }
    const Shape weight = *graph.value(node.inputs[1]).shape;
    const bool bias = node.inputs.size() > 2;
    put("cout", weight[0]);
    put("bias", bias);
    put("params", element_count(weight) + (bias ? weight[0] : 0));
    if (node.op == "Gemm") {
      row["kind"] = "linear";
      put("cin", weight[1]);
      continue;
    }
    const int64_t groups = node.attribute("group", int64_t{1});
    row["kind"] = groups == 1 ? "conv" : groups == in[1] ? "dwconv" : "gconv";
    const auto strides = node.attribute("strides", std::vector<int64_t>{1, 1});
    const auto pads = node.attribute("pads", std::vector<int64_t>{0, 0, 0, 0});
    put("cin", in[1]);
    put("kh", weight[2]), put("kw", weight[3]);
    put("stride_h", strides[0]), put("stride_w", strides[1]);
    put("groups", groups);
    put("hin", in[2]), put("win", in[3]), put("hout", out[2]), put("wout", out[3]);
    put("pad_t", pads[0]), put("pad_l", pads[1]), put("pad_b", pads[2]), put("pad_r", pads[3]);
  }
  return all;
}

// Keeps what both sides have; the two spellings of padding become one.
Row comparable(Row reference, const Row& ours, bool names) {
  if (reference.contains("pad_h"))
    for (const char* key : {"pad_t", "pad_b"}) reference[key] = reference["pad_h"];
  if (reference.contains("pad_w"))
    for (const char* key : {"pad_l", "pad_r"}) reference[key] = reference["pad_w"];
  // PyTorch keeps the projection of its attention as a bare tensor.
  if (reference["name"].ends_with(".in_proj_weight"))
    reference["name"].resize(reference["name"].size() - 7);
  if (!names || reference["kind"] == "matmul") reference["name"] = ours.at("name");
  Row kept;
  for (const auto& [key, value] : ours) kept[key] = reference[key];
  return kept;
}

void expect_layers(const std::string& name, const BuildOptions& options, const fs::path& file,
                   bool names) {
  SCOPED_TRACE(name);
  const ZooEntry* entry = find_in_zoo(name);
  ASSERT_NE(entry, nullptr);
  const auto reference = rows(file);
  const auto ours = layers(build(*entry, options));
  for (size_t i = 0; i < std::min(reference.size(), ours.size()); ++i)
    ASSERT_EQ(ours[i], comparable(reference[i], ours[i], names)) << "layer " << i;
  ASSERT_EQ(ours.size(), reference.size());
}

TEST(ZooFacts, every_network_has_the_layers_of_its_reference_in_order_and_by_name) {
  const fs::path folder = fs::path(ASSAY_TEST_DATA) / "zoo" / "layers";
  size_t files = 0;
  for (const auto& file : fs::directory_iterator(folder)) {
    const std::string stem = file.path().stem();
    if (file.is_directory()) continue;
    const std::string name = stem == "bianco_googlenet" ? "bianco/googlenet" : stem;
    expect_layers(name, {}, "layers/" + stem + ".csv", true);
    ++files;
  }
  EXPECT_GE(files, 31u);
}

TEST(ZooFacts, the_builds_of_keras_have_its_layers) {
  for (const char* name : {"mobilenet_v1", "mobilenet_v2"})
    expect_layers(fmt::format("keras/{}", name), {}, fmt::format("layers/keras/{}.csv", name),
                  true);
}

// Keras lists parallel branches by depth, so only the names say which layer is which.
TEST(ZooFacts, the_inception_v3_of_keras_has_its_layers_by_name) {
  std::map<std::string, Row> ours;
  for (Row& row : layers(build(*find_in_zoo("keras/inception_v3")))) ours[row.at("name")] = row;
  const auto reference = rows("layers/keras/inception_v3.csv");
  EXPECT_EQ(ours.size(), reference.size());
  for (const Row& row : reference) {
    const Row& layer = ours[row.at("name")];
    EXPECT_EQ(layer, comparable(row, layer, true)) << row.at("name");
    EXPECT_FALSE(layer.empty()) << row.at("name");
  }
}

TEST(ZooFacts, the_networks_of_park_have_the_recovered_layers) {
  size_t files = 0;
  for (const char* block : {"vgg", "resnet", "mobilenet", "convnext"})
    for (const char* norm : {"bn", "ln"})
      for (int64_t size : {64, 256, 1024}) {
        expect_layers(fmt::format("park/{}-{}-relu", block, norm), {.input_size = size},
                      fmt::format("layers/park/park_{}_{}_{}.csv", block, norm, size), true);
        ++files;
      }
  EXPECT_EQ(files, 24u);
}

}  // namespace
}  // namespace assay
