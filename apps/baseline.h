// SPDX-License-Identifier: MIT
// A baseline: measurements that `assay bench --save-baseline NAME` kept under a name, for `assay
// compare --baseline NAME` to compare others with.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "cells.h"
#include "store/store.h"

namespace assay {

// Error for a name that cannot be one.
void check_baseline_name(const std::string& name);

// The baseline's one measurement; of several, the one whose configuration is `like`'s but for the
// engine, its version and its options; of several such, that of its engine, and then of its
// options. Error when there is no such baseline (with the nearest name) or the choice is not clear
// (with what is there).
Measurement find_baseline(const Store& store, const std::string& name, const Configuration& like);

// How a stored measurement could be made again.
struct Remade {
  std::optional<Cell> cell;
  std::string why_not;  // half a sentence, when there is no cell
};
// The cell that its command names, when the engine is installed at the same version and the model
// is the same file still.
Remade remake(const Measurement& stored, std::span<const EngineState> engines);

}  // namespace assay
