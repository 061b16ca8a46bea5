// SPDX-License-Identifier: MIT
// CPU time of the whole machine as /proc/stat counts it (in ticks of 10 ms): what was busy, and
// what a hypervisor took. Used to see whether others work beside a measurement.
#pragma once

#include <filesystem>

namespace assay {

struct CpuTimes {    // seconds since boot, summed over all processors
  double busy = 0;   // user, nice, system, interrupts
  double steal = 0;  // taken by the hypervisor
};

CpuTimes read_cpu_times(const std::filesystem::path& root = "/");

struct CoresInUse {
  double busy = 0;
  double stolen = 0;
};
// Cores that other processes keep busy and that the hypervisor gives to others, watched for so many
// seconds (this process sleeps meanwhile).
CoresInUse watch_cores(double seconds, const std::filesystem::path& root = "/");

}  // namespace assay
