// SPDX-License-Identifier: MIT
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <regex>

#include "base/error.h"
#include "zoo/safetensors.h"

namespace assay {
namespace {

bool only_for_training(const ZooEntry& entry, const std::string& name) {
  return name.ends_with("num_batches_tracked") ||
         std::ranges::any_of(entry.training_only,
                             [&](const std::string& prefix) { return name.starts_with(prefix); });
}

// The weights that torchvision published for DenseNet have the names of its first version, which it
// rewrites on loading.
std::string current_name(const std::string& name) {
  static const std::regex old(R"((.*denselayer\d+\.(?:norm|conv))\.([12])\.(.*))");
  return std::regex_replace(name, old, "$1$2.$3");
}

std::optional<std::string> described(const char* what, const std::vector<std::string>& names) {
  if (names.empty()) return std::nullopt;
  const size_t shown = std::min<size_t>(names.size(), 5);
  return fmt::format("{} {} ({}{})", names.size(), what,
                     fmt::join(names.begin(), names.begin() + static_cast<ptrdiff_t>(shown), ", "),
                     shown < names.size() ? ", ..." : "");
}

}  // namespace

void load_weights(Graph& graph, const ZooEntry& entry, const Safetensors& file) {
  std::map<std::string, std::string> stored;  // by the network's name for it
  for (const auto& [name, tensor] : file.tensors())
    if (!only_for_training(entry, name)) stored.emplace(current_name(name), name);

  std::vector<std::string> missing, unfitting, unknown;
  std::vector<std::pair<ValueId, std::string>> found;
  for (size_t i = 0; i < graph.values().size(); ++i) {
    const auto id = static_cast<ValueId>(i);
    const Value& value = graph.value(id);
    if (!value.constant || !value.constant->declared_only()) continue;
    const auto match = stored.find(value.name);
    if (match == stored.end()) {
      missing.push_back(value.name);
      continue;
    }
    const Shape& shape = file.tensors().at(match->second).shape;
    if (shape != *value.shape)
      unfitting.push_back(
          fmt::format("{}: {} for {}", value.name, to_string(shape), to_string(*value.shape)));
    found.emplace_back(id, match->second);
    stored.erase(match);
  }
  for (const auto& [ours, name] : stored) unknown.push_back(name);

  std::vector<std::string> problems;
  for (const auto& problem : {described("missing", missing), described("not known", unknown),
                              described("of another shape", unfitting)})
    if (problem) problems.push_back(*problem);
  if (!problems.empty())
    throw Error("the tensors of '{}' are not those of '{}': {}", file.name(), entry.name,
                fmt::join(problems, "; "));
  for (const auto& [id, name] : found) graph.fill(id, file.f32(name));
}

}  // namespace assay
