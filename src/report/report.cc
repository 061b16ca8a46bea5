// SPDX-License-Identifier: MIT
#include "report/report.h"

#include <array>
#include <string_view>

#include "base/error.h"
#include "base/names.h"
#include "report/renderers.h"

namespace assay {
namespace {

using RendererPtr = std::unique_ptr<Renderer>;
using Options = const RenderOptions&;

struct Format {
  std::string_view name;
  RendererPtr (*make)(Options);
};

constexpr std::array<Format, 5> kFormats = {{
    {"table", [](Options o) -> RendererPtr { return std::make_unique<TableRenderer>(o); }},
    {"md", [](Options) -> RendererPtr { return std::make_unique<MarkdownRenderer>(); }},
    {"csv", [](Options) -> RendererPtr { return std::make_unique<CsvRenderer>(); }},
    {"json", [](Options) -> RendererPtr { return std::make_unique<JsonRenderer>(); }},
    {"html", [](Options o) -> RendererPtr { return std::make_unique<HtmlRenderer>(o); }},
}};

}  // namespace

std::unique_ptr<Renderer> renderer(const std::string& format, const RenderOptions& options) {
  for (const Format& known : kFormats) {
    if (known.name == format) return known.make(options);
  }
  throw Error(unknown("format", format, report_formats()));
}

std::vector<std::string> report_formats() {
  std::vector<std::string> names;
  for (const Format& format : kFormats) names.emplace_back(format.name);
  return names;
}

std::filesystem::path plotly_js(const std::filesystem::path& program) {
  return program.parent_path() / ".." / "share" / "assay" / "plotly.min.js";
}

}  // namespace assay
