// SPDX-License-Identifier: MIT
// The roof of this machine, measured once for each count of threads and kept in the user's cache
// folder by the machine's fingerprint. Each measurement is stored with what it is a share of;
// `doctor` measures the roof anew, and so does a measurement that is above it: the roof was then
// measured while the machine was busy.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "base/files.h"
#include "kernels/roof.h"
#include "machine/machine.h"
#include "record/measurement.h"

namespace assay {

class RoofCache {
 public:
  explicit RoofCache(const Machine& machine,
                     std::filesystem::path folder = user_cache_dir() / "roof");

  // Of as many threads as the configuration computes with at once, but no more than there are
  // processors; nothing for another device and for a precision that is not probed. Takes about half
  // a second for a count of threads that is new to this machine, so call it when no worker is live.
  std::optional<PeakRates> peak_rates(const Configuration& asked);
  // Puts them into a measurement that has a speed, unless its engine computes nothing. Where that
  // shows more than the roof, the roof is measured once more and the better of the two kept; an
  // engine that saves multiplications (Winograd's convolutions) may still be above it.
  void add_to(Measurement& measured);
  // Measured now, for `seconds` in each precision, and kept.
  Roof measure(int threads, double seconds);

 private:
  std::filesystem::path file_of(int threads) const;
  std::optional<Roof> stored(int threads) const;
  int threads_of(const Configuration& asked) const;
  void keep(const Roof& roof);

  std::string x_fingerprint;
  int x_processors;
  std::filesystem::path x_folder;
  std::map<int, Roof> x_known;
  std::set<int> x_renewed;  // of which counts of threads the roof was measured once more
};

}  // namespace assay
