// SPDX-License-Identifier: MIT
// The output check as docs/cli.md defines it: the error of a result y against the reference r is
// max|y - r(x1)| / max|r(x1) - r(x2)| over two inputs, so relative to how much the output moves at
// all; for int8 it is 1 - cosine of the differences between the two inputs. Pure functions of
// tensors.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "record/measurement.h"
#include "run/tensor_files.h"

namespace assay {

// What the referee computed for the two inputs.
struct ReferenceOutputs {
  std::string name;  // "onnxruntime 1.31.1 fp32, optimizations off"
  Tensors first, second;
  // By output: numbers of at least this size went into the values, so that they are rounded at that
  // scale.
  std::map<std::string, double> scales = {};
};

// Scales of the outputs of a graph: 1 for what comes out of a sigmoid, whose small values are
// differences of numbers near 1; nothing for the others.
std::map<std::string, double> output_scales(const Graph& graph);

// Largest error that passes, and the error below which a result is too exact to be of that
// precision (0: none).
struct CheckLimits {
  double tolerance = 0;
  double too_exact = 0;
  double roundoff = 0;  // of one number of that precision, relative
};
// Nothing for a precision that has no limit of its own (binary).
std::optional<CheckLimits> check_limits(const std::string& precision);

struct CheckedOutput {
  std::optional<OutputCheck> check;  // nothing: could not be compared
  std::optional<Failure> failure;    // wrong_output
  std::vector<Doubt> doubts;         // unchecked_output, precision_mismatch, mostly_constant_output
};

struct Computed {
  Tensors first;   // outputs for the first input
  Tensors second;  // for the second; needed for int8 only
};

// Compares what was computed at a precision; `reference` may be null: then only values that are not
// finite are wrong.
CheckedOutput check_output(const Computed& computed, const ReferenceOutputs* reference,
                           const std::string& precision);

}  // namespace assay
