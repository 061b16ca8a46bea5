// SPDX-License-Identifier: MIT
// Kernels against the definition written once more, and against numbers worked out by hand; the
// conformance cases of ONNX are run in onnx/.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "graph/execute.h"
#include "graph/kernels/array.h"
#include "graph/kernels/half.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;
using ::testing::ThrowsMessage;

Tensor noise(uint64_t seed, const Shape& shape) {
  std::vector<float> values(static_cast<size_t>(element_count(shape)));
  for (size_t i = 0; i < values.size(); ++i) values[i] = random_uniform(seed, i);
  return make_f32(shape, values);
}

Tensor result(const char* op, const std::vector<Tensor>& inputs, const Attributes& attributes = {},
              Accumulate accumulate = Accumulate::f32) {
  const Node node{"node", op, attributes, {}, {}};
  std::vector<const Tensor*> arguments;
  for (const Tensor& tensor : inputs) arguments.push_back(&tensor);
  return execute_node(node, arguments, 1, accumulate).at(0);
}

std::vector<float> as_floats(const Tensor& tensor) {
  const auto values = tensor.as<float>();
  return {values.begin(), values.end()};
}

using List = std::vector<int64_t>;

struct Grouped {
  int64_t group, stride, dilation, pad_top, pad_left;
};

// The sum as the definition has it, one output at a time.
float convolved(const Tensor& x, const Tensor& w, const Grouped& g, const List& at) {
  const auto xs = x.as<float>(), ws = w.as<float>();
  const int64_t per_group = w.shape[1], outputs = w.shape[0] / g.group;
  double sum = 0;
  for (int64_t c = 0; c < per_group; ++c) {
    for (int64_t i = 0; i < w.shape[2]; ++i) {
      for (int64_t j = 0; j < w.shape[3]; ++j) {
        const int64_t row = at[2] * g.stride + i * g.dilation - g.pad_top;
        const int64_t column = at[3] * g.stride + j * g.dilation - g.pad_left;
        if (row < 0 || column < 0 || row >= x.shape[2] || column >= x.shape[3]) continue;
        const int64_t channel = at[1] / outputs * per_group + c;
        const int64_t from =
            ((at[0] * x.shape[1] + channel) * x.shape[2] + row) * x.shape[3] + column;
        const int64_t weight = ((at[1] * per_group + c) * w.shape[2] + i) * w.shape[3] + j;
        sum += static_cast<double>(xs[static_cast<size_t>(from)]) *
               static_cast<double>(ws[static_cast<size_t>(weight)]);
      }
    }
  }
  return static_cast<float>(sum);
}

TEST(Kernels, convolution_equals_its_definition) {
  for (const Grouped& g : {Grouped{1, 1, 1, 0, 0}, Grouped{2, 2, 1, 1, 0}, Grouped{4, 1, 2, 2, 1},
                           Grouped{1, 3, 2, 0, 3}}) {
    const Tensor x = noise(1, {2, 4, 9, 8}), w = noise(2, {8, 4 / g.group, 3, 2});
    const Tensor y = result("Conv", {x, w},
                            {{"group", g.group},
                             {"strides", List{g.stride, g.stride}},
                             {"dilations", List{g.dilation, g.dilation}},
                             {"pads", List{g.pad_top, g.pad_left, 1, 2}}});
    std::vector<float> expected;
    for (int64_t n = 0; n < y.shape[0]; ++n) {
      for (int64_t m = 0; m < y.shape[1]; ++m) {
        for (int64_t i = 0; i < y.shape[2]; ++i) {
          for (int64_t j = 0; j < y.shape[3]; ++j)
            expected.push_back(convolved(x, w, g, {n, m, i, j}));
        }
      }
    }
    EXPECT_THAT(as_floats(y), Pointwise(FloatNear(1e-5f), expected));
  }
}

double dot(const Tensor& a, const Tensor& b) {
  const auto left = a.as<float>(), right = b.as<float>();
  return std::inner_product(left.begin(), left.end(), right.begin(), 0.0);
}

// <conv(x), y> = <x, conv_transpose(y)> for every x and y.
TEST(Kernels, transposed_convolution_is_the_adjoint_of_convolution) {
  const Attributes attributes = {{"group", int64_t{2}},
                                 {"strides", List{2, 2}},
                                 {"pads", List{1, 0, 1, 0}},
                                 {"dilations", List{1, 2}}};
  const Tensor x = noise(3, {1, 4, 7, 9}), w = noise(4, {6, 2, 3, 3});
  const Tensor forward = result("Conv", {x, w}, attributes);
  const Tensor y = noise(5, forward.shape);
  const Tensor back = result("ConvTranspose", {y, w}, attributes);
  ASSERT_EQ(back.shape, x.shape);
  EXPECT_NEAR(dot(forward, y), dot(x, back), 1e-3);
}

TEST(Kernels, pools_with_a_ceiling_count_no_window_that_starts_in_the_padding) {
  const Tensor x = make_f32({1, 1, 1, 4}, std::vector<float>{1, 2, 3, 4});
  const Attributes ceil = {
      {"kernel_shape", List{1, 3}}, {"strides", List{1, 2}}, {"ceil_mode", int64_t{1}}};
  EXPECT_THAT(as_floats(result("MaxPool", {x}, ceil)), ElementsAre(3, 4));
  EXPECT_THAT(as_floats(result("AveragePool", {x}, ceil)), ElementsAre(2, 3.5f));
  const Attributes padded = {{"kernel_shape", List{1, 2}},
                             {"strides", List{1, 2}},
                             {"pads", List{0, 1, 0, 1}},
                             {"count_include_pad", int64_t{1}}};
  EXPECT_THAT(as_floats(result("AveragePool", {x}, padded)), ElementsAre(0.5f, 2.5f, 2));
}

TEST(Kernels, accumulate_in_double_on_request) {
  // 2^24 + 1 + 1 stays at 2^24 in floats.
  const Tensor x = make_f32({3}, std::vector<float>{0x1p24f, 1, 1});
  EXPECT_THAT(as_floats(result("ReduceSum", {x})), ElementsAre(0x1p24f));
  EXPECT_THAT(as_floats(result("ReduceSum", {x}, {}, Accumulate::f64)), ElementsAre(0x1p24f + 2));
}

TEST(Kernels, softmax_of_large_numbers_does_not_overflow) {
  const Tensor x = make_f32({2}, std::vector<float>{1e4f, 1e4f});
  EXPECT_THAT(as_floats(result("Softmax", {x})), ElementsAre(0.5f, 0.5f));
}

TEST(Kernels, multiply_matrices_with_broadcast_batches) {
  const Tensor a = make_f32({2, 1, 1, 2}, std::vector<float>{1, 2, 3, 4});
  const Tensor b = make_f32({2, 2, 1}, std::vector<float>{1, 0, 0, 1});
  const Tensor y = result("MatMul", {a, b});
  EXPECT_THAT(y.shape, ElementsAre(2, 2, 1, 1));
  EXPECT_THAT(as_floats(y), ElementsAre(1, 2, 3, 4));
}

TEST(Kernels, name_the_shapes_of_matrices_that_do_not_fit) {
  EXPECT_THAT(
      [] {
        result("MatMul", {noise(1, {2, 3}), noise(2, {2, 3})});
      },
      ThrowsMessage<Error>(HasSubstr("2x3 and 2x3 have no matrix product")));
}

TEST(Kernels, einsum_takes_diagonals_and_ellipses) {
  const Tensor m = make_f32({2, 2}, std::vector<float>{1, 2, 3, 4});
  const auto einsum = [&](const char* equation, const std::vector<Tensor>& inputs) {
    return result("Einsum", inputs, {{"equation", std::string(equation)}});
  };
  EXPECT_THAT(as_floats(einsum("ii->i", {m})), ElementsAre(1, 4));
  EXPECT_THAT(as_floats(einsum("...ij->...ji", {m})), ElementsAre(1, 3, 2, 4));
  EXPECT_THAT(as_floats(einsum("ij,jk", {m, m})), ElementsAre(7, 10, 15, 22));
  EXPECT_THAT([&] { einsum("ij,jk->z", {m, m}); }, ThrowsMessage<Error>(HasSubstr("does not fit")));
}

TEST(Kernels, quantize_ties_to_even_and_saturate) {
  const Tensor x = make_f32({5}, std::vector<float>{0.5f, 1.5f, -2.5f, 300, -300});
  const float one = 1;
  const int8_t zero = 0;
  const Tensor y = result(
      "QuantizeLinear",
      {x, make_f32({}, {&one, 1}), make_tensor(DType::i8, {}, std::as_bytes(std::span(&zero, 1)))});
  EXPECT_THAT(integers(y), ElementsAre(0, 2, -2, 127, -128));
}

TEST(Half, survives_a_round_trip_for_every_bit_pattern) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    const Half half{static_cast<uint16_t>(bits)};
    const BFloat16 brain{static_cast<uint16_t>(bits)};
    const float h = to_float(half), b = to_float(brain);
    if (!std::isnan(h)) {
      ASSERT_EQ(to_half(static_cast<double>(h)).bits, half.bits);
    }
    if (!std::isnan(b)) {
      ASSERT_EQ(to_bfloat16(static_cast<double>(b)).bits, brain.bits);
    }
  }
}

TEST(Half, rounds_ties_to_even_and_overflows_to_infinity) {
  EXPECT_EQ(to_float(to_half(2049)), 2048);
  EXPECT_EQ(to_float(to_half(2051)), 2052);
  EXPECT_EQ(to_float(to_half(65519)), 65504);
  EXPECT_EQ(to_float(to_half(65520)), std::numeric_limits<float>::infinity());
  EXPECT_EQ(to_float(to_half(-1e300)), -std::numeric_limits<float>::infinity());
  EXPECT_EQ(to_float(to_half(0x1p-25)), 0);
  EXPECT_EQ(to_float(to_half(0x1.8p-25)), 0x1p-24f);
  EXPECT_TRUE(std::isnan(to_float(to_half(NAN))));
}

}  // namespace
}  // namespace assay
