// SPDX-License-Identifier: MIT
#include "machine/machine.h"

#include <gmock/gmock.h>
#include <sched.h>

#include "base/error.h"
#include "base/files.h"
#include "machine/cgroup.h"
#include "machine/cpu_times.h"
#include "machine/fake_root.h"

namespace assay {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

struct FakeMachine : FakeRoot {
  Machine probe() const { return probe_machine(root()); }
};

TEST(Machine, reads_what_the_kernel_says) {
  const Machine machine = FakeMachine().probe();
  EXPECT_EQ(machine.host, "box");
  EXPECT_EQ(machine.cpu, "Test CPU 3000");
  EXPECT_EQ(machine.kernel, "6.1.0-13-amd64");
  EXPECT_EQ(machine.cores_online, 8);
  EXPECT_EQ(machine.cores_usable, 8);
  EXPECT_EQ(machine.cpu_quota, 0);
  EXPECT_EQ(machine.memory_bytes, int64_t{16} << 30);
  EXPECT_EQ(machine.memory_available_bytes, int64_t{8} << 30);
  EXPECT_DOUBLE_EQ(machine.load_1min, 1.25);
  EXPECT_TRUE(machine.address_randomized);
  EXPECT_THAT(machine.cpu_features, Contains("amx_int8"));
  EXPECT_THAT(machine_doubts(machine), IsEmpty());
}

TEST(Machine, counts_only_the_cores_of_its_affinity) {
  FakeMachine fake;
  fake.put("proc/self/status", "Cpus_allowed_list:\t0,2-3,7\n");
  EXPECT_EQ(fake.probe().cores_usable, 4);
}

TEST(Machine, rounds_a_quota_of_half_a_core_up_to_one_and_doubts_it) {
  FakeMachine fake;
  fake.put("proc/self/cgroup", "0::/box.slice/run\n");
  fake.put("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
  fake.put("sys/fs/cgroup/box.slice/run/cpu.max", "50000 100000\n");
  const Machine machine = fake.probe();
  EXPECT_DOUBLE_EQ(machine.cpu_quota, 0.5);
  EXPECT_EQ(machine.cores_usable, 1);
  EXPECT_THAT(machine_doubts(machine), Contains(Doubt::cpu_limited));
}

TEST(Machine, does_not_doubt_a_quota_of_whole_cores) {
  FakeMachine fake;
  fake.put("proc/self/cgroup", "0::/\n");
  fake.put("sys/fs/cgroup/cgroup.controllers", "cpu\n");
  fake.put("sys/fs/cgroup/cpu.max", "300000 100000\n");
  EXPECT_EQ(fake.probe().cores_usable, 3);
  EXPECT_THAT(machine_doubts(fake.probe()), IsEmpty());
}

TEST(Machine, takes_the_least_limit_of_all_levels_of_a_v1_hierarchy) {
  FakeMachine fake;
  fake.put("proc/self/cgroup", "4:memory:/pod/box\n3:cpu,cpuacct:/pod/box\n0::/\n");
  fake.put("sys/fs/cgroup/cpu,cpuacct/pod/box/cpu.cfs_quota_us", "-1\n");
  fake.put("sys/fs/cgroup/cpu,cpuacct/pod/box/cpu.cfs_period_us", "100000\n");
  fake.put("sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us", "150000\n");
  fake.put("sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_period_us", "100000\n");
  fake.put("sys/fs/cgroup/memory/pod/box/memory.limit_in_bytes", "9223372036854771712\n");
  fake.put("sys/fs/cgroup/memory/pod/memory.limit_in_bytes", "4294967296\n");
  fake.put("sys/fs/cgroup/memory/pod/memory.usage_in_bytes", "3221225472\n");
  fake.put("sys/fs/cgroup/memory/pod/memory.stat", "cache 5\ninactive_file 1073741824\n");
  const Machine machine = fake.probe();
  EXPECT_DOUBLE_EQ(machine.cpu_quota, 1.5);
  EXPECT_EQ(machine.cores_usable, 2);
  EXPECT_EQ(machine.memory_bytes, int64_t{4} << 30);
  EXPECT_EQ(machine.memory_available_bytes, int64_t{2} << 30);
  EXPECT_THAT(machine_doubts(machine), Contains(Doubt::cpu_limited));
}

TEST(Machine, finds_the_limit_of_a_container_whose_own_path_is_not_visible) {
  FakeMachine fake;
  fake.put("proc/self/cgroup", "5:cpu:/docker/0a1b2c\n");
  fake.put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n");
  fake.put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(fake.probe().cores_usable, 2);
}

TEST(Machine, ignores_limits_that_make_no_sense) {
  FakeMachine fake;
  fake.put("proc/self/cgroup", "rubbish\n0::/\n");
  fake.put("sys/fs/cgroup/cgroup.controllers", "cpu\n");
  fake.put("sys/fs/cgroup/cpu.max", "lots\n");
  fake.put("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(fake.probe().cores_usable, 8);
  EXPECT_EQ(fake.probe().memory_bytes, int64_t{16} << 30);
}

TEST(Machine, sees_that_addresses_are_not_randomized) {
  FakeMachine by_kernel, by_process;
  by_kernel.put("proc/sys/kernel/randomize_va_space", "0\n");
  by_process.put("proc/self/personality", "00040000\n");
  EXPECT_FALSE(by_kernel.probe().address_randomized);
  EXPECT_FALSE(by_process.probe().address_randomized);
  EXPECT_THAT(machine_doubts(by_kernel.probe()), Contains(Doubt::fixed_addresses));
  EXPECT_THAT(machine_doubts(by_process.probe()), Contains(Doubt::fixed_addresses));
}

TEST(Machine, has_a_fingerprint_that_survives_a_reboot_and_a_limit_but_no_other_cpu) {
  FakeMachine same, other;
  same.put("proc/sys/kernel/osrelease", "6.1.0-99-amd64\n");
  same.put("proc/self/status", "Cpus_allowed_list:\t0\n");
  other.put("proc/cpuinfo", "processor : 0\nmodel name : Other CPU\n");
  EXPECT_EQ(same.probe().fingerprint, FakeMachine().probe().fingerprint);
  EXPECT_NE(other.probe().fingerprint, FakeMachine().probe().fingerprint);
  EXPECT_EQ(other.probe().fingerprint.size(), 16u);
}

TEST(Machine, refuses_a_system_without_proc) {
  TempDir empty;
  EXPECT_THROW(probe_machine(empty.path()), Error);
}

TEST(Machine, doubts_a_machine_that_others_keep_busy) {
  Machine machine = FakeMachine().probe();
  machine.busy_cores = 0.05;
  EXPECT_THAT(machine_doubts(machine), IsEmpty());
  machine.busy_cores = 0.9;
  EXPECT_THAT(machine_doubts(machine), Contains(Doubt::busy_machine));
}

TEST(Machine, doubts_a_machine_whose_hypervisor_takes_time_apart_from_other_work) {
  Machine machine = FakeMachine().probe();
  machine.stolen_cores = 0.01;
  EXPECT_THAT(machine_doubts(machine), IsEmpty());
  machine.stolen_cores = 0.3;
  EXPECT_THAT(machine_doubts(machine), ElementsAre(Doubt::stolen_time));
}

TEST(Cgroup, tells_how_long_a_quota_held_its_processes_back_in_v1_and_v2) {
  FakeMachine v2, v1;
  EXPECT_EQ(throttled_seconds(v2.root()), 0);
  v2.put("proc/self/cgroup", "0::/box.slice/run\n");
  v2.put("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
  v2.put("sys/fs/cgroup/box.slice/run/cpu.stat",
         "usage_usec 9\nnr_throttled 3\nthrottled_usec 250000\n");
  v2.put("sys/fs/cgroup/box.slice/cpu.stat", "throttled_usec 1500000\n");
  EXPECT_DOUBLE_EQ(throttled_seconds(v2.root()), 1.5);
  v1.put("proc/self/cgroup", "3:cpu,cpuacct:/box\n4:memory:/\n");
  v1.put("sys/fs/cgroup/cpu,cpuacct/box/cpu.stat", "nr_throttled 1\nthrottled_time 2000000000\n");
  EXPECT_DOUBLE_EQ(throttled_seconds(v1.root()), 2);
  v1.put("sys/fs/cgroup/cpu,cpuacct/box/cpu.stat", "throttled_time lots\n");
  EXPECT_EQ(throttled_seconds(v1.root()), 0);
}

TEST(Machine, usable_cores_follow_the_real_affinity_mask) {
  cpu_set_t before, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &before)) {
      CPU_SET(cpu, &one);
      break;
    }
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  const int cores = probe_machine().cores_usable;
  sched_setaffinity(0, sizeof(before), &before);
  EXPECT_EQ(cores, 1);
}

TEST(CpuTimes, splits_busy_time_from_stolen_time) {
  FakeMachine fake;
  fake.put("proc/stat", "cpu  100 50 25 9999 77 10 15 40 0 0\ncpu0 1 2 3\n");
  const CpuTimes times = read_cpu_times(fake.root());
  EXPECT_DOUBLE_EQ(times.busy, 2.0);
  EXPECT_DOUBLE_EQ(times.steal, 0.4);
}

}  // namespace
}  // namespace assay
