// SPDX-License-Identifier: MIT
// Models that nobody here wrote: the nine classic networks of the onnx wheel and the three trained
// ones of the rapidocr-onnxruntime wheel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "graph/cost.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::filesystem::path kLight =
    std::filesystem::path(ASSAY_SDK_FOLDER) / "onnx/current/onnx/backend/test/data/light";
const std::filesystem::path kOcr = std::filesystem::path(ASSAY_SDK_FOLDER) /
                                   "rapidocr-onnxruntime/current/rapidocr_onnxruntime/models";

int64_t count_of(const Graph& graph, std::string_view op) {
  return std::count_if(graph.nodes().begin(), graph.nodes().end(),
                       [&](const Node& node) { return node.op == op; });
}

int values_without_shape(const Graph& graph) {
  return static_cast<int>(std::count_if(graph.values().begin(), graph.values().end(),
                                        [](const Value& value) { return !value.shape; }));
}

// DenseNet's and Inception v2's batch normalizations are followed by a scale and a shift of their
// own, which count beside the normalization's.
struct Light {
  const char* name;
  int64_t convolutions;
  int64_t dense;
  int64_t parameters;
  Shape output;

  friend void PrintTo(const Light& light, std::ostream* out) { *out << light.name; }
};

class LightModel : public ::testing::TestWithParam<Light> {};

TEST_P(LightModel, is_read_with_every_operator_and_shape_known) {
  const Light& expected = GetParam();
  const Graph graph = read_onnx(kLight / (std::string("light_") + expected.name + ".onnx"));
  EXPECT_THAT(graph.unknown_operators(), IsEmpty());
  EXPECT_EQ(values_without_shape(graph), 0);
  EXPECT_EQ(count_of(graph, "Conv"), expected.convolutions);
  EXPECT_EQ(count_of(graph, "Gemm"), expected.dense);
  ASSERT_EQ(graph.inputs().size(), 1u);
  EXPECT_THAT(*graph.value(graph.inputs()[0]).shape, ElementsAre(1, 3, 224, 224));
  ASSERT_EQ(graph.outputs().size(), 1u);
  EXPECT_EQ(*graph.value(graph.outputs()[0]).shape, expected.output);
  EXPECT_EQ(analyse(graph).parameters, expected.parameters);
}

INSTANTIATE_TEST_SUITE_P(Onnx, LightModel,
                         ::testing::Values(Light{"bvlc_alexnet", 5, 3, 60965224, {1, 1000}},
                                           Light{"densenet121", 121, 0, 8062504, {1, 1000, 1, 1}},
                                           Light{"inception_v1", 57, 1, 6998552, {1, 1000}},
                                           Light{"inception_v2", 69, 1, 11214888, {1, 1000}},
                                           Light{"resnet50", 53, 1, 25557032, {1, 1000}},
                                           Light{"shufflenet", 49, 1, 1393320, {1, 1000}},
                                           Light{"squeezenet", 26, 0, 1235496, {1, 1000, 1, 1}},
                                           Light{"vgg19", 16, 3, 143667240, {1, 1000}},
                                           Light{"zfnet512", 5, 3, 87250536, {1, 1000}}),
                         [](const auto& each) { return std::string(each.param.name); });

struct Ocr {
  const char* file;
  Shape input;
  Shape output;
  int64_t convolutions;

  friend void PrintTo(const Ocr& ocr, std::ostream* out) { *out << ocr.file; }
};

class OcrModel : public ::testing::TestWithParam<Ocr> {};

TEST_P(OcrModel, is_read_with_its_shape_arithmetic_folded) {
  const Ocr& expected = GetParam();
  OnnxOptions options;
  options.input_shapes["x"] = expected.input;
  const Graph graph = read_onnx(kOcr / expected.file, options);
  EXPECT_THAT(graph.unknown_operators(), IsEmpty());
  EXPECT_EQ(values_without_shape(graph), 0);
  EXPECT_EQ(count_of(graph, "Conv"), expected.convolutions);
  for (const char* op : {"Shape", "Constant", "Cast", "ConstantOfShape"})
    EXPECT_EQ(count_of(graph, op), 0) << op;
  EXPECT_EQ(*graph.value(graph.outputs()[0]).shape, expected.output);
}

INSTANTIATE_TEST_SUITE_P(
    Onnx, OcrModel,
    ::testing::Values(Ocr{"ch_ppocr_mobile_v2.0_cls_infer.onnx", {1, 3, 48, 192}, {1, 2}, 53},
                      Ocr{"ch_PP-OCRv4_det_infer.onnx", {1, 3, 736, 736}, {1, 1, 736, 736}, 62},
                      Ocr{"ch_PP-OCRv4_rec_infer.onnx", {1, 3, 48, 320}, {1, 40, 6625}, 38}),
    [](const auto& each) { return "case" + std::to_string(each.index); });

TEST(OnnxInputs, are_told_with_unknown_dimensions) {
  const auto inputs = onnx_inputs(kOcr / "ch_PP-OCRv4_det_infer.onnx");
  ASSERT_EQ(inputs.size(), 1u);
  EXPECT_EQ(inputs[0].name, "x");
  EXPECT_EQ(inputs[0].dtype, DType::f32);
  EXPECT_THAT(inputs[0].shape, ElementsAre(-1, 3, -1, -1));
}

TEST(OnnxInputs, leave_initializers_out) {
  const auto inputs = onnx_inputs(kLight / "light_resnet50.onnx");
  ASSERT_EQ(inputs.size(), 1u);
  EXPECT_EQ(inputs[0].name, "gpu_0/data_0");
}

TEST(OnnxInputs, that_are_unknown_have_to_be_given_and_the_error_says_how) {
  try {
    read_onnx(kOcr / "ch_PP-OCRv4_det_infer.onnx");
    FAIL() << "read without a shape";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("--input-shape x:1x3xHxW"));
  }
}

}  // namespace
}  // namespace assay
