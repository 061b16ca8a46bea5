// SPDX-License-Identifier: MIT
// A model without its large weights: read so, and written so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <numeric>

#include "base/error.h"
#include "base/files.h"
#include "onnx/spoilt_model.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kLarge = 70'000, kSmall = 65'536;  // elements

struct Structure : testing::Test {
  // x times a large weight, plus a small one.
  static Graph network(bool declared) {
    Graph graph;
    const auto weight = [&](const char* name, const Shape& shape) {
      std::vector<float> values(static_cast<size_t>(element_count(shape)));
      std::iota(values.begin(), values.end(), 1.0f);
      return graph.constant(name, declared ? declare(DType::f32, shape) : make_f32(shape, values));
    };
    const ValueId x = graph.input("x", DType::f32, {1, kLarge});
    const ValueId y = graph.add("Mul", "product", {x, weight("large", {1, kLarge})});
    const ValueId taken = graph.add("Slice", "taken",
                                    {y, graph.constant("from", make_i64({1}, {{0}})),
                                     graph.constant("to", make_i64({1}, {{kSmall}})),
                                     graph.constant("axes", make_i64({1}, {{1}}))});
    graph.output(graph.add("Add", "sum", {taken, weight("small", {1, kSmall})}));
    return graph;
  }
  static const Tensor& constant(const Graph& graph, const char* name) {
    return graph.value(graph.find(name).value()).constant.value();
  }
  fs::path file() const { return folder.path() / "model.onnx"; }
  TempDir folder;
};

TEST_F(Structure, has_everything_but_the_values_of_large_weights) {
  for (const uint64_t inline_bytes : {uint64_t{0}, uint64_t{1} << 30}) {
    write_onnx(network(false), file(), {.largest_inline_bytes = inline_bytes});
    const Graph whole = read_onnx(file()),
                read = read_onnx(file(), {.input_shapes = {}, .structure_only = true});
    EXPECT_FALSE(constant(whole, "large").declared_only());
    EXPECT_TRUE(constant(read, "large").declared_only());
    EXPECT_EQ(constant(read, "large").shape, (Shape{1, kLarge}));
    EXPECT_EQ(constant(read, "small").as<float>().back(), float{kSmall});
    ASSERT_EQ(read.nodes().size(), whole.nodes().size());
    EXPECT_EQ(*read.value(read.outputs()[0]).shape, *whole.value(whole.outputs()[0]).shape);
  }
}

TEST_F(Structure, is_refused_wherever_the_file_ends_or_is_damaged_or_says_nothing_new) {
  write_onnx(network(false), file());
  const std::string whole = read_file(file());
  for (size_t length = 0; length < whole.size(); length += length < 1000 ? 7 : 20'011) {
    write_file(file(), whole.substr(0, length));
    EXPECT_THROW(read_onnx(file(), {.input_shapes = {}, .structure_only = true}), Error) << length;
  }
  for (size_t at = 0; at < 600; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    write_file(file(), damaged);
    try {
      EXPECT_FALSE(
          read_onnx(file(), {.input_shapes = {}, .structure_only = true}).outputs().empty());
    } catch (const Error&) {
    }
  }
}

TEST_F(Structure, is_written_with_zeros_that_take_no_room) {
  EXPECT_THROW(write_onnx(network(true), file()), Error);
  write_onnx(network(true), file(), {.zeros_for_declared = true});
  const Graph read = read_onnx(file());
  EXPECT_THAT(constant(read, "large").as<float>(), testing::Each(0.0f));
  EXPECT_THAT(constant(read, "small").as<float>(), testing::Each(0.0f));
  EXPECT_EQ(constant(read, "to").as<int64_t>()[0], kSmall);
  struct stat zeros {};
  ASSERT_EQ(::stat((file().string() + ".zeros").c_str(), &zeros), 0);
  EXPECT_EQ(zeros.st_size, kLarge * 4);
  EXPECT_LT(zeros.st_blocks * 512, zeros.st_size / 4);
}

TEST_F(Structure, without_weights_needs_no_zeros) {
  Graph graph;
  graph.output(graph.add("Relu", "y", {graph.input("x", DType::f32, {1, 4})}));
  write_onnx(graph, file(), {.zeros_for_declared = true});
  EXPECT_EQ(read_onnx(file()).nodes().size(), 1u);
}

}  // namespace
}  // namespace assay
