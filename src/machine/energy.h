// SPDX-License-Identifier: MIT
// Energy as a sensor of the machine counts it: RAPL's packages for the CPU, NVML's counter for an
// NVIDIA GPU. Where there is none, or it may not be read, there is no figure: nothing is estimated.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace assay {

class EnergyCounter {
 public:
  virtual ~EnergyCounter() = default;
  virtual std::string name() const = 0;
  // Counted since it was opened. Nothing once the sensor could not be read, then and ever after: a
  // part of the energy would be missing. To be asked more often than the sensor wraps around.
  virtual std::optional<double> joules() = 0;
};

// All packages under /sys/class/powercap ("intel-rapl:N", which AMD's processors have too), added
// up. They wrap around at max_energy_range_uj, which is handled when they are asked in time: within
// minutes.
class RaplCounter : public EnergyCounter {
 public:
  explicit RaplCounter(const std::filesystem::path& root = "/");
  // Packages that can be read; and of those that cannot, why. No package at all: both empty.
  bool usable() const { return !x_packages.empty() && x_problem.empty(); }
  const std::string& problem() const { return x_problem; }

  std::string name() const override;
  std::optional<double> joules() override;

 private:
  struct Package {
    std::filesystem::path file;
    std::string name;
    int64_t range_uj = 0;
    int64_t last_uj = 0;
  };
  void add(const std::filesystem::path& zone);

  std::vector<Package> x_packages;
  std::string x_problem;
  double x_joules = 0;
  bool x_failed = false;
};

// The counter for a device ("cpu", "cuda:0"), or why there is none, which begins with "no sensor".
struct FoundCounter {
  std::unique_ptr<EnergyCounter> counter;
  std::string why_not;
};
FoundCounter find_energy_counter(const std::string& device,
                                 const std::filesystem::path& root = "/");

// Asks a counter every second in a thread of its own, so that it does not wrap around unseen.
class EnergyMeter {
 public:
  explicit EnergyMeter(std::unique_ptr<EnergyCounter> counter);
  ~EnergyMeter();
  std::string name() const { return x_counter->name(); }
  std::optional<double> joules();

 private:
  std::unique_ptr<EnergyCounter> x_counter;
  std::mutex x_mutex;
  std::condition_variable x_wake;
  bool x_over = false;
  std::thread x_thread;
};

}  // namespace assay
