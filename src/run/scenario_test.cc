// SPDX-License-Identifier: MIT
// The scenarios through a real worker: what the Runner asks of it and makes of its answers.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <thread>

#include "base/clock.h"
#include "base/files.h"
#include "machine/proc_files.h"
#include "run/null_job.h"

namespace assay {
namespace {

using testing::Contains;
using testing::Each;
using testing::Ge;
using testing::HasSubstr;
using testing::Not;

using Options = std::map<std::string, std::string>;

Job null_of(Scenario scenario, int streams, const Options& options) {
  Job job = null_job(options);
  job.configuration.scenario = scenario;
  job.configuration.streams = streams;
  return job;
}

double mean_ms(const std::vector<int64_t>& samples) {
  return std::accumulate(samples.begin(), samples.end(), 0.0) /
         static_cast<double>(samples.size()) / 1e6;
}

const ProcessSamples& only_process(const Measurement& measured) {
  EXPECT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  EXPECT_EQ(measured.processes.size(), 1u);
  return measured.processes.at(0);
}

const Options kSleep10 = {{"latency_us", "10000"}, {"wait", "sleep"}};

TEST(Scenarios, four_streams_at_once_take_about_one_latency) {
  const Measurement measured = measure(null_of(Scenario::multi_stream, 4, kSleep10), quick(0.2));
  const ProcessSamples& process = only_process(measured);
  EXPECT_THAT(process.latency_ns, Each(Ge(10'000'000)));
  EXPECT_LT(mean_ms(process.latency_ns), 30);
  EXPECT_GT(process.service_seconds, 3 * process.wall_seconds);
}

TEST(Scenarios, offline_streams_multiply_the_throughput) {
  const Measurement measured = measure(null_of(Scenario::offline, 4, kSleep10), quick(0.2));
  const ProcessSamples& process = only_process(measured);
  const double per_second = static_cast<double>(process.latency_ns.size()) / process.wall_seconds;
  EXPECT_GT(per_second, 200) << "one stream would give 100";
  EXPECT_LT(per_second, 401);
}

TEST(Scenarios, a_server_is_offered_the_rate_and_measured_from_the_intended_start) {
  Job job = null_of(Scenario::server, 1, kSleep10);
  job.configuration.rate_per_s = 50;
  const Measurement measured = measure(job, quick(2));
  const ProcessSamples& process = only_process(measured);
  const double per_second = static_cast<double>(process.latency_ns.size()) / process.wall_seconds;
  EXPECT_NEAR(per_second, 50, 20);
  // Half of the time is busy: M/D/1 says 1.5 services on average. Few queries, so loosely.
  EXPECT_GT(mean_ms(process.latency_ns), 11);
  EXPECT_LT(mean_ms(process.latency_ns), 30);
  EXPECT_THAT(measured.doubts, Not(Contains(Doubt::overloaded)));
  EXPECT_EQ(measured.steady_state, "");
}

TEST(Scenarios, arrivals_depend_on_their_own_seed_alone) {
  Job job = null_of(Scenario::server, 1, {});
  job.configuration.rate_per_s = 300;
  RunOptions options = quick(0.5);
  const size_t first = only_process(measure(job, options)).latency_ns.size();
  options.seed = 99;
  EXPECT_EQ(only_process(measure(job, options)).latency_ns.size(), first);
  options.arrival_seed = 5;
  EXPECT_NE(only_process(measure(job, options)).latency_ns.size(), first);
}

TEST(Scenarios, a_server_that_gets_more_than_it_can_do_is_doubted_and_ends) {
  Job job = null_of(Scenario::server, 2, kSleep10);
  job.configuration.rate_per_s = 2000;
  const int64_t start_ns = monotonic_ns();
  const Measurement measured = measure(job, quick(0.5));
  EXPECT_LT(monotonic_ns() - start_ns, 10'000'000'000);
  EXPECT_THAT(measured.doubts, Contains(Doubt::overloaded));
  EXPECT_GT(only_process(measured).unserved, 100);
}

TEST(Scenarios, idle_gaps_are_in_the_wall_time_and_not_in_the_latency) {
  Job job = null_of(Scenario::single_stream, 1, {{"latency_us", "1000"}});
  job.configuration.idle_gap_ns = 20'000'000;
  const ProcessSamples process = only_process(measure(job, quick(0.5)));
  EXPECT_LT(process.latency_ns.size(), 26u);
  EXPECT_GT(process.latency_ns.size(), 5u);
  EXPECT_LT(mean_ms(process.latency_ns), 10);
}

TEST(Scenarios, a_worker_that_dies_in_a_schedule_is_one_crashed_row) {
  RunOptions options = quick(5);
  const TempDir folder;
  const auto list = folder.path() / "started";
  options.launcher = {"/bin/sh", "-c", "echo $$ >> " + list.string() + "; exec \"$0\""};
  Job job = null_of(Scenario::server, 2, kSleep10);
  job.configuration.rate_per_s = 100;
  Measurement measured;
  std::thread runner([&] { measured = measure(job, options); });
  std::vector<std::string> started;  // one that is asked, one that is measured
  for (int i = 0; i < 1000 && started.size() < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    started = lines_of(read_proc(list));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const pid_t victim = started.empty() ? -1 : std::atoi(started.back().c_str());
  EXPECT_GT(victim, 0);
  if (victim > 0) kill(victim, SIGKILL);
  runner.join();
  EXPECT_EQ(measured.outcome, Outcome::crashed);
  EXPECT_THAT(measured.reason, HasSubstr("SIGKILL during run"));
}

TEST(Scenarios, an_interrupt_in_a_schedule_keeps_the_queries_that_were_answered) {
  std::atomic<bool> stop = false;
  RunOptions options = quick(60);
  options.stop = &stop;
  Job job = null_of(Scenario::server, 1, {{"latency_us", "1000"}});
  job.configuration.rate_per_s = 100;
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    stop = true;
  });
  const int64_t start_ns = monotonic_ns();
  const Measurement measured = measure(job, options);
  later.join();
  EXPECT_LT(monotonic_ns() - start_ns, 8'000'000'000);
  EXPECT_FALSE(was_interrupted(measured)) << measured.reason;
  EXPECT_GT(only_process(measured).latency_ns.size(), 10u);
  EXPECT_THAT(measured.doubts, Not(Contains(Doubt::overloaded)))
      << "what was not served is the user's wish";
}

TEST(Scenarios, a_target_stops_the_sampling_early_and_a_missed_one_says_why) {
  RunOptions options = quick(60);
  options.ci_target = 0.05;
  const int64_t start_ns = monotonic_ns();
  const Measurement reached =
      measure(null_of(Scenario::single_stream, 1, {{"latency_us", "1000"}}), options);
  EXPECT_LT(monotonic_ns() - start_ns, 50'000'000'000) << "not all of the 60 s";
  ASSERT_TRUE(reached.ci_target) << reached.reason;
  EXPECT_EQ(reached.ci_target->reason, "");
  options.max_seconds = 0.3;
  options.ci_target = 0.0001;
  const Options wild = {{"latency_us", "1000"}, {"distribution", "uniform"}, {"spread", "0.9"}};
  const Measurement missed = measure(null_of(Scenario::single_stream, 1, wild), options);
  EXPECT_EQ(missed.ci_target.value().reason, "noise");
  EXPECT_THAT(missed.doubts, Contains(Doubt::target_not_reached));
  EXPECT_EQ(measure(null_of(Scenario::single_stream, 1, wild), quick(0.2)).ci_target, std::nullopt);
}

}  // namespace
}  // namespace assay
