// SPDX-License-Identifier: MIT
#include "report/json.h"

#include "report/renderers.h"

namespace assay {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

template <typename T>
Json positive_or_null(T value) {
  return value > 0 ? Json(value) : Json(nullptr);
}

Json shares(const std::map<std::string, double>& shares) {
  return shares.empty() ? Json(nullptr) : Json(shares);
}

Json doubt_names(const std::vector<Doubt>& doubts) {
  Json names = Json::array();
  for (const Doubt doubt : doubts) names.push_back(std::string(info_of(doubt).name));
  return names;
}

Json interval(const QuantileSummary& quantile) {
  if (!quantile.ci95) return nullptr;
  return {quantile.ci95->low, quantile.ci95->high};
}

void add_tail(Json& json, const std::string& name, const std::optional<QuantileSummary>& tail) {
  json[name] = tail ? Json(tail->value) : Json(nullptr);
  json[name + "_ci95"] = tail ? interval(*tail) : Json(nullptr);
}

Json phases(const Row& row) {
  if (!row.latency_ms) return nullptr;
  return {{"load", row.load_seconds ? Json(*row.load_seconds * 1e3) : Json(nullptr)},
          {"preprocess", or_null(row.preprocess_ms)},
          {"inference", row.latency_ms->median.value},
          {"postprocess", or_null(row.postprocess_ms)},
          {"total", or_null(row.total_ms)}};
}

Json ci_target(const std::optional<CiTarget>& target) {
  if (!target) return nullptr;
  return {{"asked", target->asked},
          {"reached", or_null(target->reached)},
          {"reason", text_or_null(target->reason)}};
}

Json memory(const MemoryPhases& phases) {
  return {{"engine_bytes", or_null(phases.engine)},
          {"load_bytes", or_null(phases.load)},
          {"load_peak_bytes", or_null(phases.load_peak)},
          {"first_run_bytes", or_null(phases.first_run)},
          {"first_run_peak_bytes", or_null(phases.first_run_peak)},
          {"steady_bytes", or_null(phases.steady)},
          {"steady_peak_bytes", or_null(phases.steady_peak)},
          {"activations_bytes", or_null(phases.activations)},
          {"activations_predicted_bytes", or_null(phases.activations_predicted)}};
}

Json energy(const Row& row) {
  if (!row.energy_j) return nullptr;
  const Energy& measured = *row.measurement->energy;
  return {{"sensor", measured.sensor},
          {"ci95", interval(*row.energy_j)},
          {"idle_included", true},
          {"idle_watts", or_null(measured.idle_watts)}};
}

Json roof(const Row& row) {
  if (!row.roof_share) return nullptr;
  const PeakRates& peak = *row.measurement->roof;
  return {{"threads", peak.threads},
          {"macs_per_s", peak.macs_per_s},
          {"bytes_per_s", peak.bytes_per_s},
          {"share_of_macs", row.roof_share->macs},
          {"share_of_bytes", row.roof_share->bytes}};
}

Json output_check(const std::optional<OutputCheck>& check) {
  if (!check) return nullptr;
  return {{"reference", check->reference},
          {"error", check->error},
          {"tolerance", check->tolerance},
          {"passed", check->passed}};
}

Json facts(const Facts& facts) {
  Json layers = Json::array();
  for (const LayerFact& layer : facts.layers) {
    layers.push_back({{"name", layer.name},
                      {"op", layer.op},
                      {"precision", layer.precision},
                      {"kernel", layer.kernel},
                      {"originals", layer.originals}});
  }
  return {{"threads", or_null(facts.threads)},
          {"cpu_seconds", or_null(facts.cpu_seconds)},
          {"wall_seconds", or_null(facts.wall_seconds)},
          {"precision_executed", shares(facts.precision_executed)},
          {"providers", shares(facts.providers)},
          {"environment", facts.environment},
          {"notes", facts.notes},
          {"layers", layers.empty() ? Json(nullptr) : layers}};
}

void add_asked(Json& json, const Configuration& asked) {
  json["model"] = asked.model;
  json["model_sha256"] = text_or_null(asked.model_sha256);
  json["input"] = asked.input;
  json["engine"] = asked.engine;
  json["engine_version"] = text_or_null(asked.engine_version);
  json["device"] = asked.device;
  json["precision"] = asked.precision;
  json["batch"] = asked.batch;
  json["threads"] = asked.threads;
  json["streams"] = asked.streams;
  json["options"] = asked.options;
  json["scenario"] = std::string(name_of(asked.scenario));
  json["rate_per_s"] = positive_or_null(asked.rate_per_s);
  json["idle_gap_ms"] = static_cast<double>(asked.idle_gap_ns) / 1e6;
  json["include_transfer"] = asked.include_transfer;
  json["fresh_inputs"] = asked.fresh_inputs;
}

void add_figures(Json& json, const Row& row) {
  const Measurement& measured = *row.measurement;
  json["latency_ms"] = row.latency_ms ? latency_json(*row.latency_ms) : Json(nullptr);
  json["throughput_per_s"] = or_null(row.throughput_per_s);
  json["load_seconds"] = or_null(row.load_seconds);
  json["first_run_ms"] = or_null(row.first_run_ms);
  json["warmup_runs"] = or_null(row.warmup_runs);
  json["steady_state"] = text_or_null(measured.steady_state);
  json["ci_target"] = ci_target(measured.ci_target);
  json["phases_ms"] = phases(row);
  json["fps_inference"] = or_null(row.fps_inference);
  json["fps_all"] = or_null(row.fps_all);
  json["peak_rss_bytes"] = or_null(row.peak_rss_bytes);
  json["model_rss_bytes"] = or_null(row.model_rss_bytes);
  json["artifact_bytes"] = or_null(measured.artifact_bytes);
  json["memory"] = memory(memory_phases(measured));
  json["energy_j_per_inference"] = row.energy_j ? Json(row.energy_j->value) : Json(nullptr);
  json["energy"] = energy(row);
  json["roof"] = roof(row);
  json["accuracy"] = nullptr;
  json["output_check"] = output_check(measured.output_check);
  json["facts"] = facts(measured.facts);
}

}  // namespace

Json latency_json(const Summary& summary) {
  Json json = {
      {"median", summary.median.value}, {"ci95", interval(summary.median)}, {"mean", summary.mean}};
  add_tail(json, "p90", summary.p90);
  add_tail(json, "p95", summary.p95);
  add_tail(json, "p99", summary.p99);
  json["min"] = summary.min;
  json["max"] = summary.max;
  json["samples"] = summary.samples;
  json["processes"] = summary.processes;
  return json;
}

Json context_json(const Context& context) {
  return {{"date", context.date},
          {"host", text_or_null(context.host)},
          {"machine_fingerprint", text_or_null(context.machine_fingerprint)},
          {"cpu", text_or_null(context.cpu)},
          {"cores_usable", positive_or_null(context.cores_usable)},
          {"memory_bytes", positive_or_null(context.memory_bytes)},
          {"kernel", text_or_null(context.kernel)},
          {"assay_version", context.assay_version},
          {"engines", context.engines},
          {"doubts", doubt_names(context.doubts)}};
}

Json result_json(const Row& row) {
  const Measurement& measured = *row.measurement;
  Json json = {{"id", measured.id},
               {"configuration_id", configuration_id(measured.configuration)},
               {"context", or_null(row.context)},
               {"started_at", text_or_null(measured.started_at)}};
  add_asked(json, measured.configuration);
  json["outcome"] = std::string(name_of(measured.outcome));
  json["reason"] = measured.reason;
  json["doubts"] = doubt_names(measured.doubts);
  add_figures(json, row);
  json["command"] = measured.command;
  return json;
}

Json report_json(const Report& report) {
  Json json = {{"schema_version", kReportSchemaVersion}};
  json["contexts"] = Json::array();
  for (const Context& context : report.contexts) json["contexts"].push_back(context_json(context));
  json["results"] = Json::array();
  for (const Row& row : rows_of(report)) json["results"].push_back(result_json(row));
  return json;
}

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

void JsonRenderer::render(const Report& report, std::ostream& out) const {
  out << dump(report_json(report)) << "\n";
}

}  // namespace assay
