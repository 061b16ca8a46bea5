// SPDX-License-Identifier: MIT
#include "machine/nvml.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>

namespace assay {
namespace {

constexpr double kMillijoulesPerJoule = 1e3;

class NvmlCounter : public EnergyCounter {
 public:
  explicit NvmlCounter(void* library) : x_library(library) {}
  ~NvmlCounter() override {
    if (x_shutdown) x_shutdown();
    dlclose(x_library);
  }
  NvmlCounter(const NvmlCounter&) = delete;
  NvmlCounter& operator=(const NvmlCounter&) = delete;

  // Why not; empty when it counts.
  std::string open(unsigned index) {
    int (*init)() = nullptr;
    int (*handle_of)(unsigned, void**) = nullptr;
    int (*name_of)(void*, char*, unsigned) = nullptr;
    if (!(find("nvmlInit_v2", init) && find("nvmlDeviceGetHandleByIndex_v2", handle_of) &&
          find("nvmlDeviceGetName", name_of) &&
          find("nvmlDeviceGetTotalEnergyConsumption", x_energy_of)))
      return "the NVIDIA driver's library has no energy counter";
    if (const int error = init()) return fmt::format("NVML did not start (error {})", error);
    find("nvmlShutdown", x_shutdown);
    if (const int error = handle_of(index, &x_device))
      return fmt::format("NVML has no GPU {} (error {})", index, error);
    std::array<char, 96> name{};
    if (name_of(x_device, name.data(), name.size()) == 0) x_name = name.data();
    x_first_mj = millijoules();
    return x_first_mj ? "" : "this GPU does not count its energy";
  }

  std::string name() const override { return "nvml " + x_name; }
  std::optional<double> joules() override {
    const auto now = x_first_mj ? millijoules() : std::nullopt;
    if (!now || *now < *x_first_mj) {  // a driver that was loaded anew counts from 0
      x_first_mj.reset();
      return std::nullopt;
    }
    return static_cast<double>(*now - *x_first_mj) / kMillijoulesPerJoule;
  }

 private:
  template <typename Function>
  bool find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(x_library, name));
    return function != nullptr;
  }
  std::optional<unsigned long long> millijoules() {
    unsigned long long value = 0;
    if (x_energy_of(x_device, &value) != 0) return std::nullopt;
    return value;
  }

  void* x_library;
  void* x_device = nullptr;
  int (*x_energy_of)(void*, unsigned long long*) = nullptr;
  int (*x_shutdown)() = nullptr;
  std::string x_name = "GPU";
  std::optional<unsigned long long> x_first_mj;
};

}  // namespace

std::unique_ptr<EnergyCounter> open_nvml(unsigned index, std::string& problem,
                                         const std::string& library) {
  void* opened = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!opened) {
    problem = library + " is not here";
    return nullptr;
  }
  auto counter = std::make_unique<NvmlCounter>(opened);
  problem = counter->open(index);
  if (!problem.empty()) return nullptr;
  return counter;
}

}  // namespace assay
