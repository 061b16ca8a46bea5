// SPDX-License-Identifier: MIT
#include "sweep_plan.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/error.h"
#include "base/hash.h"
#include "base/names.h"
#include "engine_options.h"
#include "prepare/model_name.h"
#include "record/ulid.h"
#include "sweep_file.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

constexpr double kMostCells = 100'000;
constexpr size_t kCharactersOfHash = 8;

// Before any is made: how many the cross product has.
double count_of(const SweepFlags& flags, std::span<const EngineState> engines) {
  const CellFlags& cells = flags.cells;
  const EngineOptions given(cells.options);
  double options = 1;
  for (const std::string& engine : chosen_engines(cells.engines, engines))
    options = std::max(options, static_cast<double>(given.sets_for(engine).size()));
  const auto at_least_one = [](const auto& list) {
    return static_cast<double>(std::max<size_t>(list.size(), 1));
  };
  const auto models = static_cast<double>(cells.models.size() + (cells.zoo ? zoo().size() : 0));
  return models * at_least_one(flags.input_sizes) *
         at_least_one(chosen_engines(cells.engines, engines)) * at_least_one(cells.devices) *
         at_least_one(cells.precisions) * at_least_one(cells.batches) *
         at_least_one(cells.threads) * at_least_one(cells.streams) * at_least_one(cells.scenarios) *
         at_least_one(cells.rates) * options;
}

using Exclusion = std::vector<std::pair<std::string, std::vector<std::string>>>;

// What an exclusion may speak of, as text.
std::map<std::string, std::string> features_of(const Cell& cell) {
  const Configuration& asked = cell.asked;
  return {{"model", cell.model.name},
          {"input_size", std::to_string(cell.model.flags.input_size)},
          {"engine", asked.engine},
          {"device", asked.device},
          {"precision", asked.precision},
          {"batch", std::to_string(asked.batch)},
          {"threads", std::to_string(asked.threads)},
          {"streams", std::to_string(asked.streams)},
          {"scenario", std::string(name_of(asked.scenario))}};
}

Exclusion exclusion_from(const std::string& text) {
  std::vector<std::string> known;
  for (const auto& [key, value] : features_of(Cell{})) known.push_back(key);
  Exclusion exclusion;
  for (const std::string& part : split(text, ',')) {
    const size_t equals = part.find('=');
    if (equals == part.npos) throw Error("--exclude '{}' is not KEY=VALUE,...", text);
    const std::string key = part.substr(0, equals);
    if (std::ranges::find(known, key) == known.end())
      throw Error("--exclude '{}': {}", text, unknown("key", key, known));
    exclusion.emplace_back(key, split(part.substr(equals + 1), '|'));
  }
  return exclusion;
}

bool matches(const Exclusion& exclusion, const Cell& cell) {
  const auto features = features_of(cell);
  return std::ranges::all_of(exclusion, [&](const auto& part) {
    return std::ranges::any_of(part.second, [&](const std::string& pattern) {
      return fnmatch(pattern.c_str(), features.at(part.first).c_str(), 0) == 0;
    });
  });
}

void exclude(std::vector<Cell>& cells, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const Exclusion exclusion = exclusion_from(text);
    if (std::erase_if(cells, [&](const Cell& cell) { return matches(exclusion, cell); }) == 0)
      fmt::print(stderr, "--exclude '{}' leaves nothing out\n", text);
  }
}

}  // namespace

void add_plan_flags(CLI::App& app, SweepFlags& flags) {
  add_cell_flags(app, flags.cells);
  app.remove_option(app.get_option("--input-size"));
  app.add_option("--input-size", flags.input_sizes, "sizes of the square input, for zoo networks")
      ->delimiter(',')
      ->check(CLI::Range(1, 1 << 14));
  add_run_flags(app, flags.run);
  app.add_option("--exclude", flags.exclusions,
                 "leaves out what has all of these: 'model=vgg*,batch=32|64'");
  app.add_option("--together", flags.together,
                 "most configurations that are live at once and measured in turns")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
}

void take_file(SweepFlags& flags) {
  std::vector<std::string>& models = flags.cells.models;
  const auto is_file = [](const std::string& text) { return text.ends_with(".toml"); };
  if (std::ranges::none_of(models, is_file)) return;
  if (models.size() > 1)
    throw Error("'{}' is a sweep file, which stands alone: write the models into it",
                *std::ranges::find_if(models, is_file));
  if (!flags.given.empty())
    throw Error("'{}' is a sweep file, which stands alone: write {} into it", models.front(),
                flags.given.front());
  const std::filesystem::path path = models.front();
  std::vector<std::string> words = flags_of_sweep_file(path);
  if (flags.name.empty()) flags.name = path.stem();
  SweepFlags in_file;
  CLI::App parser;
  add_plan_flags(parser, in_file);
  take_one_value_each(parser);
  try {
    std::ranges::reverse(words);  // as CLI11 wants them
    parser.parse(words);
  } catch (const CLI::ParseError& error) {
    throw Error("in '{}': {}", path.string(), error.what());
  }
  flags.cells = in_file.cells;
  flags.run = in_file.run;
  flags.input_sizes = in_file.input_sizes;
  flags.exclusions = in_file.exclusions;
  flags.together = in_file.together;
}

std::vector<Cell> planned_cells(const SweepFlags& flags, std::span<const EngineState> engines) {
  if (const double count = count_of(flags, engines); count > kMostCells)
    throw Error(
        "this is a sweep of {:.0f} configurations, and at most {:.0f} are planned at once: make it "
        "several sweeps",
        count, kMostCells);
  std::vector<Cell> cells;
  CellFlags of_size = flags.cells;
  const Machine machine = probe_machine();
  for (const int64_t size :
       flags.input_sizes.empty() ? std::vector<int64_t>{0} : flags.input_sizes) {
    of_size.model_flags.input_size = size;
    std::ranges::move(make_cells(of_size, machine, engines), std::back_inserter(cells));
  }
  exclude(cells, flags.exclusions);
  if (cells.empty()) throw Error("nothing is left to measure: everything is excluded");
  check_cells(cells, engines);
  return cells;
}

Shard shard_from(const std::string& text) {
  if (text.empty()) return {};
  Shard shard;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%d/%d%c", &shard.index, &shard.count, &rest) != 2 ||
      shard.count < 1 || shard.index < 1 || shard.index > shard.count)
    throw Error("--shard '{}' is no part of a whole: write 1/4 for the first of four", text);
  return shard;
}

std::string command_of(const Cell& cell, const SweepFlags& flags) {
  return "assay bench " + flags_of(cell) + flags_of(flags.run, cell.asked.scenario);
}

std::string group_of(const Cell& cell) {
  Cell other = cell;
  other.asked.engine = other.asked.precision = other.asked.device = "";
  other.asked.options.clear();
  return flags_of(other);
}

Sweep planned_sweep(const SweepFlags& flags, const std::vector<Cell>& cells,
                    const Context& context) {
  const Shard shard = shard_from(flags.shard);
  Sweep sweep;
  sweep.id = make_ulid();
  sweep.name = flags.name;
  sweep.begun_at = context.date;
  sweep.machine_fingerprint = context.machine_fingerprint;
  sweep.cpu = context.cpu;
  sweep.shard = shard.index;
  sweep.shards = shard.count;
  std::string all;
  for (const Cell& cell : cells) {
    sweep.cells.push_back(command_of(cell, flags));
    all += sweep.cells.back() + "\n";
    if (const auto version = context.engines.find(cell.asked.engine);
        version != context.engines.end())
      sweep.engines.insert(*version);
    const NamedModel model =
        resolve(model_spec(cell.model.name, cell.model.flags, cell.asked.batch));
    if (!model.entry && !sweep.files.contains(model.file.string()))
      sweep.files[model.file.string()] = sha256_file(model.file);
  }
  if (sweep.name.empty()) sweep.name = "sweep-" + sha256(all).substr(0, kCharactersOfHash);
  return sweep;
}

}  // namespace assay
