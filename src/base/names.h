// SPDX-License-Identifier: MIT
// Names that a user types: the nearest known one for "did you mean", and lists split at commas.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// The candidate with the smallest edit distance (case ignored), if it is near enough to be a typing
// error: at most a third of the longer name, rounded up.
std::optional<std::string> nearest(std::string_view name, std::span<const std::string> candidates);

// "unknown model 'resnt50'; did you mean 'resnet50'?", or, with nothing near, the sentence with the
// candidates when there are at most 12 of them.
std::string unknown(std::string_view kind, std::string_view name,
                    std::span<const std::string> candidates);

// The end of such a sentence about a name that is not among the candidates: "; did you mean 'x'?",
// "; known are: a, b", or nothing.
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

// "a,b,,c" -> {"a", "b", "c"}; white space around a part is dropped.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace assay
