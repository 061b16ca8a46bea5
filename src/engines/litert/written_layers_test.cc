// SPDX-License-Identifier: MIT
#include "engines/litert/written_layers.h"

#include <gmock/gmock.h>

#include "engines/litert/tflite_file.h"

namespace assay {
namespace {

struct Layers : testing::Test {
  Layers() {
    const int x = file.tensor("x", DType::f32, {1, 2}), y = file.tensor("y", DType::f32, {1, 2});
    const int w = file.constant("w", make_f32({2, 2}, {{1, 2, 3, 4}}));
    const std::vector<std::byte> bytes(4);
    const int q = file.constant("q", make_tensor(DType::i8, {2, 2}, bytes), {{0.5f}, {0}});
    file.add(TfliteOp::fully_connected, {x, w}, {y});
    file.add(TfliteOp::relu, {y}, {y});
    file.add(TfliteOp::fully_connected, {x, q}, {y});
    written = file.finish({x}, {y});
  }
  std::vector<WrittenLayer> with(const std::vector<int64_t>& macs) {
    return written_layers(std::as_bytes(std::span(written.data(), written.size())), macs);
  }
  TfliteFile file;
  flatbuffers::DetachedBuffer written;
};

TEST_F(Layers, are_of_the_precision_of_their_weights_and_of_the_models_multiply_adds) {
  const auto layers = with({5, 6});
  ASSERT_EQ(layers.size(), 2u);
  EXPECT_EQ(layers[0].precision, "fp32");
  EXPECT_EQ(layers[1].precision, "int8");
  EXPECT_EQ(layers[1].macs, 6);
}

TEST_F(Layers, are_none_when_the_model_has_more_or_fewer) {
  EXPECT_TRUE(with({5}).empty());
  EXPECT_TRUE(with({5, 6, 7}).empty());
}

}  // namespace
}  // namespace assay
