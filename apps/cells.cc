// SPDX-License-Identifier: MIT
#include "cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/names.h"
#include "engines.h"
#include "given_inputs.h"
#include "run/workers.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

std::vector<ModelArgument> model_arguments(const CellFlags& flags) {
  std::vector<ModelArgument> models;
  for (const std::string& text : flags.models)
    models.push_back(parse_model_argument(text, flags.model_flags));
  if (flags.zoo)
    for (const ZooEntry& entry : zoo()) models.push_back({entry.name, flags.model_flags});
  if (models.empty()) throw Error("name at least one model, or give --zoo for all of the zoo");
  return models;
}

// The model can be had, and the inputs that are given for it fit.
void check_given(const Cell& cell) {
  const ModelSpec spec = model_spec(cell.model.name, cell.model.flags, cell.asked.batch);
  check_model(spec);
  const InputFlags& given = cell.model.flags.given;
  if (given.inputs.empty()) return;
  const PreparedModel model = prepare(spec, user_cache_dir() / "models");
  make_inputs(model, given_inputs(given, model), spec.seed);
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
  app.add_option("--threads", flags.threads, "thread counts, or 'all' usable cores")
      ->delimiter(',')
      ->default_str("all");
  app.add_option(
      "--option", flags.options,
      "an engine's own option, ENGINE.KEY=VALUE; `assay list engines --format json` shows them");
}

std::map<std::string, std::map<std::string, std::string>> options_by_engine(
    const std::vector<std::string>& texts) {
  std::map<std::string, std::map<std::string, std::string>> options;
  for (const std::string& text : texts) {
    const size_t dot = text.find('.'), equals = text.find('=');
    if (dot == text.npos || equals == text.npos || dot == 0 || equals < dot + 2)
      throw Error("--option '{}' is not ENGINE.KEY=VALUE", text);
    options[text.substr(0, dot)][text.substr(dot + 1, equals - dot - 1)] = text.substr(equals + 1);
  }
  return options;
}

std::vector<Cell> make_cells(const CellFlags& flags, const Machine& machine) {
  const std::vector<ModelArgument> models = model_arguments(flags);
  const std::vector<std::string> engines = chosen_engines(flags.engines);
  const auto options = options_by_engine(flags.options);
  for (const auto& [engine, values] : options)
    if (std::find(engines.begin(), engines.end(), engine) == engines.end())
      throw Error("--option is for engine '{}', which is not among those measured", engine);
  std::vector<Cell> cells;
  for (const ModelArgument& model : models)
    for (const int64_t batch : flags.batches)
      for (const int threads : thread_counts(flags.threads, machine.cores_usable))
        for (const std::string& precision : flags.precisions)
          for (const std::string& device : flags.devices)
            for (const std::string& engine : engines) {
              Cell cell{model, {}};
              cell.asked.model = model.name;
              cell.asked.engine = engine;
              cell.asked.device = device;
              cell.asked.precision = precision;
              cell.asked.batch = batch;
              cell.asked.threads = threads;
              if (const auto own = options.find(engine); own != options.end())
                cell.asked.options = own->second;
              cells.push_back(std::move(cell));
            }
  return cells;
}

void check_cells(const std::vector<Cell>& cells) {
  std::set<std::string> checked;
  for (const Cell& cell : cells) {
    if (checked.insert("model " + quoted_model(cell.model) + std::to_string(cell.asked.batch))
            .second)
      check_given(cell);
    if (!checked.insert("engine " + cell.asked.engine).second) continue;
    const FoundWorker worker = find_worker(cell.asked.engine);
    const auto answer = ask_engine(worker.engine);
    const EngineInfo* info = std::get_if<EngineInfo>(&answer);
    if (!info) continue;  // a worker that does not start is a row
    check_options(cell.asked.options, *info);
    if (!worker.version.empty() && worker.version != info->version)
      throw Error("engine '{}' is installed at version {}, not {}", worker.engine, info->version,
                  worker.version);
  }
}

std::string flags_of(const Cell& cell) {
  const Configuration& asked = cell.asked;
  std::string text = fmt::format(
      "{} --engine {} --device {} --precision {} --batch {} --threads {}", quoted_model(cell.model),
      asked.engine, asked.device, asked.precision, asked.batch, asked.threads);
  for (const auto& [key, value] : asked.options)
    text += fmt::format(" --option {}.{}={}", asked.engine, key, value);
  return text;
}

}  // namespace assay
