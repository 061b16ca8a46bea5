// SPDX-License-Identifier: MIT
// The same on real engines and a real machine, where nobody knows the truth: two configurations
// that are alike, one of them then slowed down by 5 % (all its samples, after the fact), and beside
// it what one run after the other and their means say.
#pragma once

#include <string>

#include "table.h"

namespace assay::calibration {

struct RealPlan {
  std::string model = "resnet18", engine = "onnxruntime";
  int comparisons = 100;
  double seconds = 12;  // of a comparison, both sides together; `compare`'s default
};

// Error when the engine or the model cannot be had.
Table compare_alike(const RealPlan& plan);

// The null engine's open loop in real time against the analytic M/D/1 queue.
Table real_queue();

}  // namespace assay::calibration
