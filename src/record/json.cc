// SPDX-License-Identifier: MIT
#include "record/json.h"

#include <limits>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "record/json_fields.h"

namespace assay {
namespace {

using Json = nlohmann::json;

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
