// SPDX-License-Identifier: MIT
// `assay compare` as a script that gates on it sees it.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "program.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Compare : testing::Test {
  static std::string side(const std::string& latency_us) {
    return "squeezenet1_1 --option null.latency_us=" + latency_us;
  }
  Ended compare(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "compare");
    return assay.run(arguments);
  }
  json compared(const std::string& a, const std::string& b, int status) {
    const Ended ended = compare(
        {a, b, "--engine", "null", "--warmup", "50ms", "--max-time", "1s", "--format", "json"});
    EXPECT_EQ(ended.status, status) << ended.error;
    return ended.out.empty() ? json() : json::parse(ended.out);
  }
  Program assay;
};

TEST_F(Compare, a_slower_side_is_found_and_a_regression_exits_with_4) {
  const json slower = compared(side("1000"), side("1300"), 4);
  EXPECT_EQ(slower.at("verdict"), "slower");
  EXPECT_EQ(slower.at("paired"), true);
  EXPECT_EQ(slower.at("pairs"), 6);
  EXPECT_NEAR(slower.at("ratio").at("median").get<double>(), 1.3, 0.1);
  EXPECT_EQ(slower.at("a").at("options").at("latency_us"), "1000");
  EXPECT_EQ(slower.at("b").at("options").at("latency_us"), "1300");
  EXPECT_EQ(compared(side("1300"), side("1000"), 0).at("verdict"), "faster");
}

TEST_F(Compare, stored_measurements_are_compared_apart) {
  const json slower = compared(side("1000"), side("1300"), 4);
  const Ended apart =
      compare({slower.at("a").at("id"), slower.at("b").at("id"), "--format", "json"});
  EXPECT_EQ(apart.status, 4) << apart.error;
  EXPECT_EQ(json::parse(apart.out).at("paired"), false);
}

TEST_F(Compare, a_side_that_dies_is_named_and_what_was_measured_is_stored) {
  const Ended ended =
      compare({"squeezenet1_1 --engine null",
               "squeezenet1_1 --engine chaos --option chaos.mode=crash", "--max-time", "500ms"});
  EXPECT_EQ(ended.status, 3) << ended.error;
  EXPECT_THAT(ended.out, HasSubstr("B has no latency: killed by SIGSEGV"));
  EXPECT_THAT(assay.run({"report", "last", "--format", "csv"}).out, HasSubstr("null"));
}

TEST_F(Compare, an_option_for_both_sides_may_be_of_an_engine_that_one_side_is_on) {
  const Ended ended = compare({"squeezenet1_1 --engine null", "squeezenet1_1 --engine chaos",
                               "--option", "chaos.mode=crash", "--max-time", "200ms"});
  EXPECT_THAT(ended.out, HasSubstr("B has no latency")) << ended.error;
  const Ended refused = compare({"squeezenet1_1 --engine null", "squeezenet1_1 --engine null",
                                 "--option", "chaos.mode=crash"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.error, HasSubstr("'chaos', which neither side is on"));
}

TEST_F(Compare, what_is_no_pair_of_configurations_is_refused_with_a_sentence) {
  const auto refused = [&](std::vector<std::string> arguments) {
    const Ended ended = compare(std::move(arguments));
    EXPECT_EQ(ended.status, 2) << ended.out;
    return ended.error;
  };
  EXPECT_THAT(refused({"resnet18"}), HasSubstr("two configurations, A and B; 1 given"));
  EXPECT_THAT(refused({"resnet18", "resnet81", "--engine", "null"}), HasSubstr("'resnet18'?"));
  EXPECT_THAT(refused({"resnet18", "resnet18 --precison bf16", "--engine", "null"}),
              HasSubstr("--precison"));
  EXPECT_THAT(refused({"resnet18", "resnet18 --batch 1,2", "--engine", "null"}),
              HasSubstr("stands for 2 configurations"));
  EXPECT_THAT(refused({"resnet18", "01ARZ3NDEKTSV4RRFFQ69G5FAV"}), HasSubstr("not one of each"));
  EXPECT_THAT(refused({"resnet18", "resnet18", "--threshold", "200%"}), HasSubstr("--threshold"));
}

}  // namespace
}  // namespace assay
