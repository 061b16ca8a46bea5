// SPDX-License-Identifier: MIT
// What TensorFlow is told about a session, as the bytes of its ConfigProto.
#pragma once

#include <string>

namespace assay {

struct SessionSettings {
  int threads = 1;           // that compute one operation
  int inter_op_threads = 1;  // operations at once; 1: in the caller's thread
  bool spinning = true;      // idle threads spin for a while
  bool optimize = true;      // grappler, TensorFlow's optimizer of graphs
  bool bf16 = false;         // grappler's automatic mixed precision for oneDNN
};

std::string session_config(const SessionSettings& settings);
// RunOptions that ask for run metadata (trace.h).
std::string traced_run();

}  // namespace assay
