// SPDX-License-Identifier: MIT
#include <fstream>
#include <sstream>

#include "report/json.h"
#include "report/markup.h"
#include "report/page_data.h"
#include "report/page_sections.h"
#include "report/page_templates.h"
#include "report/renderers.h"

namespace assay {
namespace {

// The library, or nothing when it cannot be read. Nothing in it may end the script element.
std::string chart_library(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!path.empty() && file) text << file.rdbuf();
  std::string script = std::move(text).str();
  return script.find("</script") == std::string::npos ? script : "";
}

// Nothing may be fetched from anywhere, and only our two scripts run. Plotly makes style elements.
std::string security_policy(std::string_view library, std::string_view script) {
  return "default-src 'none'; script-src " + csp_hash(library) + " " + csp_hash(script) +
         "; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'";
}

}  // namespace

void HtmlRenderer::render(const Report& report, std::ostream& out) const {
  const std::vector<Row> rows = rows_of(report);
  const Labels labels(report, rows);
  const PageTemplates templates = page_templates();
  const std::string library = chart_library(x_options.plotly_js);
  out << filled(templates.html,
                {{"security_policy", security_policy(library, templates.script)},
                 {"title", html_text(report.title.empty() ? "assay report" : report.title)},
                 {"style", std::string(templates.css)},
                 {"environment", environment_section(report)},
                 {"findings", findings_section(report)},
                 {"table_head", table_head()},
                 {"table_body", table_body(rows)},
                 {"failures", failures_section(rows, labels)},
                 {"doubts", doubts_section(report)},
                 {"definitions", definitions_section()},
                 {"data", json_in_script(dump(page_json(report, rows, labels), -1))},
                 {"chart_library", library},
                 {"script", std::string(templates.script)}});
}

}  // namespace assay
