// SPDX-License-Identifier: MIT
#include "machine/energy.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "machine/fake_root.h"
#include "machine/nvml.h"

namespace assay {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string zone(const std::string& name, const std::string& file) {
  return "sys/class/powercap/" + name + "/" + file;
}

struct Rapl : FakeRoot {
  explicit Rapl(int packages = 1) {
    for (int i = 0; i < packages; ++i) {
      const std::string name = "intel-rapl:" + std::to_string(i);
      put(zone(name, "name"), "package-" + std::to_string(i) + "\n");
      put(zone(name, "max_energy_range_uj"), "1000000000\n");
      set(i, 0);
    }
  }
  void set(int package, int64_t microjoules) const {
    put(zone("intel-rapl:" + std::to_string(package), "energy_uj"),
        std::to_string(microjoules) + "\n");
  }
};

TEST(Rapl, counts_from_where_it_was_opened) {
  const Rapl fake;
  fake.set(0, 900'000'000);
  RaplCounter counter(fake.root());
  ASSERT_TRUE(counter.usable()) << counter.problem();
  EXPECT_EQ(counter.name(), "intel-rapl package-0");
  EXPECT_DOUBLE_EQ(counter.joules().value_or(-1), 0);
  fake.set(0, 902'500'000);
  EXPECT_DOUBLE_EQ(counter.joules().value_or(-1), 2.5);
}

TEST(Rapl, goes_on_counting_when_the_sensor_wraps_around_again_and_again) {
  const Rapl fake;
  fake.set(0, 999'000'000);
  RaplCounter counter(fake.root());
  double joules = 0;
  for (int i = 1; i <= 10; ++i) {
    fake.set(0, 999'000'000 - 100'000'000 * i % 1'000'000'000);
    joules += 900;
    EXPECT_DOUBLE_EQ(counter.joules().value_or(-1), joules) << i;
  }
}

TEST(Rapl, adds_up_the_packages_and_leaves_out_their_parts_and_doubles) {
  const Rapl fake(2);
  fake.put(zone("intel-rapl:0:0", "name"), "core\n");
  fake.put(zone("intel-rapl:0:0", "energy_uj"), "5\n");
  fake.put(zone("intel-rapl-mmio:0", "name"), "package-0\n");
  fake.put(zone("intel-rapl:2", "name"), "psys\n");
  RaplCounter counter(fake.root());
  EXPECT_EQ(counter.name(), "intel-rapl package-0 + package-1");
  fake.set(0, 1'000'000);
  fake.set(1, 2'000'000);
  EXPECT_DOUBLE_EQ(counter.joules().value_or(-1), 3);
}

TEST(Rapl, says_nothing_more_once_a_package_vanished_or_wrote_rubbish) {
  for (const char* what : {"vanish", "-5", "", "12 apples", "99999999999999999999", "1000000001"}) {
    const Rapl fake(2);
    RaplCounter counter(fake.root());
    const std::string file = zone("intel-rapl:1", "energy_uj");
    if (std::string(what) == "vanish") {
      fake.remove("sys/class/powercap/intel-rapl:1");
    } else {
      fake.put(file, what);
    }
    EXPECT_FALSE(counter.joules()) << what;
    fake.put(file, "7\n");
    EXPECT_FALSE(counter.joules()) << what << ": what was missed is not known";
  }
}

TEST(Rapl, is_not_used_with_one_package_of_two) {
  const Rapl fake(2);
  fake.remove(zone("intel-rapl:1", "max_energy_range_uj"));
  EXPECT_FALSE(RaplCounter(fake.root()).usable());
  const FoundCounter found = find_energy_counter("cpu", fake.root());
  EXPECT_FALSE(found.counter);
  EXPECT_THAT(found.why_not, HasSubstr("intel-rapl:1 tells no energy"));
}

TEST(Energy, without_a_sensor_is_no_figure_but_the_words) {
  const FakeRoot none;
  EXPECT_FALSE(find_energy_counter("cpu", none.root()).counter);
  EXPECT_EQ(find_energy_counter("cpu", none.root()).why_not, "no sensor");
}

// A file that cannot be read: root may read all, so it is a link to one that fails.
TEST(Energy, says_how_a_sensor_for_root_alone_is_opened_to_all) {
  const Rapl fake;
  const auto file = fake.root() / zone("intel-rapl:0", "energy_uj");
  std::filesystem::remove(file);
  std::filesystem::create_symlink("/proc/self/mem", file);
  const FoundCounter found = find_energy_counter("cpu", fake.root());
  EXPECT_FALSE(found.counter);
  EXPECT_THAT(found.why_not, StartsWith("no sensor: only root may read"));
  EXPECT_THAT(found.why_not, HasSubstr("sudo chmod a+r " + file.string()));
}

TEST(Energy, of_a_gpu_needs_the_drivers_library) {
  std::string problem;
  EXPECT_FALSE(open_nvml(0, problem, "libnot-there.so.1"));
  EXPECT_EQ(problem, "libnot-there.so.1 is not here");
  EXPECT_FALSE(open_nvml(0, problem, "libm.so.6"));
  EXPECT_EQ(problem, "the NVIDIA driver's library has no energy counter");
}

// Read twice as often as it wraps around, by nobody but the meter itself.
TEST(EnergyMeter, asks_by_itself_so_that_no_turn_is_missed) {
  const Rapl fake;
  EnergyMeter meter(find_energy_counter("cpu", fake.root()).counter);
  fake.set(0, 900'000'000);
  std::this_thread::sleep_for(std::chrono::milliseconds(1300));
  fake.set(0, 800'000'000);
  EXPECT_DOUBLE_EQ(meter.joules().value_or(-1), 1800);
}

}  // namespace
}  // namespace assay
