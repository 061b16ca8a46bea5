// SPDX-License-Identifier: MIT
#include "context.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/clock.h"
#include "machine/cpu_times.h"
#include "machine/machine.h"
#include "run/fake_clock.h"

namespace assay {

namespace {

// Enough ticks of the kernel's clock to tell busy_threshold().
constexpr double kWatchSeconds = 0.5;

}  // namespace

std::vector<Doubt> doubts_about(Machine& machine, double watch_seconds) {
  const CoresInUse seen = watch_cores(watch_seconds);
  machine.busy_cores = seen.busy;
  machine.stolen_cores = seen.stolen;
  std::vector<Doubt> doubts = machine_doubts(machine);
#ifndef NDEBUG
  doubts.push_back(Doubt::debug_build);
#endif
  return doubts;
}

Context make_context(std::span<const EngineState> engines, bool fake) {
  Context context;
  Machine machine = fake ? fake_machine() : probe_machine();
  context.id = fake ? "01FAKE00000000000000000000" : make_ulid();
  context.date = fake ? kFakeDate : system_clock().utc();
  context.assay_version = fake ? "0.0.0" : ASSAY_VERSION;
  context.host = machine.host;
  context.machine_fingerprint = machine.fingerprint;
  context.cpu = machine.cpu;
  context.cores_usable = machine.cores_usable;
  context.memory_bytes = machine.memory_bytes;
  context.kernel = machine.kernel;
  if (fake) return context;
  context.doubts = doubts_about(machine, kWatchSeconds);
  for (const EngineState& engine : engines)
    if (engine.available) context.engines[engine.name] = engine.info.version;
  return context;
}

RenderOptions render_options(const std::string& file) {
  RenderOptions options;
  winsize window{};
  const bool terminal =
      file.empty() && ::isatty(STDOUT_FILENO) && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0;
  options.width = terminal ? window.ws_col : 0;
  options.colour = terminal && !std::getenv("NO_COLOR");
  options.plotly_js = plotly_js(std::filesystem::read_symlink("/proc/self/exe"));
  return options;
}

}  // namespace assay
