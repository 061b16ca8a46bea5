// SPDX-License-Identifier: MIT
// Mischief is what the chaos engine does wrong, and when. Every Outcome and every doubt about an
// engine has a mode that causes it, so that the host is tested against a real process that really
// fails.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "engine/options.h"

namespace assay {

class Mischief {
 public:
  static std::vector<OptionInfo> declared_options();

  // `wire` is the protocol's descriptor, for the mode that writes rubbish to it.
  Mischief(std::string mode, std::string when, int wire)
      : x_mode(std::move(mode)), x_when(std::move(when)), x_wire(wire) {}

  bool is(std::string_view mode) const { return x_mode == mode; }

  // Told at every moment ("hello", "load", "first_run", "run", "unload"); may not return, may
  // throw.
  void at(std::string_view moment);

 private:
  void act();

  std::string x_mode, x_when;
  int x_wire;
  std::atomic<bool> x_was_slow = false;
  std::vector<std::jthread> x_threads;
};

}  // namespace assay
