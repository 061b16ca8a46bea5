// SPDX-License-Identifier: MIT
#include "engines/litert/integer_layer.h"

#include <gmock/gmock.h>

#include <limits>

namespace assay {
namespace {

using testing::ElementsAre;

IntegerConstant bias_of(std::vector<int32_t> values, std::vector<float> scales) {
  const Shape shape = {std::ssize(values)};
  return {make_tensor(DType::i32, shape, std::as_bytes(std::span(values))), scales,
          std::vector<int32_t>(scales.size(), 0), 0};
}

std::vector<int32_t> integers(const Tensor* f32, const IntegerConstant* given,
                              std::vector<double> steps) {
  const auto bias = integer_bias(f32, given, steps);
  if (!bias) return {};
  const auto values = bias->as<int32_t>();
  return {values.begin(), values.end()};
}

TEST(IntegerBias, is_the_models_own_where_its_grid_is_that_of_the_products) {
  // f32 has 24 bits: through it the last ones of this would be lost.
  const int32_t large = (1 << 30) - 1;
  const double step = double{0.1f} * 0.003f;
  const IntegerConstant given = bias_of({large, -large}, {static_cast<float>(step)});
  const Tensor f32 = make_f32({2}, {{1, 1}});  // not looked at
  EXPECT_THAT(integers(&f32, &given, {step, step}), ElementsAre(large, -large));
}

TEST(IntegerBias, is_brought_from_another_grid_channel_by_channel) {
  const IntegerConstant given = bias_of({10, 10}, {1, 0.5f});
  EXPECT_THAT(integers(nullptr, &given, {0.25, 0.25}), ElementsAre(40, 20));
}

TEST(IntegerBias, of_f32_is_rounded_to_the_nearest_step) {
  const Tensor f32 = make_f32({4}, {{0.24f, 0.26f, -0.26f, 100}});
  EXPECT_THAT(integers(&f32, nullptr, {0.5, 0.5, 0.5, 0.5}), ElementsAre(0, 1, -1, 200));
}

TEST(IntegerBias, counts_from_its_zero_point) {
  IntegerConstant given = bias_of({10, 10}, {0.5f});
  given.zeros = {4};
  EXPECT_THAT(integers(nullptr, &given, {0.5, 0.5}), ElementsAre(6, 6));
}

TEST(IntegerBias, is_nothing_where_the_model_has_none) {
  EXPECT_THAT(integers(nullptr, nullptr, {0.5, 1}), ElementsAre(0, 0));
}

TEST(IntegerBias, is_refused_beyond_32_bits) {
  for (const float value : {1e30f, -1e30f, std::numeric_limits<float>::quiet_NaN()}) {
    const Tensor f32 = make_f32({1}, {{value}});
    EXPECT_FALSE(integer_bias(&f32, nullptr, std::vector<double>{1e-3})) << value;
  }
}

}  // namespace
}  // namespace assay
