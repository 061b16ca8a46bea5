// SPDX-License-Identifier: MIT
#include "engine/timed_loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "engine/usage.h"

namespace assay {
namespace {

void spin(int64_t duration_ns) {
  for (const int64_t end = monotonic_ns() + duration_ns; monotonic_ns() < end;) continue;
}

// Takes 1 ms, 2 ms, 3 ms, ...
struct SlowingSession : Session {
  void bind(std::span<const Binding>) override {}
  void run() override { spin(++runs * 1'000'000); }
  std::vector<Binding> outputs() override { return {}; }
  int runs = 0;
};

TEST(TimedLoop, gives_one_sample_a_run_in_the_order_of_the_runs) {
  SlowingSession session;
  const RunReply reply = timed_loop(session, {.count = 5});
  ASSERT_EQ(reply.samples_ns.size(), 5u);
  EXPECT_EQ(session.runs, 5);
  int64_t sum = 0;
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_GE(reply.samples_ns[i], static_cast<int64_t>(i + 1) * 1'000'000);
    sum += reply.samples_ns[i];
  }
  EXPECT_GE(reply.wall_ns, sum);
  EXPECT_LT(reply.wall_ns, sum + 1'000'000) << "nothing but the runs is in the wall time";
  EXPECT_GT(reply.peak_rss, 0);
}

TEST(TimedLoop, starts_no_run_after_its_time) {
  SlowingSession session;
  const RunReply reply = timed_loop(session, {.count = 1000, .max_ns = 5'500'000});
  EXPECT_GE(reply.samples_ns.size(), 1u);
  EXPECT_LE(reply.samples_ns.size(), 3u) << "1 + 2 + 3 ms is past it";
  EXPECT_EQ(reply.samples_ns.size(), static_cast<size_t>(session.runs));
}

TEST(TimedLoop, runs_once_even_with_no_time_left) {
  SlowingSession session;
  EXPECT_EQ(timed_loop(session, {.count = 9, .max_ns = 1}).samples_ns.size(), 1u);
}

TEST(TimedLoop, refuses_a_burst_of_nothing) {
  SlowingSession session;
  EXPECT_THROW(timed_loop(session, {.count = 0}), Error);
  EXPECT_THROW(timed_loop(session, {.count = -1}), Error);
}

TEST(TimedLoop, clamps_a_burst_so_that_no_count_can_exhaust_memory) {
  struct : Session {
    void bind(std::span<const Binding>) override {}
    void run() override {}
    std::vector<Binding> outputs() override { return {}; }
  } nothing;
  const auto reply = timed_loop(nothing, {.count = int64_t{1} << 60});
  EXPECT_EQ(static_cast<int64_t>(reply.samples_ns.size()), kMaxBurst);
}

struct ThreadedSession : Session {
  explicit ThreadedSession(int count) {
    for (int i = 0; i < count; ++i)
      threads.emplace_back([](const std::stop_token& stop) {
        while (!stop.stop_requested()) continue;
      });
  }
  void bind(std::span<const Binding>) override {}
  void run() override { spin(100'000'000); }
  std::vector<Binding> outputs() override { return {}; }
  std::vector<std::jthread> threads;
};

TEST(TimedLoop, counts_the_threads_that_were_busy_and_not_those_that_wait) {
  std::jthread waiting([](const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  ThreadedSession alone(0);
  EXPECT_EQ(timed_loop(alone, {.count = 2}).busy_threads, 1);
  ThreadedSession helped(2);
  const auto reply = timed_loop(helped, {.count = 2});
  EXPECT_EQ(reply.busy_threads, 3);
  EXPECT_GT(reply.cpu_ns, 0);
}

TEST(Usage, counts_a_thread_as_busy_above_one_twentieth_of_the_time) {
  EXPECT_EQ(busy_threads({{1, 500}, {2, 0}}, {{1, 1500}, {2, 50}, {3, 51}, {4, 1000}}, 1000), 3);
  EXPECT_EQ(busy_threads({}, {}, 1000), 0);
}

TEST(Usage, sees_memory_grow_and_its_peak_start_again) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer keeps freed memory";
#endif
  constexpr size_t kBytes = size_t{64} << 20;
  const int64_t before = rss_bytes();
  { const std::vector<char> block(kBytes, 1); }
  EXPECT_GE(peak_rss_bytes(), before + static_cast<int64_t>(kBytes) * 9 / 10);
  reset_peak_rss();
  EXPECT_LT(peak_rss_bytes(), before + static_cast<int64_t>(kBytes) / 2);
}

}  // namespace
}  // namespace assay
