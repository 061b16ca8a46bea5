// SPDX-License-Identifier: MIT
// What this machine is and how much of it may be used: cores from affinity and cgroup quota, memory
// from cgroup limits, the CPU's name, load, and a fingerprint that keeps results of two machines
// apart. Reads below a root folder that tests replace.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "machine/topology.h"
#include "record/measurement.h"

namespace assay {

struct Machine {
  std::string host;
  std::string cpu;
  std::string kernel;
  int cores_online = 0;      // logical processors of the machine
  int cores_usable = 0;      // least of affinity and quota (rounded up), at least 1
  double cpu_quota = 0;      // cores; 0: none
  int64_t memory_bytes = 0;  // usable: least of physical and cgroup limit
  int64_t memory_available_bytes = 0;
  double load_1min = 0;
  bool address_randomized = false;
  std::vector<std::string>
      cpu_features;  // "avx512_bf16", "amx_int8", ... as /proc/cpuinfo names them
  std::string
      fingerprint;    // hash of what stays: cpu, cores, memory, kernel's major version, host id
  Topology topology;  // of the processors in the affinity mask
  // Cores that other processes keep busy and that the hypervisor gives to others; empty until
  // watched (machine/cpu_times.h, watch_cores()).
  std::optional<double> busy_cores, stolen_cores;
};

// Error when the root has no /proc to read.
Machine probe_machine(const std::filesystem::path& root = "/");

// Doubts about the machine as it is now. busy_machine, stolen_time: others keep more than the
// threshold's cores busy, or the hypervisor takes them (when watched). cpu_limited: a quota that is
// no whole number of the usable cores, so that full use is throttled. power_saving: a governor
// other than "performance". fixed_addresses: address-space layouts are not random.
std::vector<Doubt> machine_doubts(const Machine& machine);

// Cores of other work that are still called quiet: 0.15, or 2 % of a large machine.
double busy_threshold(int cores_online);
// Cores of stolen time that are still called none.
inline constexpr double kStealThreshold = 0.05;

}  // namespace assay
