// SPDX-License-Identifier: MIT
#include "interrupt.h"

#include <unistd.h>

#include <csignal>

#include "command.h"

namespace assay {
namespace {

// A signal handler reaches nothing but objects of static lifetime.
std::atomic<bool> interrupted{false};  // NOLINT(*-avoid-non-const-global-variables)

void on_signal(int) {
  if (interrupted.exchange(true)) ::_exit(kExitInterrupted);
}

}  // namespace

const std::atomic<bool>& watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  return interrupted;
}

}  // namespace assay
