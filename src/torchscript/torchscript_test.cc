// SPDX-License-Identifier: MIT
// That the source means what the graph means is for tests/contract, which runs it; here is what it
// looks like, and what is refused.
#include "torchscript/torchscript.h"

#include <gmock/gmock.h>

#include <limits>

#include "base/error.h"

namespace assay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Ints = std::vector<int64_t>;

// One node on an input x of the given shape.
struct OneNode {
  explicit OneNode(const Shape& shape) { inputs.push_back(graph.input("x", DType::f32, shape)); }
  OneNode& floats(const Shape& shape, float value = 1) {
    const std::vector<float> values(static_cast<size_t>(element_count(shape)), value);
    inputs.push_back(graph.constant(fmt::format("f{}", inputs.size()), make_f32(shape, values)));
    return *this;
  }
  OneNode& integers(const Ints& values) {
    const Shape shape{static_cast<int64_t>(values.size())};
    inputs.push_back(graph.constant(fmt::format("i{}", inputs.size()), make_i64(shape, values)));
    return *this;
  }
  std::string source(const char* op, Attributes attributes = {}, const TorchOptions& options = {}) {
    graph.output(graph.add(op, "n", inputs, std::move(attributes)));
    return torchscript(graph, options);
  }
  std::string refusal(const char* op, Attributes attributes = {}) {
    try {
      return "accepted: " + source(op, std::move(attributes));
    } catch (const Error& error) {
      return error.what();
    }
  }
  Graph graph;
  std::vector<ValueId> inputs;
};

TEST(Torchscript, is_a_function_with_one_statement_per_node) {
  EXPECT_EQ(OneNode({1, 3, 8, 8})
                .floats({4, 3, 3, 3})
                .source("Conv", {{"pads", Ints{1, 1, 1, 1}}, {"strides", Ints{2, 2}}}),
            "def forward(self, v0: Tensor):\n"
            "  v2 = torch.conv2d(v0, self.c1, None, [2, 2], [1, 1], [1, 1], 1)\n"
            "  return (torch.contiguous(torch.to(v2, 6)), )\n");
}

TEST(Torchscript, pads_before_a_window_that_is_not_padded_evenly) {
  EXPECT_THAT(
      OneNode({1, 3, 8, 8}).floats({4, 3, 3, 3}).source("Conv", {{"pads", Ints{0, 1, 1, 2}}}),
      HasSubstr("torch.conv2d(torch.constant_pad_nd(v0, [1, 2, 0, 1], 0.0), self.c1, None, [1, 1], "
                "[0, 0], "));
  EXPECT_THAT(OneNode({1, 3, 8, 8})
                  .source("MaxPool", {{"kernel_shape", Ints{2, 2}}, {"pads", Ints{0, 0, 1, 1}}}),
              HasSubstr("[0, 1, 0, 1], float(\"-inf\"))"));
}

TEST(Torchscript, computes_in_the_precision_and_layout_that_are_asked_for) {
  const TorchOptions options{.precision = DType::bf16, .channels_last = true};
  EXPECT_EQ(OneNode({1, 3, 8, 8}).source("Relu", {}, options),
            "def forward(self, v0: Tensor):\n"
            "  v0 = torch.to(v0, 15)\n"
            "  v0 = torch.contiguous(v0, memory_format=2)\n"
            "  v1 = torch.relu(v0)\n"
            "  return (torch.contiguous(torch.to(v1, 6)), )\n");
}

TEST(Torchscript, normalizes_over_channels_in_f32_because_no_narrower_pool_is_there) {
  const TorchOptions narrow{.precision = DType::bf16};
  const Attributes three{{"size", int64_t{3}}};
  EXPECT_THAT(OneNode({1, 8, 4, 4}).source("LRN", three, narrow),
              AllOf(HasSubstr("torch.unsqueeze(torch.to(v0, 6) * torch.to(v0, 6), 1)"),
                    HasSubstr("v1 = torch.to(torch.to(v0, 6) / "), HasSubstr("0.75"),
                    HasSubstr(", 15)\n  return")));
  EXPECT_THAT(OneNode({1, 8, 4, 4}).source("LRN", three), HasSubstr("v1 = v0 / torch.pow("));
}

TEST(Torchscript, writes_scalars_as_literals_unless_that_changes_the_shape) {
  EXPECT_THAT(OneNode({2, 3}).floats({}, 0.5f).source("Mul"), HasSubstr("v0 * (0.500000000)"));
  EXPECT_THAT(OneNode({2, 3}).floats({}, -1).source("Sub"), HasSubstr("v0 - (-1.00000000)"));
  EXPECT_THAT(OneNode({3}).floats({1, 1}, 2).source("Add"), HasSubstr("v0 + self.c1"));
  OneNode left({});
  left.inputs.clear();
  left.floats({}, 2).inputs.push_back(left.graph.input("y", DType::f32, {3}));
  EXPECT_THAT(OneNode(left).source("Mul"), HasSubstr("v2 * (2.00000000)"));
  EXPECT_THAT(OneNode(left).source("Div"), HasSubstr("self.c1 / v2"));
}

TEST(Torchscript, adds_up_any_number_of_terms) {
  EXPECT_THAT(OneNode({2, 3}).floats({2, 3}).floats({3}).source("Sum"),
              HasSubstr("v3 = v0 + self.c1 + self.c2\n"));
}

TEST(Torchscript, leaves_out_a_second_output_that_nobody_reads_and_refuses_one_that_is_read) {
  OneNode node({2, 3});
  const auto outputs = node.graph.add_node("Dropout", "d", node.inputs, {}, {"y", "mask"});
  node.inputs = {outputs[0]};
  EXPECT_EQ(OneNode(node).source("Relu"),
            "def forward(self, v0: Tensor):\n"
            "  v1 = v0\n"
            "  v3 = torch.relu(v1)\n"
            "  return (torch.contiguous(torch.to(v3, 6)), )\n");
  node.graph.output(outputs[1]);
  EXPECT_THAT(node.refusal("Relu"), HasSubstr("'d' (Dropout): its second output is read"));
}

TEST(Torchscript, overwrites_what_only_the_activation_reads_and_nothing_else) {
  OneNode alone({2, 3}), read_twice({2, 3}), viewed({2, 3}), given({2, 3}), taken({2, 3});
  EXPECT_THAT(given.source("Relu"), HasSubstr("v1 = torch.relu(v0)\n"));
  alone.inputs = {alone.graph.add("Add", "a", {alone.inputs[0], alone.inputs[0]}, {})};
  EXPECT_THAT(alone.source("Relu"), HasSubstr("v2 = torch.relu_(v1)\n"));
  read_twice.inputs = {
      read_twice.graph.add("Add", "a", {read_twice.inputs[0], read_twice.inputs[0]}, {})};
  read_twice.graph.output(read_twice.graph.add("Neg", "b", read_twice.inputs, {}));
  EXPECT_THAT(read_twice.source("Relu"), HasSubstr("torch.relu(v1)\n"));
  viewed.inputs = {viewed.graph.add("Identity", "a", viewed.inputs, {})};
  EXPECT_THAT(viewed.source("Relu"), HasSubstr("torch.relu(v1)\n"));
  taken.inputs = {taken.graph.add("Add", "a", {taken.inputs[0], taken.inputs[0]}, {})};
  taken.graph.output(taken.inputs[0]);
  EXPECT_THAT(taken.source("Relu"), HasSubstr("torch.relu(v1)\n"));
}

TEST(Torchscript, writes_infinities_as_python_reads_them) {
  EXPECT_THAT(OneNode({2, 3}).floats({}, -std::numeric_limits<float>::infinity()).source("Add"),
              HasSubstr("v0 + (float(\"-inf\"))"));
}

TEST(Torchscript, leaves_out_what_a_composed_activation_is_made_of) {
  OneNode node({2, 3});
  const ValueId x = node.inputs[0];
  node.inputs.push_back(node.graph.add("Sigmoid", "gate", {x}));
  EXPECT_EQ(node.source("Mul"),
            "def forward(self, v0: Tensor):\n"
            "  v2 = torch.silu(v0)\n"
            "  return (torch.contiguous(torch.to(v2, 6)), )\n");
}

TEST(Torchscript, names_every_operator_that_pytorch_lacks_once) {
  OneNode network({1, 4});
  const ValueId first = network.graph.add("Frobnicate", "a", network.inputs);
  network.inputs = {network.graph.add("Frobnicate", "b", {first})};
  EXPECT_EQ(network.refusal("Mangle"),
            "operators that are not lowered to PyTorch: Frobnicate, Mangle");
}

TEST(Torchscript, names_the_node_whose_form_pytorch_lacks) {
  EXPECT_THAT(
      OneNode({4, 4}).integers({3}).integers({0}).integers({0}).integers({-1}).refusal("Slice"),
      AllOf(HasSubstr("'n' (Slice)"), HasSubstr("backwards")));
  EXPECT_THAT(OneNode({4, 4}).refusal("LRN", {{"size", int64_t{3}}}), HasSubstr("'n' (LRN)"));
  EXPECT_THAT(
      OneNode({1, 1, 8, 8})
          .refusal("AveragePool", {{"kernel_shape", Ints{2, 2}}, {"dilations", Ints{2, 2}}}),
      HasSubstr("dilated"));
}

TEST(Torchscript, numbers_types_as_pytorch_does) {
  EXPECT_EQ(torch_type(DType::f32), 6);
  EXPECT_EQ(torch_type(DType::bf16), 15);
  EXPECT_THROW(torch_type(DType::u64), Error);
  EXPECT_THROW(torch_type(DType::undefined), Error);
}

}  // namespace
}  // namespace assay
