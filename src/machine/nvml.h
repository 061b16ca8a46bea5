// SPDX-License-Identifier: MIT
// NVIDIA's management library, opened when it is there: no part of it is needed to build. Of the
// counter, Z. Yang, K. Adamek, W. Armour, "Part-time Power Measurements" (SC 2024, arXiv
// 2312.02741): on some GPUs it sees a fourth of the time, so short windows scatter.
#pragma once

#include <memory>
#include <string>

#include "machine/energy.h"

namespace assay {

// The GPU with this index; null, and why in `problem`, when the library or the counter is not
// there.
std::unique_ptr<EnergyCounter> open_nvml(unsigned index, std::string& problem,
                                         const std::string& library = "libnvidia-ml.so.1");

}  // namespace assay
