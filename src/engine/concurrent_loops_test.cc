// SPDX-License-Identifier: MIT
#include "engine/concurrent_loops.h"

#include <gmock/gmock.h>

#include <numeric>
#include <set>
#include <stdexcept>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "engine/lent_sessions.h"

namespace assay {
namespace {

using testing::Each;
using testing::Ge;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr int64_t kMs = 1'000'000;

// Sleeps, so that any number of them fits on one core.
struct SleepingSession : Session {
  explicit SleepingSession(int64_t milliseconds) : ms(milliseconds) {}
  void bind(std::span<const Binding>) override {}
  void run() override {
    threads.insert(std::this_thread::get_id());
    ++runs;
    if (runs == fails_at) throw std::runtime_error("kernel failed");
    std::this_thread::sleep_for(std::chrono::milliseconds(runs == stalls_at ? stall_ms : ms));
  }
  std::vector<Binding> outputs() override { return {}; }
  std::set<std::thread::id> threads;
  int64_t ms;
  int runs = 0, fails_at = -1, stalls_at = -1, stall_ms = 0;
};

struct ConcurrentLoops : testing::Test {
  std::vector<std::unique_ptr<SleepingSession>> sessions;
  std::unique_ptr<LentSessions> lent;

  void open(size_t count, int64_t ms) {
    std::vector<Session*> pointers;
    for (size_t i = 0; i < count; ++i) {
      sessions.push_back(std::make_unique<SleepingSession>(ms));
      pointers.push_back(sessions.back().get());
    }
    lent = std::make_unique<LentSessions>(pointers);
  }
  RunReply run(RunRequest request, Scenario scenario) {
    request.scenario = scenario;
    return lent->run(request);
  }
  int runs() const {
    int total = 0;
    for (const auto& session : sessions) total += session->runs;
    return total;
  }
};

TEST_F(ConcurrentLoops, a_query_of_four_sleeping_streams_takes_about_one_latency_and_not_four) {
  open(4, 20);
  const RunReply reply = run({.count = 5}, Scenario::multi_stream);
  ASSERT_THAT(reply.samples_ns, SizeIs(5));
  EXPECT_THAT(reply.samples_ns, Each(Ge(20 * kMs)));
  std::vector<int64_t> sorted = reply.samples_ns;
  std::ranges::sort(sorted);
  EXPECT_LT(sorted[2], 60 * kMs);
  for (const auto& session : sessions) EXPECT_EQ(session->runs, 5);
  EXPECT_GE(reply.service_ns, 4 * 5 * 20 * kMs);
}

TEST_F(ConcurrentLoops, a_query_lasts_until_the_slowest_stream_is_done) {
  open(3, 1);
  sessions[1]->ms = 30;
  EXPECT_THAT(run({.count = 2}, Scenario::multi_stream).samples_ns, Each(Ge(30 * kMs)));
}

TEST_F(ConcurrentLoops, streams_keep_their_threads_from_burst_to_burst) {
  open(2, 1);
  run({.count = 3}, Scenario::multi_stream);
  run({.count = 30}, Scenario::offline);
  run({.count = 3, .starts_ns = {0, 0, 0}}, Scenario::server);
  EXPECT_THAT(sessions[0]->threads, SizeIs(1));
  EXPECT_NE(sessions[0]->threads, sessions[1]->threads);
}

TEST_F(ConcurrentLoops, offline_streams_share_the_work_and_multiply_the_throughput) {
  open(4, 10);
  const RunReply reply = run({.count = 20}, Scenario::offline);
  EXPECT_THAT(reply.samples_ns, SizeIs(20));
  EXPECT_EQ(runs(), 20);
  EXPECT_LT(reply.wall_ns, 190 * kMs) << "5 rounds of 10 ms, not 20";
  const auto sum = std::accumulate(reply.samples_ns.begin(), reply.samples_ns.end(), int64_t{0});
  EXPECT_EQ(reply.service_ns, sum);
}

TEST_F(ConcurrentLoops, end_by_time_and_give_way_when_the_host_has_more_to_say) {
  open(2, 5);
  EXPECT_LT(run({.count = 1000, .max_ns = 30 * kMs}, Scenario::offline).wall_ns, 80 * kMs);
  EXPECT_LT(run({.count = 1000, .max_ns = 30 * kMs}, Scenario::multi_stream).wall_ns, 80 * kMs);
  lent->interrupted = true;
  for (const Scenario scenario : {Scenario::offline, Scenario::multi_stream}) {
    const RunReply reply = run({.count = 100'000}, scenario);
    EXPECT_GT(reply.samples_ns.size(), 0u);
    EXPECT_LT(reply.wall_ns, 2'000 * kMs);
  }
  RunRequest schedule{.count = 2, .starts_ns = {0, 3'600'000 * kMs}};
  const RunReply reply = run(schedule, Scenario::server);
  EXPECT_THAT(reply.samples_ns, SizeIs(1));
  EXPECT_EQ(reply.unserved, 1);
}

TEST_F(ConcurrentLoops, a_call_that_throws_ends_the_burst_and_the_next_one_goes_well) {
  open(3, 1);
  for (const Scenario scenario : {Scenario::offline, Scenario::multi_stream, Scenario::server}) {
    sessions[1]->fails_at = sessions[1]->runs + 2;
    RunRequest request{.count = 1000, .starts_ns = {}};
    for (int64_t i = 0; i < 1000; ++i) request.starts_ns.push_back(i);
    EXPECT_THROW(run(request, scenario), std::runtime_error);
    EXPECT_LT(sessions[0]->runs, 900);
    request.count = 10;
    EXPECT_THAT(run(request, scenario).samples_ns, SizeIs(10));
  }
}

TEST_F(ConcurrentLoops, latency_counts_from_the_intended_start_in_one_queue) {
  open(1, 20);
  // The second waits for the first, the third comes when nobody is there.
  const RunReply reply = run({.count = 3, .starts_ns = {0, 5 * kMs, 100 * kMs}}, Scenario::server);
  ASSERT_THAT(reply.samples_ns, SizeIs(3));
  EXPECT_GE(reply.samples_ns[0], 20 * kMs);
  EXPECT_GE(reply.samples_ns[1], 35 * kMs);
  EXPECT_GE(reply.samples_ns[2], 20 * kMs);
  EXPECT_LT(reply.samples_ns[2], 80 * kMs);
  EXPECT_GE(reply.wall_ns, 120 * kMs);
  EXPECT_EQ(reply.unserved, 0);
}

TEST_F(ConcurrentLoops, two_streams_serve_one_queue) {
  open(2, 40);
  const RunReply reply = run({.count = 3, .starts_ns = {0, 0, 0}}, Scenario::server);
  ASSERT_THAT(reply.samples_ns, SizeIs(3));
  EXPECT_LT(reply.samples_ns[1], 75 * kMs);
  EXPECT_GE(reply.samples_ns[2], 80 * kMs);
}

TEST_F(ConcurrentLoops, a_stall_hides_in_the_closed_loop_and_shows_in_the_open_one) {
  open(1, 1);
  sessions[0]->stalls_at = 10;
  sessions[0]->stall_ms = 300;
  const auto slow = [](const RunReply& reply) {
    return std::ranges::count_if(reply.samples_ns, [](int64_t ns) { return ns > 100 * kMs; });
  };
  EXPECT_EQ(slow(run({.count = 100}, Scenario::offline)), 1);
  sessions[0]->runs = 0;
  RunRequest request{.count = 100, .starts_ns = {}};
  for (int64_t i = 0; i < 100; ++i) request.starts_ns.push_back(i * 4 * kMs);
  EXPECT_GT(slow(run(request, Scenario::server)), 30) << "those that were meant to come meanwhile";
}

TEST_F(ConcurrentLoops, queries_that_find_no_end_of_the_queue_are_counted_as_unserved) {
  open(1, 10);
  RunRequest request{.count = 1000, .max_ns = 100 * kMs, .starts_ns = {}};
  for (int64_t i = 0; i < 1000; ++i) request.starts_ns.push_back(i * kMs / 10);
  const RunReply reply = run(request, Scenario::server);
  EXPECT_LT(reply.samples_ns.size(), 12u);
  EXPECT_EQ(reply.unserved + std::ssize(reply.samples_ns), 1000);
  EXPECT_TRUE(std::ranges::is_sorted(reply.samples_ns)) << "each waits longer than the one before";
}

TEST_F(ConcurrentLoops, refuse_schedules_that_make_no_sense) {
  open(1, 1);
  EXPECT_THROW(run({.count = 1, .starts_ns = {}}, Scenario::server), Error);
  EXPECT_THROW(run({.count = 2, .starts_ns = {5, 4}}, Scenario::server), Error);
  EXPECT_THROW(run({.count = 2, .starts_ns = {-5, 4}}, Scenario::server), Error);
}

}  // namespace
}  // namespace assay
