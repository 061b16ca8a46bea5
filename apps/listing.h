// SPDX-License-Identifier: MIT
// Listings: rows of names and values, printed in any of the text formats; what `list`, `inspect`
// and `doctor` show. (Measurements have renderers of their own in report/.)
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace assay {

using Item = nlohmann::ordered_json;  // an object: column -> value

const std::vector<std::string>& listing_formats();  // table md csv json

// Columns are the keys of `columns`, in order; a missing or null value is shown as "-" (csv:
// empty). Numbers are right-aligned, and grouped by thousands in tables. JSON prints the rows as
// they are, keys beyond the columns included.
void print_listing(const std::vector<Item>& rows, const std::vector<std::string>& columns,
                   const std::string& format, std::ostream& out);

}  // namespace assay
