// SPDX-License-Identifier: MIT
#include "run/paired_rounds.h"

#include <gmock/gmock.h>

namespace assay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Measurement of(std::vector<ProcessSamples> processes) {
  Measurement measurement;
  measurement.processes = std::move(processes);
  return measurement;
}

ProcessSamples process(std::vector<int64_t> samples, std::vector<int64_t> bursts,
                       int64_t steady_begin = 0) {
  ProcessSamples made;
  made.latency_ns = std::move(samples);
  made.burst_sizes = std::move(bursts);
  made.steady_begin = steady_begin;
  return made;
}

TEST(PairedRounds, are_the_medians_of_bursts_of_the_same_round) {
  const auto pairs =
      paired_rounds(of({process({1, 2, 9, 5}, {3, 1})}), of({process({4, 6, 6, 6, 7}, {1, 4})}));
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_THAT(pairs[0].a, ElementsAre(2, 5));
  EXPECT_THAT(pairs[0].b, ElementsAre(4, 6));
}

TEST(PairedRounds, begin_where_both_sides_are_steady) {
  const auto pairs = paired_rounds(of({process({9, 9, 1, 1}, {1, 1, 1, 1}, 2)}),
                                   of({process({9, 2, 2, 2}, {1, 1, 1, 1}, 1)}));
  EXPECT_THAT(pairs[0].a, ElementsAre(1, 1));
  EXPECT_THAT(pairs[0].b, ElementsAre(2, 2));
}

TEST(PairedRounds, of_the_only_burst_of_a_process_are_the_rest_of_it_after_a_warm_up) {
  const auto pairs =
      paired_rounds(of({process({9, 8, 7, 1, 2, 3}, {6}, 3)}), of({process({4, 4}, {2})}));
  EXPECT_THAT(pairs[0].a, ElementsAre(2));
  EXPECT_THAT(pairs[0].b, ElementsAre(4));
}

TEST(PairedRounds, end_where_one_side_ended_and_leave_out_empty_bursts) {
  const auto pairs =
      paired_rounds(of({process({1, 1, 1}, {1, 0, 1, 1})}), of({process({2, 2, 2}, {1, 1, 1})}));
  EXPECT_THAT(pairs[0].a, ElementsAre(1, 1));
}

TEST(PairedRounds, leave_out_what_a_coarse_clock_took_for_no_time) {
  const auto pairs =
      paired_rounds(of({process({0, 0, 5, 1, 3}, {3, 1, 1})}), of({process({2, 0, 4}, {1, 1, 1})}));
  EXPECT_THAT(pairs[0].a, ElementsAre(3));
  EXPECT_THAT(pairs[0].b, ElementsAre(4));
}

TEST(PairedRounds, are_of_the_processes_that_both_sides_have) {
  const ProcessSamples one = process({1}, {1});
  EXPECT_EQ(paired_rounds(of({one, one, one}), of({one, one})).size(), 2u);
  EXPECT_THAT(paired_rounds(of({one}), of({})), IsEmpty());
}

}  // namespace
}  // namespace assay
