// SPDX-License-Identifier: MIT
// `assay bench --dry-run`: what would run, and why not what would not.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "onnx/onnx.h"
#include "program.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;

struct Plan : testing::Test {
  std::string plan(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"bench", "resnet18", "gehrman/mlp", "--engine", "null,reference",
                                 "--precision", "fp32,bf16", "--dry-run"});
    const Ended ended = assay.run(flags);
    EXPECT_EQ(ended.status, 0) << ended.error;
    return ended.out;
  }
  Program assay;
};

TEST_F(Plan, is_a_matrix_with_yes_or_the_number_of_a_reason) {
  const std::string table = plan({});
  EXPECT_THAT(table, ContainsRegex("model +null fp32 +reference fp32 +null bf16 +reference bf16"));
  EXPECT_THAT(table, ContainsRegex("gehrman/mlp +yes +yes +yes +no \\(1\\)"));
  EXPECT_THAT(table, HasSubstr("(1) reference does not execute bf16 here; it executes fp32\n"));
}

TEST_F(Plan, is_for_every_precision_of_the_papers_when_none_is_named) {
  const Ended ended = assay.run({"bench", "gehrman/mlp", "--engine", "null", "--dry-run"});
  EXPECT_THAT(ended.out, ContainsRegex("model +null fp32 +null fp16 +null bf16 +null int8"));
}

TEST_F(Plan, has_a_row_for_each_value_of_what_else_differs) {
  EXPECT_THAT(plan({"--batch", "1,3"}), ContainsRegex("resnet18 +3  yes"));
}

TEST_F(Plan, for_scripts_has_each_configuration_with_its_command) {
  const json rows = json::parse(plan({"--format", "json"}));
  ASSERT_EQ(rows.size(), 8u);
  for (const json& row : rows) {
    const bool lacks = row.at("engine") == "reference" && row.at("precision") == "bf16";
    EXPECT_EQ(row.at("supported"), !lacks);
    EXPECT_EQ(row.at("reason").is_string(), lacks);
    EXPECT_THAT(row.at("command").get<std::string>(), HasSubstr("assay bench "));
  }
}

// Engines are asked about the network itself, not about something that stands for it.
TEST_F(Plan, has_the_operator_that_a_network_of_the_zoo_has_and_the_engine_has_not) {
  const Ended ended =
      assay.run({"bench", "resnet18", "gehrman/mlp", "--engine", "chaos", "--option",
                 "chaos.lacks=Conv", "--precision", "fp32", "--batch", "2", "--dry-run"});
  EXPECT_EQ(ended.status, 0) << ended.error;
  EXPECT_THAT(ended.out, ContainsRegex("resnet18 +no \\(1\\)"));
  EXPECT_THAT(ended.out, ContainsRegex("gehrman/mlp +yes"));
  EXPECT_THAT(ended.out, HasSubstr("(1) chaos was asked to lack Conv\n"));
}

TEST_F(Plan, has_the_operator_of_a_file_that_an_engine_lacks) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 4});
  graph.output(graph.add("Frobnicate", "y", {graph.add("Relu", "r", {x})}));
  const std::string file = (assay.folder() / "strange.onnx").string();
  write_onnx(graph, file);
  const Ended ended = assay.run({"bench", file, "--engine", "reference,null", "--precision", "fp32",
                                 "--format", "json", "--dry-run"});
  const json rows = json::parse(ended.out);
  ASSERT_EQ(rows.size(), 2u) << ended.error;
  EXPECT_THAT(rows[0].at("reason").get<std::string>(), HasSubstr("Frobnicate"));
  EXPECT_TRUE(rows[1].at("supported")) << "null computes nothing";
}

TEST_F(Plan, says_why_a_network_does_not_fit_into_an_engines_tensors) {
  const Ended ended = assay.run({"bench", "vit_b_16", "shufflenet_g3", "--engine", "ncnn",
                                 "--precision", "fp32", "--dry-run"});
  if (ended.status != 0) GTEST_SKIP() << ended.error;
  EXPECT_THAT(ended.out, ContainsRegex("vit_b_16 +no \\(1\\)"));
  EXPECT_THAT(ended.out, ContainsRegex("shufflenet_g3 +yes"));
  EXPECT_THAT(ended.out, HasSubstr("at most four dimensions beside the batch"));
}

}  // namespace
}  // namespace assay
