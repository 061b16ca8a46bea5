// SPDX-License-Identifier: MIT
// `assay stats` on series with a known truth, and on files that are no series.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "program.h"

namespace assay {
namespace {

// 1 ms with 1 % noise, times what `factor` says of the position in [0, 1).
std::string series(int count, const std::function<double(double)>& factor) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> noise(1, 0.01);
  std::string text = "# ns\n";
  for (int i = 0; i < count; ++i)
    text += fmt::format("{:.0f}\n", 1e6 * noise(random) * factor(static_cast<double>(i) / count));
  return text;
}

nlohmann::json judged(const std::string& text) {
  Program assay;
  write_file(assay.folder() / "samples", text);
  const Ended ended =
      assay.run({"stats", (assay.folder() / "samples").string(), "--format", "json"});
  EXPECT_EQ(ended.status, 0) << ended.error;
  return nlohmann::json::parse(ended.out, nullptr, false);
}

TEST(Stats, leaves_the_warm_up_out_and_its_interval_holds_the_truth) {
  const auto json = judged(series(4000, [](double at) { return at < 0.2 ? 1.5 : 1.0; }));
  EXPECT_EQ(json["steady_state"], "warmup");
  EXPECT_NEAR(json["left_out"].get<double>(), 800, 20);
  EXPECT_LT(json["latency_ms"]["ci95"][0], 1.0);
  EXPECT_GT(json["latency_ms"]["ci95"][1], 1.0);
  EXPECT_TRUE(json["doubts"].empty());
}

TEST(Stats, doubts_a_series_that_drifts_to_the_end) {
  const auto json = judged(series(4000, [](double at) { return 1 + at; }));
  EXPECT_EQ(json["steady_state"], "drifting");
  // As neighbours are alike, it is worth too few independent samples for an interval.
  EXPECT_TRUE(json["latency_ms"]["ci95"].is_null());
  EXPECT_EQ(json["doubts"], nlohmann::json({"too_few_samples", "drifting"}));
}

TEST(Stats, says_of_one_sample_only_what_one_sample_shows) {
  const auto json = judged("1000000\n");
  EXPECT_EQ(json["latency_ms"]["median"], 1.0);
  EXPECT_TRUE(json["latency_ms"]["ci95"].is_null());
  EXPECT_TRUE(json["latency_ms"]["p99"].is_null());
  EXPECT_EQ(json["doubts"], nlohmann::json({"too_few_samples"}));
}

TEST(Stats, refuses_what_is_no_series_with_the_line) {
  Program assay;
  for (const auto& [text, words] : std::map<std::string, std::string>{
           {"1\nnan\n", "line 2"}, {"", "no samples"}, {"5\n-3\n", "negative"}, {"x", "line 1"}}) {
    write_file(assay.folder() / "samples", text);
    const Ended ended = assay.run({"stats", (assay.folder() / "samples").string()});
    EXPECT_EQ(ended.status, 2) << text;
    EXPECT_NE(ended.error.find(words), std::string::npos) << ended.error;
  }
}

}  // namespace
}  // namespace assay
