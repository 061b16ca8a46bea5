// SPDX-License-Identifier: MIT
// What is written is read back as it was: nodes, attributes of every kind, weights of every type.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "graph/infer.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Tensor weights(Shape shape, float first = 0) {
  std::vector<float> values(static_cast<size_t>(element_count(shape)));
  for (float& each : values) each = first += 0.25f;
  return make_f32(std::move(shape), values);
}

bool equal(const Tensor& a, const Tensor& b) {
  return a.dtype == b.dtype && a.shape == b.shape &&
         std::equal(a.raw().begin(), a.raw().end(), b.raw().begin(), b.raw().end());
}

bool equal(const Attributes& a, const Attributes& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    if (x.first != y.first || x.second.index() != y.second.index()) return false;
    if (const Tensor* tensor = std::get_if<Tensor>(&x.second))
      return equal(*tensor, std::get<Tensor>(y.second));
    return std::visit(
        [&](const auto& value) {
          using T = std::decay_t<decltype(value)>;
          if constexpr (std::is_same_v<T, Tensor>)
            return false;
          else
            return value == std::get<T>(y.second);
        },
        x.second);
  });
}

std::vector<std::string> names(const Graph& graph, const std::vector<ValueId>& ids) {
  std::vector<std::string> result;
  for (ValueId id : ids) result.push_back(id == kNoValue ? "" : graph.value(id).name);
  return result;
}

// Empty when the graphs are the same but for the order of constants.
std::string difference(const Graph& a, const Graph& b) {
  if (a.name() != b.name()) return "names differ";
  if (names(a, a.inputs()) != names(b, b.inputs())) return "inputs differ";
  if (names(a, a.outputs()) != names(b, b.outputs())) return "outputs differ";
  if (a.nodes().size() != b.nodes().size()) return "numbers of nodes differ";
  for (size_t i = 0; i < a.nodes().size(); ++i) {
    const Node &x = a.nodes()[i], &y = b.nodes()[i];
    if (x.name != y.name || x.op != y.op || names(a, x.inputs) != names(b, y.inputs) ||
        names(a, x.outputs) != names(b, y.outputs) || !equal(x.attributes, y.attributes))
      return "node " + x.name + " differs";
  }
  if (a.values().size() != b.values().size()) return "numbers of values differ";
  for (const Value& x : a.values()) {
    const auto id = b.find(x.name);
    if (!id) return x.name + " is missing";
    const Value& y = b.value(*id);
    if (x.dtype != y.dtype || x.shape != y.shape ||
        x.constant.has_value() != y.constant.has_value() ||
        (x.constant && !equal(*x.constant, *y.constant)))
      return x.name + " differs";
  }
  return "";
}

Graph through_file(const Graph& graph) {
  const TempDir folder;
  write_onnx(graph, folder.path() / "model.onnx");
  return read_onnx(folder.path() / "model.onnx");
}

Graph small_network() {
  Graph graph("small");
  const ValueId x = graph.input("x", DType::f32, {1, 3, 8, 8});
  const ValueId w = graph.constant("w", weights({4, 3, 3, 3}));
  const ValueId conv =
      graph.add("Conv", "conv", {x, w}, {{"pads", std::vector<int64_t>{1, 1, 1, 1}}});
  const ValueId high = graph.constant("high", weights({}, 6));
  const ValueId clip = graph.add("Clip", "clip", {conv, kNoValue, high});
  const ValueId sizes = graph.constant("sizes", make_i64({2}, std::vector<int64_t>{1, 3}));
  const auto parts = graph.add_node("Split", "split", {clip, sizes}, {{"axis", int64_t{1}}});
  graph.output(parts[1]);
  graph.output(parts[0]);
  return graph;
}

TEST(OnnxRoundTrip, keeps_nodes_names_weights_and_omitted_inputs) {
  const Graph graph = small_network();
  EXPECT_EQ(difference(graph, through_file(graph)), "");
}

TEST(OnnxRoundTrip, keeps_attributes_of_every_kind_and_operators_outside_the_vocabulary) {
  Graph graph("kinds");
  const ValueId x = graph.input("x", DType::f32, {2});
  const ValueId y = graph.add("com.acme::Twist", "twist", {x},
                              {{"i", int64_t{-5}},
                               {"f", 0.1f},
                               {"s", std::string("a\0b", 3)},
                               {"is", std::vector<int64_t>{1, INT64_MIN}},
                               {"empty", std::vector<int64_t>{}},
                               {"fs", std::vector<float>{1.5f, -0.0f}},
                               {"ss", std::vector<std::string>{"", "b"}},
                               {"t", weights({2, 3})}});
  graph.output(y);
  EXPECT_EQ(difference(graph, through_file(graph)), "");
}

TEST(OnnxRoundTrip, keeps_weights_of_every_type) {
  for (int type = 1; type <= static_cast<int>(DType::boolean); ++type) {
    const DType dtype = static_cast<DType>(type);
    Graph graph("types");
    std::vector<std::byte> bytes(6 * size_of(dtype));
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::byte(i % 2);
    const ValueId x = graph.input("x", dtype, {2, 3});
    const ValueId w = graph.constant("w", make_tensor(dtype, {2, 3}, bytes));
    graph.output(graph.add("Concat", "both", {x, w}, {{"axis", int64_t{0}}}));
    EXPECT_EQ(difference(graph, through_file(graph)), "") << name_of(dtype);
  }
}

RC_GTEST_PROP(OnnxRoundTrip, keeps_random_chains_of_operators, ()) {
  Graph graph("chain");
  ValueId value = graph.input("x", DType::f32, {1, 4, 6, 6});
  const int length = *rc::gen::inRange(1, 12);
  for (int i = 0; i < length; ++i) {
    const std::string name = "n" + std::to_string(i);
    const Shape shape = *graph.value(value).shape;
    switch (*rc::gen::inRange(0, 6)) {
      case 0:
        value = graph.add("Relu", name, {value});
        break;
      case 1: {
        const int64_t channels = *rc::gen::inRange<int64_t>(1, 5);
        const ValueId w = graph.constant(name + ".w", weights({channels, shape[1], 1, 1}));
        value = graph.add("Conv", name, {value, w});
        break;
      }
      case 2:
        value = graph.add("Softmax", name, {value}, {{"axis", *rc::gen::inRange<int64_t>(-4, 4)}});
        break;
      case 3:
        value =
            graph.add("Concat", name, {value, value}, {{"axis", *rc::gen::inRange<int64_t>(0, 4)}});
        break;
      case 4:
        value = graph.add("LeakyRelu", name, {value}, {{"alpha", *rc::gen::arbitrary<float>()}});
        break;
      default:
        value = graph.add("ReduceMax", name, {value},
                          {{"axes", std::vector<int64_t>{*rc::gen::inRange<int64_t>(-4, 4)}}});
    }
  }
  graph.output(value);
  RC_ASSERT(difference(graph, through_file(graph)) == "");
}

TEST(OnnxRoundTrip, writes_the_same_bytes_each_time) {
  const TempDir folder;
  write_onnx(small_network(), folder.path() / "a.onnx");
  write_onnx(small_network(), folder.path() / "b.onnx");
  EXPECT_EQ(read_file(folder.path() / "a.onnx"), read_file(folder.path() / "b.onnx"));
}

TEST(OnnxRoundTrip, keeps_the_weights_of_a_read_file_after_it_is_gone) {
  std::optional<Graph> graph;
  {
    const TempDir folder;
    write_onnx(small_network(), folder.path() / "model.onnx");
    graph = read_onnx(folder.path() / "model.onnx");
  }
  EXPECT_EQ(difference(small_network(), *graph), "");
}

TEST(OnnxWriting, puts_weights_beside_the_model_when_told_that_they_are_large) {
  const TempDir folder;
  const std::filesystem::path file = folder.path() / "model.onnx";
  write_onnx(small_network(), file, {.largest_inline_bytes = 100});
  EXPECT_GE(std::filesystem::file_size(file.string() + ".data"), 4u * 3 * 9 * 4);
  EXPECT_EQ(difference(small_network(), read_onnx(file)), "");
}

TEST(OnnxWriting, refuses_a_weight_without_values_and_leaves_no_file) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {4});
  graph.output(graph.add("Add", "add", {x, graph.constant("w", declare(DType::f32, {4}))}));
  const TempDir folder;
  try {
    write_onnx(graph, folder.path() / "model.onnx");
    FAIL() << "written without values";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("'w'"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(OnnxWriting, to_a_full_disk_or_a_missing_folder_is_an_error_that_names_the_file) {
  EXPECT_THROW(write_onnx(small_network(), "/nowhere/model.onnx"), Error);
}

}  // namespace
}  // namespace assay
