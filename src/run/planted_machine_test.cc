// SPDX-License-Identifier: MIT
// What may happen to a machine, planted in whole measurements: each raises its doubt, none is
// silent.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "machine/fake_root.h"
#include "run/fake_worker.h"
#include "run/null_job.h"
#include "run/paired_run.h"

namespace assay {
namespace {

using testing::Contains;
using testing::Not;

RunOptions plain() {
  RunOptions options = quick(1);
  options.warmup_seconds = 0;
  options.check_output = false;
  return options;
}

constexpr int64_t kLatencyNs = 5'000'000;

// An answer to whatever is asked, on a clock of its own: each burst takes 50 ms, whatever the time
// is here. Calls take the same time at any speed, so that only the speed can raise a doubt.
nlohmann::json answer_at(int64_t cycles_per_s) {
  return {{"ok", true},
          {"why", nullptr},
          {"rss", 1 << 20},
          {"peak_rss", 1 << 20},
          {"load_ns", 1000},
          {"session", 1},
          {"samples_ns", std::vector<int64_t>(10, kLatencyNs)},
          {"cpu_ns", 10 * kLatencyNs},
          {"wall_ns", 50'000'000},
          {"cycles_per_s", cycles_per_s},
          {"facts", nlohmann::json::object()}};
}

Measurement with_speed_after_burst_8(int64_t cycles_per_s) {
  // memory, load, open, memory, bind, the first run, memory; then the bursts.
  FakeWorker fake(
      "cat hello; for i in 1 2 3 4 5 6 7 a b c d e f g h; do answer before; done; "
      "while answer after; do :; done");
  fake.put_frame("before", answer_at(3'000'000'000));
  fake.put_frame("after", answer_at(cycles_per_s));
  RunOptions options = plain();
  options.workers = fake.folder();
  return measure(job_for("fake"), options);
}

TEST(PlantedMachine, that_slows_down_half_way_is_doubted) {
  const Measurement measured = with_speed_after_burst_8(2'500'000'000);
  ASSERT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  EXPECT_EQ(measured.processes.front().cycles_per_s.size(),
            measured.processes.front().burst_sizes.size());
  EXPECT_THAT(measured.doubts, Contains(Doubt::throttled));
}

TEST(PlantedMachine, that_keeps_its_speed_is_not) {
  const Measurement measured = with_speed_after_burst_8(2'950'000'000);
  ASSERT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  EXPECT_THAT(measured.doubts, Not(Contains(Doubt::throttled)));
}

TEST(PlantedMachine, whose_clock_is_too_coarse_is_measured_and_not_compared) {
  FakeWorker fake("cat hello; while answer always; do :; done");
  auto answer = answer_at(3'000'000'000);
  answer["samples_ns"] = std::vector<int64_t>(10, 0);
  fake.put_frame("always", answer);
  RunOptions options = plain();
  options.workers = fake.folder();
  const std::vector<Job> jobs{job_for("fake"), job_for("fake")};
  const PairedRun run = measure_paired(jobs, options, {.max_seconds = 0.4, .pairs = 2});
  for (const Measurement& side : run.measured) {
    EXPECT_EQ(side.outcome, Outcome::ok) << side.reason;
    EXPECT_EQ(side.processes.size(), 2u);
  }
  EXPECT_FALSE(run.against.at(0).comparison);
}

TEST(PlantedMachine, with_a_quota_of_half_a_core_is_doubted_for_a_single_thread) {
  FakeRoot fake;
  fake.put("proc/self/cgroup", "0::/\n");
  fake.put("sys/fs/cgroup/cgroup.controllers", "cpu\n");
  RunOptions options = plain();
  options.max_seconds = 0.05;
  options.machine_root = fake.root();
  EXPECT_THAT(measure(job_for("null"), options).doubts, Not(Contains(Doubt::cpu_limited)));
  fake.put("sys/fs/cgroup/cpu.max", "50000 100000\n");
  EXPECT_THAT(measure(job_for("null"), options).doubts, Contains(Doubt::cpu_limited));
}

// Spins for as long as it lives.
class BusyProcess {
 public:
  BusyProcess() : x_pid(fork()) {
    if (x_pid != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // the test may be killed
    while (true) {
    }
  }
  ~BusyProcess() {
    kill(x_pid, SIGKILL);
    waitpid(x_pid, nullptr, 0);
  }

 private:
  pid_t x_pid;
};

TEST(PlantedMachine, with_one_busy_process_beside_is_doubted_even_when_it_is_measured_shortly) {
  const BusyProcess beside;
  Job job = job_for("null");
  job.configuration.options = {{"latency_us", "1000"}};  // for all of the time
  for (const double seconds : {0.1, 1.0}) {
    RunOptions options = plain();
    options.max_seconds = seconds;
    EXPECT_THAT(measure(job, options).doubts, Contains(Doubt::busy_machine)) << seconds;
  }
}

TEST(PlantedMachine, whose_hypervisor_takes_time_is_doubted) {
  FakeRoot fake;
  fake.put("proc/stat", "cpu  0 0 0 0 0 0 0 0 0 0\n");
  RunOptions options = plain();
  options.machine_root = fake.root();
  std::atomic<bool> over = false;
  std::thread hypervisor([&] {
    for (int ticks = 0; !over; ++ticks) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      fake.put("new", "cpu  0 0 0 0 0 0 0 " + std::to_string(ticks) + " 0 0\n");
      std::filesystem::rename(fake.root() / "new", fake.root() / "proc/stat");
    }
  });
  Job job = job_for("null");
  job.configuration.options = {{"latency_us", "1000"}};  // for all of a second
  const Measurement measured = measure(job, options);
  over = true;
  hypervisor.join();
  EXPECT_THAT(measured.doubts, Contains(Doubt::stolen_time));
}

TEST(PlantedMachine, that_gives_all_processes_the_same_addresses_is_doubted) {
  FakeRoot fake;
  fake.put("proc/sys/kernel/randomize_va_space", "0\n");
  RunOptions options = plain();
  options.max_seconds = 0.05;
  options.machine_root = fake.root();
  EXPECT_THAT(measure(job_for("null"), options).doubts, Contains(Doubt::fixed_addresses));
}

}  // namespace
}  // namespace assay
