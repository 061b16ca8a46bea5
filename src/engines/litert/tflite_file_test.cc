// SPDX-License-Identifier: MIT
#include "engines/litert/tflite_file.h"

#include <gmock/gmock.h>

#include "engine/engine.h"

namespace assay {
namespace {

using flatbuffers::Table;
using Tables = flatbuffers::Vector<flatbuffers::Offset<Table>>;

// Where a table keeps field i.
constexpr flatbuffers::voffset_t field(int i) {
  return static_cast<flatbuffers::voffset_t>(4 + 2 * i);
}
const Tables& tables(const Table& table, int i) {
  return *table.GetPointer<const Tables*>(field(i));
}
std::vector<int32_t> numbers(const Table& table, int i) {
  const auto& vector = *table.GetPointer<const flatbuffers::Vector<int32_t>*>(field(i));
  return {vector.begin(), vector.end()};
}

struct Written : testing::Test {
  Written() {
    const int x = file.tensor("x", DType::f32, {2, 3});
    const int half = file.constant("half", make_f32({}, std::vector{0.5f}));
    const int product = file.tensor("product", DType::f32, {2, 3});
    const int y = file.tensor("y", DType::f32, {2, 3});
    file.add(TfliteOp::mul, {x, half}, {product}, {21});
    file.add(TfliteOp::gelu, {product}, {y}, {116, {{0, true}}});
    bytes = file.finish({x}, {y});
    model = flatbuffers::GetRoot<Table>(bytes.data());
  }
  TfliteFile file;
  flatbuffers::DetachedBuffer bytes;
  const Table* model = nullptr;
};

TEST_F(Written, file_has_the_formats_identifier_and_version) {
  EXPECT_TRUE(flatbuffers::BufferHasIdentifier(bytes.data(), "TFL3"));
  EXPECT_EQ(model->GetField<uint32_t>(field(0), 0), 3u);
}

TEST_F(Written, operators_name_their_kind_tensors_and_options) {
  const Table& graph = *tables(*model, 2).Get(0);
  const Table& gelu = *tables(graph, 3).Get(1);
  EXPECT_EQ(numbers(gelu, 1), (std::vector<int32_t>{2}));
  EXPECT_EQ(numbers(gelu, 2), (std::vector<int32_t>{3}));
  EXPECT_EQ(gelu.GetField<uint8_t>(field(3), 0), 116);
  EXPECT_TRUE(gelu.GetPointer<const Table*>(field(4))->GetField<uint8_t>(field(0), 0));
  const Table& kind = *tables(*model, 1).Get(gelu.GetField<uint32_t>(field(0), 0));
  EXPECT_EQ(kind.GetField<int32_t>(field(3), 0), 150);
  EXPECT_EQ(kind.GetField<int8_t>(field(0), 0), 127) << "too large for the old field";
}

TEST_F(Written, constants_lie_aligned_in_buffers_of_their_own) {
  const Table& half = *tables(*tables(*model, 2).Get(0), 0).Get(1);
  const Table& buffer = *tables(*model, 4).Get(half.GetField<uint32_t>(field(2), 0));
  const auto& data = *buffer.GetPointer<const flatbuffers::Vector<uint8_t>*>(field(0));
  ASSERT_EQ(data.size(), sizeof(float));
  EXPECT_EQ(*reinterpret_cast<const float*>(data.data()), 0.5f);
  EXPECT_EQ((data.data() - bytes.data()) % 16, 0);
}

TEST_F(Written, signature_names_inputs_and_outputs) {
  const Table& signature = *tables(*model, 7).Get(0);
  const Table& output = *tables(signature, 1).Get(0);
  EXPECT_EQ(output.GetPointer<const flatbuffers::String*>(field(0))->str(), "y");
  EXPECT_EQ(output.GetField<uint32_t>(field(1), 0), 3u);
}

TEST(Quantized, tensors_have_scales_zero_points_and_the_axis_that_they_are_along) {
  TfliteFile file;
  const int x = file.tensor("x", DType::i8, {1, 2}, {{0.1f}, {-128}});
  const std::vector<int8_t> values = {1, 2, 3, 4, 5, 6};
  const Tensor filter = make_tensor(DType::i8, {1, 2, 3}, std::as_bytes(std::span(values)));
  const int w = file.constant("w", filter, {{0.5f, 0.25f, 1e-30f}, {0, 0, 0}, 2});
  const auto bytes = file.finish({x}, {w});
  const Table& graph = *tables(*flatbuffers::GetRoot<Table>(bytes.data()), 2).Get(0);
  const auto quantization = [&](unsigned tensor) {
    return tables(graph, 0).Get(tensor)->GetPointer<const Table*>(field(4));
  };
  using Floats = flatbuffers::Vector<float>;
  using Longs = flatbuffers::Vector<int64_t>;
  const Floats& scales = *quantization(1)->GetPointer<const Floats*>(field(2));
  EXPECT_THAT((std::vector<float>{scales.begin(), scales.end()}),
              testing::ElementsAre(0.5f, 0.25f, 1e-30f));
  EXPECT_EQ(quantization(1)->GetField<int32_t>(field(6), 0), 2);
  EXPECT_EQ(quantization(0)->GetPointer<const Longs*>(field(3))->Get(0), -128);
  EXPECT_EQ(file.quantization(w).axis, 2);
}

TEST_F(Written, tensors_of_f32_have_no_quantization) {
  for (const Table* tensor : *tables(*model, 2).Get(0)->GetPointer<const Tables*>(field(0)))
    EXPECT_EQ(tensor->GetPointer<const Table*>(field(4)), nullptr);
}

TEST_F(Written, types_that_the_format_lacks_are_unsupported) {
  EXPECT_THROW(file.tensor("b", DType::bf16, {1}), Unsupported);
}

}  // namespace
}  // namespace assay
