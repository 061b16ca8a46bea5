// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/cycle_clock.h"
#include "base/error.h"
#include "base/files.h"
#include "command.h"
#include "context.h"
#include "engines.h"
#include "listing.h"
#include "machine/energy.h"
#include "machine/machine.h"
#include "options.h"
#include "roof_cache.h"
#include "run/runner.h"

namespace assay {
namespace {

constexpr double kWatchSeconds = 1;
constexpr double kRoofSeconds = 0.3;  // of each probe
// Small, yet with what classifiers have: convolutions, pooling, concatenation, a softmax's input.
constexpr const char* kProbe = "squeezenet1_1@64";

Item check(std::string what, std::string state, std::string seen, std::string advice = "") {
  return {{"check", std::move(what)},
          {"state", std::move(state)},
          {"seen", std::move(seen)},
          {"doubt", nullptr},
          {"advice", std::move(advice)}};
}

// A check that a doubt belongs to.
Item check_for(Doubt doubt, const std::vector<Doubt>& seen_doubts, std::string what,
               std::string seen) {
  Item item = check(std::move(what), "ok", std::move(seen));
  if (std::ranges::find(seen_doubts, doubt) == seen_doubts.end()) return item;
  item["state"] = "doubt";
  item["doubt"] = info_of(doubt).name;
  item["advice"] = info_of(doubt).advice;
  return item;
}

std::string governor_of(const Topology& topology) {
  if (topology.governor.empty()) return "none is told here (no cpufreq)";
  return topology.governor;
}

// What cpufreq says, where it is, beside what is seen.
std::string speed_of(const Topology& topology) {
  std::string text = fmt::format("{:.2f} GHz, counted in a chain of additions",
                                 static_cast<double>(cycles_per_second()) / 1e9);
  if (topology.hz) text += fmt::format("; cpufreq says {:.2f}", *topology.hz / 1e9);
  if (topology.max_hz) text += fmt::format(" of at most {:.2f}", *topology.max_hz / 1e9);
  return text;
}

// How fast the machine is and what may change that.
void add_processor(const Machine& machine, const std::vector<Doubt>& doubts,
                   std::vector<Item>& items) {
  const Topology& topology = machine.topology;
  items.push_back(check("cores", "ok",
                        fmt::format("{}, in {} NUMA node{}", topology.cores, topology.nodes,
                                    topology.nodes > 1 ? "s" : "")));
  items.push_back(
      check_for(Doubt::power_saving, doubts, "frequency governor", governor_of(topology)));
  items.push_back(check("processor's speed", "ok", speed_of(topology)));
  items.push_back(check_for(Doubt::stolen_time, doubts, "cores taken by the hypervisor",
                            fmt::format("{:.2f}", machine.stolen_cores.value_or(0))));
  items.push_back(check_for(Doubt::fixed_addresses, doubts, "address-space layout",
                            machine.address_randomized ? "random in each process" : "fixed"));
}

void add_energy_sensor(std::vector<Item>& items) {
  const FoundCounter found = find_energy_counter("cpu");
  const std::string advice = "Energy is left out of the results, never estimated.";
  items.push_back(found.counter ? check("energy sensor", "ok", found.counter->name())
                                : check("energy sensor", "missing", found.why_not, advice));
}

std::string rates_of(const Roof& roof) {
  std::string text;
  for (const auto& [precision, rate] : roof.macs_per_s)
    text += fmt::format("{} {:.4g} GMAC/s, ", precision, rate / 1e9);
  return text + fmt::format("memory {:.3g} GB/s", roof.bytes_per_s / 1e9);
}

// What all speeds are a share of: of one core, and of all.
void add_roof(const Machine& machine, std::vector<Item>& items) {
  RoofCache cache(machine);
  items.push_back(check("roof of one core", "ok", rates_of(cache.measure(1, kRoofSeconds))));
  const int cores = std::clamp(machine.topology.cores, 1, machine.cores_usable);
  if (cores == 1) return;
  items.push_back(check(fmt::format("roof of {} cores", cores), "ok",
                        rates_of(cache.measure(cores, kRoofSeconds))));
}

void add_machine(std::vector<Item>& items) {
  Machine machine = probe_machine();
  const std::vector<Doubt> doubts = doubts_about(machine, kWatchSeconds);
  items.push_back(check("cpu", "ok", machine.cpu));
  items.push_back(check_for(
      Doubt::cpu_limited, doubts, "cores usable",
      machine.cpu_quota > 0
          ? fmt::format("{} (quota of {:.2f} cores)", machine.cores_usable, machine.cpu_quota)
          : fmt::format("{}", machine.cores_usable)));
  add_processor(machine, doubts, items);
  items.push_back(check(
      "memory usable", "ok",
      fmt::format("{:.1f} GB, {:.1f} GB free", static_cast<double>(machine.memory_bytes) / 1e9,
                  static_cast<double>(machine.memory_available_bytes) / 1e9)));
  items.push_back(check("kernel", "ok", machine.kernel));
  items.push_back(check("load of the last minute", "ok", fmt::format("{:.2f}", machine.load_1min)));
  items.push_back(check_for(Doubt::busy_machine, doubts, "cores busy with other work",
                            fmt::format("{:.2f}", machine.busy_cores.value_or(0))));
  add_energy_sensor(items);
  add_roof(machine, items);
  items.push_back(check_for(Doubt::debug_build, doubts, "assay", ASSAY_VERSION));
}

// What a small network gives on this engine, compared as `bench` compares it.
Item check_sound(const EngineState& engine, const PreparedModel& model) {
  Job job;
  job.model = model;
  job.configuration.engine = engine.name;
  RunOptions options;
  options.max_seconds = 0.01;
  options.warmup_seconds = 0;
  const Measurement measured = measure(job, options);
  const std::string name = "engine " + engine.name, &version = engine.info.version;
  if (measured.outcome != Outcome::ok)
    return check(
        name, std::string(name_of(measured.outcome)), version + ": " + measured.reason,
        fmt::format("Install it again, or leave it out of --engine; it failed on '{}'.", kProbe));
  if (!measured.output_check)
    return check_for(Doubt::unchecked_output, measured.doubts, name,
                     version + " computes; there is no other engine to compare it with");
  return check(name, "ok",
               fmt::format("{} computes as {} does (error {:.1g} on {})", version,
                           measured.output_check->reference, measured.output_check->error, kProbe));
}

// The model that engines are checked with; nothing, and a check that says why, when it cannot be
// written.
std::optional<PreparedModel> probe_model(std::vector<Item>& items) {
  try {
    return prepare(model_spec(kProbe, {}, 1), user_cache_dir() / "models");
  } catch (const Error& error) {
    items.push_back(check("cache folder", "failed", error.what(),
                          "Make room there, or give another folder in XDG_CACHE_HOME."));
    return std::nullopt;
  }
}

void add_engines(std::vector<Item>& items) {
  const std::vector<EngineState> engines = probe_engines();
  const auto computes = [](const EngineState& engine) {
    return engine.available && !engine.info.synthetic;
  };
  std::optional<PreparedModel> model;
  if (std::ranges::any_of(engines, computes)) model = probe_model(items);
  for (const EngineState& engine : engines) {
    if (computes(engine) && model)
      items.push_back(check_sound(engine, *model));
    else if (engine.available)
      items.push_back(check("engine " + engine.name, "ok", engine.info.version + " answers"));
    else
      items.push_back(check("engine " + engine.name, "missing", "", engine.reason));
  }
}

void examine(const OutputFlags& flags) {
  Output output(flags);
  std::vector<Item> items;
  add_machine(items);
  add_engines(items);
  print_listing(items, {"check", "state", "seen", "doubt", "advice"}, flags.format,
                output.stream());
  output.close();
}

}  // namespace

void declare_doctor(CLI::App& app, int&) {
  auto flags = std::make_shared<OutputFlags>();
  add_output_flags(app, *flags, listing_formats());
  app.callback([flags] { examine(*flags); });
}

}  // namespace assay
