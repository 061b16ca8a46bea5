// SPDX-License-Identifier: MIT
#include "machine/cpu_times.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <string>
#include <thread>

#include "machine/proc_files.h"

namespace assay {

CpuTimes read_cpu_times(const std::filesystem::path& root) {
  std::istringstream line(read_proc(root / "proc/stat"));
  std::string name;
  double user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0;
  line >> name >> user >> nice >> system >> idle >> wait >> irq >> softirq >> steal;
  const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  return {(user + nice + system + irq + softirq) / ticks_per_second, steal / ticks_per_second};
}

CoresInUse watch_cores(double seconds, const std::filesystem::path& root) {
  const CpuTimes before = read_cpu_times(root);
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  const CpuTimes after = read_cpu_times(root);
  return {std::max(0.0, after.busy - before.busy) / seconds,
          std::max(0.0, after.steal - before.steal) / seconds};
}

}  // namespace assay
