// SPDX-License-Identifier: MIT
#include "sides.h"

#include <algorithm>
#include <cctype>

#include "base/error.h"
#include "engine_options.h"

namespace assay {
namespace {

constexpr size_t kShortestId = 6;

// One side's configuration: the common flags, overruled by those in its quotes.
Cell cell_of(const std::string& text, const CellFlags& common,
             std::span<const EngineState> engines) {
  CellFlags flags = common;
  flags.models = {text};
  if (is_quoted(text)) {
    CLI::App parser;
    add_cell_flags(parser, flags);
    parse_quoted(parser, text);
  }
  if (flags.models.size() == 1 && flags.models.front().starts_with("--"))
    throw Error("'{}' names no model", text);
  const std::vector<std::string> own = chosen_engines(flags.engines, engines);
  std::erase_if(flags.options, [&](const std::string& option) {  // of the other side's engine
    return std::ranges::count(common.options, option) && EngineOptions({option}).unused_by(own);
  });
  std::vector<Cell> cells = make_cells(flags, probe_machine(), engines);
  if (cells.size() != 1)
    throw Error(
        "'{}' stands for {} configurations, and a side of a comparison is one: name one engine "
        "with --engine, and one value of each other flag",
        text, cells.size());
  check_cells(cells, engines);
  return std::move(cells.front());
}

}  // namespace

bool looks_like_id(const std::string& text) {
  return text.size() >= kShortestId && std::ranges::all_of(text, [](unsigned char c) {
           return std::isdigit(c) || std::isupper(c);
         });
}

std::vector<Cell> cells_of_sides(const CellFlags& common, std::span<const EngineState> engines) {
  std::vector<Cell> cells;
  for (const std::string& side : common.models) cells.push_back(cell_of(side, common, engines));
  std::vector<std::string> engines_of_sides;
  for (const Cell& cell : cells) engines_of_sides.push_back(cell.asked.engine);
  if (const auto unused = EngineOptions(common.options).unused_by(engines_of_sides))
    throw Error("--option is for engine '{}', which no side is on", *unused);
  return cells;
}

}  // namespace assay
