// SPDX-License-Identifier: MIT
#include "cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/names.h"
#include "base/units.h"
#include "engine_options.h"
#include "job.h"
#include "run/workers.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

constexpr int kMostStreams = 256;
constexpr double kHighestRate = 1e6;  // of arrivals in a second

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const ScenarioInfo& info : scenarios()) names.emplace_back(info.name);
  return names;
}

double rate_of(const std::string& text) {
  const double rate = parse_rate(text);
  if (rate <= 0 || rate > kHighestRate)
    throw Error("--rate '{}' is no rate: write one above 0 and up to {:.0f}/s, such as 50/s", text,
                kHighestRate);
  return rate;
}

void refuse_contradictions(const CellFlags& flags, Scenario scenario, int streams) {
  const std::string_view name = name_of(scenario);
  if (scenario == Scenario::single_stream && streams > 1)
    throw Error(
        "--streams {} needs a --scenario in which several run at once: multi_stream, offline or "
        "server",
        streams);
  if (scenario == Scenario::server && flags.rates.empty())
    throw Error(
        "--scenario server needs --rate, such as --rate 50/s, or for the highest one that keeps a "
        "limit, in bench, --max-latency 20ms@p99");
  if (flags.inputs == "fresh" && scenario != Scenario::single_stream)
    throw Error("--inputs fresh is for the scenario single_stream, not for {}", name);
  const bool closed = scenario == Scenario::single_stream || scenario == Scenario::multi_stream;
  if (!closed && parse_seconds(flags.idle_gap) > 0)
    throw Error("--idle-gap is for the scenarios single_stream and multi_stream, not for {}", name);
}

// How work arrives: the cross product of scenarios, streams and, for a server, rates. The other
// fields are not set.
std::vector<Configuration> arrivals(const CellFlags& flags) {
  const bool any_server = std::ranges::count(flags.scenarios, "server") > 0;
  if (!flags.rates.empty() && !any_server) throw Error("--rate is for --scenario server");
  std::vector<double> rates;
  for (const std::string& text : flags.rates) rates.push_back(rate_of(text));
  std::vector<Configuration> all;
  for (const std::string& name : flags.scenarios)
    for (const int streams : flags.streams) {
      Configuration asked;
      asked.scenario = scenario_from(name).value();
      asked.streams = streams;
      asked.idle_gap_ns = std::llround(parse_seconds(flags.idle_gap) * 1e9);
      asked.include_transfer = flags.include_transfer;
      asked.fresh_inputs = flags.inputs == "fresh";
      refuse_contradictions(flags, asked.scenario, streams);
      const bool server = asked.scenario == Scenario::server;
      for (const double rate : server ? rates : std::vector<double>{0}) {
        asked.rate_per_s = rate;
        all.push_back(asked);
      }
    }
  return all;
}

std::vector<ModelArgument> model_arguments(const CellFlags& flags) {
  std::vector<ModelArgument> models;
  for (const std::string& text : flags.models)
    models.push_back(parse_model_argument(text, flags.model_flags));
  if (flags.zoo)
    for (const ZooEntry& entry : zoo()) models.push_back({entry.name, flags.model_flags});
  if (models.empty()) throw Error("name at least one model, or give --zoo for all of the zoo");
  return models;
}

void add_arrival_flags(CLI::App& app, CellFlags& flags) {
  app.add_option("--scenario", flags.scenarios,
                 "how work arrives: single_stream, one call after the other; multi_stream, a call "
                 "on each stream at once; offline, all there at once; server, at random (Poisson)")
      ->delimiter(',')
      ->check(one_of("scenario", scenario_names()))
      ->capture_default_str();
  app.add_option("--streams", flags.streams,
                 "sessions of one program that run at once; not for single_stream")
      ->delimiter(',')
      ->check(CLI::Range(1, kMostStreams))
      ->capture_default_str();
  app.add_option("--rate", flags.rates,
                 "queries that arrive in a second on average, such as 50/s; for server")
      ->delimiter(',');
  app.add_option("--idle-gap", flags.idle_gap,
                 "sleep before each call, as an application that has other things to do; for "
                 "single_stream and multi_stream")
      ->capture_default_str();
  app.add_option(
         "--inputs", flags.inputs,
         "fixed: every call has the same inputs; fresh: each has others than the one before, "
         "the given ones in turns or seeded ones; for single_stream")
      ->check(one_of("inputs", {"fixed", "fresh"}))
      ->capture_default_str();
  app.add_flag("--include-transfer", flags.include_transfer,
               "copying the inputs to the engine and the outputs back counts in the latency");
}

}  // namespace

void add_cell_flags(CLI::App& app, CellFlags& flags) {
  app.add_option("MODEL", flags.models,
                 "zoo names or paths of .onnx files; one with flags of its own is quoted: "
                 "'cls.onnx --input-shape x:1x3x48x192'");
  app.add_flag("--zoo", flags.zoo, "all networks of the zoo");
  add_model_flags(app, flags.model_flags);
  add_input_flags(app, flags.model_flags.given);
  app.add_option("--engine", flags.engines, "engines, or 'all' that are installed")
      ->delimiter(',')
      ->default_str("all");
  app.add_option("--device", flags.devices, "devices")->delimiter(',')->capture_default_str();
  app.add_option("--precision", flags.precisions, "precisions that are asked for")
      ->delimiter(',')
      ->check(one_of("precision", precision_names()))
      ->capture_default_str();
  app.add_option("--batch", flags.batches, "batch sizes")
      ->delimiter(',')
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  app.add_option("--threads", flags.threads,
                 "thread counts of each stream, or 'all' usable cores, shared by the streams")
      ->delimiter(',')
      ->default_str("all");
  add_arrival_flags(app, flags);
  app.add_option(
      "--option", flags.options,
      "an engine's own option, ENGINE.KEY=VALUE, each value of a key that is given again; for one "
      "version ENGINE@VERSION.KEY=VALUE; `assay list engines --format json` shows them");
}

std::vector<Cell> make_cells(const CellFlags& flags, const Machine& machine,
                             std::span<const EngineState> states) {
  const std::vector<ModelArgument> models = model_arguments(flags);
  const std::vector<std::string> engines = chosen_engines(flags.engines, states);
  const EngineOptions options(flags.options);
  if (const auto unused = options.unused_by(engines))
    throw Error("--option is for engine '{}', which is not among those measured", *unused);
  std::vector<Cell> cells;
  for (const ModelArgument& model : models)
    for (const Configuration& arrival : arrivals(flags))
      for (const int64_t batch : flags.batches)
        for (const int threads :
             thread_counts(flags.threads, std::max(1, machine.cores_usable / arrival.streams)))
          for (const std::string& precision : flags.precisions)
            for (const std::string& device : flags.devices)
              for (const std::string& engine : engines)
                for (const auto& set : options.sets_for(engine)) {
                  Cell cell{model, arrival};
                  cell.asked.model = model.name;
                  cell.asked.engine = engine;
                  cell.asked.device = device;
                  cell.asked.precision = precision;
                  cell.asked.batch = batch;
                  cell.asked.threads = threads;
                  cell.asked.options = set;
                  cells.push_back(std::move(cell));
                }
  return cells;
}

void check_cells(const std::vector<Cell>& cells, std::span<const EngineState> engines) {
  std::set<std::string> checked;
  for (const Cell& cell : cells) {
    if (checked.insert("model " + quoted_model(cell.model) + std::to_string(cell.asked.batch))
            .second)
      check_job(cell);
    std::string asked = "engine " + cell.asked.engine;
    for (const auto& [key, value] : cell.asked.options) asked += " " + key + "=" + value;
    if (!checked.insert(asked).second) continue;
    const EngineState& state = state_of(cell.asked.engine, engines);
    if (!state.available) continue;  // a worker that does not start is a row
    check_options(cell.asked.options, state.info);
    require_version(cell.asked.engine, engines);
  }
}

std::string flags_of(const Cell& cell) {
  const Configuration& asked = cell.asked;
  std::string text = fmt::format(
      "{} --engine {} --device {} --precision {} --batch {} --threads {}", quoted_model(cell.model),
      asked.engine, asked.device, asked.precision, asked.batch, asked.threads);
  if (asked.scenario != Scenario::single_stream)
    text += fmt::format(" --scenario {}", name_of(asked.scenario));
  if (asked.streams > 1) text += fmt::format(" --streams {}", asked.streams);
  if (asked.rate_per_s > 0) text += fmt::format(" --rate {}/s", asked.rate_per_s);
  if (asked.idle_gap_ns > 0) text += fmt::format(" --idle-gap {}ns", asked.idle_gap_ns);
  if (asked.include_transfer) text += " --include-transfer";
  if (asked.fresh_inputs) text += " --inputs fresh";
  for (const auto& [key, value] : asked.options)
    text += fmt::format(" --option {}.{}={}", asked.engine, key, value);
  return text;
}

}  // namespace assay
