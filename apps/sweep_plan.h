// SPDX-License-Identifier: MIT
// What a sweep is to measure: its flags or its file, as cells in a fixed order, and as the Sweep
// that stands in the store.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cells.h"
#include "plan/sweep_order.h"
#include "record/sweep.h"
#include "run_flags.h"

namespace assay {

struct SweepFlags {
  CellFlags cells;
  RunFlags run;
  std::vector<int64_t> input_sizes;
  std::vector<std::string> exclusions, merged;
  std::string name, shard;
  std::vector<std::string> given;  // the flags of the plan that were typed
  int together = 4;
  bool resume = false, dry_run = false;
  std::string store;
  OutputFlags output;
};

// The flags that a sweep file may hold, too.
void add_plan_flags(CLI::App& app, SweepFlags& flags);

// A sweep file in place of models: its keys, read as flags. What it says cannot be said by flags,
// too, so that a file stands for one plan.
void take_file(SweepFlags& flags);

// "1/4"; nothing is the whole. Error for what is no part.
Shard shard_from(const std::string& text);

// The cross product without what is excluded, checked. Error when it is too large, or nothing.
std::vector<Cell> planned_cells(const SweepFlags& flags, std::span<const EngineState> engines);

// Cells with the same are measured in turns: they differ in nothing but how they are executed.
std::string group_of(const Cell& cell);

std::string command_of(const Cell& cell, const SweepFlags& flags);

// The sweep that these cells are, as begun now in this context.
Sweep planned_sweep(const SweepFlags& flags, const std::vector<Cell>& cells,
                    const Context& context);

}  // namespace assay
