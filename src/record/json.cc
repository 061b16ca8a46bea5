// SPDX-License-Identifier: MIT
#include "record/json.h"

#include <limits>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/error.h"

namespace assay {
namespace {

using Json = nlohmann::json;

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
constexpr auto kFields<Configuration> = std::tuple{
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
constexpr auto kFields<LayerFact> = std::tuple{
    Field{"name", &LayerFact::name},           Field{"op", &LayerFact::op},
    Field{"precision", &LayerFact::precision}, Field{"kernel", &LayerFact::kernel},
    Field{"originals", &LayerFact::originals}, Field{"macs", &LayerFact::macs},
};

template <>
constexpr auto kFields<Facts> = std::tuple{
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
constexpr auto kFields<ProcessSamples> = std::tuple{
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
constexpr auto kFields<CiTarget> = std::tuple{
    Field{"asked", &CiTarget::asked},
    Field{"reached", &CiTarget::reached},
    Field{"reason", &CiTarget::reason},
};

template <>
constexpr auto kFields<Phases> = std::tuple{
    Field{"preprocess_ns", &Phases::preprocess_ns},
    Field{"postprocess_ns", &Phases::postprocess_ns},
};

template <>
constexpr auto kFields<OutputCheck> = std::tuple{
    Field{"reference", &OutputCheck::reference},
    Field{"error", &OutputCheck::error},
    Field{"tolerance", &OutputCheck::tolerance},
    Field{"passed", &OutputCheck::passed},
};

template <>
constexpr auto kFields<Energy> = std::tuple{
    Field{"sensor", &Energy::sensor},
    Field{"idle_watts", &Energy::idle_watts},
};

template <>
constexpr auto kFields<PeakRates> = std::tuple{
    Field{"threads", &PeakRates::threads},
    Field{"macs_per_s", &PeakRates::macs_per_s},
    Field{"bytes_per_s", &PeakRates::bytes_per_s},
};

template <>
constexpr auto kFields<ModelCost> = std::tuple{
    Field{"parameters", &ModelCost::parameters},
    Field{"macs", &ModelCost::macs},
    Field{"activations", &ModelCost::activations},
    Field{"peak_activation_bytes", &ModelCost::peak_activation_bytes},
    Field{"moved_bytes", &ModelCost::moved_bytes},
};

template <>
constexpr auto kFields<Measurement> = std::tuple{
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
constexpr auto kFields<Context> = std::tuple{
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
constexpr auto kFields<Sweep> = std::tuple{
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

Json write(Outcome value) {
  return std::string(name_of(value));
}
Json write(Scenario value) {
  return std::string(name_of(value));
}
Json write(Doubt value) {
  return std::string(info_of(value).name);
}
template <typename T>
Json write(const T& value) {
  return value;
}
template <typename T>
Json write(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}
Json write(const std::vector<Doubt>& values) {
  Json list = Json::array();
  for (const Doubt value : values) list.push_back(write(value));
  return list;
}

// Why a value could not be read; the key is added where it is known.
struct Unreadable {
  std::string why;
};

void expect(bool condition, const char* what) {
  if (!condition) throw Unreadable{std::string("is not ") + what};
}

void read(const Json& json, std::string& value) {
  expect(json.is_string(), "a string");
  value = json.get<std::string>();
}
void read(const Json& json, bool& value) {
  expect(json.is_boolean(), "a boolean");
  value = json.get<bool>();
}
void read(const Json& json, double& value) {
  if (json.is_null()) {
    value = std::numeric_limits<double>::quiet_NaN();
    return;
  }
  expect(json.is_number(), "a number");
  value = json.get<double>();
}
template <std::signed_integral T>
void read(const Json& json, T& value) {
  expect(json.is_number_integer(), "an integer");
  const bool in_range = json.is_number_unsigned() ? std::in_range<T>(json.get<uint64_t>())
                                                  : std::in_range<T>(json.get<int64_t>());
  expect(in_range, "an integer in range");
  value = json.get<T>();
}
// A word of one of the closed lists.
template <typename T>
void read_word(const Json& json, std::optional<T> (*from)(std::string_view), T& value,
               const char* verb = "is") {
  std::string name;
  read(json, name);
  const auto known = from(name);
  if (!known)
    throw Unreadable{std::string(verb) + " '" + name +
                     "', which this version of assay does not know"};
  value = *known;
}
void read(const Json& json, Outcome& value) {
  read_word(json, outcome_from, value);
}
void read(const Json& json, Scenario& value) {
  read_word(json, scenario_from, value);
}
void read(const Json& json, Doubt& value) {
  read_word(json, doubt_from, value, "has");
}
template <Record T>
void read(const Json& json, T& value) {
  from_json(json, value);
}
// Containers nest, so they are declared before they are defined.
template <typename T>
void read(const Json& json, std::vector<T>& value);
template <typename T>
void read(const Json& json, std::map<std::string, T>& value);

template <typename T>
void read(const Json& json, std::optional<T>& value) {
  if (json.is_null()) {
    value.reset();
    return;
  }
  read(json, value.emplace());
}
template <typename T>
void read(const Json& json, std::vector<T>& value) {
  expect(json.is_array(), "a list");
  value.clear();
  value.reserve(json.size());
  for (const Json& item : json) read(item, value.emplace_back());
}
template <typename T>
void read(const Json& json, std::map<std::string, T>& value) {
  expect(json.is_object(), "an object");
  value.clear();
  for (const auto& [key, item] : json.items()) read(item, value[key]);
}

template <typename T, typename Visit>
void each_field(Visit&& visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, kFields<T>);
}

}  // namespace

template <Record T>
void to_json(Json& json, const T& value) {
  json = Json::object();
  each_field<T>([&](const auto& field) { json[field.key] = write(value.*field.member); });
}

template <Record T>
void from_json(const Json& json, T& value) {
  if (!json.is_object()) throw Error("a record is not a JSON object");
  value = T();
  each_field<T>([&](const auto& field) {
    const auto found = json.find(field.key);
    if (found == json.end()) return;
    try {
      read(*found, value.*field.member);
    } catch (const Unreadable& error) {
      throw Error("the record's '{}' {}", field.key, error.why);
    }
  });
}

template void to_json(Json&, const Configuration&);
template void from_json(const Json&, Configuration&);
template void to_json(Json&, const LayerFact&);
template void from_json(const Json&, LayerFact&);
template void to_json(Json&, const Facts&);
template void from_json(const Json&, Facts&);
template void to_json(Json&, const ProcessSamples&);
template void from_json(const Json&, ProcessSamples&);
template void to_json(Json&, const CiTarget&);
template void from_json(const Json&, CiTarget&);
template void to_json(Json&, const Phases&);
template void from_json(const Json&, Phases&);
template void to_json(Json&, const OutputCheck&);
template void from_json(const Json&, OutputCheck&);
template void to_json(Json&, const Energy&);
template void from_json(const Json&, Energy&);
template void to_json(Json&, const PeakRates&);
template void from_json(const Json&, PeakRates&);
template void to_json(Json&, const ModelCost&);
template void from_json(const Json&, ModelCost&);
template void to_json(Json&, const Measurement&);
template void from_json(const Json&, Measurement&);
template void to_json(Json&, const Context&);
template void from_json(const Json&, Context&);
template void to_json(Json&, const Sweep&);
template void from_json(const Json&, Sweep&);

std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace assay
