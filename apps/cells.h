// SPDX-License-Identifier: MIT
// Cells: the cross product of models, scenarios, engines, precisions, batch sizes and thread counts
// that the flags of `bench` name, checked against what exists, in the order in which they are
// measured.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

#include "engines.h"
#include "machine/machine.h"
#include "options.h"
#include "record/configuration.h"

namespace assay {

struct CellFlags {
  std::vector<std::string> models;
  bool zoo = false;
  ModelFlags model_flags;
  std::vector<std::string> engines;  // empty or "all": as chosen_engines() says
  std::vector<std::string> devices{"cpu"};
  std::vector<std::string> precisions{"fp32"};
  std::vector<int64_t> batches{1};
  std::vector<std::string> threads;  // empty: all usable cores, shared by the streams
  std::vector<int> streams{1};
  std::vector<std::string> scenarios{"single_stream"};
  std::vector<std::string> rates;  // "50/s"; for the scenario server
  std::string idle_gap = "0ms";
  std::string inputs = "fixed";  // or "fresh"
  bool include_transfer = false;
  std::vector<std::string> options;  // "engine.key=value"
};
void add_cell_flags(CLI::App& app, CellFlags& flags);

struct Cell {
  ModelArgument model;
  Configuration asked;  // all but the model's fields, which are not set yet
};

std::vector<Cell> make_cells(const CellFlags& flags, const Machine& machine,
                             std::span<const EngineState> engines);

// What would be refused later is refused now, before anything is measured: models that cannot be
// had, options that an engine does not have, versions that are not installed.
void check_cells(const std::vector<Cell>& cells, std::span<const EngineState> engines);

// The flags that make this one cell again, without the program's and the command's name.
std::string flags_of(const Cell& cell);

}  // namespace assay
