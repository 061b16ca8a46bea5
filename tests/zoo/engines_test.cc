// SPDX-License-Identifier: MIT
// Each network of the zoo on each engine, batch 1 and 4, fp32: it runs, its output moves with its
// input, and the engines agree by the output check. The folder of the models goes with the test.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "e2e/program.h"
#include "onnx/onnx.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::IsEmpty;

constexpr const char* kEngines = ASSAY_ZOO_ENGINES;  // "onnxruntime,openvino"

size_t count(std::string_view list) {
  return list.empty() ? 0 : 1 + static_cast<size_t>(std::ranges::count(list, ','));
}

std::string name_of(const json& row) {
  return row.at("model").get<std::string>() + " on " + row.at("engine").get<std::string>() +
         " batch " + row.at("batch").dump();
}

// Why one configuration may not count; empty when it may.
std::string problem_of(const json& row) {
  const json& check = row.at("output_check");
  if (row.at("outcome") != "ok") return row.at("outcome").dump() + ' ' + row.at("reason").dump();
  if (check.is_null()) return "its output was not compared, or does not move with the input";
  fmt::print("{}: error {:.1e}\n", name_of(row), check.at("error").get<double>());
  if (!check.at("passed")) return "its output is wrong by " + check.at("error").dump();
  if (std::ranges::count(row.at("doubts"), "mostly_constant_output"))
    return "its output is constant";
  return "";
}

// One sentence for each configuration that may not count, and for those that are missing.
std::vector<std::string> problems_of(const std::string& model, const std::string& batches) {
  Program assay;
  const Ended ended = assay.run({"bench", model, "--engine", kEngines, "--batch", batches,
                                 "--max-time", "1ms", "--warmup", "0s", "--load-deadline", "600s",
                                 "--run-deadline", "300s", "--format", "json"});
  std::vector<std::string> problems;
  const json results = json::parse(ended.out, nullptr, false).value("results", json::array());
  if (results.size() != count(batches) * count(kEngines))
    problems.push_back("not one result for each engine and batch: " + ended.error);
  for (const json& row : results)
    if (const std::string problem = problem_of(row); !problem.empty())
      problems.push_back(name_of(row) + ": " + problem);
  return problems;
}

class Networks : public testing::TestWithParam<std::string> {};

TEST_P(Networks, compute_the_same_on_all_engines) {
  if (count(kEngines) == 0) GTEST_SKIP() << "neither engine was built";
  EXPECT_THAT(problems_of(GetParam(), "1,4"), IsEmpty());
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const ZooEntry& entry : zoo()) all.push_back(entry.name);
  return all;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace_if(
      name, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Zoo, Networks, testing::ValuesIn(names()), test_name);

// x [1, 8] -> what `end` makes of it, as an ONNX file.
struct Degenerate : testing::Test {
  std::vector<std::string> problems(const char* op, float operand, const char* end) {
    const TempDir folder;
    Graph graph("degenerate");
    const ValueId x = graph.input("x", DType::f32, {1, 8});
    const ValueId changed =
        graph.add(op, "changed", {x, graph.constant("c", make_f32({1}, std::vector{operand}))});
    graph.output(graph.add(end, "y", {changed}));
    write_onnx(graph, folder.path() / "degenerate.onnx");
    return problems_of(folder.path() / "degenerate.onnx", "1");
  }
};

TEST_F(Degenerate, networks_fail) {
  if (count(kEngines) == 0) GTEST_SKIP() << "neither engine was built";
  EXPECT_THAT(problems("Mul", 1, "Relu"), IsEmpty()) << "the honest one passes";
  EXPECT_THAT(problems("Mul", 0, "Relu"), testing::Not(IsEmpty())) << "constant";
  EXPECT_THAT(problems("Add", 1000, "Sigmoid"), testing::Not(IsEmpty())) << "saturated";
  EXPECT_THAT(problems("Sub", 1000, "Sqrt"), testing::Not(IsEmpty())) << "NaN";
}

}  // namespace
}  // namespace assay
