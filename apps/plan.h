// SPDX-License-Identifier: MIT
// What a dry run prints: each configuration with what its engine says of it, and nothing is loaded.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cells.h"
#include "options.h"

namespace assay {

// table and md: a matrix, models (with what else differs between them) by engines and precisions,
// "yes" or the number of the reason below; csv and json: one row for each cell, with its command.
// Engines are asked about the operators of the network, without its weights.
void print_plan(const std::vector<Cell>& cells,
                const std::function<std::string(const Cell&)>& command_of,
                const OutputFlags& flags);

}  // namespace assay
