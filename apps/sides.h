// SPDX-License-Identifier: MIT
// The sides of a comparison as they are typed: a model, a quoted one with flags of its own, or a
// stored measurement's id.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cells.h"

namespace assay {

// A measurement's id, or its beginning: what `assay show` prints is in capitals, as no model is.
bool looks_like_id(const std::string& text);

// The cell of each of the common flags' models, checked; those in a side's quotes overrule. Error
// for a side that is several, and for an option of an engine that no side is on.
std::vector<Cell> cells_of_sides(const CellFlags& common, std::span<const EngineState> engines);

}  // namespace assay
