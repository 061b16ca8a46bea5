// SPDX-License-Identifier: MIT
// Inputs as the user gives them on the command line.
#pragma once

#include <vector>

#include "options.h"
#include "run/tensor_files.h"

namespace assay {

// Each of --input is [NAME=]WHAT, where WHAT is "ones", "zeros", "uniform", a .npy or .pb file, or
// a picture, which becomes what the flags of pictures say. Without a name, a fill is for all inputs
// and a file for the only one. "uniform" and inputs not named are left to the seed. Of an input
// that is given several times the last counts. Error when a name is no input, or a picture does not
// fit one.
Tensors given_inputs(const InputFlags& flags, const PreparedModel& model);

// The same where an input may be given several times, for calls in turns: the first set has the
// first of each, the second the second, as many as the input has that is given most often; where
// others are given less often they begin again. At least one set.
std::vector<Tensors> given_input_sets(const InputFlags& flags, const PreparedModel& model);

// One of these sets, and no other is read; after the last comes the first.
Tensors given_input_set(const InputFlags& flags, const PreparedModel& model, size_t index);

// True when one of them is a picture.
bool has_picture(const InputFlags& flags);

}  // namespace assay
