// SPDX-License-Identifier: MIT
#include "plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/files.h"
#include "listing.h"
#include "prepare/prepare.h"
#include "run/support.h"

namespace assay {
namespace {

using Answers = std::vector<std::optional<std::string>>;

// What cells ask about, each made once: cells of a model that differ in nothing else share it.
class Outlines {
 public:
  const PreparedModel& of(const Cell& cell) {
    ModelSpec spec = model_spec(cell.model.name, cell.model.flags, cell.asked.batch);
    spec.quantized = cell.asked.precision == "int8";
    const std::string key =
        fmt::format("{} {} {} {} {} {}", spec.name, spec.input_size, spec.classes, spec.batch,
                    spec.quantized, nlohmann::json(spec.input_shapes).dump());
    const auto known = x_known.find(key);
    if (known != x_known.end()) return known->second;
    return x_known.emplace(key, outline(spec, x_folder.path())).first->second;
  }

 private:
  TempDir x_folder;
  std::map<std::string, PreparedModel> x_known;
};

Answers ask_engines(const std::vector<Cell>& cells) {
  Outlines outlines;
  std::vector<LoadRequest> requests;
  for (const Cell& cell : cells) {
    const PreparedModel& model = outlines.of(cell);
    LoadRequest& request = requests.emplace_back(model.file.string(), cell.asked);
    request.configuration.input = model.input;
    request.configuration.model_sha256 = model.sha256;
  }
  return why_not(requests);
}

Item row_of(const Cell& cell) {
  const Configuration& asked = cell.asked;
  return {{"model", cell.model.name},
          {"engine", asked.engine},
          {"device", asked.device},
          {"precision", asked.precision},
          {"batch", asked.batch},
          {"threads", asked.threads},
          {"scenario", name_of(asked.scenario)},
          {"streams", asked.streams}};
}

void add_new(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

// A matrix from the rows of all cells: the columns that tell its rows apart, then one for each
// engine and precision.
struct Matrix {
  std::vector<std::string> columns{"model"};
  std::vector<Item> rows;
  std::vector<std::string> reasons;
};

std::vector<std::string> differing(const std::vector<Item>& rows) {
  std::vector<std::string> columns;
  for (const char* column : {"device", "batch", "threads", "scenario", "streams"})
    if (std::ranges::any_of(rows, [&](const Item& row) { return row[column] != rows[0][column]; }))
      columns.emplace_back(column);
  return columns;
}

Matrix matrix_of(const std::vector<Item>& rows, const Answers& answers) {
  Matrix matrix;
  for (const std::string& column : differing(rows)) matrix.columns.push_back(column);
  const std::vector<std::string> keys = matrix.columns;
  for (size_t i = 0; i < rows.size(); ++i) {
    Item key;
    for (const std::string& column : keys) key[column] = rows[i][column];
    const auto same = [&](const Item& row) {
      return std::ranges::all_of(keys,
                                 [&](const auto& column) { return row[column] == key[column]; });
    };
    auto found = std::ranges::find_if(matrix.rows, same);
    if (found == matrix.rows.end()) found = matrix.rows.insert(found, key);
    const std::string column = fmt::format("{} {}", rows[i]["engine"].get<std::string>(),
                                           rows[i]["precision"].get<std::string>());
    add_new(matrix.columns, column);
    if (answers[i]) add_new(matrix.reasons, *answers[i]);
    const auto number =
        answers[i] ? std::ranges::find(matrix.reasons, *answers[i]) - matrix.reasons.begin() + 1
                   : 0;
    (*found)[column] = answers[i] ? fmt::format("no ({})", number) : "yes";
  }
  return matrix;
}

}  // namespace

void print_plan(const std::vector<Cell>& cells,
                const std::function<std::string(const Cell&)>& command_of,
                const OutputFlags& flags) {
  const Answers answers = ask_engines(cells);
  std::vector<Item> rows;
  for (const Cell& cell : cells) rows.push_back(row_of(cell));
  Output output(flags);
  if (flags.format == "table" || flags.format == "md") {
    const Matrix matrix = matrix_of(rows, answers);
    print_listing(matrix.rows, matrix.columns, flags.format, output.stream());
    for (size_t i = 0; i < matrix.reasons.size(); ++i)
      output.stream() << fmt::format("{}({}) {}\n", i ? "" : "\n", i + 1, matrix.reasons[i]);
  } else {
    for (size_t i = 0; i < rows.size(); ++i) {
      rows[i]["supported"] = !answers[i];
      rows[i]["reason"] = answers[i] ? Item(*answers[i]) : Item();
      rows[i]["command"] = command_of(cells[i]);
    }
    print_listing(rows,
                  {"model", "engine", "device", "precision", "batch", "threads", "scenario",
                   "streams", "supported", "reason", "command"},
                  flags.format, output.stream());
  }
  output.close();
}

}  // namespace assay
