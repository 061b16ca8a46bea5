// SPDX-License-Identifier: MIT
#include "engine/timed_loop.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "engine/lent_sessions.h"
#include "engine/usage.h"

namespace assay {
namespace {

void spin(int64_t duration_ns) {
  for (const int64_t end = monotonic_ns() + duration_ns; monotonic_ns() < end;) continue;
}

RunReply run_alone(Session& session, const RunRequest& request) {
  return LentSessions({&session}).run(request);
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
  const RunReply reply = run_alone(session, {.count = 5});
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
  const RunReply reply = run_alone(session, {.count = 1000, .max_ns = 5'500'000});
  EXPECT_GE(reply.samples_ns.size(), 1u);
  EXPECT_LE(reply.samples_ns.size(), 3u) << "1 + 2 + 3 ms is past it";
  EXPECT_EQ(reply.samples_ns.size(), static_cast<size_t>(session.runs));
}

TEST(TimedLoop, runs_once_even_with_no_time_left) {
  SlowingSession session;
  EXPECT_EQ(run_alone(session, {.count = 9, .max_ns = 1}).samples_ns.size(), 1u);
}

TEST(TimedLoop, refuses_a_burst_of_nothing) {
  SlowingSession session;
  EXPECT_THROW(run_alone(session, {.count = 0}), Error);
  EXPECT_THROW(run_alone(session, {.count = -1}), Error);
}

TEST(TimedLoop, clamps_a_burst_so_that_no_count_can_exhaust_memory) {
  struct : Session {
    void bind(std::span<const Binding>) override {}
    void run() override {}
    std::vector<Binding> outputs() override { return {}; }
  } nothing;
  const auto reply = run_alone(nothing, {.count = int64_t{1} << 60});
  EXPECT_EQ(static_cast<int64_t>(reply.samples_ns.size()), kMaxBurst);
}

TEST(TimedLoop, leaves_idle_gaps_between_calls_that_are_in_the_wall_time_and_in_no_sample) {
  SlowingSession session;
  const int64_t cpu_before = process_cpu_ns();
  const RunReply reply = run_alone(session, {.count = 4, .idle_gap_ns = 30'000'000});
  ASSERT_EQ(reply.samples_ns.size(), 4u);
  EXPECT_LT(reply.service_ns, 110'000'000);
  EXPECT_GE(reply.wall_ns, reply.service_ns + 4 * 30'000'000) << "a gap before each call";
  EXPECT_LT(process_cpu_ns() - cpu_before, 60'000'000) << "it sleeps and does not spin";
  EXPECT_EQ(reply.busy_threads, 1) << "of the time in calls";
}

TEST(TimedLoop, starts_no_call_after_its_time_when_the_gap_would_lead_past_it) {
  SlowingSession session;
  const RunReply reply =
      run_alone(session, {.count = 100, .max_ns = 50'000'000, .idle_gap_ns = 20'000'000});
  EXPECT_GE(reply.samples_ns.size(), 1u);
  EXPECT_LE(reply.samples_ns.size(), 2u);
}

TEST(TimedLoop, ends_a_long_gap_when_the_host_has_more_to_say) {
  SlowingSession session;
  LentSessions sessions({&session});
  sessions.interrupted = true;
  const int64_t start_ns = monotonic_ns();
  const RunReply reply = sessions.run({.count = 9, .idle_gap_ns = 60'000'000'000});
  EXPECT_TRUE(reply.samples_ns.empty());
  EXPECT_LT(monotonic_ns() - start_ns, 5'000'000'000);
}

TEST(TimedLoop, refuses_two_sessions_where_one_call_follows_the_other) {
  SlowingSession one, two;
  EXPECT_THROW(LentSessions({&one, &two}).run({.count = 1}), Error);
  EXPECT_THROW(LentSessions({}).run({.count = 1}), Error);
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
    while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  });
  ThreadedSession alone(0);
  EXPECT_EQ(run_alone(alone, {.count = 2}).busy_threads, 1);
  ThreadedSession helped(2);
  const auto reply = run_alone(helped, {.count = 2});
  EXPECT_EQ(reply.busy_threads, 3);
  EXPECT_GT(reply.cpu_ns, 0);
}

TEST(Usage, counts_a_thread_as_busy_above_one_twentieth_of_the_time) {
  EXPECT_EQ(busy_threads({{1, 500}, {2, 0}}, {{1, 1500}, {2, 50}, {3, 51}, {4, 1000}}, 1000), 3);
  EXPECT_EQ(busy_threads({}, {}, 1000), 0);
}

TEST(Usage, counts_the_caller_of_a_pool_only_when_it_works_beside_the_pool) {
  const pid_t caller = gettid();
  EXPECT_EQ(busy_threads({}, {{caller, 300}, {1, 900}, {2, 800}}, 1000), 2) << "it waits for them";
  EXPECT_EQ(busy_threads({}, {{caller, 500}, {1, 900}, {2, 800}}, 1000), 3) << "it is one of them";
  EXPECT_EQ(busy_threads({}, {{caller, 300}, {1, 400}}, 1000), 2) << "on a machine that is shared";
  EXPECT_EQ(busy_threads({}, {{caller, 900}, {1, 40}}, 1000), 1);
  EXPECT_EQ(busy_threads({}, {{caller, 300}}, 1000), 1) << "alone";
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
