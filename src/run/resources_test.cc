// SPDX-License-Identifier: MIT
// Memory and energy of a whole measurement, against workers and sensors that do what they were
// told.
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "machine/fake_root.h"
#include "run/null_job.h"

namespace assay {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kMebibyte = 1 << 20;

// Within 1 MiB, or 1 % of what is more.
void expect_bytes(int64_t seen, int64_t mebibytes, const char* what) {
  const int64_t told = mebibytes * kMebibyte;
  EXPECT_NEAR(static_cast<double>(seen), static_cast<double>(told),
              static_cast<double>(std::max(kMebibyte, told / 100)))
      << what;
}

TEST(Memory, of_each_phase_is_what_the_worker_took_in_it) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer keeps freed memory";
#endif
  const Measurement measured = measure(null_job({{"latency_us", "500"},
                                                 {"load_mib", "64"},
                                                 {"load_peak_mib", "160"},
                                                 {"first_run_mib", "32"},
                                                 {"run_mib", "16"}}),
                                       quick());
  ASSERT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  const ProcessSamples& seen = measured.processes.front();
  expect_bytes(seen.load_rss_bytes - seen.empty_rss_bytes, 64, "held by load");
  expect_bytes(seen.load_peak_rss_bytes - seen.empty_rss_bytes, 224, "at most in load");
  expect_bytes(seen.first_run_rss_bytes - seen.load_rss_bytes, 32, "held by the first run");
  expect_bytes(seen.first_run_peak_rss_bytes - seen.load_rss_bytes, 48, "at most in it");
  expect_bytes(seen.steady_rss_bytes - seen.first_run_rss_bytes, 0, "held by later runs");
  expect_bytes(seen.steady_peak_rss_bytes - seen.first_run_rss_bytes, 16, "at most in them");
  expect_bytes(seen.peak_rss_bytes - seen.empty_rss_bytes, 224, "at most of all");
}

TEST(Memory, of_an_engine_that_takes_none_does_not_grow) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer keeps freed memory";
#endif
  const Measurement measured = measure(null_job(), quick());
  const ProcessSamples& seen = measured.processes.front();
  expect_bytes(seen.load_rss_bytes - seen.empty_rss_bytes, 0, "load");
  // The worker's own room for the samples of a burst is 1 MiB.
  EXPECT_LT(seen.steady_peak_rss_bytes - seen.empty_rss_bytes, 2 * kMebibyte);
}

// RAPL's files of a machine that takes 40 W for ever, wrapping around every 2,000 J, until it dies.
class Sensor {
 public:
  Sensor() {
    x_root.put(folder() + "name", "package-0\n");
    x_root.put(folder() + "max_energy_range_uj", "2000000000\n");
    write();
    x_thread = std::thread([this] {
      while (!x_over) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (!x_dead) write();
      }
    });
  }
  ~Sensor() {
    x_over = true;
    x_thread.join();
  }
  static std::string folder() { return "sys/class/powercap/intel-rapl:0/"; }
  void die() {
    x_dead = true;
    x_root.remove("sys/class/powercap");
  }
  const std::filesystem::path& root() const { return x_root.root(); }

 private:
  // In one step, so that nobody reads half a number.
  void write() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const int64_t us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    x_root.put("new", std::to_string(us * 40 % 2'000'000'000) + "\n");
    std::error_code gone;
    std::filesystem::rename(root() / "new", root() / (folder() + "energy_uj"), gone);
  }

  FakeRoot x_root;
  std::atomic<bool> x_over = false, x_dead = false;
  std::thread x_thread;
};

TEST(Energy, of_the_bursts_is_what_the_sensor_counted_meanwhile) {
  const Sensor sensor;
  RunOptions options = quick();
  options.machine_root = sensor.root();
  options.max_seconds = 0.4;
  const Measurement measured = measure(null_job(), options);
  ASSERT_TRUE(measured.energy) << measured.reason;
  EXPECT_EQ(measured.energy->sensor, "intel-rapl package-0");
  EXPECT_NEAR(measured.energy->idle_watts.value_or(0), 40, 4);
  const ProcessSamples& process = measured.processes.front();
  ASSERT_EQ(process.burst_joules.size(), process.burst_sizes.size());
  double joules = 0;
  for (const double burst : process.burst_joules) joules += burst;
  EXPECT_GT(joules, 0.8 * 40 * process.wall_seconds);
  EXPECT_LT(joules, 2 * 40 * process.wall_seconds) << "on a busy machine the host looks late";
}

TEST(Energy, is_no_figure_when_the_sensor_vanished_on_the_way_and_the_reader_is_told) {
  Sensor sensor;
  RunOptions options = quick();
  options.machine_root = sensor.root();
  options.max_seconds = 1;
  std::thread thief([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(900));
    sensor.die();
  });
  const Measurement measured = measure(null_job(), options);
  thief.join();
  EXPECT_EQ(measured.outcome, Outcome::ok);
  EXPECT_FALSE(measured.energy);
  EXPECT_THAT(measured.processes.front().burst_joules, IsEmpty());
  EXPECT_THAT(measured.facts.notes.at("energy"), HasSubstr("could not be read to the end"));
}

TEST(Energy, is_nothing_where_no_sensor_is) {
  const FakeRoot none;
  RunOptions options = quick();
  options.machine_root = none.root();
  const Measurement measured = measure(null_job(), options);
  EXPECT_FALSE(measured.energy);
  EXPECT_THAT(measured.processes.front().burst_joules, IsEmpty());
  EXPECT_FALSE(measured.facts.notes.contains("energy"));
}

}  // namespace
}  // namespace assay
