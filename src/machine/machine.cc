// SPDX-License-Identifier: MIT
#include "machine/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "base/error.h"
#include "base/hash.h"
#include "machine/cgroup.h"
#include "machine/proc_files.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

// personality(2): ADDR_NO_RANDOMIZE, set by `setarch -R` and by debuggers.
constexpr unsigned long kNoRandomize = 0x0040000;

int64_t kilobytes(const std::map<std::string, std::string>& fields, const std::string& key) {
  const auto found = fields.find(key);
  return found == fields.end() ? 0 : std::atoll(found->second.c_str()) * 1024;
}

std::string field(const std::map<std::string, std::string>& fields, const std::string& key) {
  const auto found = fields.find(key);
  return found == fields.end() ? std::string() : found->second;
}

int count_processors(const fs::path& root) {
  int count = 0;
  for (const std::string& line : lines_of(read_proc(root / "proc/cpuinfo")))
    if (line.starts_with("processor")) ++count;
  return count;
}

void probe_cpu(const fs::path& root, Machine& machine) {
  const auto info = read_fields(root / "proc/cpuinfo");
  machine.cpu = field(info, "model name");
  if (machine.cpu.empty()) machine.cpu = field(info, "Hardware");
  if (machine.cpu.empty()) machine.cpu = "unknown";
  std::istringstream flags(field(info, info.contains("flags") ? "flags" : "Features"));
  for (std::string flag; flags >> flag;) machine.cpu_features.push_back(flag);
  machine.cores_online = std::max(1, count_processors(root));
}

// The processors of the affinity mask, or all where it is not told.
std::vector<int> allowed_processors(const fs::path& root, int cores_online) {
  std::vector<int> allowed =
      processors_of(field(read_fields(root / "proc/self/status"), "Cpus_allowed_list"));
  if (allowed.empty()) {
    allowed.resize(static_cast<size_t>(cores_online));
    std::iota(allowed.begin(), allowed.end(), 0);
  }
  return allowed;
}

void probe_limits(const fs::path& root, Machine& machine) {
  const CgroupLimits limits = read_cgroup_limits(root);
  if (limits.cpu_quota) {
    machine.cpu_quota = *limits.cpu_quota;
    machine.cores_usable =
        std::min(machine.cores_usable, std::max(1, static_cast<int>(std::ceil(machine.cpu_quota))));
  }
  const auto memory = read_fields(root / "proc/meminfo");
  machine.memory_bytes = kilobytes(memory, "MemTotal");
  machine.memory_available_bytes = kilobytes(memory, "MemAvailable");
  if (limits.memory_bytes)
    machine.memory_bytes = std::min(machine.memory_bytes, *limits.memory_bytes);
  machine.memory_available_bytes =
      std::min(machine.memory_available_bytes,
               limits.memory_headroom_bytes.value_or(machine.memory_available_bytes));
}

bool randomizes_addresses(const fs::path& root) {
  const std::string personality = read_proc(root / "proc/self/personality");
  const unsigned long bits = std::strtoul(personality.c_str(), nullptr, 16);
  return read_number(root / "proc/sys/kernel/randomize_va_space").value_or(0) > 0 &&
         (bits & kNoRandomize) == 0;
}

std::string fingerprint_of(const fs::path& root, const Machine& machine) {
  const auto gibibytes = kilobytes(read_fields(root / "proc/meminfo"), "MemTotal") >> 30;
  std::string host_id = read_proc(root / "etc/machine-id");
  if (host_id.empty()) host_id = machine.host;
  const std::string kernel_major = machine.kernel.substr(0, machine.kernel.find('.'));
  return sha256(fmt::format("{}\n{}\n{}\n{}\n{}", machine.cpu, machine.cores_online, gibibytes,
                            kernel_major, host_id))
      .substr(0, 16);
}

}  // namespace

Machine probe_machine(const fs::path& root) {
  if (read_proc(root / "proc/meminfo").empty())
    throw Error("cannot read '{}': assay needs Linux with /proc mounted",
                (root / "proc/meminfo").string());
  Machine machine;
  machine.host = read_proc(root / "proc/sys/kernel/hostname");
  machine.kernel = read_proc(root / "proc/sys/kernel/osrelease");
  machine.load_1min = std::atof(read_proc(root / "proc/loadavg").c_str());
  machine.address_randomized = randomizes_addresses(root);
  probe_cpu(root, machine);
  const std::vector<int> processors = allowed_processors(root, machine.cores_online);
  machine.cores_usable = static_cast<int>(processors.size());
  machine.topology = read_topology(processors, root);
  probe_limits(root, machine);
  machine.fingerprint = fingerprint_of(root, machine);
  return machine;
}

double busy_threshold(int cores_online) {
  return std::max(0.15, 0.02 * cores_online);
}

std::vector<Doubt> machine_doubts(const Machine& machine) {
  std::vector<Doubt> doubts;
  if (machine.busy_cores && *machine.busy_cores > busy_threshold(machine.cores_online))
    doubts.push_back(Doubt::busy_machine);
  if (machine.cpu_quota > 0 && machine.cpu_quota < machine.cores_usable)
    doubts.push_back(Doubt::cpu_limited);
  if (machine.stolen_cores.value_or(0) > kStealThreshold) doubts.push_back(Doubt::stolen_time);
  const std::string& governor = machine.topology.governor;
  if (!governor.empty() && governor != "performance") doubts.push_back(Doubt::power_saving);
  if (!machine.address_randomized) doubts.push_back(Doubt::fixed_addresses);
  return doubts;
}

}  // namespace assay
