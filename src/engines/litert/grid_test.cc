// SPDX-License-Identifier: MIT
#include "engines/litert/grid.h"

#include <gmock/gmock.h>

#include <limits>

namespace assay {
namespace {

template <typename T>
Tensor one(DType type, T value) {
  return make_tensor(type, {}, std::as_bytes(std::span(&value, 1)));
}

struct Grids : testing::Test {
  std::optional<Grid> with(Tensor scale, std::optional<Tensor> zero) {
    Graph graph;
    std::vector<ValueId> inputs = {graph.input("x", DType::f32, {1, 2}),
                                   graph.constant("scale", std::move(scale))};
    if (zero) inputs.push_back(graph.constant("zero", *zero));
    graph.add("QuantizeLinear", "q", inputs);
    return grid_of(graph, graph.nodes()[0]);
  }
};

TEST_F(Grids, have_unsigned_integers_128_lower_and_signed_ones_as_they_are) {
  EXPECT_EQ(with(make_f32({}, {{0.25f}}), one<uint8_t>(DType::u8, 0)), (Grid{0.25f, -128}));
  EXPECT_EQ(with(make_f32({}, {{0.25f}}), one<uint8_t>(DType::u8, 255)), (Grid{0.25f, 127}));
  EXPECT_EQ(with(make_f32({}, {{0.25f}}), one<int8_t>(DType::i8, -7)), (Grid{0.25f, -7}));
  EXPECT_EQ(with(make_f32({1}, {{0.25f}}), std::nullopt), (Grid{0.25f, -128})) << "u8 by default";
}

TEST_F(Grids, reach_from_the_smallest_integer_to_the_largest) {
  const Grid grid{0.5f, -128};
  EXPECT_EQ(grid.low(), 0);
  EXPECT_EQ(grid.high(), 127.5f);
}

TEST_F(Grids, are_refused_with_several_scales_none_or_wider_integers) {
  const Tensor zero = one<uint8_t>(DType::u8, 0);
  EXPECT_FALSE(
      with(make_f32({2}, {{1, 2}}), make_tensor(DType::u8, {2}, std::vector<std::byte>(2))));
  EXPECT_FALSE(with(make_f32({}, {{1.0f}}), one<int16_t>(DType::i16, 0)));
  for (const float scale : {0.0f, -1.0f, std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::quiet_NaN()})
    EXPECT_FALSE(with(make_f32({}, {{scale}}), zero)) << scale;
  EXPECT_FALSE(with(declare(DType::f32, {}), zero)) << "no values";
}

TEST(Grid, of_integers_without_a_zero_point_has_it_where_their_0_is) {
  Graph graph;
  const ValueId scale = graph.constant("scale", make_f32({}, {{2.0f}}));
  graph.add("DequantizeLinear", "u", {graph.input("x", DType::u8, {2}), scale});
  graph.add("DequantizeLinear", "i", {graph.input("y", DType::i8, {2}), scale});
  EXPECT_EQ(grid_of(graph, graph.nodes()[0]), (Grid{2, -128}));
  EXPECT_EQ(grid_of(graph, graph.nodes()[1]), (Grid{2, 0}));
}

TEST(Grid, is_refused_when_its_scale_is_computed) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {2});
  graph.add("QuantizeLinear", "q", {x, graph.input("scale", DType::f32, {})});
  EXPECT_FALSE(grid_of(graph, graph.nodes()[0]));
}

}  // namespace
}  // namespace assay
