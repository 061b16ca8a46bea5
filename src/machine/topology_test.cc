// SPDX-License-Identifier: MIT
#include "machine/topology.h"

#include <gmock/gmock.h>

#include "machine/fake_root.h"
#include "machine/machine.h"

namespace assay {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::string cpu(int processor, const std::string& file) {
  return "sys/devices/system/cpu/cpu" + std::to_string(processor) + "/" + file;
}

// 8 processors on 4 cores, 0 and 4 the same one, in two nodes: cores 0 and 1, cores 2 and 3.
struct TwoNodes : FakeRoot {
  TwoNodes() {
    for (int i = 0; i < 8; ++i)
      put(cpu(i, "topology/thread_siblings_list"),
          std::to_string(i % 4) + "," + std::to_string(i % 4 + 4) + "\n");
    put("sys/devices/system/node/online", "0-1\n");
    put("sys/devices/system/node/node0/cpulist", "0-1,4-5\n");
    put("sys/devices/system/node/node1/cpulist", "2-3,6-7\n");
  }
};

TEST(Topology, reads_lists_of_processors_and_leaves_rubbish_out) {
  EXPECT_THAT(processors_of("0-2,8"), ElementsAre(0, 1, 2, 8));
  EXPECT_THAT(processors_of(""), IsEmpty());
  EXPECT_THAT(processors_of("all,3,-1,5-4,0-99999999"), ElementsAre(3));
}

TEST(Topology, counts_cores_and_not_their_siblings) {
  const TwoNodes fake;
  const Topology all = read_topology({0, 1, 2, 3, 4, 5, 6, 7}, fake.root());
  EXPECT_EQ(all.cores, 4);
  EXPECT_EQ(all.nodes, 2);
  EXPECT_EQ(all.largest_node_cores, 2);
  const Topology pair = read_topology({1, 5}, fake.root());
  EXPECT_EQ(pair.cores, 1);
  EXPECT_EQ(pair.nodes, 1);
}

TEST(Topology, of_a_system_that_tells_nothing_is_a_core_for_each_processor) {
  const FakeRoot fake;
  const Topology topology = read_topology({0, 3}, fake.root());
  EXPECT_EQ(topology.cores, 2);
  EXPECT_EQ(topology.nodes, 1);
  EXPECT_EQ(topology.governor, "");
  EXPECT_FALSE(topology.hz);
}

TEST(Topology, does_not_believe_siblings_that_leave_the_processor_itself_out) {
  const FakeRoot fake;
  fake.put(cpu(0, "topology/thread_siblings_list"), "1\n");
  fake.put(cpu(1, "topology/thread_siblings_list"), "rubbish\n");
  EXPECT_EQ(read_topology({0, 1}, fake.root()).cores, 2);
}

TEST(Topology, names_every_governor_and_the_highest_frequency) {
  const FakeRoot fake;
  fake.put(cpu(0, "cpufreq/scaling_governor"), "performance\n");
  fake.put(cpu(1, "cpufreq/scaling_governor"), "powersave\n");
  fake.put(cpu(0, "cpufreq/scaling_cur_freq"), "2400000\n");
  fake.put(cpu(1, "cpufreq/scaling_cur_freq"), "<unknown>\n");
  fake.put(cpu(1, "cpufreq/scaling_max_freq"), "3600000\n");
  const Topology topology = read_topology({0, 1}, fake.root());
  EXPECT_EQ(topology.governor, "performance, powersave");
  EXPECT_DOUBLE_EQ(topology.hz.value_or(0), 2.4e9);
  EXPECT_DOUBLE_EQ(topology.max_hz.value_or(0), 3.6e9);
}

TEST(Topology, is_part_of_the_machine_and_only_a_governor_that_saves_power_is_doubted) {
  const TwoNodes fake;
  EXPECT_EQ(probe_machine(fake.root()).topology.cores, 4);
  EXPECT_THAT(machine_doubts(probe_machine(fake.root())), Not(Contains(Doubt::power_saving)));
  fake.put(cpu(2, "cpufreq/scaling_governor"), "performance\n");
  EXPECT_THAT(machine_doubts(probe_machine(fake.root())), Not(Contains(Doubt::power_saving)));
  fake.put(cpu(3, "cpufreq/scaling_governor"), "schedutil\n");
  EXPECT_THAT(machine_doubts(probe_machine(fake.root())), Contains(Doubt::power_saving));
  // Only the processors that may be used count.
  fake.put("proc/self/status", "Cpus_allowed_list:\t0-2\n");
  EXPECT_THAT(machine_doubts(probe_machine(fake.root())), Not(Contains(Doubt::power_saving)));
}

}  // namespace
}  // namespace assay
