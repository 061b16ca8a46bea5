// SPDX-License-Identifier: MIT
// The parts of the page that are written here and not by its script, so that it can be read and
// printed without one: environment, findings, table, failures, doubts and definitions. Each is a
// piece of HTML in which every text is escaped.
#pragma once

#include <span>
#include <string>

#include "report/columns.h"
#include "report/labels.h"

namespace assay {

// A column's heading with its unit, small, beside it.
std::string heading_with_unit(const Column& column);

std::string environment_section(const Report& report);
std::string findings_section(const Report& report);
std::string table_head();
// A row's index in the report is its data-index; a cell has data-key and the raw data-value.
std::string table_body(std::span<const Row> rows);
// Empty when every row is ok.
std::string failures_section(std::span<const Row> rows, const Labels& labels);
// Empty when there is no doubt.
std::string doubts_section(const Report& report);
std::string definitions_section();

}  // namespace assay
