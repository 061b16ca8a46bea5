// SPDX-License-Identifier: MIT
// Each way in which the chaos engine fails, by its name, and the outcome or doubt that it causes.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "base/hash.h"
#include "graph/graph.h"
#include "onnx/onnx.h"
#include "run/paired_run.h"
#include "run/runner.h"

namespace assay {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A product with weights that differ, as an ONNX file; and a second copy of the chaos engine,
// honest, as the referee.
class Chaos : public testing::Test {
 protected:
  Chaos() {
    std::vector<float> weights;
    for (int i = 0; i < 64; ++i) weights.push_back(static_cast<float>((i * 37) % 19 - 9) / 8);
    Graph graph;
    const ValueId x = graph.input("x", DType::f32, {1, 8});
    const ValueId w = graph.constant("w", make_f32({8, 8}, weights));
    graph.output(graph.add("MatMul", "y", {x, w}));
    const auto file = x_folder.path() / "model.onnx";
    write_onnx(graph, file);
    x_job.model.name = "product";
    x_job.model.file = file;
    x_job.model.sha256 = sha256_file(file);
    x_job.model.input = {{"x", {1, 8}}};
    x_job.model.graph = std::make_shared<Graph>(graph);
    x_job.configuration.engine = "chaos";

    const auto workers = x_folder.path() / "workers";
    std::filesystem::create_directory(workers);
    for (const char* name : {"chaos", "referee"})
      std::filesystem::create_symlink(workers_folder() / "chaos", workers / name);
    x_options.workers = workers;
    x_options.cache_folder = x_folder.path();
    x_options.references = {{"referee", "1", {}, "honest"}};
    x_options.max_seconds = 0.1;
    x_options.warmup_seconds = 0.02;
    x_options.memory_cap_bytes = 1'000'000'000;
  }

  Measurement with(const std::string& mode, const std::string& when = "run") {
    x_job.configuration.options = {{"mode", mode}, {"when", when}};
    return measure(x_job, x_options);
  }

  TempDir x_folder;
  Job x_job;
  RunOptions x_options;
};

TEST_F(Chaos, none_is_ok_and_its_output_is_checked) {
  const Measurement measured = with("none");
  ASSERT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  ASSERT_TRUE(measured.output_check);
  EXPECT_TRUE(measured.output_check->passed);
  EXPECT_EQ(measured.output_check->error, 0);
  EXPECT_EQ(measured.output_check->reference, "referee 1 honest");
  EXPECT_EQ(measured.cost.value_or(ModelCost{}).macs, 64);
  EXPECT_THAT(measured.doubts, Not(Contains(Doubt::unchecked_output)));
  EXPECT_THAT(measured.doubts, Not(Contains(Doubt::precision_mismatch)));
}

TEST_F(Chaos, crash_is_crashed_at_any_moment) {
  for (const char* when : {"load", "first_run", "run", "unload"}) {
    const Measurement measured = with("crash", when);
    EXPECT_EQ(measured.outcome, Outcome::crashed) << when;
    EXPECT_THAT(measured.reason, StartsWith("killed by SIGSEGV during ")) << when;
  }
}

TEST_F(Chaos, hang_is_timed_out) {
  x_options.deadlines.run = 0.1;
  const Measurement measured = with("hang");
  EXPECT_EQ(measured.outcome, Outcome::timed_out);
  EXPECT_THAT(measured.reason, StartsWith("no answer to run within 0.1"));
  x_options.deadlines.load = 0.1;
  EXPECT_EQ(with("hang", "load").outcome, Outcome::timed_out);
  x_options.deadlines.first_run = 0.1;
  EXPECT_EQ(with("hang", "first_run").outcome, Outcome::timed_out);
}

TEST_F(Chaos, in_streams_that_run_at_once_ends_as_it_does_alone) {
  x_options.deadlines.run = 0.3;
  x_job.configuration.streams = 2;
  x_job.configuration.rate_per_s = 200;
  for (const Scenario scenario : {Scenario::multi_stream, Scenario::offline, Scenario::server}) {
    x_job.configuration.scenario = scenario;
    EXPECT_EQ(with("none").outcome, Outcome::ok) << name_of(scenario);
    EXPECT_EQ(with("throw").outcome, Outcome::run_failed) << name_of(scenario);
    EXPECT_EQ(with("crash").outcome, Outcome::crashed) << name_of(scenario);
    EXPECT_EQ(with("hang").outcome, Outcome::timed_out) << name_of(scenario);
  }
}

TEST_F(Chaos, one_session_is_unsupported_where_two_streams_are_asked_for) {
  x_job.configuration.scenario = Scenario::offline;
  EXPECT_EQ(with("one_session").outcome, Outcome::ok);
  x_job.configuration.streams = 2;
  const Measurement measured = with("one_session");
  EXPECT_EQ(measured.outcome, Outcome::unsupported);
  EXPECT_EQ(measured.reason,
            "session 2 of 2 could not be opened: chaos was asked for one session at a time");
}

TEST_F(Chaos, ignore_term_is_timed_out_all_the_same) {
  x_options.deadlines.run = 0.1;
  EXPECT_EQ(with("ignore_term").outcome, Outcome::timed_out);
}

TEST_F(Chaos, exit_is_crashed_with_its_status) {
  const Measurement measured = with("exit");
  EXPECT_EQ(measured.outcome, Outcome::crashed);
  EXPECT_EQ(measured.reason, "exited with 0 before answering run");
}

TEST_F(Chaos, leak_is_out_of_memory_under_a_cap) {
  x_options.max_seconds = 5;
  x_options.memory_cap_bytes = 300'000'000;
  const Measurement measured = with("leak");
  EXPECT_EQ(measured.outcome, Outcome::out_of_memory);
  EXPECT_THAT(measured.reason, HasSubstr("above the cap of 300 MB"));
}

TEST_F(Chaos, oom_is_out_of_memory) {
  EXPECT_EQ(with("oom", "load").outcome, Outcome::out_of_memory);
  EXPECT_EQ(with("oom").outcome, Outcome::out_of_memory);
}

TEST_F(Chaos, garbage_is_crashed_for_rubbish) {
  const Measurement measured = with("garbage");
  EXPECT_EQ(measured.outcome, Outcome::crashed);
  EXPECT_THAT(measured.reason, StartsWith("answered rubbish: "));
}

TEST_F(Chaos, stdout_disturbs_nothing) {
  const Measurement measured = with("stdout");
  EXPECT_EQ(measured.outcome, Outcome::ok) << measured.reason;
}

TEST_F(Chaos, throw_is_load_failed_or_run_failed_with_its_words) {
  const Measurement load = with("throw", "load"), run = with("throw");
  EXPECT_EQ(load.outcome, Outcome::load_failed);
  EXPECT_EQ(run.outcome, Outcome::run_failed);
  EXPECT_EQ(run.reason, "chaos was asked to fail");
}

TEST_F(Chaos, wrong_output_is_wrong_output_with_the_numbers) {
  const Measurement measured = with("wrong_output");
  EXPECT_EQ(measured.outcome, Outcome::wrong_output);
  EXPECT_THAT(measured.reason, AllOf(HasSubstr("referee 1 honest"), HasSubstr("more than 0.001")));
  ASSERT_TRUE(measured.output_check);
  EXPECT_FALSE(measured.output_check->passed);
  EXPECT_GT(measured.output_check->error, 0.1);
}

TEST_F(Chaos, slow_once_keeps_the_slow_run_in_the_raw_series) {
  const Measurement measured = with("slow_once");
  ASSERT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  const ProcessSamples& process = measured.processes.front();
  std::vector<int64_t> all = process.warmup_ns;
  all.insert(all.end(), process.latency_ns.begin(), process.latency_ns.end());
  EXPECT_EQ(std::ranges::count_if(all, [](int64_t ns) { return ns >= 300'000'000; }), 1);
}

TEST_F(Chaos, lie_precision_is_doubted) {
  EXPECT_THAT(with("lie_precision").doubts, Contains(Doubt::precision_mismatch));
}

TEST_F(Chaos, a_silent_fallback_to_fp32_is_seen_in_the_output_whatever_the_engine_says) {
  x_job.configuration.precision = "bf16";
  const Measurement measured = with("lie_precision");  // says bf16, computes fp32
  ASSERT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  EXPECT_EQ(measured.facts.precision_executed.at("bf16"), 1);
  EXPECT_THAT(measured.doubts, Contains(Doubt::precision_mismatch));
}

TEST_F(Chaos, lie_threads_is_doubted) {
  EXPECT_THAT(with("lie_threads").doubts, Contains(Doubt::threads_mismatch));
  EXPECT_THAT(with("none").doubts, Not(Contains(Doubt::threads_mismatch)));
}

TEST_F(Chaos, without_a_referee_the_output_is_unchecked) {
  x_options.references.emplace();
  const Measurement measured = with("none");
  EXPECT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  EXPECT_FALSE(measured.output_check);
  EXPECT_THAT(measured.doubts, Contains(Doubt::unchecked_output));
}

TEST_F(Chaos, a_reference_is_computed_once_and_kept) {
  with("none");
  x_options.references->front().options = {{"mode", "crash"}, {"when", "load"}};
  EXPECT_FALSE(with("none").output_check);  // other options, another reference: it crashed
  x_options.references->front().options = {};
  std::filesystem::remove(x_options.workers / "referee");
  EXPECT_TRUE(with("none").output_check);
}

TEST_F(Chaos, a_worker_that_spins_while_it_is_idle_is_doubted_and_its_neighbour_is_not) {
  x_options.quiet_seconds = 0.02;
  std::vector<Job> jobs(2, x_job);
  jobs[1].configuration.options = {{"mode", "lie_threads"}};
  const PairedRun run =
      measure_paired(jobs, x_options, {.max_seconds = 0.4, .ci_target = 0.9, .pairs = 1});
  ASSERT_EQ(run.measured[1].outcome, Outcome::ok) << run.measured[1].reason;
  EXPECT_GT(idle_cpu_share(run.measured[1]).value(), 0.1);
  EXPECT_THAT(run.measured[1].doubts, Contains(Doubt::restless));
  EXPECT_LT(idle_cpu_share(run.measured[0]).value(), 0.001);
  EXPECT_THAT(run.measured[0].doubts, Not(Contains(Doubt::restless)));
}

TEST_F(Chaos, in_an_interleaving_ends_only_its_own_measurement) {
  std::vector<Job> jobs(2, x_job);
  jobs[0].configuration.options = {{"mode", "crash"}};
  const auto measured = measure_interleaved(jobs, x_options);
  EXPECT_EQ(measured[0].outcome, Outcome::crashed);
  EXPECT_EQ(measured[1].outcome, Outcome::ok) << measured[1].reason;
  EXPECT_GT(measured[1].processes.front().latency_ns.size(), 6u);
}

}  // namespace
}  // namespace assay
