// SPDX-License-Identifier: MIT
// How much the samples of one series depend on their predecessors, and how many independent ones
// they are therefore worth. Pure functions of finite numbers in the order measured.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay {

// Lag-1 autocorrelation over several series, each about its own mean. Nothing when no series has
// three samples or none of them varies.
std::optional<double> lag1(std::span<const std::vector<double>> series);

// Independent samples that the series is worth for the position of its p-quantile: the count
// divided by the integrated autocorrelation time of "is at most `at`" (at: the p-quantile's value),
// summed by Geyer's initial monotone positive sequence (C. Geyer, "Practical Markov Chain Monte
// Carlo", Statistical Science 7(4), 1992). At least 1, at most the count; the count itself when no
// dependence beyond chance is seen.
int64_t effective_samples(std::span<const double> series, double at);

}  // namespace assay
