// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "command.h"
#include "engines.h"
#include "listing.h"
#include "machine/cpu_times.h"
#include "machine/machine.h"
#include "options.h"

namespace assay {
namespace {

constexpr double kWatchSeconds = 1;

Item check(std::string what, std::string state, std::string seen, std::string advice = "") {
  return {{"check", std::move(what)},
          {"state", std::move(state)},
          {"seen", std::move(seen)},
          {"advice", std::move(advice)}};
}

void add_machine(const Machine& machine, std::vector<Item>& items) {
  items.push_back(check("cpu", "ok", machine.cpu));
  items.push_back(check("cores usable", "ok",
                        machine.cpu_quota > 0 ? fmt::format("{} (quota of {:.2f} cores)",
                                                            machine.cores_usable, machine.cpu_quota)
                                              : fmt::format("{}", machine.cores_usable)));
  items.push_back(check(
      "memory usable", "ok",
      fmt::format("{:.1f} GB, {:.1f} GB free", static_cast<double>(machine.memory_bytes) / 1e9,
                  static_cast<double>(machine.memory_available_bytes) / 1e9)));
  items.push_back(check("kernel", "ok", machine.kernel));
  items.push_back(check("load of the last minute", "ok", fmt::format("{:.2f}", machine.load_1min)));
  items.push_back(check("cores busy with other work", "ok",
                        fmt::format("{:.2f}", machine.busy_cores.value_or(0))));
  for (const Doubt doubt : machine_doubts(machine)) {
    const DoubtInfo& info = info_of(doubt);
    items.push_back(check(std::string(info.name), "doubt", std::string(info.meaning),
                          std::string(info.advice)));
  }
#ifndef NDEBUG
  const DoubtInfo& info = info_of(Doubt::debug_build);
  items.push_back(
      check(std::string(info.name), "doubt", std::string(info.meaning), std::string(info.advice)));
#endif
}

void add_engines(std::vector<Item>& items) {
  for (const EngineState& engine : probe_engines())
    items.push_back(
        engine.available
            ? check("engine " + engine.name, "ok", fmt::format("{} answers", engine.info.version))
            : check("engine " + engine.name, "missing", "", engine.reason));
}

void examine(const OutputFlags& flags) {
  Machine machine = probe_machine();
  machine.busy_cores = watch_busy_cores(kWatchSeconds);
  std::vector<Item> items;
  add_machine(machine, items);
  add_engines(items);
  Output output(flags);
  print_listing(items, {"check", "state", "seen", "advice"}, flags.format, output.stream());
  output.close();
}

}  // namespace

void declare_doctor(CLI::App& app, int&) {
  auto flags = std::make_shared<OutputFlags>();
  add_output_flags(app, *flags, listing_formats());
  app.callback([flags] { examine(*flags); });
}

}  // namespace assay
