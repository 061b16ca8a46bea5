// SPDX-License-Identifier: MIT
#include "run/runner.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "base/clock.h"
#include "base/error_of.h"
#include "base/files.h"
#include "machine/proc_files.h"
#include "run/fake_worker.h"
#include "run/null_job.h"

namespace assay {
namespace {

using testing::Contains;
using testing::Each;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Runner, measures_what_the_null_engine_was_told_to_take) {
  const Measurement measured = measure(job_for("null", {{"latency_us", "500"}}), quick());
  ASSERT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  ASSERT_EQ(measured.processes.size(), 1u);
  const ProcessSamples& process = measured.processes.front();
  EXPECT_GT(process.latency_ns.size(), 10u);
  EXPECT_THAT(process.latency_ns, Each(Ge(500'000)));
  EXPECT_FALSE(process.warmup_ns.empty());
  EXPECT_GE(process.first_run_ms, 0.5);
  EXPECT_GT(process.wall_seconds, 0.09);
  EXPECT_GT(process.empty_rss_bytes, 0);
  EXPECT_GE(process.peak_rss_bytes, process.load_rss_bytes);
  EXPECT_TRUE(measured.synthetic);
  EXPECT_FALSE(measured.output_check);
  EXPECT_EQ(measured.configuration.engine, "null");
  EXPECT_EQ(measured.configuration.engine_version, "1");
  EXPECT_EQ(measured.configuration.model, "nothing");
  EXPECT_EQ(measured.configuration.input, job_for("null").model.input);
  EXPECT_GT(measured.facts.cpu_seconds.value_or(0), 0);
  EXPECT_THAT(measured.doubts, Contains(Doubt::single_process));
  EXPECT_THAT(measured.doubts, Not(Contains(Doubt::unchecked_output)));
}

TEST(Runner, repeats_in_fresh_processes) {
  RunOptions options = quick();
  options.processes = 3;
  const Measurement measured =
      measure(job_for("null", {{"latency_us", "200"}, {"process_spread", "0.3"}}), options);
  ASSERT_EQ(measured.processes.size(), 3u);
  EXPECT_NE(measured.processes[0].latency_ns, measured.processes[1].latency_ns);
  EXPECT_THAT(measured.doubts, Not(Contains(Doubt::single_process)));
}

TEST(Runner, doubts_a_row_with_too_few_samples) {
  RunOptions options = quick();
  options.max_seconds = 0.05;
  const Measurement measured = measure(job_for("null", {{"latency_us", "40000"}}), options);
  EXPECT_LT(measured.processes.front().latency_ns.size(), 6u);
  EXPECT_THAT(measured.doubts, Contains(Doubt::too_few_samples));
}

TEST(Runner, doubts_more_threads_than_there_are_cores) {
  Job job = job_for("null");
  job.configuration.threads = 4096;
  EXPECT_THAT(measure(job, quick()).doubts, Contains(Doubt::cpu_limited));
}

TEST(Runner, bounds_the_samples_of_an_engine_that_does_nothing) {
  RunOptions options = quick();
  options.max_samples = 5000;
  EXPECT_EQ(measure(job_for("null"), options).processes.front().latency_ns.size(), 5000u);
}

TEST(Runner, offers_the_nearest_engine_and_option) {
  EXPECT_THAT(error_of([] { measure(job_for("nul"), quick()); }),
              HasSubstr("did you mean 'null'?"));
  EXPECT_THAT(error_of([] {
                measure(job_for("null", {{"latency", "5"}}), quick());
              }),
              HasSubstr("did you mean 'latency_us'?"));
  EXPECT_THAT(error_of([] {
                measure(job_for("null", {{"latency_us", "fast"}}), quick());
              }),
              HasSubstr("latency_us is a number, not 'fast'"));
  EXPECT_THAT(error_of([] {
                measure(job_for("null", {{"wait", "dream"}}), quick());
              }),
              HasSubstr("spin"));
  EXPECT_THAT(error_of([] { measure(job_for("null@99"), quick()); }),
              HasSubstr("version 1 here, not 99"));
}

TEST(Runner, stores_an_unknown_precision_and_device_as_unsupported) {
  Job precision = job_for("null"), device = job_for("null");
  precision.configuration.precision = "fp7";
  device.configuration.device = "cuda:0";
  EXPECT_EQ(measure(precision, quick()).outcome, Outcome::unsupported);
  EXPECT_THAT(measure(precision, quick()).reason, HasSubstr("fp7"));
  EXPECT_EQ(measure(device, quick()).outcome, Outcome::unsupported);
}

TEST(Runner, refuses_an_input_that_is_not_the_models) {
  Job job = job_for("null");
  job.inputs["inputt"] = make_f32({1}, std::vector<float>{1});
  EXPECT_THAT(error_of([&] { measure(job, quick()); }), HasSubstr("did you mean 'input'?"));
  job.inputs = {{"input", make_f32({1}, std::vector<float>{1})}};
  EXPECT_THAT(error_of([&] { measure(job, quick()); }), HasSubstr("1x3x4x4"));
}

TEST(Runner, interleaves_live_workers_and_keeps_their_order) {
  const std::vector<Job> jobs{job_for("null", {{"latency_us", "300"}}),
                              job_for("null", {{"latency_us", "900"}, {"wait", "sleep"}})};
  RunOptions options = quick();
  options.max_seconds = 0.2;
  const int64_t start_ns = monotonic_ns();
  const auto measured = measure_interleaved(jobs, options);
  const double seconds = static_cast<double>(monotonic_ns() - start_ns) / 1e9;
  ASSERT_EQ(measured.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(measured[i].outcome, Outcome::ok) << measured[i].reason;
    EXPECT_EQ(measured[i].configuration.options, jobs[i].configuration.options);
    EXPECT_GE(measured[i].processes.front().wall_seconds, 0.19);
  }
  EXPECT_GE(seconds, 0.4);  // in turns, not at once
  EXPECT_NE(measured[0].id, measured[1].id);
}

TEST(Runner, loses_only_the_worker_that_is_killed_in_mid_run_and_keeps_its_samples) {
  RunOptions options = quick();
  options.max_seconds = 1.2;
  const TempDir folder;
  const auto list = folder.path() / "started";
  options.launcher = {"/bin/sh", "-c", "echo $$ >> " + list.string() + "; exec \"$0\""};
  const std::vector<Job> jobs{job_for("null", {{"latency_us", "500"}}),
                              job_for("null", {{"latency_us", "501"}})};
  std::vector<Measurement> measured;
  std::thread runner([&] { measured = measure_interleaved(jobs, options); });
  // Each job starts a worker that is asked whether it can, and then the one that is measured.
  std::vector<std::string> started;
  for (int i = 0; i < 1000 && started.size() < 4; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    started = lines_of(read_proc(list));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  const pid_t victim = started.empty() ? -1 : std::atoi(started.back().c_str());
  EXPECT_GT(victim, 0);
  if (victim > 0) kill(victim, SIGKILL);
  runner.join();
  ASSERT_EQ(measured.size(), 2u);
  EXPECT_EQ(measured[0].outcome, Outcome::ok) << measured[0].reason;
  EXPECT_EQ(measured[1].outcome, Outcome::crashed);
  EXPECT_THAT(measured[1].reason, HasSubstr("SIGKILL"));
  ASSERT_EQ(measured[1].processes.size(), 1u);
  EXPECT_FALSE(measured[1].processes.front().latency_ns.empty());
  EXPECT_THAT(measured[1].doubts, IsEmpty());
}

// Interrupts it after so long.
Measurement interrupted_after(std::chrono::milliseconds delay) {
  std::atomic<bool> stop = false;
  RunOptions options = quick();
  options.max_seconds = 30;
  options.stop = &stop;
  std::thread later([&] {
    std::this_thread::sleep_for(delay);
    stop = true;
  });
  Measurement measured = measure(job_for("null", {{"latency_us", "500"}}), options);
  later.join();
  return measured;
}

TEST(Runner, returns_what_was_measured_when_it_is_interrupted) {
  const int64_t start_ns = monotonic_ns();
  Measurement measured = interrupted_after(std::chrono::milliseconds(300));
  // On a machine so busy that nothing was sampled yet.
  if (was_interrupted(measured)) measured = interrupted_after(std::chrono::seconds(5));
  EXPECT_LT(monotonic_ns() - start_ns, 20'000'000'000);
  ASSERT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  EXPECT_GT(measured.processes.front().latency_ns.size(), 10u);
}

TEST(Runner, says_that_nothing_was_measured_when_it_is_interrupted_at_once) {
  const std::atomic<bool> stop = true;
  RunOptions options = quick();
  options.stop = &stop;
  EXPECT_TRUE(was_interrupted(measure(job_for("null"), options)));
}

TEST(Runner, is_exact_with_the_fake_clock) {
  RunOptions options = quick();
  options.fake_clock = true;
  options.processes = 2;
  const Measurement once = measure(job_for("null", {{"latency_us", "50"}}), options);
  const Measurement again = measure(job_for("null", {{"latency_us", "50"}}), options);
  ASSERT_EQ(once.outcome, Outcome::ok) << once.reason;
  EXPECT_EQ(nlohmann::json(once).dump(), nlohmann::json(again).dump());
  EXPECT_EQ(once.processes.front().latency_ns.size(), 100u);
  EXPECT_EQ(once.processes.front().latency_ns[0], 1'000'000);
  EXPECT_EQ(once.processes.front().latency_ns[1], 1'007'000);
  EXPECT_EQ(once.processes[1].latency_ns[0], 1'001'000);
  EXPECT_EQ(once.id.size(), 26u);
  EXPECT_THAT(once.doubts, IsEmpty());
}

TEST(Runner, runs_one_inference) {
  const auto outputs = infer(job_for("null"), quick());
  ASSERT_TRUE(std::holds_alternative<Tensors>(outputs)) << std::get<Failure>(outputs).reason;
  EXPECT_EQ(std::get<Tensors>(outputs).at("output").shape, (Shape{1, 10}));
}

TEST(Workers, lists_only_executables) {
  const TempDir folder;
  write_file(folder.path() / "notes.txt", "x");
  write_file(folder.path() / "engine", "#!/bin/sh\n");
  std::filesystem::permissions(folder.path() / "engine", std::filesystem::perms::owner_all);
  EXPECT_THAT(installed_engines(folder.path()), testing::ElementsAre("engine"));
  EXPECT_THAT(installed_engines(folder.path() / "nowhere"), IsEmpty());
  EXPECT_THAT(error_of([&] { find_worker("engine", folder.path() / "nowhere"); }),
              HasSubstr("no engine is installed"));
}

TEST(Runner, does_not_measure_what_a_worker_takes_but_does_not_declare) {
  FakeWorker fake("cat hello; answer why; sleep 60");
  fake.put_frame("why", {{"ok", true}, {"why", nullptr}});
  RunOptions options = quick();
  options.workers = fake.folder();
  Job job = job_for("fake");
  job.configuration.precision = "bf16";
  const Measurement measured = measure(job, options);
  EXPECT_EQ(measured.outcome, Outcome::unsupported);
  EXPECT_EQ(measured.reason, "fake does not execute bf16 here; it executes fp32");
}

TEST(Runner, starts_a_worker_with_the_variables_that_stand_for_its_options) {
  FakeWorker fake("echo \"<$FAKE_WAIT>\" >> starts; cat hello; answer why; sleep 60");
  EngineInfo info{.name = "fake", .version = "1", .devices = {"cpu"}, .precisions = {"fp32"}};
  info.options = {{"wait", "choice", "brief", "", {"brief", "passive"}, "FAKE_WAIT"}};
  fake.put_frame("hello", {{"ok", true}, {"protocol", kProtocolVersion}, {"info", info}});
  fake.put_frame("why", {{"ok", true}, {"why", "not today"}});
  RunOptions options = quick();
  options.workers = fake.folder();
  const Measurement measured = measure(job_for("fake", {{"wait", "passive"}}), options);
  EXPECT_EQ(measured.reason, "not today");
  EXPECT_EQ(read_file(fake.folder() / "starts"), "<>\n<passive>\n");
  EXPECT_EQ(measured.facts.environment.at("FAKE_WAIT"), "passive");
}

}  // namespace
}  // namespace assay
