// SPDX-License-Identifier: MIT
// A Report is contexts and measurements, ready to be shown; a Renderer is a pure function from it
// to a stream. One table of columns (columns.h) names, formats and orders every field, and all
// formats derive from it.
#pragma once

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

class Renderer {
 public:
  virtual ~Renderer() = default;
  virtual void render(const Report& report, std::ostream& out) const = 0;
};

// "table", "md", "csv", "json", "html". Error with the nearest name for another.
std::unique_ptr<Renderer> renderer(const std::string& format);
std::vector<std::string> report_formats();

}  // namespace assay
