// SPDX-License-Identifier: MIT
// The store's tables as a list of steps: step i takes a database from version i to i + 1. A step is
// never changed once released; a new version is a new step. docs/file-formats.md describes the
// result.
#pragma once

#include <span>
#include <string_view>

#include "store/sqlite.h"

namespace assay {

// PRAGMA application_id of our databases: "assy".
inline constexpr int64_t kApplicationId = 0x61737379;

std::span<const std::string_view> schema_steps();

// Brings the database to version steps.size() in one transaction; does nothing when it is there.
// Error when it is another program's, or newer than that. `name` is the file, for the sentence.
void migrate(Sqlite& database, std::span<const std::string_view> steps, std::string_view name);

// The same checks without changing anything; an older version is an Error too.
void check_version(Sqlite& database, std::span<const std::string_view> steps,
                   std::string_view name);

}  // namespace assay
