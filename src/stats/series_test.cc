// SPDX-License-Identifier: MIT
#include "stats/series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Series, is_one_number_a_line) {
  EXPECT_THAT(parse_samples("1\n2.5\r\n\n  3e6 # warm\n# note\n0", "f"),
              ElementsAre(1, 2.5, 3e6, 0));
  EXPECT_THAT(parse_samples("", "f"), ElementsAre());
  EXPECT_THAT(parse_samples("\n\n", "f"), ElementsAre());
}

TEST(Series, refuses_what_is_no_number_and_names_file_and_line) {
  const auto expect_refused = [](const char* text, const char* sentence) {
    EXPECT_THAT([&] { parse_samples(text, "f.txt"); }, ThrowsMessage<Error>(HasSubstr(sentence)));
  };
  expect_refused("1\nx\n", "'f.txt', line 2: 'x' is not a number");
  expect_refused("1 2\n", "'f.txt', line 1: '1 2' is not a number");
  expect_refused("nan\n", "line 1: 'nan' is not a number");
  expect_refused("1\n\ninf", "line 3: 'inf' is not a number");
  expect_refused("1e999", "line 1: '1e999' is not a number");
  expect_refused("-5", "line 1: -5 is negative");
  expect_refused("1,5", "line 1: '1,5' is not a number");
}

TEST(Series, is_summarized_from_where_it_is_steady) {
  std::vector<double> samples(1000, 100.0);
  std::fill(samples.begin(), samples.begin() + 200, 300.0);
  const SeriesVerdict verdict = *judge(samples);
  EXPECT_EQ(verdict.steady_state.verdict, SteadyVerdict::warmup);
  EXPECT_NEAR(static_cast<double>(verdict.left_out), 200, 3);
  EXPECT_EQ(verdict.summary.samples, static_cast<int64_t>(1000 - verdict.left_out));
  EXPECT_EQ(verdict.summary.median.value, 100);
}

TEST(Series, without_a_steady_state_is_summarized_whole) {
  std::vector<double> samples(1000);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = 1000 + static_cast<double>(i);
  const SeriesVerdict verdict = *judge(samples);
  EXPECT_EQ(verdict.steady_state.verdict, SteadyVerdict::drifting);
  EXPECT_EQ(verdict.left_out, 0u);
  EXPECT_EQ(verdict.summary.samples, 1000);
}

TEST(Series, of_nothing_is_nothing_and_of_rubbish_is_refused) {
  EXPECT_FALSE(judge({}));
  EXPECT_EQ(judge(std::vector<double>{5})->summary.median.value, 5);
  EXPECT_THROW(judge(std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}), Error);
}

}  // namespace
}  // namespace assay
