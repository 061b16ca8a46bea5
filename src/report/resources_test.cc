// SPDX-License-Identifier: MIT
#include "report/resources.h"

#include <gtest/gtest.h>

#include <sstream>

#include "report/details.h"
#include "report/json.h"
#include "report/row.h"

namespace assay {
namespace {

// 20 bursts of 10 calls of 2 ms, 3 J each burst; 10^9 MACs and 10^8 bytes a call.
Measurement measured() {
  Measurement value;
  ProcessSamples process;
  process.latency_ns.assign(200, 2'000'000);
  process.burst_sizes.assign(20, 10);
  process.burst_joules.assign(20, 3);
  process.wall_seconds = 0.4;
  process.empty_rss_bytes = 10'000'000;
  process.load_rss_bytes = 40'000'000;
  process.load_peak_rss_bytes = 90'000'000;
  process.first_run_rss_bytes = 52'000'000;
  process.first_run_peak_rss_bytes = 55'000'000;
  process.steady_rss_bytes = 53'000'000;
  process.steady_peak_rss_bytes = 54'000'000;
  process.peak_rss_bytes = 90'000'000;
  value.processes = {process};
  value.cost = ModelCost{1, 1'000'000'000, 1, 9'000'000, 100'000'000};
  value.energy = Energy{"intel-rapl package-0", 4.5};
  value.roof = PeakRates{1, 1e12, 2e11};
  return value;
}

std::string details_of(const Measurement& value) {
  std::ostringstream out;
  print_details(Row(value), out);
  return out.str();
}

TEST(Energy, of_a_call_is_the_median_of_its_bursts_with_an_interval) {
  Measurement value = measured();
  value.processes[0].burst_joules[3] = 300;  // one that another program shared
  const auto energy = energy_j_per_call(value);
  ASSERT_TRUE(energy);
  EXPECT_DOUBLE_EQ(energy->value, 0.3);
  ASSERT_TRUE(energy->ci95);
  EXPECT_LE(energy->ci95->low, 0.3);
  EXPECT_GE(energy->ci95->high, 0.3);
}

TEST(Energy, counts_each_call_of_a_query_and_only_steady_bursts) {
  Measurement value = measured();
  value.configuration.scenario = Scenario::multi_stream;
  value.configuration.streams = 2;
  EXPECT_DOUBLE_EQ(energy_j_per_call(value)->value, 0.15);
  for (size_t i = 0; i < 15; ++i) value.processes[0].burst_joules[i] = 9;
  value.processes[0].steady_begin = 150;
  EXPECT_DOUBLE_EQ(energy_j_per_call(value)->value, 0.15);
}

TEST(Energy, is_nothing_without_a_sensor_or_with_bursts_that_it_missed) {
  Measurement none = measured(), missed = measured();
  none.energy.reset();
  missed.processes[0].burst_joules.pop_back();
  EXPECT_FALSE(energy_j_per_call(none));
  EXPECT_FALSE(energy_j_per_call(missed));
  EXPECT_TRUE(result_json(Row(none)).at("energy_j_per_inference").is_null());
  EXPECT_TRUE(result_json(Row(missed)).at("energy_j_per_inference").is_null());
  EXPECT_NE(details_of(none).find("no sensor"), std::string::npos) << details_of(none);
}

// Bursts of 50 ms, in three of four of which NVML's counter stands still.
TEST(Energy, of_a_gpu_is_that_of_whole_seconds_and_not_of_bursts_that_its_sensor_missed) {
  Measurement value = measured();
  value.energy->sensor = "nvml NVIDIA H100";
  ProcessSamples& process = value.processes[0];
  process.latency_ns.assign(4000, 5'000'000);
  process.burst_sizes.assign(400, 10);
  process.wall_seconds = 20;
  process.burst_joules.assign(400, 0);
  for (size_t i = 3; i < 400; i += 4) process.burst_joules[i] = 12;
  EXPECT_NEAR(energy_j_per_call(value)->value, 0.3, 0.01);
  EXPECT_FALSE(energy_j_per_call(value)->ci95) << "of four windows";
  process.latency_ns.resize(400);
  process.burst_sizes.resize(40);
  process.burst_joules.resize(40);
  process.wall_seconds = 2;
  EXPECT_DOUBLE_EQ(energy_j_per_call(value)->value, 0.3) << "shorter than a window";
  value.processes.assign(6, process);
  EXPECT_TRUE(energy_j_per_call(value)->ci95);
}

TEST(Energy, of_a_series_without_a_whole_steady_burst_is_not_known_though_there_is_a_sensor) {
  Measurement value = measured();
  value.processes[0].steady_begin = 195;
  EXPECT_FALSE(energy_j_per_call(value));
  EXPECT_EQ(details_of(value).find("no sensor"), std::string::npos) << details_of(value);
  EXPECT_NE(details_of(value).find("not known"), std::string::npos) << details_of(value);
}

TEST(Energy, is_shown_with_the_sensors_name_and_that_idle_power_is_in_it) {
  const auto json = result_json(Row(measured()));
  EXPECT_DOUBLE_EQ(json.at("energy_j_per_inference"), 0.3);
  EXPECT_EQ(json.at("energy").at("sensor"), "intel-rapl package-0");
  EXPECT_EQ(json.at("energy").at("idle_included"), true);
  EXPECT_EQ(json.at("energy").at("idle_watts"), 4.5);
  EXPECT_EQ(json.at("energy").at("ci95").size(), 2u);
  const std::string details = details_of(measured());
  EXPECT_NE(details.find("intel-rapl package-0"), std::string::npos) << details;
  EXPECT_NE(details.find("idle power included"), std::string::npos) << details;
}

TEST(Memory, is_told_by_phase_with_what_running_added_beside_the_prediction) {
  const auto json = result_json(Row(measured())).at("memory");
  EXPECT_EQ(json.at("engine_bytes"), 10'000'000);
  EXPECT_EQ(json.at("load_bytes"), 40'000'000);
  EXPECT_EQ(json.at("load_peak_bytes"), 90'000'000);
  EXPECT_EQ(json.at("first_run_bytes"), 52'000'000);
  EXPECT_EQ(json.at("first_run_peak_bytes"), 55'000'000);
  EXPECT_EQ(json.at("steady_bytes"), 53'000'000);
  EXPECT_EQ(json.at("steady_peak_bytes"), 54'000'000);
  EXPECT_EQ(json.at("activations_bytes"), 14'000'000);
  EXPECT_EQ(json.at("activations_predicted_bytes"), 9'000'000);
}

TEST(Memory, of_a_phase_that_was_not_seen_is_null_and_not_zero) {
  Measurement value = measured();
  value.processes[0].steady_rss_bytes = value.processes[0].steady_peak_rss_bytes = 0;
  const auto json = result_json(Row(value)).at("memory");
  EXPECT_TRUE(json.at("steady_bytes").is_null());
  EXPECT_TRUE(json.at("activations_bytes").is_null());
}

TEST(Memory, of_fresh_inputs_that_are_kept_beside_does_not_count_as_activations) {
  Measurement value = measured();
  value.configuration.fresh_inputs = true;
  value.processes[0].steady_peak_rss_bytes += 500'000'000;  // the sets of the calls after the first
  EXPECT_EQ(result_json(Row(value)).at("memory").at("activations_bytes"), 15'000'000);
}

TEST(RoofShare, is_what_is_done_over_what_could_be) {
  const auto json = result_json(Row(measured())).at("roof");
  EXPECT_DOUBLE_EQ(json.at("share_of_macs"), 0.5);    // 10^9 in 2 ms
  EXPECT_DOUBLE_EQ(json.at("share_of_bytes"), 0.25);  // 10^8 in 2 ms
  EXPECT_EQ(json.at("threads"), 1);
}

TEST(RoofShare, moves_half_the_bytes_at_half_the_precision) {
  Measurement value = measured();
  value.configuration.precision = "bf16";
  EXPECT_DOUBLE_EQ(roof_share(value, 500)->bytes, 0.125);
  EXPECT_DOUBLE_EQ(roof_share(value, 500)->macs, 0.5);
}

TEST(RoofShare, of_several_streams_counts_what_all_of_them_do) {
  Measurement value = measured();
  value.configuration.scenario = Scenario::offline;
  value.configuration.streams = 2;
  value.processes[0].wall_seconds = 0.2;  // 200 calls in it
  EXPECT_DOUBLE_EQ(Row(value).roof_share->macs, 1);
}

TEST(RoofShare, is_nothing_without_a_roof_a_cost_or_a_rate_that_the_engine_set) {
  Measurement no_roof = measured(), no_cost = measured(), server = measured();
  no_roof.roof.reset();
  no_cost.cost.reset();
  server.configuration.scenario = Scenario::server;
  EXPECT_FALSE(Row(no_roof).roof_share);
  EXPECT_FALSE(Row(no_cost).roof_share);
  EXPECT_FALSE(Row(server).roof_share) << "how many queries come is not up to the engine";
  EXPECT_TRUE(result_json(Row(no_roof)).at("roof").is_null());
}

}  // namespace
}  // namespace assay
