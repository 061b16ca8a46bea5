// SPDX-License-Identifier: MIT
#include "report/findings.h"

#include <gmock/gmock.h>

namespace assay {
namespace {

using testing::HasSubstr;
using testing::Not;

// `count` samples that rise by `step` ns around `ms`, in each of `processes` processes.
Measurement measured(const std::string& engine, double ms, int processes = 6, int64_t step = 100) {
  Measurement measurement;
  measurement.configuration.model = "m";
  measurement.configuration.engine = engine;
  for (int p = 0; p < processes; ++p) {
    ProcessSamples& process = measurement.processes.emplace_back();
    for (int64_t i = -20; i <= 20; ++i) {
      process.latency_ns.push_back(static_cast<int64_t>(ms * 1e6) + i * step);
    }
  }
  return measurement;
}

Order order_of(const Measurement& a, const Measurement& b) {
  return order(Row(a), Row(b));
}

TEST(Findings, intervals_apart_are_an_order) {
  EXPECT_EQ(order_of(measured("a", 10), measured("b", 11)), Order::faster);
  EXPECT_EQ(order_of(measured("a", 11), measured("b", 10)), Order::slower);
}

TEST(Findings, intervals_that_meet_are_no_order) {
  constexpr int64_t kWide = 200'000;
  EXPECT_EQ(order_of(measured("a", 10, 1), measured("b", 10.6, 1)), Order::faster);
  EXPECT_EQ(order_of(measured("a", 10, 1, kWide), measured("b", 10.6, 1, kWide)),
            Order::cannot_tell);
}

TEST(Findings, one_process_cannot_tell_differences_that_processes_have_among_themselves) {
  EXPECT_EQ(order_of(measured("a", 10, 6), measured("b", 10.4, 6)), Order::faster);
  EXPECT_EQ(order_of(measured("a", 10, 1), measured("b", 10.4, 6)), Order::cannot_tell);
  EXPECT_EQ(order_of(measured("a", 10, 6), measured("b", 10.4, 1)), Order::cannot_tell);
  EXPECT_EQ(order_of(measured("a", 10, 1), measured("b", 10.6, 1)), Order::faster);
}

TEST(Findings, too_few_samples_tell_nothing) {
  Measurement few = measured("a", 1, 1);
  few.processes[0].latency_ns.resize(3);
  EXPECT_EQ(order_of(few, measured("b", 100)), Order::cannot_tell);
  EXPECT_EQ(order_of(Measurement(), measured("b", 100)), Order::cannot_tell);
}

TEST(Findings, name_the_fastest_and_what_ties_with_it) {
  const Report report{
      "", {}, {measured("slow", 20), measured("tied", 10.01, 1), measured("best", 10)}};
  const Findings findings = findings_of(report);
  ASSERT_EQ(findings.fastest.size(), 1u);
  EXPECT_THAT(findings.fastest[0].sentence,
              testing::AllOf(HasSubstr("best fp32 takes 10.00 ms (95 % interval "),
                             HasSubstr("cannot be told apart from tied fp32"),
                             HasSubstr("2.00 times as fast as slow fp32")));
}

TEST(Findings, a_row_with_too_few_samples_is_not_called_equal_to_the_fastest) {
  Measurement few = measured("few", 100, 1);
  few.processes[0].latency_ns.resize(3);
  const Report report{"", {}, {measured("best", 10), few}};
  const std::string sentence = findings_of(report).fastest.at(0).sentence;
  EXPECT_THAT(sentence, HasSubstr("too few samples to compare with few fp32"));
  EXPECT_THAT(sentence, Not(HasSubstr("told apart")));
}

TEST(Findings, synthetic_engines_and_failures_win_nothing) {
  Measurement synthetic = measured("null", 0.001), failed = measured("crashing", 0.002);
  synthetic.synthetic = true;
  failed.outcome = Outcome::wrong_output;
  const Report report{"", {}, {synthetic, failed, measured("honest", 10)}};
  const std::string sentence = findings_of(report).fastest.at(0).sentence;
  EXPECT_THAT(sentence, HasSubstr("honest fp32 takes"));
  EXPECT_THAT(sentence, Not(HasSubstr("null")));
}

TEST(Findings, a_repeated_configuration_counts_once_with_its_latest_measurement) {
  const Report report{"", {}, {measured("a", 30), measured("a", 10)}};
  const std::string sentence = findings_of(report).fastest.at(0).sentence;
  EXPECT_THAT(sentence, testing::AllOf(HasSubstr("takes 10.00 ms"), HasSubstr("nothing else ran")));
}

TEST(Findings, batches_and_machines_are_not_compared_with_each_other) {
  Measurement batch = measured("a", 10), elsewhere = measured("a", 5);
  batch.configuration.batch = 8;
  elsewhere.context_id = "2";
  Context here, there;
  here.id = "1", here.machine_fingerprint = "x", here.host = "h1";
  there.id = "2", there.machine_fingerprint = "y", there.host = "h2";
  Report report{"", {here, there}, {measured("a", 7), batch, elsewhere}};
  report.measurements[0].context_id = report.measurements[1].context_id = "1";
  std::vector<std::string> subjects;
  for (const SubjectFinding& finding : findings_of(report).fastest) {
    subjects.push_back(finding.subject);
  }
  EXPECT_THAT(subjects,
              testing::ElementsAre("m, batch 1 on h1", "m, batch 8 on h1", "m, batch 1 on h2"));
}

}  // namespace
}  // namespace assay
