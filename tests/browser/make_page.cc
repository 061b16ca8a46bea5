// SPDX-License-Identifier: MIT
// make_page sample|crowd|empty FOLDER [no-charts]: a test's report as FOLDER/page.html, with the
// JSON of the same report beside it to compare numbers with.
#include <fstream>
#include <iostream>

#include "base/error.h"
#include "golden/sample_report.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  ASSAY_CHECK(arguments.size() >= 2);
  assay::Report report;
  if (arguments[0] == "sample") report = assay::sample_report();
  if (arguments[0] == "crowd") report = assay::crowd_report();
  assay::RenderOptions options;
  if (arguments.size() == 2) options.plotly_js = assay::plotly_js(argv[0]);
  std::ofstream page(arguments[1] + "/page.html"), json(arguments[1] + "/page.json");
  assay::renderer("html", options)->render(report, page);
  assay::renderer("json")->render(report, json);
  return page.flush() && json.flush() ? 0 : 1;
}
