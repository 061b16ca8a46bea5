// SPDX-License-Identifier: MIT
// Peak live memory of activations: ours is the best of several orders, so it may not be more than
// what the reference implementations' own order needs.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "graph/cost.h"
#include "zoo/facts.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

constexpr double kRoundingMb = 1e-4;  // of the reference's columns

// `more_bytes`: what is written down finer than in the reference costs.
void expect_no_higher_peak(const std::string& name, const BuildOptions& options,
                           const FactsRow& row, int64_t more_bytes = 0) {
  const Cost cost = analyse(build(*find_in_zoo(name), options));
  const auto expect_at_most = [&](int64_t bytes, const std::string& column) {
    const double reference_mb = std::stod(row.at(column));
    const double ours_mb = static_cast<double>(bytes - more_bytes) * 1e-6;
    EXPECT_LE(ours_mb, reference_mb + kRoundingMb) << name << ' ' << column;
    EXPECT_GT(ours_mb, reference_mb / 2) << name << ' ' << column << ": too good to be a peak";
  };
  expect_at_most(cost.peak_activation_bytes, "peak_live_mb_each_node_own_buffer");
  expect_at_most(cost.peak_activation_bytes_inplace, "peak_live_mb_inplace_bn_act_add");
}

TEST(ZooPeaks, are_no_higher_than_those_of_the_reference_networks) {
  const auto rows = read_facts("zoo-facts.csv");
  ASSERT_EQ(rows.size(), 58u);
  for (const FactsRow& row : rows) expect_no_higher_peak(row.at("model"), {}, row);
}

TEST(ZooPeaks, are_no_higher_than_those_of_the_networks_of_park) {
  const auto rows = read_facts("park-facts.csv");
  ASSERT_EQ(rows.size(), 48u);
  for (const FactsRow& row : rows) {
    const std::string input = row.at("input");
    const std::string name =
        fmt::format("park/{}-{}-{}", row.at("block"), row.at("norm"), row.at("act"));
    const int64_t size = std::stoll(input.substr(input.rfind('x') + 1));
    // A layer norm is one operation there; in primitive operators the variance of each pixel is
    // alive beside the squares and the shortcut.
    const int64_t variance_bytes = row.at("norm") == "LN" ? 4 * (size / 4) * (size / 4) : 0;
    expect_no_higher_peak(name, {.input_size = size}, row, variance_bytes);
  }
}

}  // namespace
}  // namespace assay
