// SPDX-License-Identifier: MIT
#include "run/paired_run.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/clock.h"
#include "base/files.h"
#include "machine/proc_files.h"
#include "run/null_job.h"

namespace assay {
namespace {

using testing::HasSubstr;

Job null_of(const std::string& latency_us, const std::string& process_spread = "0") {
  return null_job({{"latency_us", latency_us}, {"process_spread", process_spread}});
}

TEST(PairedRun, takes_more_processes_where_they_differ_and_no_more_time_than_it_has) {
  const std::vector<Job> jobs{null_of("500", "0.02"), null_of("500", "0.02")};
  const int64_t start_ns = monotonic_ns();
  const PairedRun run = measure_paired(jobs, quick(), {.max_seconds = 4, .ci_target = 0.002});
  ASSERT_TRUE(run.against.at(0).comparison);
  EXPECT_GT(run.against[0].comparison->pairs, 6);
  EXPECT_EQ(run.measured[0].processes.size(), run.measured[1].processes.size());
  // On a busy machine a side may drift as well.
  EXPECT_THAT(run.against[0].target.reason, testing::AnyOf("processes", "drift"));
  EXPECT_GT(run.against[0].target.reached.value_or(0), 0.002);
  double sampled = 0;
  for (const Measurement& side : run.measured)
    for (const ProcessSamples& process : side.processes) sampled += process.wall_seconds;
  EXPECT_LT(sampled, 4.5);
  EXPECT_LT(static_cast<double>(monotonic_ns() - start_ns) / 1e9, 30);
}

TEST(PairedRun, ends_after_six_pairs_when_the_target_is_reached) {
  const std::vector<Job> jobs{null_of("500"), null_of("600")};
  const PairedRun run = measure_paired(jobs, quick(), {.max_seconds = 2, .ci_target = 0.9});
  ASSERT_TRUE(run.against.at(0).comparison);
  EXPECT_EQ(run.against[0].comparison->pairs, 6);
  EXPECT_EQ(run.against[0].target.reason, "");
  EXPECT_NEAR(run.against[0].comparison->ratio, 1.2, 0.1);
}

TEST(PairedRun, compares_each_with_the_first_and_takes_seven_pairs_for_two_claims) {
  const std::vector<Job> jobs{null_of("500"), null_of("1000"), null_of("250")};
  const PairedRun run = measure_paired(jobs, quick(), {.max_seconds = 1.5, .ci_target = 0.5});
  ASSERT_EQ(run.measured.size(), 3u);
  ASSERT_EQ(run.against.size(), 2u);
  for (const PairedResult& result : run.against) {
    ASSERT_TRUE(result.comparison);
    EXPECT_GE(result.comparison->pairs, 7);
  }
  EXPECT_GT(run.against[0].comparison->ratio, 1.5);
  EXPECT_LT(run.against[1].comparison->ratio, 0.75);
}

TEST(PairedRun, takes_as_many_pairs_as_it_is_told_and_says_that_they_are_too_few) {
  const std::vector<Job> jobs{null_of("500"), null_of("500")};
  const PairedRun run =
      measure_paired(jobs, quick(), {.max_seconds = 0.5, .ci_target = 0.9, .pairs = 2});
  ASSERT_TRUE(run.against.at(0).comparison);
  EXPECT_EQ(run.against[0].comparison->pairs, 2);
  EXPECT_TRUE(run.against[0].comparison->ci95);
  EXPECT_EQ(run.against[0].target.reason, "too_few_samples");
}

TEST(PairedRun, of_calls_that_take_longer_than_all_the_time_ends_with_fewer_pairs) {
  const std::vector<Job> jobs{null_job({{"latency_us", "150000"}, {"wait", "sleep"}}),
                              null_job({{"latency_us", "150000"}, {"wait", "sleep"}})};
  const PairedRun run = measure_paired(jobs, quick(), {.max_seconds = 0.5, .ci_target = 0.01});
  ASSERT_TRUE(run.against.at(0).comparison);
  EXPECT_LT(run.against[0].comparison->pairs, 6);
  EXPECT_EQ(run.against[0].target.reason, "too_few_samples");
}

TEST(PairedRun, ends_when_a_side_dies_and_keeps_what_both_gave) {
  RunOptions options = quick();
  const TempDir folder;
  const auto list = folder.path() / "started";
  options.launcher = {"/bin/sh", "-c", "echo $$ >> " + list.string() + "; exec \"$0\""};
  const std::vector<Job> jobs{null_of("500"), null_of("501")};
  PairedRun run;
  std::thread runner(
      [&] { run = measure_paired(jobs, options, {.max_seconds = 60, .ci_target = 0.0001}); });
  // Two are asked whether they can; then come the pairs, of which the second loses one.
  std::vector<std::string> started;
  for (int i = 0; i < 3000 && started.size() < 6; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    started = lines_of(read_proc(list));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(800));
  const pid_t victim = started.size() < 6 ? -1 : std::atoi(started[5].c_str());
  EXPECT_GT(victim, 0);
  const int64_t killed_ns = monotonic_ns();
  if (victim > 0) kill(victim, SIGKILL);
  runner.join();
  EXPECT_LT(static_cast<double>(monotonic_ns() - killed_ns) / 1e9, 20) << "no third pair";
  EXPECT_EQ(run.measured[0].outcome, Outcome::ok) << run.measured[0].reason;
  EXPECT_EQ(run.measured[1].outcome, Outcome::crashed);
  EXPECT_THAT(run.measured[1].reason, HasSubstr("SIGKILL"));
  EXPECT_EQ(run.measured[1].processes.size(), 2u);
  EXPECT_FALSE(run.against.at(0).comparison);
}

TEST(PairedRun, does_not_go_on_with_one_side_alone_when_the_other_died_in_the_only_pair) {
  const Job steady = null_of("500");
  const Job dying = job_for("chaos", {{"mode", "crash"}, {"when", "load"}});
  for (const std::vector<Job>& jobs :
       {std::vector<Job>{steady, dying}, std::vector<Job>{dying, steady, steady}}) {
    const PairedRun run = measure_paired(jobs, quick(), {.max_seconds = 60, .pairs = 1});
    EXPECT_FALSE(run.against.at(0).comparison);
    for (const Measurement& side : run.measured) {
      if (side.configuration.engine == "chaos") continue;
      EXPECT_EQ(side.outcome, Outcome::ok) << side.reason;
      ASSERT_EQ(side.processes.size(), 1u);
      EXPECT_EQ(side.processes[0].burst_sizes.size(), 1u) << "it has a latency, and no more";
    }
  }
}

TEST(PairedRun, stops_at_an_interrupt_with_what_there_is) {
  std::atomic<bool> stop = false;
  RunOptions options = quick();
  options.stop = &stop;
  const std::vector<Job> jobs{null_of("500"), null_of("500")};
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::seconds(4));
    stop = true;
  });
  const int64_t start_ns = monotonic_ns();
  const PairedRun run = measure_paired(jobs, options, {.max_seconds = 300, .ci_target = 0.00001});
  later.join();
  EXPECT_LT(static_cast<double>(monotonic_ns() - start_ns) / 1e9, 30);
  for (const Measurement& side : run.measured)
    EXPECT_TRUE(side.outcome == Outcome::ok || was_interrupted(side)) << side.reason;
}

TEST(PairedRun, is_exact_with_the_fake_clock) {
  RunOptions options = quick();
  options.fake_clock = true;
  const std::vector<Job> jobs{null_of("50"), null_of("50")};
  const PairedRun run = measure_paired(jobs, options, {});
  ASSERT_TRUE(run.against.at(0).comparison);
  EXPECT_EQ(run.against[0].comparison->ratio, 1);
  EXPECT_EQ(run.against[0].comparison->pairs, 6);
  EXPECT_EQ(run.against[0].target.reason, "");
}

TEST(PairedRun, says_why_a_target_was_missed) {
  const std::vector<PairedRounds> apart{{{1, 1, 1}, {1, 1, 1}}, {{1, 1, 1}, {2, 2, 2}},
                                        {{1, 1, 1}, {1, 1, 1}}, {{1, 1, 1}, {2, 2, 2}},
                                        {{1, 1, 1}, {1, 1, 1}}, {{1, 1, 1}, {2, 2, 2}}};
  const std::vector<PairedRounds> noisy(6, PairedRounds{{1, 1, 1}, {1, 2, 3}});
  Comparison wide;
  wide.pairs = 6;
  wide.ci95 = Interval{0.5, 2};
  const PairTarget asked{0.01, 0.95}, easy{0.9, 0.95};
  EXPECT_EQ(judge_ratio(wide, apart, asked, false).reason, "processes");
  EXPECT_EQ(judge_ratio(wide, noisy, asked, false).reason, "noise");
  EXPECT_EQ(judge_ratio(wide, noisy, asked, true).reason, "drift");
  EXPECT_EQ(judge_ratio(wide, noisy, easy, true).reason, "");
  EXPECT_EQ(judge_ratio(std::nullopt, {}, asked, false).reason, "too_few_samples");
  EXPECT_EQ(judge_ratio(wide, noisy, {0.9, 0.975}, false).reason, "too_few_samples")
      << "a claim of two takes seven pairs";
  wide.pairs = 5;
  EXPECT_EQ(judge_ratio(wide, noisy, easy, false).reason, "too_few_samples");
}

TEST(PairedRun, says_why_a_target_was_missed_when_the_first_pair_has_no_rounds) {
  std::vector<PairedRounds> pairs{{{}, {}}};
  for (int i = 0; i < 3; ++i) {
    pairs.push_back({{1, 1, 1}, {1, 1, 1}});
    pairs.push_back({{1, 1, 1}, {2, 2, 2}});
  }
  Comparison wide;
  wide.pairs = 6;
  wide.ci95 = Interval{0.5, 2};
  EXPECT_EQ(judge_ratio(wide, pairs, {0.01, 0.95}, false).reason, "processes");
}

}  // namespace
}  // namespace assay
