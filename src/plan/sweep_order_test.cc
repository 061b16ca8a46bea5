// SPDX-License-Identifier: MIT
#include "plan/sweep_order.h"

#include <gmock/gmock.h>

#include <set>

namespace assay {
namespace {

using testing::SizeIs;

std::vector<std::string> cells(size_t groups, size_t of_each) {
  std::vector<std::string> group_of;
  for (size_t group = 0; group < groups; ++group)
    group_of.insert(group_of.end(), of_each, "group " + std::to_string(group));
  return group_of;
}

std::vector<size_t> flat(const std::vector<std::vector<size_t>>& turns) {
  std::vector<size_t> all;
  for (const auto& turn : turns) all.insert(all.end(), turn.begin(), turn.end());
  return all;
}

TEST(SweepOrder, has_every_cell_once) {
  for (const size_t together : {1u, 3u, 4u, 100u}) {
    const std::vector<size_t> order = flat(sweep_order(cells(7, 5), 1, together));
    EXPECT_THAT(order, SizeIs(35));
    EXPECT_THAT(std::set<size_t>(order.begin(), order.end()), SizeIs(35));
  }
}

TEST(SweepOrder, measures_together_only_cells_of_one_group_and_no_more_than_asked) {
  for (const auto& turn : sweep_order(cells(7, 5), 1, 3)) {
    EXPECT_LE(turn.size(), 3u);
    for (const size_t cell : turn) EXPECT_EQ(cell / 5, turn.front() / 5);
  }
}

TEST(SweepOrder, finds_the_cells_of_a_group_wherever_they_stand) {
  const std::vector<std::string> scattered{"a", "b", "a", "b", "a"};
  std::set<std::set<size_t>> groups;
  for (const auto& turn : sweep_order(scattered, 1, 9)) groups.insert({turn.begin(), turn.end()});
  EXPECT_EQ(groups, (std::set<std::set<size_t>>{{0, 2, 4}, {1, 3}}));
}

TEST(SweepOrder, shares_the_cells_out_to_shards_without_loss_and_keeps_groups_whole) {
  std::set<size_t> all, groups;
  for (int index = 1; index <= 4; ++index) {
    std::set<size_t> of_shard;
    for (const size_t cell : flat(sweep_order(cells(10, 3), 5, 2, {index, 4}))) {
      EXPECT_TRUE(all.insert(cell).second) << "cell " << cell << " is in two shards";
      of_shard.insert(cell / 3);
    }
    for (const size_t group : of_shard) EXPECT_TRUE(groups.insert(group).second);
  }
  EXPECT_THAT(all, SizeIs(30));
}

TEST(SweepOrder, is_the_same_for_the_same_seed_and_another_for_another) {
  EXPECT_EQ(sweep_order(cells(6, 4), 3, 2), sweep_order(cells(6, 4), 3, 2));
  EXPECT_NE(sweep_order(cells(6, 4), 3, 2), sweep_order(cells(6, 4), 4, 2));
}

TEST(SweepOrder, puts_no_cell_of_a_group_first_more_often_than_others) {
  std::vector<int> first(4);
  for (uint64_t seed = 0; seed < 4000; ++seed)
    ++first[sweep_order(cells(1, 4), seed, 1).front().front()];
  for (const int times : first) EXPECT_NEAR(times, 1000, 120);
}

TEST(SweepOrder, of_nothing_is_nothing_and_a_shard_may_be_empty) {
  EXPECT_TRUE(sweep_order({}, 1, 4).empty());
  EXPECT_TRUE(sweep_order(cells(1, 2), 1, 4, {2, 2}).empty());
}

}  // namespace
}  // namespace assay
