// SPDX-License-Identifier: MIT
#include "context.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/clock.h"
#include "engines.h"
#include "machine/machine.h"

namespace assay {

Context make_context(bool fake) {
  Context context;
  context.assay_version = ASSAY_VERSION;
  if (fake) {
    context.id = "01FAKE00000000000000000000";
    context.date = "2026-01-02T03:04:05Z";
    context.host = "a-machine";
    context.machine_fingerprint = "0123456789abcdef";
    context.cpu = "A CPU";
    context.cores_usable = 2;
    context.memory_bytes = int64_t{16} << 30;
    context.kernel = "6.1.0";
    context.assay_version = "0.0.0";
    return context;
  }
  const Machine machine = probe_machine();
  context.id = make_ulid();
  context.date = system_clock().utc();
  context.host = machine.host;
  context.machine_fingerprint = machine.fingerprint;
  context.cpu = machine.cpu;
  context.cores_usable = machine.cores_usable;
  context.memory_bytes = machine.memory_bytes;
  context.kernel = machine.kernel;
  context.doubts = machine_doubts(machine);
#ifndef NDEBUG
  context.doubts.push_back(Doubt::debug_build);
#endif
  for (const EngineState& engine : probe_engines())
    if (engine.available) context.engines[engine.name] = engine.info.version;
  return context;
}

RenderOptions render_options() {
  RenderOptions options;
  winsize window{};
  const bool terminal = ::isatty(STDOUT_FILENO) && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0;
  if (terminal && window.ws_col > 0) options.width = window.ws_col;
  options.colour = terminal && !std::getenv("NO_COLOR");
  options.plotly_js = plotly_js(std::filesystem::canonical("/proc/self/exe"));
  return options;
}

}  // namespace assay
