// SPDX-License-Identifier: MIT
#include "machine/energy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "machine/nvml.h"
#include "machine/proc_files.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr double kMicrojoulesPerJoule = 1e6;
constexpr auto kPollPeriod = std::chrono::seconds(1);

// Zones of packages as the kernel names them, in their order; their parts ("intel-rapl:0:1") and
// the same packages seen another way ("intel-rapl-mmio:0") would be counted twice.
std::vector<fs::path> package_zones(const fs::path& root) {
  std::vector<fs::path> zones;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(root / "sys/class/powercap", ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("intel-rapl:") && std::ranges::count(name, ':') == 1 &&
        read_proc(entry.path() / "name").starts_with("package"))
      zones.push_back(entry.path());
  }
  std::ranges::sort(zones);
  return zones;
}

// The whole file is the number: a sensor that writes anything else is broken.
std::optional<int64_t> exact_number(const fs::path& file) {
  const std::string text = read_proc(file);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

RaplCounter::RaplCounter(const fs::path& root) {
  for (const fs::path& zone : package_zones(root)) add(zone);
}

void RaplCounter::add(const fs::path& zone) {
  const fs::path file = zone / "energy_uj";
  const auto range = exact_number(zone / "max_energy_range_uj");
  const auto now = exact_number(file);
  if (now && range && *range > 0 && *now <= *range) {
    x_packages.push_back({file, read_proc(zone / "name"), *range, *now});
    return;
  }
  std::error_code ignored;
  const bool unreadable = fs::exists(file, ignored) && read_proc(file).empty();
  x_problem = unreadable ? fmt::format("only root may read {}; allow it with 'sudo chmod a+r {}'",
                                       file.string(), file.string())
                         : fmt::format("{} tells no energy", zone.string());
}

std::string RaplCounter::name() const {
  std::string names;
  for (const Package& package : x_packages) names += (names.empty() ? " " : " + ") + package.name;
  return "intel-rapl" + names;
}

std::optional<double> RaplCounter::joules() {
  for (Package& package : x_packages) {
    const auto now = exact_number(package.file);
    x_failed = x_failed || !now || *now > package.range_uj;
    if (x_failed) return std::nullopt;
    const int64_t more = *now - package.last_uj;
    x_joules +=
        static_cast<double>(more < 0 ? more + package.range_uj : more) / kMicrojoulesPerJoule;
    package.last_uj = *now;
  }
  return x_joules;
}

FoundCounter find_energy_counter(const std::string& device, const fs::path& root) {
  FoundCounter found;
  if (device.starts_with("cuda")) {
    unsigned index = 0;
    const size_t colon = device.find(':');
    if (colon != std::string::npos)
      std::from_chars(device.data() + colon + 1, device.data() + device.size(), index);
    found.counter = open_nvml(index, found.why_not);
  } else {
    auto rapl = std::make_unique<RaplCounter>(root);
    found.why_not = rapl->problem();
    if (rapl->usable()) found.counter = std::move(rapl);
  }
  if (found.counter) return {std::move(found.counter), ""};
  return {nullptr, found.why_not.empty() ? "no sensor" : "no sensor: " + found.why_not};
}

EnergyMeter::EnergyMeter(std::unique_ptr<EnergyCounter> counter) : x_counter(std::move(counter)) {
  x_thread = std::thread([this] {
    std::unique_lock lock(x_mutex);
    while (!x_wake.wait_for(lock, kPollPeriod, [this] { return x_over; })) x_counter->joules();
  });
}

EnergyMeter::~EnergyMeter() {
  {
    const std::lock_guard lock(x_mutex);
    x_over = true;
  }
  x_wake.notify_all();
  x_thread.join();
}

std::optional<double> EnergyMeter::joules() {
  const std::lock_guard lock(x_mutex);
  return x_counter->joules();
}

}  // namespace assay
