// SPDX-License-Identifier: MIT
#include "run/job_inputs.h"

#include <algorithm>

namespace assay {
namespace {

constexpr size_t kSeededSets = 8;

bool same(const Tensors& a, const Tensors& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
    return x.first == y.first && std::ranges::equal(x.second.raw(), y.second.raw());
  });
}

}  // namespace

std::vector<Tensors> inputs_of_calls(const Job& job, uint64_t seed) {
  std::vector<Tensors> given{job.inputs};
  if (job.configuration.fresh_inputs) {
    given.insert(given.end(), job.further_inputs.begin(), job.further_inputs.end());
    if (job.further_inputs.empty()) given.assign(kSeededSets, job.inputs);
  }
  uint64_t own = job.seed.value_or(seed);
  std::vector<Tensors> sets;
  for (const Tensors& each : given) sets.push_back(make_inputs(job.model, each, own++));
  return sets;
}

bool are_alike(const std::vector<Tensors>& sets) {
  return std::ranges::all_of(sets, [&](const Tensors& set) { return same(set, sets.front()); });
}

}  // namespace assay
