// SPDX-License-Identifier: MIT
#include "engine/messages.h"

#include "base/error.h"

namespace assay {
namespace {

using nlohmann::json;

DType dtype_from(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(DType::boolean); ++i)
    if (name_of(static_cast<DType>(i)) == name) return static_cast<DType>(i);
  throw Error("unknown element type '{}'", name);
}

// Optional fields keep what a value-initialized struct has: an older or foreign worker may leave
// them out.
template <typename T>
void get_if_there(const json& object, const char* key, T& field) {
  if (auto it = object.find(key); it != object.end()) it->get_to(field);
}

}  // namespace

void to_json(json& object, const OptionInfo& value) {
  object = {{"name", value.name}, {"type", value.type},       {"default", value.default_value},
            {"help", value.help}, {"choices", value.choices}, {"environment", value.environment}};
}

void from_json(const json& object, OptionInfo& value) {
  object.at("name").get_to(value.name);
  object.at("type").get_to(value.type);
  get_if_there(object, "default", value.default_value);
  get_if_there(object, "help", value.help);
  get_if_there(object, "choices", value.choices);
  get_if_there(object, "environment", value.environment);
}

void to_json(json& object, const RefereeInfo& value) {
  object = {{"rank", value.rank}, {"options", value.options}, {"words", value.words}};
}

void from_json(const json& object, RefereeInfo& value) {
  object.at("rank").get_to(value.rank);
  get_if_there(object, "options", value.options);
  get_if_there(object, "words", value.words);
}

void to_json(json& object, const EngineInfo& value) {
  object = {{"name", value.name},
            {"version", value.version},
            {"host", value.host},
            {"devices", value.devices},
            {"precisions", value.precisions},
            {"options", value.options},
            {"formats", value.formats},
            {"synthetic", value.synthetic},
            {"on_request", value.on_request},
            {"referee", value.referee}};
}

void from_json(const json& object, EngineInfo& value) {
  object.at("name").get_to(value.name);
  object.at("version").get_to(value.version);
  get_if_there(object, "host", value.host);
  object.at("devices").get_to(value.devices);
  object.at("precisions").get_to(value.precisions);
  get_if_there(object, "options", value.options);
  object.at("formats").get_to(value.formats);
  get_if_there(object, "synthetic", value.synthetic);
  get_if_there(object, "on_request", value.on_request);
  get_if_there(object, "referee", value.referee);
}

void to_json(json& object, const LoadRequest& value) {
  object = {{"path", value.path}, {"configuration", value.configuration}};
}

void from_json(const json& object, LoadRequest& value) {
  object.at("path").get_to(value.path);
  object.at("configuration").get_to(value.configuration);
}

void to_json(json& object, const TensorFile& value) {
  object = {{"name", value.name},
            {"dtype", name_of(value.dtype)},
            {"shape", value.shape},
            {"path", value.path}};
}

void from_json(const json& object, TensorFile& value) {
  object.at("name").get_to(value.name);
  value.dtype = dtype_from(object.at("dtype").get<std::string>());
  object.at("shape").get_to(value.shape);
  object.at("path").get_to(value.path);
}

void to_json(json& object, const LoadReply& value) {
  object = {
      {"load_ns", value.load_ns}, {"rss_before", value.rss_before}, {"rss_after", value.rss_after}};
}

void from_json(const json& object, LoadReply& value) {
  object.at("load_ns").get_to(value.load_ns);
  get_if_there(object, "rss_before", value.rss_before);
  get_if_there(object, "rss_after", value.rss_after);
}

void to_json(json& object, const RunRequest& value) {
  object = {{"scenario", name_of(value.scenario)},
            {"sessions", value.sessions},
            {"count", value.count},
            {"max_ns", value.max_ns},
            {"idle_gap_ns", value.idle_gap_ns},
            {"include_transfer", value.include_transfer},
            {"fresh_inputs", value.fresh_inputs},
            {"starts_ns", value.starts_ns}};
}

void from_json(const json& object, RunRequest& value) {
  const auto scenario = object.value("scenario", std::string(name_of(value.scenario)));
  const auto known = scenario_from(scenario);
  if (!known) throw Error("unknown scenario '{}'", scenario);
  value.scenario = *known;
  object.at("sessions").get_to(value.sessions);
  object.at("count").get_to(value.count);
  get_if_there(object, "max_ns", value.max_ns);
  get_if_there(object, "idle_gap_ns", value.idle_gap_ns);
  get_if_there(object, "include_transfer", value.include_transfer);
  get_if_there(object, "fresh_inputs", value.fresh_inputs);
  get_if_there(object, "starts_ns", value.starts_ns);
}

void to_json(json& object, const RunReply& value) {
  object = {{"samples_ns", value.samples_ns},    {"unserved", value.unserved},
            {"service_ns", value.service_ns},    {"cpu_ns", value.cpu_ns},
            {"wall_ns", value.wall_ns},          {"peak_rss", value.peak_rss},
            {"steal_ns", value.steal_ns},        {"busy_threads", value.busy_threads},
            {"cycles_per_s", value.cycles_per_s}};
}

void from_json(const json& object, RunReply& value) {
  object.at("samples_ns").get_to(value.samples_ns);
  object.at("cpu_ns").get_to(value.cpu_ns);
  object.at("wall_ns").get_to(value.wall_ns);
  object.at("peak_rss").get_to(value.peak_rss);
  get_if_there(object, "unserved", value.unserved);
  get_if_there(object, "service_ns", value.service_ns);
  get_if_there(object, "steal_ns", value.steal_ns);
  get_if_there(object, "busy_threads", value.busy_threads);
  get_if_there(object, "cycles_per_s", value.cycles_per_s);
}

void to_json(json& object, const MemoryReply& value) {
  object = {{"rss", value.rss}, {"peak_rss", value.peak_rss}};
}

void from_json(const json& object, MemoryReply& value) {
  object.at("rss").get_to(value.rss);
  object.at("peak_rss").get_to(value.peak_rss);
}

}  // namespace assay
