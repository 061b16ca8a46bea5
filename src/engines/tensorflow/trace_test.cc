// SPDX-License-Identifier: MIT
#include "engines/tensorflow/trace.h"

#include <gmock/gmock.h>

#include "engines/tensorflow/lowering.h"
#include "messages.pb.h"

namespace assay {
namespace {

using testing::ElementsAre;

class Trace {
 public:
  void add(const std::string& name, const std::string& call, TF_DataType type, const Shape& shape) {
    auto& node = *x_device.add_node_stats();
    node.set_node_name(name);
    node.set_timeline_label(name + " = " + call);
    auto& tensor = *node.add_output()->mutable_tensor_description();
    tensor.set_dtype(type);
    for (const int64_t size : shape) tensor.mutable_shape()->add_dim()->set_size(size);
  }
  Facts facts() {
    const std::vector<std::string> names = {"conv", "bn", "relu", "fc"};
    return facts_of_metadata(x_metadata.SerializeAsString(), names);
  }

 private:
  tf::RunMetadata x_metadata;
  tf::DeviceStepStats& x_device = [this]() -> tf::DeviceStepStats& {
    auto& device = *x_metadata.mutable_step_stats()->add_dev_stats();
    device.set_device("/job:localhost/task:0/device:CPU:0");
    return device;
  }();
};

TEST(Trace, gives_each_operation_its_precision_macs_and_the_nodes_it_was_made_of) {
  Trace trace;
  trace.add("x", "Cast(input0)", TF_BFLOAT16, {2, 9, 9, 3});
  trace.add("0.conv/Const_1", "Const()", TF_BFLOAT16, {3, 3, 3, 16});
  trace.add("1.bn/Const_2", "Const()", TF_FLOAT, {16});
  trace.add("2.relu/Relu_0", "_FusedConv2D(x, 0.conv/Const_1, 1.bn/Const_2, ^late)", TF_BFLOAT16,
            {2, 7, 7, 16});
  const Facts facts = trace.facts();
  ASSERT_EQ(facts.layers.size(), 2u) << "constants are no layers";
  const LayerFact& conv = facts.layers[1];
  EXPECT_EQ(conv.op, "_FusedConv2D");
  EXPECT_EQ(conv.precision, "bf16");
  EXPECT_EQ(conv.macs, 2 * 7 * 7 * 16 * 27);
  EXPECT_THAT(conv.originals, ElementsAre("conv", "bn", "relu"));
  EXPECT_THAT(facts.providers, ElementsAre(testing::Pair("CPU:0", 1.0)));
}

TEST(Trace, counts_products_by_the_inner_size) {
  Trace trace;
  trace.add("flat", "Reshape(a:1, b)", TF_FLOAT, {4, 512});
  trace.add("3.fc/Const_0", "Const()", TF_FLOAT, {1000, 512});
  trace.add("3.fc/MatMul_1", "MatMul(flat, 3.fc/Const_0)", TF_FLOAT, {4, 1000});
  const Facts facts = trace.facts();
  EXPECT_EQ(facts.layers.at(1).macs, 4 * 1000 * 512);
  EXPECT_EQ(facts.layers.at(1).precision, "fp32");
}

TEST(Trace, skips_what_is_no_call_and_refuses_what_is_no_metadata) {
  Trace trace;
  trace.add("odd", "", TF_FLOAT, {});
  EXPECT_TRUE(trace.facts().layers.empty());
  EXPECT_THROW(facts_of_metadata("\xff\xff\xff", {}), std::runtime_error);
}

TEST(Trace, reads_the_node_from_the_name_of_an_operation) {
  EXPECT_EQ(node_of_operation("12.conv/Const_0-CastToBf16"), 12);
  EXPECT_EQ(node_of_operation("input0"), kNoNode);
  EXPECT_EQ(node_of_operation("12"), kNoNode);
  EXPECT_EQ(node_of_operation(""), kNoNode);
}

}  // namespace
}  // namespace assay
