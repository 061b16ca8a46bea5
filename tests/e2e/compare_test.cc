// SPDX-License-Identifier: MIT
// `assay compare` as a script that gates on it sees it.
#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

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
  EXPECT_GE(slower.at("pairs"), 6);
  EXPECT_EQ(slower.at("ci_target").at("asked"), 0.002);
  EXPECT_TRUE(slower.at("idle_cpu_share").at("a").is_number());
  EXPECT_NEAR(slower.at("ratio").at("median").get<double>(), 1.3, 0.1);
  EXPECT_EQ(slower.at("a").at("options").at("latency_us"), "1000");
  EXPECT_EQ(slower.at("b").at("options").at("latency_us"), "1300");
  EXPECT_EQ(compared(side("1300"), side("1000"), 0).at("verdict"), "faster");
}

TEST_F(Compare, more_sides_are_each_compared_with_the_first) {
  const Ended ended = compare({side("1000"), side("3000"), side("300"), "--engine", "null",
                               "--warmup", "50ms", "--max-time", "1s", "--format", "json"});
  EXPECT_EQ(ended.status, 4) << ended.error;
  const json found = json::parse(ended.out);
  EXPECT_EQ(found.at("correction"), "bonferroni");
  const json& comparisons = found.at("comparisons");
  ASSERT_EQ(comparisons.size(), 2u);
  EXPECT_EQ(comparisons[0].at("verdict"), "slower");
  EXPECT_EQ(comparisons[1].at("verdict"), "faster");
  for (const json& each : comparisons) {
    EXPECT_EQ(each.at("a").at("options").at("latency_us"), "1000");
    EXPECT_GE(each.at("pairs"), 7) << "two claims take more pairs than one";
  }
}

TEST_F(Compare, a_target_that_is_given_and_not_reached_exits_with_3_and_says_why) {
  const std::vector<std::string> sides = {
      "squeezenet1_1 --option null.latency_us=300 --option null.process_spread=0.01",
      "squeezenet1_1 --option null.latency_us=200 --option null.process_spread=0.01"};
  const auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> all = sides;
    all.insert(all.end(), {"--engine", "null", "--warmup", "20ms", "--max-time", "600ms"});
    all.insert(all.end(), more.begin(), more.end());
    return compare(all);
  };
  const Ended given = with({"--ci-target", "0.001%"});
  EXPECT_EQ(given.status, 3) << given.error;
  EXPECT_THAT(given.out, HasSubstr("The target of ±0.001 % was not reached"));
  const Ended ended = with({"--format", "json"});
  EXPECT_EQ(ended.status, 0) << "faster, and nobody asked for a target: " << ended.error;
  const json found = json::parse(ended.out);
  EXPECT_THAT(found.at("doubts"), testing::Contains("target_not_reached"));
  EXPECT_FALSE(found.at("ci_target").at("reason").is_null());
  EXPECT_GT(found.at("ci_target").at("reached").get<double>(), 0.002);
}

TEST_F(Compare, a_baseline_is_measured_again_beside_the_new_one) {
  const Ended kept =
      assay.run({"bench", "squeezenet1_1", "--engine", "null", "--option", "null.latency_us=1000",
                 "--max-time", "100ms", "--save-baseline", "main"});
  ASSERT_EQ(kept.status, 0) << kept.error;
  const auto against = [&](const std::string& name) {
    return compare({side("1300"), "--engine", "null", "--warmup", "50ms", "--max-time", "600ms",
                    "--baseline", name, "--format", "json"});
  };
  const Ended again = against("main");
  EXPECT_EQ(again.status, 4) << again.error;
  const json found = json::parse(again.out);
  EXPECT_EQ(found.at("baseline"), "main");
  EXPECT_EQ(found.at("paired"), true);
  EXPECT_TRUE(found.at("why_apart").is_null());
  EXPECT_EQ(found.at("a").at("options").at("latency_us"), "1000");
  const Ended misspelt = against("mian");
  EXPECT_EQ(misspelt.status, 2);
  EXPECT_THAT(misspelt.error, HasSubstr("did you mean 'main'?"));
}

TEST_F(Compare, of_a_baseline_of_several_the_one_with_the_same_options_is_meant_or_none) {
  const Ended kept = assay.run({"bench", "squeezenet1_1", "--engine", "null", "--option",
                                "null.latency_us=1000", "--option", "null.latency_us=2000",
                                "--max-time", "50ms", "--save-baseline", "two"});
  ASSERT_EQ(kept.status, 0) << kept.error;
  const auto against = [&](const std::string& latency_us) {
    return compare({side(latency_us), "--engine", "null", "--warmup", "20ms", "--max-time", "300ms",
                    "--baseline", "two", "--format", "json"});
  };
  const Ended unclear = against("1500");
  EXPECT_EQ(unclear.status, 2);
  EXPECT_THAT(unclear.error, HasSubstr("several"));
  EXPECT_THAT(unclear.error, HasSubstr("latency_us=2000"));
  const Ended same = against("2000");
  ASSERT_FALSE(same.out.empty()) << same.error;
  EXPECT_EQ(json::parse(same.out).at("a").at("options").at("latency_us"), "2000");
  const Ended elsewhere = compare({side("2000"), "--engine", "null", "--idle-gap", "1ms",
                                   "--baseline", "two", "--max-time", "300ms"});
  EXPECT_EQ(elsewhere.status, 2) << "it was kept without a gap";
}

TEST_F(Compare, a_baseline_that_cannot_be_measured_again_is_taken_as_it_is_stored) {
  const auto folder = assay.folder() / "models";
  std::filesystem::create_directory(folder);
  const std::string model = folder / "x.onnx";
  ASSERT_EQ(assay.run({"export", "squeezenet1_1", "--output", model}).status, 0);
  ASSERT_EQ(assay
                .run({"bench", model, "--engine", "null", "--option", "null.latency_us=1000",
                      "--max-time", "300ms", "--save-baseline", "main"})
                .status,
            0);
  ASSERT_EQ(assay.run({"export", "squeezenet1_1", "--classes", "7", "--output", model}).status, 0);
  const Ended ended = compare({model + " --option null.latency_us=1500", "--engine", "null",
                               "--warmup", "50ms", "--max-time", "600ms", "--baseline", "main"});
  EXPECT_EQ(ended.status, 4) << ended.error;
  EXPECT_THAT(ended.out, HasSubstr("A is the baseline 'main', as stored"));
  EXPECT_THAT(
      ended.out,
      HasSubstr("measured apart (what processes differ by is not in the interval): the model"));
}

TEST_F(Compare, an_interrupt_stores_what_there_is_and_exits_with_130) {
  Started running = assay.start({"compare", side("1000"), side("1300"), "--engine", "null",
                                 "--warmup", "50ms", "--max-time", "300s"});
  // Each is asked alone whether it can; two at once are measured, soon in their first bursts.
  ASSERT_TRUE(eventually(60, [&] { return children_of(running.pid()).size() == 2; }));
  std::this_thread::sleep_for(std::chrono::seconds(2));
  running.signal(SIGINT);
  const Ended ended = running.wait();
  EXPECT_EQ(ended.status, 130) << ended.error;
  EXPECT_THAT(ended.out, HasSubstr("B takes"));
  const Ended report = assay.run({"report", "--format", "json"});
  EXPECT_EQ(json::parse(report.out).at("results").size(), 2u);
}

TEST_F(Compare, stored_measurements_are_compared_apart) {
  const json slower = compared(side("1000"), side("1300"), 4);
  const Ended apart =
      compare({slower.at("a").at("id"), slower.at("b").at("id"), "--format", "json"});
  EXPECT_EQ(apart.status, 4) << apart.error;
  EXPECT_EQ(json::parse(apart.out).at("paired"), false);
  EXPECT_TRUE(json::parse(apart.out).at("ci_target").is_null());
  const auto backward = [&](const std::string& target) {
    return compare({slower.at("b").at("id"), slower.at("a").at("id"), "--ci-target", target,
                    "--format", "json"});
  };
  EXPECT_EQ(backward("99%").status, 0);
  const Ended missed = backward("0.0001%");
  EXPECT_EQ(missed.status, 3) << "reached or refused, also of what is stored";
  EXPECT_EQ(json::parse(missed.out).at("ci_target").at("reason"), "noise");
}

TEST_F(Compare, a_side_that_dies_is_named_and_what_was_measured_is_stored) {
  const Ended ended =
      compare({"squeezenet1_1 --engine null",
               "squeezenet1_1 --engine chaos --option chaos.mode=crash", "--max-time", "500ms"});
  EXPECT_EQ(ended.status, 3) << ended.error;
  EXPECT_THAT(ended.out, HasSubstr("B has no latency: killed by SIGSEGV"));
  EXPECT_THAT(assay.run({"report", "last", "--format", "csv"}).out, HasSubstr("null"));
  const Ended late = compare({"squeezenet1_1 --engine null",
                              "squeezenet1_1 --engine chaos --option chaos.mode=crash --option "
                              "chaos.when=unload",
                              "--max-time", "300ms", "--processes", "1", "--no-check"});
  EXPECT_EQ(late.status, 3) << late.error;
  EXPECT_THAT(late.out, HasSubstr("B died (crashed): killed by SIGSEGV"));
  EXPECT_THAT(late.out, HasSubstr("samples are stored as"));
}

TEST_F(Compare, an_option_for_both_sides_may_be_of_an_engine_that_one_side_is_on) {
  const Ended ended = compare({"squeezenet1_1 --engine null", "squeezenet1_1 --engine chaos",
                               "--option", "chaos.mode=crash", "--max-time", "200ms"});
  EXPECT_THAT(ended.out, HasSubstr("B has no latency")) << ended.error;
  const Ended refused = compare({"squeezenet1_1 --engine null", "squeezenet1_1 --engine null",
                                 "--option", "chaos.mode=crash"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.error, HasSubstr("'chaos', which no side is on"));
}

TEST_F(Compare, what_is_no_pair_of_configurations_is_refused_with_a_sentence) {
  const auto refused = [&](std::vector<std::string> arguments) {
    const Ended ended = compare(std::move(arguments));
    EXPECT_EQ(ended.status, 2) << ended.out;
    return ended.error;
  };
  EXPECT_THAT(refused({"resnet18"}), HasSubstr("two or more configurations, A and B; 1 given"));
  EXPECT_THAT(refused({"resnet18", "resnet81", "--engine", "null"}), HasSubstr("'resnet18'?"));
  EXPECT_THAT(refused({"resnet18", "resnet18 --precison bf16", "--engine", "null"}),
              HasSubstr("--precison"));
  EXPECT_THAT(refused({"resnet18", "resnet18 --batch 1,2", "--engine", "null"}),
              HasSubstr("stands for 2 configurations"));
  EXPECT_THAT(refused({"resnet18", "01ARZ3NDEKTSV4RRFFQ69G5FAV"}), HasSubstr("not some of each"));
  EXPECT_THAT(refused({"resnet18", "resnet18", "--threshold", "200%"}), HasSubstr("--threshold"));
  EXPECT_THAT(refused({"resnet18", "resnet18", "--ci-target", "0%"}), HasSubstr("--ci-target"));
  EXPECT_THAT(refused({"resnet18", "--engine", "null", "--baseline", "main"}),
              HasSubstr("there is no baseline"));
}

}  // namespace
}  // namespace assay
