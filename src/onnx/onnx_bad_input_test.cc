// SPDX-License-Identifier: MIT
// Files that nobody should have written: each is refused with one sentence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "onnx/spoilt_model.h"

namespace assay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

TEST(OnnxBadInput, starts_from_a_model_that_is_read) {
  EXPECT_EQ(refusal(small_model()), "no error");
}

TEST(OnnxBadInput, that_is_empty_or_something_else_is_refused) {
  EXPECT_THAT(error_of([] { parse_onnx({}, {}); }), HasSubstr("empty"));
  const std::string text = "<html>404 Not Found</html>";
  EXPECT_THAT(error_of([&] { parse_onnx(std::as_bytes(std::span(text)), {}); }),
              HasSubstr("no ONNX model"));
}

TEST(OnnxBadInput, that_is_truncated_anywhere_is_refused) {
  const std::string whole = small_model().SerializeAsString();
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::span<const char> part(whole.data(), size);
    EXPECT_NE(error_of([&] { parse_onnx(std::as_bytes(part), {}); }), "no error") << size;
  }
}

TEST(OnnxBadInput, that_is_missing_or_a_folder_is_named) {
  EXPECT_THAT(error_of([] { read_onnx("/nowhere/model.onnx"); }), HasSubstr("/nowhere/model.onnx"));
  const TempDir folder;
  EXPECT_THAT(error_of([&] { read_onnx(folder.path()); }), HasSubstr(folder.path().string()));
}

TEST(OnnxBadInput, of_three_gigabytes_is_refused_without_being_read) {
  const TempDir folder;
  const fs::path file = folder.path() / "huge.onnx";
  std::ofstream(file) << "x";
  fs::resize_file(file, uint64_t{3} << 30);
  EXPECT_THAT(error_of([&] { read_onnx(file); }), HasSubstr("at most 2 GiB"));
}

TEST(OnnxBadInput, with_an_impossible_dimension_is_refused) {
  for (int64_t dimension : {int64_t{0}, int64_t{-2}, int64_t{1} << 62}) {
    onnx::ModelProto model = small_model();
    model.mutable_graph()
        ->mutable_input(0)
        ->mutable_type()
        ->mutable_tensor_type()
        ->mutable_shape()
        ->mutable_dim(1)
        ->set_dim_value(dimension);
    EXPECT_THAT(refusal(model), AllOf(HasSubstr("'x'"), HasSubstr(std::to_string(dimension))));
  }
}

TEST(OnnxBadInput, with_a_cycle_is_refused_and_a_node_of_it_named) {
  onnx::ModelProto model = small_model();
  add_node(model, "first", "b", "a");
  add_node(model, "second", "a", "b");
  EXPECT_THAT(refusal(model), AllOf(HasSubstr("cycle"), HasSubstr("'first'")));
}

TEST(OnnxBadInput, out_of_order_is_sorted) {
  onnx::ModelProto model = small_model();
  model.mutable_graph()->mutable_node(0)->set_input(0, "a");
  add_node(model, "first", "x", "a");
  const Graph graph = parse(model);
  ASSERT_EQ(graph.nodes().size(), 2u);
  EXPECT_EQ(graph.nodes()[0].name, "first");
}

TEST(OnnxBadInput, with_a_dangling_input_is_refused_and_the_node_named) {
  onnx::ModelProto model = small_model();
  add_node(model, "lost", "nothing", "a");
  EXPECT_THAT(refusal(model), AllOf(HasSubstr("'lost'"), HasSubstr("'nothing'")));
}

TEST(OnnxBadInput, with_an_output_that_nothing_produces_is_refused) {
  onnx::ModelProto model = small_model();
  model.mutable_graph()->mutable_output(0)->set_name("z");
  EXPECT_THAT(refusal(model), HasSubstr("'z'"));
  model.mutable_graph()->clear_output();
  EXPECT_THAT(refusal(model), HasSubstr("no outputs"));
}

TEST(OnnxBadInput, with_a_name_used_twice_is_refused) {
  onnx::ModelProto model = small_model();
  add_node(model, "again", "x", "y");
  EXPECT_THAT(refusal(model), HasSubstr("'y'"));
  model = small_model();
  add_weight(model, {1}, 4).set_name("y");
  EXPECT_THAT(refusal(model), HasSubstr("'y'"));
}

TEST(OnnxBadInput, with_two_nodes_of_one_name_is_read) {
  onnx::ModelProto model = small_model();
  model.mutable_graph()->mutable_node(0)->set_input(0, "a");
  add_node(model, "act", "x", "a");
  EXPECT_EQ(parse(model).nodes().size(), 2u);
}

TEST(OnnxBadInput, with_weights_of_the_wrong_size_is_refused_before_memory_is_taken) {
  for (const Shape& shape :
       {Shape{3}, Shape{1 << 30, 1 << 20}, Shape{-1}, Shape{1 << 30, 1 << 30, 1 << 30}}) {
    onnx::ModelProto model = small_model();
    add_weight(model, shape, 8);
    EXPECT_NE(refusal(model), "no error") << to_string(shape);
  }
  onnx::ModelProto model = small_model();
  auto& weight = add_weight(model, {1 << 30}, 0);
  weight.clear_raw_data();
  weight.add_float_data(1);
  EXPECT_THAT(refusal(model), AllOf(HasSubstr("'w'"), HasSubstr("1 values")));
}

TEST(OnnxBadInput, from_an_opset_of_the_future_or_of_none_is_refused) {
  onnx::ModelProto model = small_model();
  model.mutable_opset_import(0)->set_version(99);
  EXPECT_THAT(refusal(model), AllOf(HasSubstr("opset 99"), HasSubstr("28")));
  model.clear_opset_import();
  EXPECT_THAT(refusal(model), HasSubstr("opset"));
}

// Two bytes a node, each some hundred in memory.
TEST(OnnxBadInput, of_more_parts_than_any_network_has_is_refused_before_they_are_made) {
  const std::string text = small_model().SerializeAsString();
  for (const char field : {'\x0a', '\x2a', '\x6a'}) {  // nodes, initializers, value infos
    std::string graph;
    for (int i = 0; i < 11'000'000; ++i) graph += {field, '\0'};
    std::string bytes = text + '\x3a';  // another piece of the graph, merged into it
    for (size_t left = graph.size(); left > 0; left >>= 7)
      bytes += static_cast<char>((left & 127) | (left > 127 ? 128 : 0));
    bytes += graph;
    try {
      parse_onnx(std::as_bytes(std::span(bytes)), {});
      FAIL() << "read";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("more than 10000000 nodes"));
    }
  }
}

TEST(OnnxBadInput, nested_without_end_is_refused) {
  onnx::ModelProto model = small_model();
  onnx::GraphProto* graph = model.mutable_graph();
  for (int depth = 0; depth < 200; ++depth) {
    auto* attribute = graph->add_node()->add_attribute();
    attribute->set_name("body");
    graph = attribute->mutable_g();
  }
  EXPECT_THAT(refusal(model), HasSubstr("no ONNX model"));
}

TEST(OnnxBadInput, whose_functions_call_themselves_is_refused) {
  onnx::ModelProto model = small_model();
  auto* function = model.add_functions();
  function->set_name("Again");
  function->set_domain("mine");
  function->add_input("a");
  function->add_output("b");
  function->add_opset_import()->set_version(17);
  auto* call = function->add_node();
  call->set_op_type("Again");
  call->set_domain("mine");
  call->add_input("a");
  call->add_output("b");
  *model.mutable_graph()->mutable_node(0) = *call;
  model.mutable_graph()->mutable_node(0)->set_input(0, "x");
  model.mutable_graph()->mutable_node(0)->set_output(0, "y");
  EXPECT_THAT(refusal(model), HasSubstr("without end"));
}

TEST(OnnxBadInput, of_ten_thousand_nodes_in_reverse_is_read_fast) {
  onnx::ModelProto model = small_model();
  model.mutable_graph()->clear_node();
  for (int i = 10'000; i-- > 0;)
    add_node(model, "same", i == 0 ? "x" : "v" + std::to_string(i - 1),
             i == 9'999 ? "y" : "v" + std::to_string(i));
  EXPECT_EQ(parse(model).nodes().size(), 10'000u);
}

TEST(OnnxBadInput, does_not_bind_what_contradicts_the_model) {
  EXPECT_THAT(refusal(small_model(), {{}, 2}), AllOf(HasSubstr("'x'"), HasSubstr("batch")));
  EXPECT_THAT(refusal(small_model(), {{{"x", {1, 5}}}, 0}),
              AllOf(HasSubstr("1x4"), HasSubstr("1x5")));
  EXPECT_THAT(refusal(small_model(), {{{"X", {1, 4}}}, 0}), HasSubstr("did you mean 'x'"));
}

}  // namespace
}  // namespace assay
