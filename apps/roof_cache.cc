// SPDX-License-Identifier: MIT
#include "roof_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "report/row.h"

namespace assay {
namespace {

using nlohmann::json;

constexpr double kProbeSeconds = 0.1;
// Part of the file's name: files of probes that measured otherwise are not read.
constexpr int kProbeVersion = 1;

// Other work only ever lowers a rate.
Roof higher(Roof roof, const Roof& other) {
  roof.bytes_per_s = std::max(roof.bytes_per_s, other.bytes_per_s);
  for (const auto& [precision, rate] : other.macs_per_s)
    roof.macs_per_s[precision] = std::max(roof.macs_per_s[precision], rate);
  return roof;
}

}  // namespace

RoofCache::RoofCache(const Machine& machine, std::filesystem::path folder)
    : x_fingerprint(machine.fingerprint),
      x_processors(machine.cores_usable),
      x_folder(std::move(folder)) {}

std::filesystem::path RoofCache::file_of(int threads) const {
  return x_folder / fmt::format("{}-{}-v{}.json", x_fingerprint, threads, kProbeVersion);
}

// A file that was damaged is as good as none.
std::optional<Roof> RoofCache::stored(int threads) const {
  try {
    const json file = json::parse(read_file(file_of(threads)));
    Roof roof{threads, file.at("macs_per_s"), file.at("bytes_per_s")};
    const bool sound =
        roof.bytes_per_s > 0 && roof.macs_per_s.contains("fp32") &&
        std::ranges::all_of(roof.macs_per_s, [](const auto& item) { return item.second > 0; });
    return sound ? std::optional(roof) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

void RoofCache::keep(const Roof& roof) {
  x_known[roof.threads] = roof;
  try {
    std::filesystem::create_directories(x_folder);
    PendingFile file(file_of(roof.threads));
    write_file(file.path(),
               json{{"macs_per_s", roof.macs_per_s}, {"bytes_per_s", roof.bytes_per_s}}.dump());
    file.publish();
  } catch (const Error&) {  // a full disk: it is measured again the next time
  } catch (const std::filesystem::filesystem_error&) {
  }
}

Roof RoofCache::measure(int threads, double seconds) {
  const Roof roof = measure_roof(threads, seconds);
  keep(roof);
  return roof;
}

void RoofCache::add_to(Measurement& measured) {
  if (measured.outcome != Outcome::ok || measured.synthetic) return;
  measured.roof = peak_rates(measured.configuration);
  const auto share = Row(measured).roof_share;
  const int threads = threads_of(measured.configuration);
  if (!share || share->macs <= 1 || !x_renewed.insert(threads).second) return;
  keep(higher(x_known.at(threads), measure_roof(threads, kProbeSeconds)));
  measured.roof = peak_rates(measured.configuration);
}

int RoofCache::threads_of(const Configuration& asked) const {
  return std::clamp(asked.threads * asked.streams, 1, x_processors);
}

std::optional<PeakRates> RoofCache::peak_rates(const Configuration& asked) {
  if (asked.device != "cpu") return std::nullopt;
  const int threads = threads_of(asked);
  if (!x_known.contains(threads)) {
    if (const auto found = stored(threads)) {
      x_known[threads] = *found;
    } else {
      measure(threads, kProbeSeconds);
    }
  }
  const Roof& roof = x_known.at(threads);
  const auto rate = roof.macs_per_s.find(asked.precision);
  if (rate == roof.macs_per_s.end()) return std::nullopt;
  return PeakRates{threads, rate->second, roof.bytes_per_s};
}

}  // namespace assay
