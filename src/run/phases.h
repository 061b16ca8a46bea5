// SPDX-License-Identifier: MIT
// The phases around an inference, as S. R. Reza, Y. Yan, X. Dong and L. Qian, "Inference
// Performance Comparison of Convolutional Neural Networks on Edge Devices" (2021) divide its time.
#pragma once

#include "run/runner.h"

namespace assay {

// Each phase several times, at least kFewestPhases and for a quarter of a second at most; what they
// throw passes through.
inline constexpr size_t kFewestPhases = 6;
Phases timed_phases(const PictureWork& work, const Tensors& outputs);

}  // namespace assay
