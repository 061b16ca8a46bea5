// SPDX-License-Identifier: MIT
// Inputs as the user gives them on the command line.
#pragma once

#include <string>
#include <vector>

#include "run/tensor_files.h"

namespace assay {

// Each text is [NAME=]WHAT, where WHAT is "ones", "zeros", "uniform" or a .npy or .pb file. Without
// a name, a fill is for all inputs and a file for the only one. "uniform" and inputs not named are
// left to the seed. Error when a name is no input.
Tensors given_inputs(const std::vector<std::string>& texts, const PreparedModel& model);

}  // namespace assay
