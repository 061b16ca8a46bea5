// SPDX-License-Identifier: MIT
// The one table of columns: what each field of a report is called, what it means, how its value is
// got from a row and how people read it. The terminal, md, csv and html derive from it, so a new
// field is one entry here. Values are raw (csv, data attributes), texts are for people.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "report/row.h"

namespace assay {

// monostate is "not measured": an empty csv field, "–" for people.
using ColumnValue = std::variant<std::monostate, std::string, int64_t, double>;

enum class View : unsigned { terminal = 1, page = 2, file = 4 };

struct Column {
  std::string_view key;         // csv's heading and html's data attribute
  std::string_view heading;     // for people; the unit stands beside it
  std::string_view unit;        // empty: none
  std::string_view definition;  // one sentence, shown in html
  bool numeric = false;         // right-aligned, sorted as a number
  unsigned views = 0;           // set of View
  int width = 0;                // on the terminal; at least the heading's
  int rank = 0;  // a narrow terminal drops the highest rank first; 0 is never dropped
  ColumnValue (*value)(const Row&) = nullptr;
  std::string (*text)(const Row&, const ColumnValue&) = nullptr;  // not called for "not measured"
  std::string_view short_heading = {};  // on the terminal, if there is one
};

// The terminal shows it only where work does not arrive as it does by default in every row.
inline constexpr std::string_view kArrivalColumn = "arrival";

// As wide on the terminal as the report's engines need.
inline constexpr std::string_view kEngineColumn = "engine";

std::span<const Column> columns();
std::vector<const Column*> columns_of(View view);

// What people read in a cell: one line, "–" for "not measured".
std::string cell_text(const Column& column, const Row& row);
// The same value for machines: shortest exact decimal, "" for "not measured".
std::string raw_text(const ColumnValue& value);

}  // namespace assay
