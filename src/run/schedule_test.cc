// SPDX-License-Identifier: MIT
#include "run/schedule.h"

#include <gmock/gmock.h>

#include "base/clock.h"
#include "run/fake_worker.h"

namespace assay {
namespace {

TEST(Schedule, keeps_bursts_short_and_not_too_short) {
  EXPECT_DOUBLE_EQ(burst_seconds(0.01), 0.02);
  EXPECT_DOUBLE_EQ(burst_seconds(2), 0.1);
  EXPECT_DOUBLE_EQ(burst_seconds(3600), 0.2);
}

TEST(Schedule, calls_three_equal_blocks_flat_and_fewer_or_falling_ones_not) {
  EXPECT_FALSE(is_flat(std::vector<double>{100, 100}));
  EXPECT_TRUE(is_flat(std::vector<double>{900, 100, 101, 102}));
  EXPECT_FALSE(is_flat(std::vector<double>{110, 105, 102}));
}

TEST(Schedule, waits_for_a_worker_that_spins_but_not_for_ever) {
  const FakeWorker busy_fake("cat hello; while true; do :; done"), idle_fake("cat hello; sleep 60");
  const auto start = [](const FakeWorker& fake) {
    WorkerOptions options;
    options.command = {fake.path().string()};
    return std::move(std::get<std::unique_ptr<WorkerProcess>>(WorkerProcess::start(options)));
  };
  const auto busy = start(busy_fake), idle = start(idle_fake);
  const auto waited_ms = [](WorkerProcess* worker) {
    const int64_t start_ns = monotonic_ns();
    wait_until_quiet(std::span(&worker, 1), 0.08);
    return static_cast<double>(monotonic_ns() - start_ns) / 1e6;
  };
  EXPECT_GE(waited_ms(busy.get()), 79);
  EXPECT_LT(waited_ms(idle.get()), 60);
}

}  // namespace
}  // namespace assay
