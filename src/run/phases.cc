// SPDX-License-Identifier: MIT
#include "run/phases.h"

#include "base/clock.h"

namespace assay {
namespace {

constexpr size_t kMostPhases = 30;
constexpr int64_t kLongestNs = 250'000'000;

template <typename Call>
std::vector<int64_t> times_of(Call call) {
  call();  // the first touches files and memory that the others find in place
  std::vector<int64_t> times;
  const int64_t first_ns = monotonic_ns();
  while (times.size() < kFewestPhases ||
         (times.size() < kMostPhases && monotonic_ns() - first_ns < kLongestNs)) {
    const int64_t start_ns = monotonic_ns();
    call();
    times.push_back(monotonic_ns() - start_ns);
  }
  return times;
}

}  // namespace

Phases timed_phases(const PictureWork& work, const Tensors& outputs) {
  Phases phases;
  phases.preprocess_ns = times_of([&] { (void)work.preprocess(); });
  phases.postprocess_ns = times_of([&] { work.postprocess(outputs); });
  return phases;
}

}  // namespace assay
