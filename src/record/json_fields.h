// SPDX-License-Identifier: MIT
// The one table of each record's fields, from which json.cc derives both directions of its JSON: a
// new field is one row here.
#pragma once

#include <tuple>

#include "record/measurement.h"
#include "record/sweep.h"

namespace assay {

template <typename Struct, typename Member>
struct Field {
  const char* key;
  Member Struct::*member;
};
template <typename Struct, typename Member>
Field(const char*, Member Struct::*) -> Field<Struct, Member>;

template <typename Struct>
constexpr auto kFields = nullptr;

template <>
inline constexpr auto kFields<Configuration> = std::tuple{
    Field{"model", &Configuration::model},
    Field{"model_sha256", &Configuration::model_sha256},
    Field{"input", &Configuration::input},
    Field{"engine", &Configuration::engine},
    Field{"engine_version", &Configuration::engine_version},
    Field{"device", &Configuration::device},
    Field{"precision", &Configuration::precision},
    Field{"batch", &Configuration::batch},
    Field{"threads", &Configuration::threads},
    Field{"streams", &Configuration::streams},
    Field{"scenario", &Configuration::scenario},
    Field{"rate_per_s", &Configuration::rate_per_s},
    Field{"idle_gap_ns", &Configuration::idle_gap_ns},
    Field{"include_transfer", &Configuration::include_transfer},
    Field{"fresh_inputs", &Configuration::fresh_inputs},
    Field{"options", &Configuration::options},
};

template <>
inline constexpr auto kFields<LayerFact> = std::tuple{
    Field{"name", &LayerFact::name},           Field{"op", &LayerFact::op},
    Field{"precision", &LayerFact::precision}, Field{"kernel", &LayerFact::kernel},
    Field{"originals", &LayerFact::originals}, Field{"macs", &LayerFact::macs},
};

template <>
inline constexpr auto kFields<Facts> = std::tuple{
    Field{"threads", &Facts::threads},
    Field{"cpu_seconds", &Facts::cpu_seconds},
    Field{"wall_seconds", &Facts::wall_seconds},
    Field{"precision_executed", &Facts::precision_executed},
    Field{"providers", &Facts::providers},
    Field{"layers", &Facts::layers},
    Field{"environment", &Facts::environment},
    Field{"notes", &Facts::notes},
};

template <>
inline constexpr auto kFields<ProcessSamples> = std::tuple{
    Field{"warmup_ns", &ProcessSamples::warmup_ns},
    Field{"latency_ns", &ProcessSamples::latency_ns},
    Field{"burst_sizes", &ProcessSamples::burst_sizes},
    Field{"steady_begin", &ProcessSamples::steady_begin},
    Field{"load_seconds", &ProcessSamples::load_seconds},
    Field{"first_run_ms", &ProcessSamples::first_run_ms},
    Field{"cpu_seconds", &ProcessSamples::cpu_seconds},
    Field{"wall_seconds", &ProcessSamples::wall_seconds},
    Field{"service_seconds", &ProcessSamples::service_seconds},
    Field{"unserved", &ProcessSamples::unserved},
    Field{"cycles_per_s", &ProcessSamples::cycles_per_s},
    Field{"burst_joules", &ProcessSamples::burst_joules},
    Field{"peak_rss_bytes", &ProcessSamples::peak_rss_bytes},
    Field{"empty_rss_bytes", &ProcessSamples::empty_rss_bytes},
    Field{"load_rss_bytes", &ProcessSamples::load_rss_bytes},
    Field{"load_peak_rss_bytes", &ProcessSamples::load_peak_rss_bytes},
    Field{"first_run_rss_bytes", &ProcessSamples::first_run_rss_bytes},
    Field{"first_run_peak_rss_bytes", &ProcessSamples::first_run_peak_rss_bytes},
    Field{"steady_rss_bytes", &ProcessSamples::steady_rss_bytes},
    Field{"steady_peak_rss_bytes", &ProcessSamples::steady_peak_rss_bytes},
    Field{"idle_cpu_seconds", &ProcessSamples::idle_cpu_seconds},
    Field{"idle_seconds", &ProcessSamples::idle_seconds},
};

template <>
inline constexpr auto kFields<CiTarget> = std::tuple{
    Field{"asked", &CiTarget::asked},
    Field{"reached", &CiTarget::reached},
    Field{"reason", &CiTarget::reason},
};

template <>
inline constexpr auto kFields<Phases> = std::tuple{
    Field{"preprocess_ns", &Phases::preprocess_ns},
    Field{"postprocess_ns", &Phases::postprocess_ns},
};

template <>
inline constexpr auto kFields<OutputCheck> = std::tuple{
    Field{"reference", &OutputCheck::reference},
    Field{"error", &OutputCheck::error},
    Field{"tolerance", &OutputCheck::tolerance},
    Field{"passed", &OutputCheck::passed},
};

template <>
inline constexpr auto kFields<Energy> = std::tuple{
    Field{"sensor", &Energy::sensor},
    Field{"idle_watts", &Energy::idle_watts},
};

template <>
inline constexpr auto kFields<PeakRates> = std::tuple{
    Field{"threads", &PeakRates::threads},
    Field{"macs_per_s", &PeakRates::macs_per_s},
    Field{"bytes_per_s", &PeakRates::bytes_per_s},
};

template <>
inline constexpr auto kFields<ModelCost> = std::tuple{
    Field{"parameters", &ModelCost::parameters},
    Field{"macs", &ModelCost::macs},
    Field{"activations", &ModelCost::activations},
    Field{"peak_activation_bytes", &ModelCost::peak_activation_bytes},
    Field{"moved_bytes", &ModelCost::moved_bytes},
};

template <>
inline constexpr auto kFields<Measurement> = std::tuple{
    Field{"id", &Measurement::id},
    Field{"context_id", &Measurement::context_id},
    Field{"started_at", &Measurement::started_at},
    Field{"configuration", &Measurement::configuration},
    Field{"outcome", &Measurement::outcome},
    Field{"reason", &Measurement::reason},
    Field{"doubts", &Measurement::doubts},
    Field{"processes", &Measurement::processes},
    Field{"steady_state", &Measurement::steady_state},
    Field{"ci_target", &Measurement::ci_target},
    Field{"output_check", &Measurement::output_check},
    Field{"cost", &Measurement::cost},
    Field{"energy", &Measurement::energy},
    Field{"roof", &Measurement::roof},
    Field{"artifact_bytes", &Measurement::artifact_bytes},
    Field{"facts", &Measurement::facts},
    Field{"phases", &Measurement::phases},
    Field{"synthetic", &Measurement::synthetic},
    Field{"command", &Measurement::command},
    Field{"baseline", &Measurement::baseline},
};

template <>
inline constexpr auto kFields<Context> = std::tuple{
    Field{"id", &Context::id},
    Field{"date", &Context::date},
    Field{"host", &Context::host},
    Field{"machine_fingerprint", &Context::machine_fingerprint},
    Field{"cpu", &Context::cpu},
    Field{"cores_usable", &Context::cores_usable},
    Field{"memory_bytes", &Context::memory_bytes},
    Field{"kernel", &Context::kernel},
    Field{"assay_version", &Context::assay_version},
    Field{"engines", &Context::engines},
    Field{"doubts", &Context::doubts},
};

template <>
inline constexpr auto kFields<Sweep> = std::tuple{
    Field{"id", &Sweep::id},
    Field{"name", &Sweep::name},
    Field{"begun_at", &Sweep::begun_at},
    Field{"machine_fingerprint", &Sweep::machine_fingerprint},
    Field{"cpu", &Sweep::cpu},
    Field{"shard", &Sweep::shard},
    Field{"shards", &Sweep::shards},
    Field{"cells", &Sweep::cells},
    Field{"engines", &Sweep::engines},
    Field{"files", &Sweep::files},
};

}  // namespace assay
