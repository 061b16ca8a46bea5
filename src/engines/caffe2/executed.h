// SPDX-License-Identifier: MIT
// What Caffe2 executed, read from the blobs that a run left in its workspace. That is the proof of
// what ran.
#pragma once

#include "engines/caffe2/loaded_network.h"
#include "record/measurement.h"

namespace assay {

// One layer per operator of the net; `workspace` has run it. The precision is that of the result's
// type, MACs are counted from the shapes of the blobs.
Facts facts_of_blobs(const LoadedNetwork& network, const Caffe2Workspace& workspace);

}  // namespace assay
