// SPDX-License-Identifier: MIT
// ONNX Runtime's execution providers as an option: those that are there may be asked for, and a row
// whose nodes another one ran says so.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "program.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

struct Provider : testing::Test {
  void SetUp() override {
    const json engines = json::parse(assay.run({"list", "engines", "--format", "json"}).out);
    for (const json& engine : engines)
      if (engine.at("name") == "onnxruntime" && engine.at("available") == true)
        for (const json& option : engine.at("options"))
          if (option.at("name") == "provider") choices = option.at("choices");
    if (choices.empty()) GTEST_SKIP() << "onnxruntime is not installed";
  }
  Ended bench(const std::string& provider) {
    return assay.run({"bench", "gehrman/mlp", "--engine", "onnxruntime", "--max-time", "20ms",
                      "--option", "onnxruntime.provider=" + provider, "--format", "json"});
  }
  std::vector<std::string> choices;
  Program assay;
};

TEST_F(Provider, of_the_cpu_runs_all_nodes_and_is_not_doubted) {
  const Ended ended = bench("cpu");
  ASSERT_EQ(ended.status, 0) << ended.error;
  const json row = json::parse(ended.out).at("results").at(0);
  EXPECT_EQ(row.at("facts").at("providers").at("CPUExecutionProvider"), 1);
  EXPECT_THAT(row.at("doubts"), Not(Contains("silent_fallback")));
}

TEST_F(Provider, that_takes_no_node_is_a_fallback_that_the_row_tells) {
  if (std::ranges::find(choices, "azure") == choices.end())
    GTEST_SKIP() << "this library has no provider that leaves all nodes to the CPU";
  const Ended ended = bench("azure");
  ASSERT_EQ(ended.status, 0) << ended.error;
  const json row = json::parse(ended.out).at("results").at(0);
  EXPECT_THAT(row.at("doubts"), Contains("silent_fallback"));
}

TEST_F(Provider, that_is_not_there_is_refused_with_those_that_are) {
  const Ended ended = bench("neuron");
  EXPECT_EQ(ended.status, 2);
  for (const std::string& choice : choices) EXPECT_THAT(ended.error, HasSubstr(choice));
}

}  // namespace
}  // namespace assay
