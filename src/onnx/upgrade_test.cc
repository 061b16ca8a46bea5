// SPDX-License-Identifier: MIT
// Old and newer forms of operators come out in the form of opset 17.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "graph/execute.h"
#include "onnx.pb.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::IsEmpty;
using ::testing::Pointwise;

// A model of one operator on x, given as protobuf text of its nodes.
class Model {
 public:
  Model(int64_t opset, const Shape& input, DType dtype = DType::f32) {
    x_model.add_opset_import()->set_version(opset);
    auto* info = x_model.mutable_graph()->add_input();
    info->set_name("x");
    auto* type = info->mutable_type()->mutable_tensor_type();
    type->set_elem_type(static_cast<int32_t>(onnx_number(dtype)));
    for (int64_t each : input) type->mutable_shape()->add_dim()->set_dim_value(each);
    x_model.mutable_graph()->add_output()->set_name("y");
  }

  Model& node(const char* op, std::vector<std::string> inputs, const char* output = "y") {
    x_node = x_model.mutable_graph()->add_node();
    x_node->set_op_type(op);
    for (const std::string& each : inputs) x_node->add_input(each);
    x_node->add_output(output);
    return *this;
  }
  Model& output(const char* name) {
    x_node->add_output(name);
    return *this;
  }
  // Of ONNX Runtime's own.
  Model& contributed(const char* op, std::vector<std::string> inputs, const char* output = "y") {
    if (x_model.opset_import_size() == 1) {
      auto* import = x_model.add_opset_import();
      import->set_domain("com.microsoft");
      import->set_version(1);
    }
    node(op, std::move(inputs), output);
    x_node->set_domain("com.microsoft");
    return *this;
  }
  Model& with(const char* name, int64_t value) {
    attribute(name, onnx::AttributeProto::INT)->set_i(value);
    return *this;
  }
  Model& with(const char* name, float value) {
    attribute(name, onnx::AttributeProto::FLOAT)->set_f(value);
    return *this;
  }
  Model& with(const char* name, const char* value) {
    attribute(name, onnx::AttributeProto::STRING)->set_s(value);
    return *this;
  }
  Model& with_list(const char* name, std::vector<int64_t> values) {
    attribute(name, onnx::AttributeProto::INTS)->mutable_ints()->Add(values.begin(), values.end());
    return *this;
  }
  Model& with_floats(const char* name, std::vector<float> values) {
    attribute(name, onnx::AttributeProto::FLOATS)
        ->mutable_floats()
        ->Add(values.begin(), values.end());
    return *this;
  }
  Model& weight(const char* name, const Shape& shape, std::vector<float> values) {
    auto* tensor = initializer(name, shape, onnx::TensorProto::FLOAT);
    tensor->mutable_float_data()->Add(values.begin(), values.end());
    return *this;
  }
  Model& integers(const char* name, std::vector<int64_t> values) {
    auto* tensor =
        initializer(name, {static_cast<int64_t>(values.size())}, onnx::TensorProto::INT64);
    tensor->mutable_int64_data()->Add(values.begin(), values.end());
    return *this;
  }

  Graph read() const {
    const std::string bytes = x_model.SerializeAsString();
    return parse_onnx(std::as_bytes(std::span(bytes)), {});
  }
  Shape shape() const {
    const Graph graph = read();
    EXPECT_THAT(graph.unknown_operators(), IsEmpty());
    return graph.value(graph.outputs()[0]).shape.value_or(Shape{-1});
  }
  // The first output for x counting 0, 1, 2, ...
  std::vector<float> run() const {
    const Graph graph = read();
    const Shape& input = *graph.value(graph.inputs()[0]).shape;
    std::vector<float> x(static_cast<size_t>(element_count(input)));
    for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i);
    const auto outputs = execute(graph, {{"x", make_f32(input, x)}});
    const auto values = outputs.at(0).as<float>();
    return {values.begin(), values.end()};
  }

 private:
  onnx::AttributeProto* attribute(const char* name, onnx::AttributeProto::AttributeType type) {
    auto* result = x_node->add_attribute();
    result->set_name(name);
    result->set_type(type);
    return result;
  }
  onnx::TensorProto* initializer(const char* name, const Shape& shape, int type) {
    auto* tensor = x_model.mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(type);
    for (int64_t each : shape) tensor->add_dims(each);
    return tensor;
  }

  onnx::ModelProto x_model;
  onnx::NodeProto* x_node = nullptr;
};

TEST(Upgrade, takes_attributes_that_became_inputs) {
  EXPECT_THAT(Model(1, {2, 6}).node("Reshape", {"x"}).with_list("shape", {3, -1}).shape(),
              ElementsAre(3, 4));
  EXPECT_THAT(
      Model(9, {1, 2, 1}).node("Squeeze", {"x"}).with_list("axes", std::vector<int64_t>{0}).shape(),
      ElementsAre(2, 1));
  EXPECT_THAT(Model(9, {2}).node("Unsqueeze", {"x"}).with_list("axes", {0, 2}).shape(),
              ElementsAre(1, 2, 1));
  EXPECT_THAT(Model(9, {4, 4})
                  .node("Slice", {"x"})
                  .with_list("starts", {1, -2})
                  .with_list("ends", {9, -1})
                  .shape(),
              ElementsAre(3, 1));
  EXPECT_THAT(Model(10, {1, 2}).node("Pad", {"x"}).with_list("pads", {0, 1, 0, 2}).run(),
              ElementsAre(0, 0, 1, 0, 0));
  EXPECT_THAT(Model(6, {4}).node("Clip", {"x"}).with("min", 1.0f).with("max", 2.0f).run(),
              ElementsAre(1, 1, 2, 2));
  EXPECT_THAT(
      Model(9, {2, 2}).node("ReduceSum", {"x"}).with_list("axes", std::vector<int64_t>{1}).run(),
      ElementsAre(1, 5));
  EXPECT_THAT(Model(9, {5}).node("TopK", {"x"}).output("i").with("k", int64_t{2}).run(),
              ElementsAre(4, 3));
  EXPECT_THAT(Model(11, {3}).node("Split", {"x"}).output("z").with_list("split", {2, 1}).shape(),
              ElementsAre(2));
  EXPECT_THAT(
      Model(6, {3}).node("Dropout", {"x"}).with("is_test", int64_t{1}).with("ratio", 0.5f).run(),
      ElementsAre(0, 1, 2));
}

TEST(Upgrade, takes_inputs_of_newer_opsets_back_to_attributes) {
  EXPECT_THAT(Model(18, {2, 2}).integers("axes", {-1}).node("ReduceMean", {"x", "axes"}).run(),
              ElementsAre(0.5f, 2.5f));
  EXPECT_THAT(
      Model(18, {2, 2}).node("ReduceMax", {"x"}).with("noop_with_empty_axes", int64_t{1}).run(),
      ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(
      Model(18, {7}).node("Split", {"x"}).output("z").with("num_outputs", int64_t{2}).shape(),
      ElementsAre(4));
  EXPECT_THAT(Model(18, {2, 2})
                  .integers("pads", {1, 1})
                  .integers("axes", {-1})
                  .node("Pad", {"x", "pads", "", "axes"})
                  .shape(),
              ElementsAre(2, 4));
}

TEST(Upgrade, aligns_the_explicit_broadcasting_of_opset_6) {
  const Model model = Model(6, {1, 2, 2})
                          .weight("b", {2}, {10, 20})
                          .node("Add", {"x", "b"})
                          .with("broadcast", int64_t{1})
                          .with("axis", int64_t{1});
  EXPECT_THAT(model.run(), ElementsAre(10, 11, 22, 23));
  EXPECT_THAT(Model(6, {1, 2, 2}).weight("s", {2}, {1, 2}).node("PRelu", {"x", "s"}).shape(),
              ElementsAre(1, 2, 2));
}

TEST(Upgrade, flattens_for_the_softmax_of_opset_11) {
  const auto rows = Model(11, {1, 2, 2}).node("Softmax", {"x"}).run();
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_NEAR(rows[0] + rows[1] + rows[2] + rows[3], 1, 1e-6);
  EXPECT_THAT(Model(13, {1, 2, 2}).node("Softmax", {"x"}).run(),
              Pointwise(FloatNear(1e-5f), {0.26894f, 0.73106f, 0.26894f, 0.73106f}));
}

TEST(Upgrade, reads_upsample_in_its_three_forms) {
  EXPECT_THAT(Model(1, {1, 1, 1, 2})
                  .node("Upsample", {"x"})
                  .with("height_scale", 2.0f)
                  .with("width_scale", 2.0f)
                  .run(),
              ElementsAre(0, 0, 1, 1, 0, 0, 1, 1));
  EXPECT_THAT(Model(7, {1, 1, 1, 2})
                  .node("Upsample", {"x"})
                  .with_floats("scales", {1.0f, 1.0f, 1.0f, 2.0f})
                  .run(),
              ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(
      Model(9, {1, 1, 1, 2}).weight("s", {4}, {1, 1, 1, 2}).node("Upsample", {"x", "s"}).run(),
      ElementsAre(0, 0, 1, 1));
}

TEST(Upgrade, expands_the_axes_of_a_resize) {
  EXPECT_THAT(Model(18, {1, 1, 4, 6})
                  .integers("sizes", {8, 9})
                  .node("Resize", {"x", "", "", "sizes"})
                  .with_list("axes", {2, 3})
                  .shape(),
              ElementsAre(1, 1, 8, 9));
  EXPECT_THAT(Model(18, {1, 1, 4, 6})
                  .integers("sizes", {8, 9})
                  .node("Resize", {"x", "", "", "sizes"})
                  .with_list("axes", {2, 3})
                  .with("keep_aspect_ratio_policy", "not_larger")
                  .shape(),
              ElementsAre(1, 1, 6, 9));
}

TEST(Upgrade, takes_newer_activations_apart) {
  EXPECT_THAT(Model(20, {3}).node("Gelu", {"x"}).run(),
              Pointwise(FloatNear(1e-5f), {0.0f, 0.841345f, 1.954500f}));
  EXPECT_THAT(Model(20, {3}).node("Gelu", {"x"}).with("approximate", "tanh").run(),
              Pointwise(FloatNear(1e-5f), {0.0f, 0.841192f, 1.954598f}));
  EXPECT_THAT(Model(18, {3}).node("Mish", {"x"}).run(),
              Pointwise(FloatNear(1e-5f), {0.0f, 0.865098f, 1.943959f}));
}

TEST(Upgrade, takes_group_normalization_apart_with_scales_by_group_or_channel) {
  const std::vector<float> expected = {9, 11, 9, 11, 8, 12, 8, 12};
  EXPECT_THAT(Model(18, {1, 4, 2})
                  .weight("s", {4}, {1, 1, 2, 2})
                  .weight("b", {4}, {10, 10, 10, 10})
                  .node("GroupNormalization", {"x", "s", "b"})
                  .with("num_groups", int64_t{4})
                  .run(),
              Pointwise(FloatNear(1e-3f), expected));
  EXPECT_THAT(Model(18, {1, 4, 1})
                  .weight("s", {2}, {1, 2})
                  .weight("b", {2}, {10, 10})
                  .node("GroupNormalization", {"x", "s", "b"})
                  .with("num_groups", int64_t{2})
                  .run(),
              Pointwise(FloatNear(1e-3f), {9, 11, 8, 12}));
}

TEST(Upgrade, reads_the_type_names_of_old_casts) {
  const Graph graph = Model(5, {2}).node("Cast", {"x"}).with("to", "INT64").read();
  EXPECT_EQ(graph.value(graph.outputs()[0]).dtype, DType::i64);
}

TEST(Upgrade, keeps_a_form_without_a_counterpart_as_an_unknown_operator) {
  const Graph graph = Model(18, {1, 1, 4, 4})
                          .weight("s", {4}, {1, 1, 2, 2})
                          .node("Resize", {"x", "", "s"})
                          .with("antialias", int64_t{1})
                          .read();
  EXPECT_THAT(graph.unknown_operators(), ElementsAre("Resize-18"));
}

TEST(Upgrade, refuses_an_attribute_of_the_wrong_type) {
  EXPECT_THROW(Model(6, {4}).node("Clip", {"x"}).with("min", "low").read(), Error);
}

TEST(Upgrade, writes_swish_and_root_mean_square_normalization_in_older_operators) {
  EXPECT_THAT(Model(24, {2}).node("Swish", {"x"}).with("alpha", 2.0f).run(),
              Pointwise(FloatNear(1e-6f), {0.0f, 0.880797f}));
  // The root of (0 + 1 + 4 + 9) / 4 is 1.870829.
  EXPECT_THAT(Model(23, {1, 4})
                  .node("RMSNormalization", {"x", "s"})
                  .with("epsilon", 0.0f)
                  .weight("s", {4}, {1, 1, 2, 2})
                  .run(),
              Pointwise(FloatNear(1e-5f), {0.0f, 0.534522f, 2.138090f, 3.207135f}));
}

// Rows (0, 1) and (2, 3) as queries, keys and values; products 1, 3, 13 over the root of 2.
TEST(Upgrade, writes_plain_attention_as_products_and_a_softmax) {
  EXPECT_THAT(Model(23, {1, 1, 2, 2})
                  .node("Attention", {"x", "x", "x"})
                  .with("is_causal", int64_t{0})
                  .with("softcap", 0.0f)
                  .run(),
              Pointwise(FloatNear(1e-4f), {1.60886f, 2.60886f, 1.99830f, 2.99830f}));
  const Graph causal = Model(23, {1, 1, 2, 2})
                           .node("Attention", {"x", "x", "x"})
                           .with("is_causal", int64_t{1})
                           .read();
  EXPECT_EQ(causal.nodes().at(0).op, "Attention") << "of which only the shape is known";
  EXPECT_THAT(*causal.value(causal.outputs()[0]).shape, ElementsAre(1, 1, 2, 2));
}

TEST(Upgrade, writes_the_quantized_operators_of_onnx_runtime_as_standard_ones) {
  EXPECT_THAT(Model(17, {1, 4})
                  .node("QuantizeLinear", {"x", "half"}, "q")
                  .contributed("QLinearAdd", {"q", "half", "", "q", "half", "", "one"}, "sum")
                  .node("DequantizeLinear", {"sum", "one"})
                  .weight("half", {}, {0.5f})
                  .weight("one", {}, {1})
                  .run(),
              ElementsAre(0, 2, 4, 6));
  const auto product =
      Model(17, {1, 2})
          .node("QuantizeLinear", {"x", "half"}, "q")
          .node("QuantizeLinear", {"w", "half"}, "qw")
          .contributed("QGemm", {"q", "half", "", "qw", "half", "", "", "half"}, "p")
          .node("DequantizeLinear", {"p", "half"})
          .weight("half", {}, {0.5f})
          .weight("w", {2, 2}, {1, 2, 3, 4})
          .run();
  EXPECT_THAT(product, ElementsAre(3, 4));
  // A scale for each row of the turned weights 1 2, 3 4.
  const auto by_row =
      Model(17, {1, 2})
          .node("QuantizeLinear", {"x", "half"}, "q")
          .node("QuantizeLinear", {"w", "scales"}, "qw")
          .with("axis", int64_t{0})
          .contributed("QGemm", {"q", "half", "", "qw", "scales", "", "", "half"}, "p")
          .with("transB", int64_t{1})
          .node("DequantizeLinear", {"p", "half"})
          .weight("half", {}, {0.5f})
          .weight("scales", {2}, {0.5f, 1})
          .weight("w", {2, 2}, {1, 2, 3, 4})
          .run();
  EXPECT_THAT(by_row, ElementsAre(2, 4));
}

TEST(Upgrade, leaves_what_it_cannot_say_in_older_operators_unknown) {
  const auto unknown = [](Model model) { return model.read().unknown_operators(); };
  EXPECT_THAT(unknown(Model(28, {1, 1, 2, 2})
                          .node("SpaceToDepth", {"x"})
                          .with("blocksize", int64_t{2})
                          .with("mode", "CRD")),
              ElementsAre("SpaceToDepth-28"));
  EXPECT_THAT(unknown(Model(20, {1, 1, 2, 2, 2}).node("GridSample", {"x", "x"})),
              ElementsAre("GridSample-20"));
}

}  // namespace
}  // namespace assay
