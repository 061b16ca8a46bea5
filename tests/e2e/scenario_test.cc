// SPDX-License-Identifier: MIT
// How work arrives and when sampling stops, as a user asks for it and finds it in the results.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "program.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Scenarios : testing::Test {
  Ended bench(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"bench", "squeezenet1_1", "--engine", "null", "--option",
                                 "null.latency_us=1000", "--format", "json"});
    return assay.run(flags);
  }
  json result(const std::vector<std::string>& flags, int status = 0) {
    const Ended ended = bench(flags);
    EXPECT_EQ(ended.status, status) << ended.error;
    return ended.out.empty() ? json() : json::parse(ended.out).at("results").at(0);
  }
  Program assay;
};

TEST_F(Scenarios, are_in_the_result_in_its_id_and_in_the_command_that_measures_it_again) {
  const json plain = result({"--max-time", "50ms"});
  EXPECT_EQ(plain.at("scenario"), "single_stream");
  EXPECT_EQ(plain.at("rate_per_s"), nullptr);
  const json server = result({"--scenario", "server", "--rate", "300/s", "--streams", "2",
                              "--threads", "1", "--max-time", "300ms", "--arrival-seed", "4"});
  EXPECT_EQ(server.at("scenario"), "server");
  EXPECT_EQ(server.at("streams"), 2);
  EXPECT_EQ(server.at("rate_per_s"), 300);
  EXPECT_NE(server.at("configuration_id"), plain.at("configuration_id"));
  const auto command = server.at("command").get<std::string>();
  EXPECT_THAT(command, HasSubstr("--scenario server --streams 2 --rate 300/s"));
  EXPECT_THAT(command, HasSubstr("--arrival-seed 4"));
  const json idle = result({"--idle-gap", "2.5ms", "--include-transfer", "--max-time", "50ms"});
  EXPECT_EQ(idle.at("idle_gap_ms"), 2.5);
  EXPECT_EQ(idle.at("include_transfer"), true);
  EXPECT_THAT(idle.at("command").get<std::string>(),
              HasSubstr("--idle-gap 2500000ns --include-transfer"));
  EXPECT_LT(idle.at("throughput_per_s"), 400) << "the gap is part of the wall time";
}

TEST_F(Scenarios, count_the_images_of_all_streams) {
  const json many =
      result({"--scenario", "multi_stream", "--streams", "4", "--batch", "2", "--option",
              "null.wait=sleep", "--option", "null.latency_us=30000", "--max-time", "900ms"});
  const double calls = 1e3 / many.at("latency_ms").at("mean").get<double>();
  const double counted = many.at("throughput_per_s").get<double>() / (calls * 8);
  EXPECT_GT(counted, 0.55)
      << "half of it would be without the batch, a quarter without the streams";
  EXPECT_LT(counted, 1.1);
}

TEST_F(Scenarios, show_their_column_only_where_there_is_something_to_tell) {
  const std::vector<std::string> start = {"bench", "squeezenet1_1", "--engine", "null",
                                          "--fake-clock"};
  EXPECT_EQ(assay.run(start).out.find("scenario"), std::string::npos);
  std::vector<std::string> both = start;
  both.insert(both.end(), {"--scenario", "offline,server", "--streams", "2", "--rate", "50/s"});
  const std::string table = assay.run(both).out;
  EXPECT_THAT(table, HasSubstr("server 50/s ×2"));
  EXPECT_THAT(table, HasSubstr("offline ×2"));
}

TEST_F(Scenarios, a_target_that_is_reached_exits_with_0_and_one_that_is_not_with_3) {
  const json reached = result({"--ci-target", "50%"});
  EXPECT_EQ(reached.at("ci_target").at("asked"), 0.5);
  EXPECT_EQ(reached.at("ci_target").at("reason"), nullptr);
  const json missed = result({"--ci-target", "0.0001%", "--max-time", "200ms", "--option",
                              "null.distribution=uniform", "--option", "null.spread=0.9"},
                             3);
  EXPECT_NE(missed.at("ci_target").at("reason"), nullptr);
  EXPECT_THAT(missed.at("doubts"), testing::Contains("target_not_reached"));
  EXPECT_THAT(missed.at("command").get<std::string>(), HasSubstr("--ci-target 0.0001%"));
  const Ended shown = assay.run({"show", missed.at("id")});
  EXPECT_THAT(shown.out, HasSubstr("target of 95 %"));
  EXPECT_EQ(result({"--max-time", "50ms"}).at("ci_target"), nullptr);
}

TEST_F(Scenarios, the_highest_rate_under_a_limit_is_found_and_each_trial_is_a_row) {
  const std::vector<std::string> flags = {"--scenario", "server", "--max-latency", "20ms@p90",
                                          "--threads",  "1",      "--max-time",    "400ms"};
  const Ended ended = bench(flags);
  EXPECT_EQ(ended.status, 0) << ended.error;
  EXPECT_THAT(ended.error, HasSubstr("squeezenet1_1 on null: 20ms@p90 holds up to "));
  const json rows = json::parse(ended.out).at("results");
  ASSERT_GE(rows.size(), 4u);
  EXPECT_EQ(rows.at(0).at("scenario"), "offline") << "what the stream can do at all";
  double held = 0;
  for (const json& row : rows) {
    if (row.at("scenario") != "server") continue;
    EXPECT_LT(row.at("rate_per_s"), 1100) << "a call takes 1 ms";
    const auto& p90 = row.at("latency_ms").at("p90_ci95");
    if (!p90.is_null() && p90.at(1) <= 20)
      held = std::max(held, row.at("rate_per_s").get<double>());
  }
  EXPECT_GT(held, 50);
  EXPECT_EQ(
      bench({"--scenario", "server", "--max-latency", "10us@p90", "--max-time", "50ms"}).status, 4);
}

TEST_F(Scenarios, a_search_refuses_what_it_would_find_itself) {
  const auto refuse = [&](std::vector<std::string> flags, const char* words) {
    const Ended ended = bench(flags);
    EXPECT_EQ(ended.status, 2);
    EXPECT_THAT(ended.error, HasSubstr(words));
  };
  refuse({"--max-latency", "5ms@p99"}, "is for --scenario server or multi_stream");
  refuse({"--scenario", "server", "--rate", "5/s", "--max-latency", "5ms"}, "leave --rate out");
  refuse({"--scenario", "multi_stream", "--streams", "2", "--max-latency", "5ms"},
         "leave --streams out");
  refuse({"--scenario", "server", "--max-latency", "5ms@p98"}, "none of p50, p90, p95 and p99");
  refuse({"--scenario", "server", "--max-latency", "0ms"}, "write a time above 0");
  const Ended plan =
      assay.run({"bench", "squeezenet1_1", "--engine", "null", "--scenario", "server",
                 "--max-latency", "5ms", "--threads", "1", "--dry-run", "--format", "json"});
  const std::string command = json::parse(plan.out).at(0).at("command");
  EXPECT_THAT(command, HasSubstr("--scenario server --max-latency 5ms"));
  refuse({"--scenario", "server", "--max-latency", "5ms", "--save-baseline", "one"},
         "a baseline is no trial");
}

}  // namespace
}  // namespace assay
