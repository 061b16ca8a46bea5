// SPDX-License-Identifier: MIT
// The short form of each proof: a share of the repetitions, with room for what so few can show.
#include "proofs.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "page.h"

namespace assay::calibration {
namespace {

#ifdef __OPTIMIZE__
constexpr double kEffort = 0.1;
#else
constexpr double kEffort = 0.03;
#endif

void expect_held(const Table& table) {
  EXPECT_FALSE(table.findings.empty());
  EXPECT_TRUE(table.held()) << as_markdown(table);
}

TEST(Calibration, intervals_of_one_process_hold_the_truth) {
  expect_held(coverage_of_quantiles(kEffort));
}
TEST(Calibration, intervals_hold_the_truth_when_looking_decided_when_to_stop) {
  expect_held(coverage_when_stopped(kEffort));
}
TEST(Calibration, intervals_include_what_processes_differ_by) {
  expect_held(coverage_of_processes(kEffort));
}
TEST(Calibration, no_steady_state_is_never_silent) {
  expect_held(doubts_without_steady_state(kEffort));
}
TEST(Calibration, differences_are_found_and_none_is_invented) {
  expect_held(differences(kEffort));
}
TEST(Calibration, verdicts_on_labelled_series_are_right) {
  expect_held(verdicts(kEffort));
}
TEST(Calibration, queues_wait_as_the_analytic_one) {
  expect_held(queues(kEffort));
}
TEST(Calibration, pairs_are_told_apart_where_means_are_not) {
  expect_held(pairing(kEffort));
}

TEST(Calibration, a_missed_target_is_printed_as_one) {
  const Table table{"T.", {"a", "b"}, "none", {{{"x"}, true}, {{"y", "1"}, false}}};
  EXPECT_FALSE(table.held());
  EXPECT_EQ(as_markdown(table),
            "**T.** Target: none.\n\n| a | b | held |\n| --- | --- | --- |\n| x |  | yes |\n"
            "| y | 1 | **no** |\n");
}

TEST(Calibration, only_the_part_between_its_markers_is_replaced) {
  const std::string page = "a\n<!-- calibration x -->\nold\n<!-- end -->\nb\n";
  EXPECT_EQ(with_part(page, "x", "new\n"), "a\n<!-- calibration x -->\n\nnew\n\n<!-- end -->\nb\n");
  EXPECT_THROW(with_part(page, "y", ""), Error);
}

}  // namespace
}  // namespace assay::calibration
