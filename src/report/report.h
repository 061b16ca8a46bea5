// SPDX-License-Identifier: MIT
// A Report is contexts and measurements, ready to be shown; a Renderer is a pure function from it
// to a stream. One table of columns (columns.h) names, orders and formats every field for the
// terminal, md, csv and html; the JSON of docs/cli.md has a renderer of its own (json.h).
// Rows one at a time, as they are measured: RowPrinter in table.h.
#pragma once

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "record/measurement.h"

namespace assay {

struct Report {
  std::string title;
  std::vector<Context> contexts;
  std::vector<Measurement> measurements;
};

struct RenderOptions {
  int width = 100;      // table: columns of the terminal; 0: nothing is cut, for a file or a pipe
  bool colour = false;  // table: ANSI colours, for terminals only
  // html: plotly.min.js, read when the page is made (see plotly_js()); without a readable file the
  // page has no charts and says so.
  std::filesystem::path plotly_js = {};
};

class Renderer {
 public:
  virtual ~Renderer() = default;
  virtual void render(const Report& report, std::ostream& out) const = 0;
};

// "table", "md", "csv", "json", "html". Error with the nearest name for another.
std::unique_ptr<Renderer> renderer(const std::string& format, const RenderOptions& options = {});
std::vector<std::string> report_formats();

// Where plotly.min.js is for a program at this path: ../share/assay beside its folder, in the build
// folder as in an installation. The file need not exist.
std::filesystem::path plotly_js(const std::filesystem::path& program);

}  // namespace assay
