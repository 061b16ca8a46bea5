// SPDX-License-Identifier: MIT
#include "run/load_watch.h"

#include <gtest/gtest.h>

#include <string>

#include "machine/fake_root.h"

namespace assay {
namespace {

class FakeClock : public Clock {
 public:
  int64_t now_ns() override { return x_now_ns; }
  std::string utc() override { return ""; }
  void advance(double seconds) { x_now_ns += static_cast<int64_t>(seconds * 1e9); }

 private:
  int64_t x_now_ns = 0;
};

struct WatchedMachine : FakeRoot {
  WatchedMachine() { set(0, 0); }
  void set(int busy_ticks, int steal_ticks) const {
    put("proc/stat", "cpu  " + std::to_string(busy_ticks) + " 0 0 0 0 0 0 " +
                         std::to_string(steal_ticks) + " 0 0\n");
  }
};

TEST(LoadWatch, tells_other_work_from_stolen_time) {
  const WatchedMachine machine;
  FakeClock clock;
  LoadWatch watch(machine.root(), clock);
  watch.start({});
  machine.set(1000, 200);  // 10 s and 2 s
  clock.advance(10);
  watch.stop({});
  EXPECT_NEAR(watch.other_cores(), 1, 0.02);
  EXPECT_NEAR(watch.stolen_cores(), 0.2, 0.02);
  EXPECT_EQ(watch.throttled_cores(), 0);
}

TEST(LoadWatch, sees_one_busy_process_in_a_tenth_of_a_second_but_no_single_tick) {
  const WatchedMachine machine;
  FakeClock clock;
  LoadWatch busy(machine.root(), clock), quiet(machine.root(), clock);
  busy.start({});
  machine.set(10, 0);
  clock.advance(0.1);
  busy.stop({});
  EXPECT_GT(busy.other_cores(), 0.5);
  quiet.start({});
  machine.set(12, 1);
  clock.advance(0.1);
  quiet.stop({});
  EXPECT_EQ(quiet.other_cores(), 0);
  EXPECT_EQ(quiet.stolen_cores(), 0);
}

TEST(LoadWatch, adds_up_what_it_saw_of_several_processes) {
  const WatchedMachine machine;
  FakeClock clock;
  LoadWatch watch(machine.root(), clock);
  for (int process = 1; process <= 3; ++process) {
    watch.start({});
    clock.advance(1);
    if (process == 2) machine.set(100, 0);
    watch.stop({});
  }
  EXPECT_NEAR(watch.other_cores(), 1.0 / 3, 0.02);
}

TEST(LoadWatch, sees_that_a_quota_held_the_processes_back) {
  const WatchedMachine machine;
  machine.put("proc/self/cgroup", "0::/\n");
  machine.put("sys/fs/cgroup/cgroup.controllers", "cpu\n");
  machine.put("sys/fs/cgroup/cpu.stat", "throttled_usec 7000000\n");
  FakeClock clock;
  LoadWatch watch(machine.root(), clock);
  watch.start({});
  machine.put("sys/fs/cgroup/cpu.stat", "throttled_usec 7500000\n");
  clock.advance(1);
  watch.stop({});
  EXPECT_NEAR(watch.throttled_cores(), 0.5, 1e-9);
}

TEST(LoadWatch, is_quiet_on_a_clock_that_stands_still_and_before_it_started) {
  const WatchedMachine machine;
  FakeClock clock;
  LoadWatch watch(machine.root(), clock);
  EXPECT_EQ(watch.other_cores(), 0);
  watch.start({});
  machine.set(100, 100);
  watch.stop({});
  EXPECT_EQ(watch.other_cores(), 0);
}

}  // namespace
}  // namespace assay
