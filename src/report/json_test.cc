// SPDX-License-Identifier: MIT
#include "report/json.h"

#include <gmock/gmock.h>

#include <cmath>

namespace assay {
namespace {

std::vector<std::string> keys_of(const nlohmann::ordered_json& json) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

Measurement measured(int samples) {
  Measurement measurement;
  measurement.configuration.batch = 8;
  ProcessSamples& process = measurement.processes.emplace_back();
  process.latency_ns.assign(static_cast<size_t>(samples), 10'000'000);
  process.wall_seconds = 0.011 * samples;
  return measurement;
}

TEST(Json, a_result_has_every_key_of_the_contract_in_its_order) {
  const std::vector<std::string> contract = {"id",
                                             "configuration_id",
                                             "context",
                                             "started_at",
                                             "model",
                                             "model_sha256",
                                             "input",
                                             "engine",
                                             "engine_version",
                                             "device",
                                             "precision",
                                             "batch",
                                             "threads",
                                             "streams",
                                             "options",
                                             "scenario",
                                             "rate_per_s",
                                             "idle_gap_ms",
                                             "include_transfer",
                                             "fresh_inputs",
                                             "outcome",
                                             "reason",
                                             "doubts",
                                             "latency_ms",
                                             "throughput_per_s",
                                             "load_seconds",
                                             "first_run_ms",
                                             "warmup_runs",
                                             "steady_state",
                                             "ci_target",
                                             "phases_ms",
                                             "fps_inference",
                                             "fps_all",
                                             "peak_rss_bytes",
                                             "model_rss_bytes",
                                             "artifact_bytes",
                                             "memory",
                                             "energy_j_per_inference",
                                             "energy",
                                             "roof",
                                             "accuracy",
                                             "output_check",
                                             "facts",
                                             "command"};
  EXPECT_EQ(keys_of(result_json(Row(Measurement()))), contract);
  EXPECT_EQ(keys_of(result_json(Row(measured(300)))), contract);
  EXPECT_THAT(keys_of(result_json(Row(measured(300)))["latency_ms"]),
              testing::ElementsAre("median", "ci95", "mean", "p90", "p90_ci95", "p95", "p95_ci95",
                                   "p99", "p99_ci95", "min", "max", "samples", "processes"));
  EXPECT_THAT(keys_of(context_json(Context())),
              testing::ElementsAre("date", "host", "machine_fingerprint", "cpu", "cores_usable",
                                   "memory_bytes", "kernel", "assay_version", "engines", "doubts"));
}

TEST(Json, what_was_not_measured_is_null_and_never_zero) {
  Measurement failed;
  failed.outcome = Outcome::crashed;
  failed.processes.emplace_back();  // it died before anything was measured
  const auto json = result_json(Row(failed));
  for (const char* key :
       {"latency_ms", "throughput_per_s", "load_seconds", "first_run_ms", "warmup_runs",
        "steady_state", "phases_ms", "fps_inference", "peak_rss_bytes", "model_rss_bytes",
        "artifact_bytes", "output_check", "context", "model_sha256"}) {
    EXPECT_TRUE(json.at(key).is_null()) << key << " is " << json.at(key);
  }
  EXPECT_EQ(json["outcome"], "crashed");
}

TEST(Json, a_tail_without_enough_samples_is_null) {
  const auto few = result_json(Row(measured(28)))["latency_ms"];
  EXPECT_TRUE(few["p90"].is_null());
  EXPECT_TRUE(few["p90_ci95"].is_null());
  const auto some = result_json(Row(measured(298)))["latency_ms"];
  EXPECT_EQ(some["p95"], 10.0);
  EXPECT_TRUE(some["p99"].is_null());
  EXPECT_EQ(result_json(Row(measured(299)))["latency_ms"]["p99"], 10.0);
}

TEST(Json, throughput_counts_images_over_wall_time_and_latency_is_per_call) {
  const auto json = result_json(Row(measured(100)));
  EXPECT_DOUBLE_EQ(json["throughput_per_s"], 8 / 0.011);
  EXPECT_DOUBLE_EQ(json["latency_ms"]["median"], 10);
  EXPECT_DOUBLE_EQ(json["fps_inference"], 800);
}

// Reza et al.: FPS(inf) = N / sum of inferences, FPS = N / (load + sum of (preprocessing +
// inference)).
TEST(Json, phases_and_images_per_second_are_as_the_paper_defines_them) {
  Measurement pictures = measured(100);
  for (ProcessSamples& process : pictures.processes) process.load_seconds = 0.5;
  pictures.phases = {{4'000'000, 5'000'000, 6'000'000}, {20'000, 30'000}};
  const auto json = result_json(Row(pictures));
  const auto loads = static_cast<double>(pictures.processes.size());
  EXPECT_DOUBLE_EQ(json["fps_inference"], 800);
  EXPECT_DOUBLE_EQ(json["fps_all"], 800 / (0.5 * loads + 100 * 0.015));
  EXPECT_DOUBLE_EQ(json["phases_ms"]["load"], 500);
  EXPECT_DOUBLE_EQ(json["phases_ms"]["preprocess"], 5);
  EXPECT_DOUBLE_EQ(json["phases_ms"]["postprocess"], 0.025);
  EXPECT_DOUBLE_EQ(json["phases_ms"]["total"], 500 + 5 + 10 + 0.025);
  pictures.phases = {};
  EXPECT_TRUE(result_json(Row(pictures))["fps_all"].is_null());
}

TEST(Json, no_number_is_null_and_broken_text_is_still_json) {
  Measurement odd = measured(10);
  odd.output_check = OutputCheck{"r", std::nan(""), 1e-3, false};
  odd.reason = "\xff\x1b\"</script>";
  const auto back = nlohmann::json::parse(dump(result_json(Row(odd))));
  EXPECT_TRUE(back["output_check"]["error"].is_null());
  EXPECT_EQ(back["reason"], "\uFFFD\x1b\"</script>");
}

TEST(Json, a_result_points_at_its_context) {
  Report report{"", {Context(), Context()}, {measured(10), measured(10)}};
  report.contexts[1].id = report.measurements[0].context_id = "second";
  report.contexts[0].id = "first";
  report.measurements[1].context_id = "gone";
  const auto json = report_json(report);
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["results"][0]["context"], 1);
  EXPECT_TRUE(json["results"][1]["context"].is_null());
}

}  // namespace
}  // namespace assay
