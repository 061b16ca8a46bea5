// SPDX-License-Identifier: MIT
// What every worker computes, measures and states about a model that it has loaded.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

#include "contract/models.h"
#include "contract/subject.h"

namespace assay {
namespace {

constexpr double kTolerance = 1e-4;           // of fp32, on a model this small
constexpr int64_t kSettlingNs = 100'000'000;  // in which a pool that was just made may still spin

struct Computes : testing::TestWithParam<std::string> {
  TempDir folder;
  Subject subject{GetParam()};
  const Graph graph = small_network();
  LoadRequest request = request_for(graph, folder);
};

TEST_P(Computes, what_the_reference_executor_computes) {
  if (subject.info().synthetic) GTEST_SKIP() << "a synthetic engine computes nothing";
  const int session = subject.load(request);
  for (const uint64_t seed : {1, 2}) {  // binding again gives the other inputs' answer
    const Tensors inputs = inputs_of(graph, seed);
    EXPECT_LT(difference(subject.compute(session, inputs), expected(graph, inputs)), kTolerance);
  }
}

TEST_P(Computes, products_of_two_inputs_with_what_was_bound_last_or_refuse_them) {
  if (subject.info().synthetic) GTEST_SKIP() << "a synthetic engine computes nothing";
  for (const Graph& products : {products_of_inputs(), convolution_of_inputs()}) {
    const LoadRequest load = request_for(products, folder);
    const Failure failure = subject.failure({{"type", "load"}, {"request", load}});
    if (failure.outcome != Outcome::ok) {
      EXPECT_EQ(failure.outcome, Outcome::unsupported) << failure.reason;
      continue;
    }
    const int session = subject.open();
    for (const uint64_t seed : {1, 2}) {
      const Tensors inputs = inputs_of(products, seed);
      EXPECT_LT(difference(subject.compute(session, inputs), expected(products, inputs)),
                kTolerance);
    }
    subject.ask({{"type", "unload"}});
  }
}

TEST_P(Computes, with_the_next_of_its_inputs_in_each_call_when_they_are_to_be_fresh) {
  if (subject.info().synthetic) GTEST_SKIP() << "a synthetic engine computes nothing";
  const int session = subject.load(request);
  for (const uint64_t seed : {1, 2, 3}) subject.bind(session, inputs_of(graph, seed), seed > 1);
  RunRequest run;
  run.sessions = {session};
  run.fresh_inputs = true;
  for (const int64_t calls :
       {2, 1, 2}) {  // the third is bound: after so many it is another one's turn
    run.count = calls;
    subject.run(run);
    const uint64_t seed = calls == 1 ? 3 : 2;
    EXPECT_LT(difference(subject.outputs(session), expected(graph, inputs_of(graph, seed))),
              kTolerance)
        << seed;
  }
}

TEST_P(Computes, several_inputs_and_outputs_by_name) {
  if (subject.info().synthetic) GTEST_SKIP() << "a synthetic engine computes nothing";
  const Graph two = two_in_two_out();
  const int session = subject.load(request_for(two, folder));
  const Tensors inputs = inputs_of(two, 3);
  EXPECT_LT(difference(subject.compute(session, inputs), expected(two, inputs)), kTolerance);
}

TEST_P(Computes, the_same_bytes_in_every_run_with_one_thread_and_with_all_of_them) {
  for (const unsigned threads : {1u, std::thread::hardware_concurrency()}) {
    request.configuration.threads = static_cast<int>(threads);
    const int session = subject.load(request);
    const Tensors first = subject.compute(session, inputs_of(graph, 1));
    for (int i = 0; i < 5; ++i) {
      subject.run(session, 20);
      const Tensors later = subject.outputs(session);
      ASSERT_EQ(later.size(), first.size());
      for (const auto& [name, tensor] : first)
        EXPECT_TRUE(std::ranges::equal(later.at(name).raw(), tensor.raw()))
            << name << " with " << threads << " threads";
    }
    subject.ask({{"type", "unload"}});
  }
}

TEST_P(Computes, with_sessions_that_do_not_disturb_each_other) {
  if (subject.info().synthetic) GTEST_SKIP() << "a synthetic engine computes nothing";
  const int one = subject.load(request);
  const int two = subject.open();
  ASSERT_NE(one, two);
  const Tensors inputs = inputs_of(graph, 1);
  subject.bind(one, inputs);
  subject.compute(two, inputs_of(graph, 2));
  subject.run(one);
  EXPECT_LT(difference(subject.outputs(one), expected(graph, inputs)), kTolerance);
}

// Each of the scenarios in which sessions run at once, on different inputs: the bytes are those
// that a session alone gives.
TEST_P(Computes, with_two_sessions_at_once_the_same_bytes_as_with_one) {
  request.configuration.streams = 2;
  const int one = subject.load(request);
  nlohmann::json opened = {{"type", "open"}};
  if (const Failure failure = subject.failure(opened); failure.outcome != Outcome::ok) {
    EXPECT_EQ(failure.outcome, Outcome::unsupported) << failure.reason;
    EXPECT_FALSE(failure.reason.empty());
    return;
  }
  const int two = subject.open();
  const Tensors first = subject.compute(one, inputs_of(graph, 1));
  const Tensors second = subject.compute(two, inputs_of(graph, 2));
  for (const Scenario scenario : {Scenario::multi_stream, Scenario::offline, Scenario::server})
    for (const bool transfer : {false, true}) {
      RunRequest run{scenario, {one, two}, 200};
      run.include_transfer = transfer;
      if (scenario == Scenario::server)
        for (int64_t i = 0; i < run.count; ++i) run.starts_ns.push_back(i * 50'000);
      EXPECT_EQ(subject.run(run).samples_ns.size(), 200u) << name_of(scenario);
      for (const auto& [session, expected] : {std::pair(one, &first), std::pair(two, &second)}) {
        const Tensors outputs = subject.outputs(session);
        for (const auto& [name, tensor] : *expected)
          EXPECT_TRUE(std::ranges::equal(outputs.at(name).raw(), tensor.raw()))
              << name_of(scenario) << ", session " << session << ", " << name;
      }
    }
}

TEST_P(Computes, one_sample_a_run_and_counts_what_it_used) {
  const int session = subject.load(request);
  subject.bind(session, inputs_of(graph, 1));
  const RunReply reply = subject.run(session, 100);
  ASSERT_EQ(reply.samples_ns.size(), 100u);
  EXPECT_THAT(reply.samples_ns, testing::Each(testing::Gt(0)));
  const auto sum = std::accumulate(reply.samples_ns.begin(), reply.samples_ns.end(), int64_t{0});
  EXPECT_GE(reply.wall_ns, sum);
  EXPECT_GE(reply.cpu_ns, 0);
  EXPECT_GT(reply.peak_rss, 1 << 20);
}

TEST_P(Computes, no_longer_than_the_burst_may_last) {
  const int session = subject.load(request);
  subject.bind(session, inputs_of(graph, 1));
  const RunReply reply = subject.run(session, kMaxBurst, 1'000'000);
  EXPECT_GE(reply.samples_ns.size(), 1u);
  EXPECT_LT(reply.wall_ns - reply.samples_ns.back(), 1'000'000) << "the last run started in time";
}

TEST_P(Computes, with_one_thread_when_one_is_asked_for) {
  const int session = subject.load(request);
  subject.bind(session, inputs_of(graph, 1));
  subject.run(session, kMaxBurst, kSettlingNs);
  EXPECT_EQ(subject.run(session, kMaxBurst, 200'000'000).busy_threads, 1);
  EXPECT_EQ(subject.facts().threads, 1);
}

TEST_P(Computes, on_all_cores_with_no_more_threads_or_cpu_time_than_it_was_given) {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  for (const int threads : {1, cores}) {
    request.configuration.threads = threads;
    const int session = subject.load(request);
    subject.bind(session, inputs_of(graph, 1));
    subject.run(session, kMaxBurst, kSettlingNs);
    const RunReply reply = subject.run(session, kMaxBurst, 300'000'000);
    EXPECT_LE(reply.busy_threads, threads);
    const double allowed_ns = (threads + 0.1) * static_cast<double>(reply.wall_ns);
    EXPECT_LE(static_cast<double>(reply.cpu_ns) - allowed_ns, 1e6)
        << "beyond the millisecond that reading may take";
    subject.ask({{"type", "unload"}});
  }
}

TEST_P(Computes, batches_of_1_3_and_64) {
  if (subject.info().synthetic) GTEST_SKIP() << "a synthetic engine computes nothing";
  for (const int64_t batch : {1, 3, 64}) {
    const Graph batched = small_network(batch);
    const Tensors inputs = inputs_of(batched, 1);
    const int session = subject.load(request_for(batched, folder));
    EXPECT_LT(difference(subject.compute(session, inputs), expected(batched, inputs)), kTolerance)
        << batch;
    subject.ask({{"type", "unload"}});
  }
}

TEST_P(Computes, the_same_with_each_value_of_each_option_that_has_a_few) {
  if (subject.info().synthetic || GetParam() == "chaos") GTEST_SKIP() << "its options do harm";
  const Tensors inputs = inputs_of(graph, 1);
  for (const OptionInfo& option : subject.info().options) {
    const bool flag = option.type == "bool";
    for (const std::string& value :
         flag ? std::vector<std::string>{"false", "true"} : option.choices) {
      SCOPED_TRACE(option.name + "=" + value);
      request.configuration.options = {{option.name, value}};
      const int session = subject.load(request);
      EXPECT_LT(difference(subject.compute(session, inputs), expected(graph, inputs)), kTolerance);
      EXPECT_EQ(subject.facts().precision_executed.count("fp32"), 1u);
      subject.ask({{"type", "unload"}});
    }
  }
}

// Each with weights of its own, so that nothing that is kept of one helps with the next.
TEST_P(Computes, fifty_models_one_after_another_without_leaking_a_megabyte_each) {
  const auto load_and_run = [&](uint64_t seed) {
    const Graph model = small_network(1, seed);
    const Tensors inputs = inputs_of(model, 1);
    const Tensors outputs = subject.compute(subject.load(request_for(model, folder)), inputs);
    if (!subject.info().synthetic) {
      EXPECT_LT(difference(outputs, expected(model, inputs)), kTolerance) << seed;
    }
    subject.ask({{"type", "unload"}});
  };
  const auto rss = [&] { return subject.ask({{"type", "memory"}}).get<MemoryReply>().rss; };
  for (uint64_t seed = 1; seed <= 5; ++seed) load_and_run(seed);
  const int64_t before = rss();
  for (uint64_t seed = 6; seed <= 55; ++seed) load_and_run(seed);
  EXPECT_LT((rss() - before) / 50, 1 << 20);
}

TEST_P(Computes, without_keeping_the_weights_of_what_was_unloaded) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "freed memory is kept in quarantine";
#endif
  constexpr int64_t kSide = 4096, kWeightBytes = kSide * kSide * 4;
  const Graph large = large_layer(kSide);
  const LoadRequest wanted = request_for(large, folder);
  const Tensors inputs = inputs_of(large, 1);
  const auto rss = [&] { return subject.ask({{"type", "memory"}}).get<MemoryReply>().rss; };
  subject.compute(subject.load(request),
                  inputs_of(graph, 1));  // now the engine's own code is there
  subject.ask({{"type", "unload"}});
  const int64_t before = rss();
  for (int i = 0; i < 3; ++i) {
    subject.compute(subject.load(wanted), inputs);
    subject.ask({{"type", "unload"}});
  }
  EXPECT_LT(rss() - before, kWeightBytes);
}

INSTANTIATE_TEST_SUITE_P(Worker, Computes, testing::ValuesIn(built_workers()), engine_name);

}  // namespace
}  // namespace assay
