// SPDX-License-Identifier: MIT
// MACs of executed layers, counted from the shapes that an engine reports, so that adapters state
// which share of the arithmetic ran at which precision. A MAC is what docs/cli.md defines.
#pragma once

#include <map>
#include <span>
#include <string>

#include "graph/tensor.h"
#include "record/measurement.h"

namespace assay {

// Weight of any rank (OIHW, or with groups in front); output NCHW. A transposed convolution gives
// its input's shape as `output`.
int64_t convolution_macs(const Shape& weight, const Shape& output);
// A matrix product or linear layer that sums over the last dimension of `data`.
int64_t product_macs(const Shape& data, const Shape& output);

// Share of the MACs by precision; empty where nothing multiplies.
std::map<std::string, double> precision_shares(std::span<const LayerFact> layers);

}  // namespace assay
