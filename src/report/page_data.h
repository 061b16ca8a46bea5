// SPDX-License-Identifier: MIT
// What the page's script reads: the JSON of docs/cli.md without the engines' layers, and under
// "page" what only the page shows (labels, raw samples, costs, the texts of doubts).
#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "report/labels.h"

namespace assay {

// Samples of one process that the page draws at most. More are drawn as the smallest and largest of
// each stretch, so that no outlier disappears.
inline constexpr size_t kDrawnSamples = 1000;

nlohmann::ordered_json page_json(const Report& report, std::span<const Row> rows,
                                 const Labels& labels);

}  // namespace assay
