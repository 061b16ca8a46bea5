// SPDX-License-Identifier: MIT
#include "run/measurement_doubts.h"

#include <gmock/gmock.h>

namespace assay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A measurement that nobody would doubt: two processes, 100 samples each, fp32 as asked, two
// threads busy.
Measurement sound() {
  Measurement measurement;
  measurement.configuration.threads = 2;
  measurement.processes.resize(2);
  for (ProcessSamples& process : measurement.processes) process.latency_ns.assign(100, 1'000'000);
  measurement.facts.precision_executed = {{"fp32", 1.0}};
  measurement.facts.providers = {{"CPUExecutionProvider", 1.0}};
  measurement.facts.threads = 2;
  measurement.facts.cpu_seconds = 2.0;
  measurement.facts.wall_seconds = 1.0;
  return measurement;
}

Machine four_cores() {
  Machine machine;
  machine.cores_online = machine.cores_usable = 4;
  machine.address_randomized = true;
  return machine;
}

std::vector<Doubt> doubts_about(const Measurement& measurement) {
  return doubts_of(measurement, four_cores(), {}, 6);
}

TEST(MeasurementDoubts, are_none_about_a_sound_measurement) {
  EXPECT_THAT(doubts_about(sound()), IsEmpty());
}

TEST(MeasurementDoubts, see_what_happened_beside_the_samples) {
  const auto beside = [](const Surroundings& seen) {
    return doubts_of(sound(), four_cores(), seen, 6);
  };
  EXPECT_THAT(beside({.other_cores = 0.1, .stolen_cores = 0.04}), IsEmpty());
  EXPECT_THAT(beside({.other_cores = 0.5}), ElementsAre(Doubt::busy_machine));
  EXPECT_THAT(beside({.stolen_cores = 0.5}), ElementsAre(Doubt::stolen_time));
  EXPECT_THAT(beside({.throttled_cores = 0.5}), ElementsAre(Doubt::cpu_limited));
}

TEST(MeasurementDoubts, see_a_step_of_the_frequency_inside_a_process_and_between_two) {
  Measurement measurement = sound();
  for (ProcessSamples& process : measurement.processes)
    process.cycles_per_s.assign(10, 3'000'000'000);
  EXPECT_THAT(doubts_about(measurement), IsEmpty());
  Measurement inside = measurement, between = measurement;
  for (size_t i = 4; i < 10; ++i) inside.processes[0].cycles_per_s[i] = 2'400'000'000;
  between.processes[1].cycles_per_s.assign(10, 2'400'000'000);
  EXPECT_THAT(doubts_about(inside), ElementsAre(Doubt::throttled));
  EXPECT_THAT(doubts_about(between), ElementsAre(Doubt::throttled));
}

TEST(MeasurementDoubts, see_threads_that_share_cores_or_reach_another_node_but_only_of_the_cpu) {
  Machine machine = four_cores();
  machine.topology.cores = 1;
  EXPECT_THAT(doubts_of(sound(), machine, {}, 6), ElementsAre(Doubt::shared_cores));
  machine.topology = {.cores = 2, .nodes = 2, .largest_node_cores = 1};
  EXPECT_THAT(doubts_of(sound(), machine, {}, 6), ElementsAre(Doubt::spread_over_nodes));
  Measurement on_gpu = sound();
  on_gpu.configuration.device = "cuda:0";
  on_gpu.facts.providers = {{"CUDAExecutionProvider", 1.0}};
  EXPECT_THAT(doubts_of(on_gpu, machine, {}, 6), IsEmpty());
}

TEST(MeasurementDoubts, see_that_all_processes_had_the_same_addresses) {
  Machine machine = four_cores();
  machine.address_randomized = false;
  EXPECT_THAT(doubts_of(sound(), machine, {}, 6), ElementsAre(Doubt::fixed_addresses));
}

TEST(MeasurementDoubts, see_too_few_samples_over_all_processes) {
  Measurement few = sound();
  for (ProcessSamples& process : few.processes) process.latency_ns.resize(2);
  EXPECT_THAT(doubts_about(few), ElementsAre(Doubt::too_few_samples));
}

TEST(MeasurementDoubts, see_a_session_that_was_not_idle_beside_the_others) {
  Measurement spun = sound();
  spun.processes[0].idle_seconds = spun.processes[1].idle_seconds = 0.5;
  EXPECT_THAT(doubts_about(spun), IsEmpty());
  spun.processes[0].idle_cpu_seconds = 0.0009;
  EXPECT_THAT(doubts_about(spun), IsEmpty()) << "under 0.1 % of all its idle time";
  spun.processes[1].idle_cpu_seconds = 0.0002;
  EXPECT_THAT(doubts_about(spun), ElementsAre(Doubt::restless));
}

TEST(MeasurementDoubts, see_a_single_process) {
  Measurement single = sound();
  single.processes.resize(1);
  EXPECT_THAT(doubts_about(single), ElementsAre(Doubt::single_process));
}

TEST(MeasurementDoubts, see_that_bf16_ran_where_fp32_was_asked_and_the_reverse) {
  Measurement measurement = sound();
  measurement.facts.precision_executed = {{"bf16", 0.9}, {"fp32", 0.1}};
  EXPECT_THAT(doubts_about(measurement), ElementsAre(Doubt::precision_mismatch));
  measurement.configuration.precision = "bf16";
  EXPECT_THAT(doubts_about(measurement), ElementsAre(Doubt::precision_mismatch));
  measurement.facts.precision_executed = {{"bf16", 0.96}, {"fp32", 0.04}};
  EXPECT_THAT(doubts_about(measurement), IsEmpty());
}

TEST(MeasurementDoubts, see_an_account_of_less_than_the_models_arithmetic) {
  Measurement measurement = sound();
  measurement.cost = ModelCost{.macs = 1000};
  EXPECT_THAT(doubts_about(measurement), IsEmpty()) << "the engine states the whole by itself";
  measurement.facts.layers.resize(2);
  measurement.facts.layers[0].macs = 880;
  EXPECT_THAT(doubts_about(measurement), ElementsAre(Doubt::unproven_precision));
  measurement.facts.layers[1].macs = 30;
  EXPECT_THAT(doubts_about(measurement), IsEmpty()) << "fusions leave a little out";
  EXPECT_DOUBLE_EQ(share_accounted_for(measurement).value(), 0.91);
}

TEST(MeasurementDoubts,
     see_that_an_engine_gives_no_account_but_not_where_there_is_nothing_to_tell) {
  Measurement measurement = sound();
  measurement.facts.precision_executed.clear();
  EXPECT_THAT(doubts_about(measurement), IsEmpty()) << "what the model costs is not known";
  measurement.cost = ModelCost{.macs = 1000};
  EXPECT_THAT(doubts_about(measurement), ElementsAre(Doubt::unproven_precision));
  measurement.synthetic = true;
  EXPECT_THAT(doubts_about(measurement), IsEmpty());
  measurement.synthetic = false;
  measurement.cost->macs = 0;
  EXPECT_THAT(doubts_about(measurement), IsEmpty());
}

TEST(MeasurementDoubts, see_a_fall_back_to_the_cpu) {
  Measurement measurement = sound();
  measurement.configuration.device = "cuda:0";
  measurement.facts.providers = {{"CUDAExecutionProvider", 0.7}, {"CPUExecutionProvider", 0.3}};
  EXPECT_THAT(doubts_about(measurement), ElementsAre(Doubt::silent_fallback));
  measurement.facts.providers = {{"CUDAExecutionProvider", 0.97}, {"CPUExecutionProvider", 0.03}};
  EXPECT_THAT(doubts_about(measurement), IsEmpty());
}

TEST(MeasurementDoubts, see_that_another_provider_than_the_one_asked_for_ran_the_nodes) {
  Measurement measurement = sound();
  measurement.configuration.options = {{"provider", "xnnpack"}};
  measurement.facts.providers = {{"XnnpackExecutionProvider", 0.9}, {"CPUExecutionProvider", 0.1}};
  EXPECT_THAT(doubts_about(measurement), ElementsAre(Doubt::silent_fallback));
  measurement.facts.providers = {{"XnnpackExecutionProvider", 0.96},
                                 {"CPUExecutionProvider", 0.04}};
  EXPECT_THAT(doubts_about(measurement), IsEmpty());
  measurement.configuration.options = {{"provider", "cpu"}};
  measurement.facts.providers = {{"CPUExecutionProvider", 1}};
  EXPECT_THAT(doubts_about(measurement), IsEmpty());
}

TEST(MeasurementDoubts, see_more_threads_than_were_asked_by_count_and_by_cpu_time) {
  Measurement by_count = sound(), by_time = sound(), fewer = sound();
  by_count.facts.threads = 3;
  by_time.facts.cpu_seconds = 2.2;
  fewer.facts.cpu_seconds = 1.1;
  fewer.facts.threads = 1;
  EXPECT_THAT(doubts_about(by_count), ElementsAre(Doubt::threads_mismatch));
  EXPECT_THAT(doubts_about(by_time), ElementsAre(Doubt::threads_mismatch));
  EXPECT_THAT(doubts_about(fewer), IsEmpty());
}

TEST(MeasurementDoubts, see_more_threads_than_cores_and_a_quota_below_the_threads) {
  Machine one_core = four_cores(), half = four_cores();
  one_core.cores_usable = 1;
  half.cpu_quota = 0.5;
  EXPECT_THAT(doubts_of(sound(), one_core, {}, 6), ElementsAre(Doubt::cpu_limited));
  EXPECT_THAT(doubts_of(sound(), half, {}, 6), ElementsAre(Doubt::cpu_limited));
}

TEST(MeasurementDoubts, count_the_threads_of_every_stream) {
  Measurement streams = sound();
  streams.configuration.streams = 2;
  streams.facts.threads = 4;
  EXPECT_THAT(doubts_about(streams), IsEmpty());
  streams.configuration.streams = 3;
  EXPECT_THAT(doubts_about(streams), ElementsAre(Doubt::cpu_limited));
}

TEST(MeasurementDoubts, see_that_queries_came_faster_than_they_were_served) {
  Measurement server = sound();
  server.configuration.scenario = Scenario::server;
  for (ProcessSamples& process : server.processes) {
    process.wall_seconds = 10;
    process.service_seconds = 9;
  }
  EXPECT_THAT(doubts_about(server), IsEmpty());
  server.processes[1].service_seconds = 9.9;
  EXPECT_THAT(doubts_about(server), ElementsAre(Doubt::overloaded));
  server.configuration.streams = 2;
  EXPECT_THAT(doubts_about(server), IsEmpty());
  server.processes[0].unserved = 1;
  EXPECT_THAT(doubts_about(server), ElementsAre(Doubt::overloaded));
  server.configuration.scenario = Scenario::offline;
  EXPECT_THAT(doubts_about(server), IsEmpty()) << "always busy, by design";
}

TEST(MeasurementDoubts, see_other_work_and_a_debug_build) {
  EXPECT_THAT(doubts_of(sound(), four_cores(), {.other_cores = 0.5, .debug_build = false}, 6),
              ElementsAre(Doubt::busy_machine));
  EXPECT_THAT(doubts_of(sound(), four_cores(), {.other_cores = 0.05, .debug_build = true}, 6),
              ElementsAre(Doubt::debug_build));
}

Graph graph_with_weights(const std::vector<float>& weights) {
  Graph graph;
  const auto rows = static_cast<int64_t>(weights.size()) / 4;
  const ValueId x = graph.input("x", DType::f32, {1, rows});
  const ValueId w = graph.constant("w", make_f32({rows, 4}, weights));
  graph.output(graph.add("MatMul", "product", {x, w}));
  return graph;
}

TEST(MeasurementDoubts, see_weights_of_one_value) {
  std::vector<float> weights(32, 0.25f);
  EXPECT_TRUE(has_constant_weights(graph_with_weights(weights)));
  weights.back() = 0.5f;
  EXPECT_FALSE(has_constant_weights(graph_with_weights(weights)));
}

TEST(MeasurementDoubts, do_not_take_a_bias_or_a_channels_scale_for_a_weight) {
  Graph graph = graph_with_weights(std::vector<float>(32, 0.25f));
  std::vector<float> scales;
  for (int i = 0; i < 16; ++i) scales.push_back(static_cast<float>(i));
  graph.constant("bias", make_f32({16}, scales));
  graph.constant("scale", make_f32({16, 1, 1}, scales));
  EXPECT_TRUE(has_constant_weights(graph));
}

TEST(MeasurementDoubts, say_nothing_of_weights_that_are_only_declared) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 8});
  graph.output(
      graph.add("MatMul", "product", {x, graph.constant("w", declare(DType::f32, {8, 4}))}));
  EXPECT_FALSE(has_constant_weights(graph));
}

}  // namespace
}  // namespace assay
