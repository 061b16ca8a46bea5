// SPDX-License-Identifier: MIT
// make_page sample|crowd|empty FOLDER [no-charts]: a test's report goes through a store in FOLDER and
// comes out as FOLDER/page.html; beside it is the JSON of what was put in, to compare numbers with.
#include <fstream>
#include <iostream>

#include "base/error.h"
#include "golden/sample_report.h"
#include "store/store.h"

namespace {

assay::Report stored(const assay::Report& report, const std::string& folder) {
  assay::Store store(folder);
  for (const assay::Context& context : report.contexts) store.add(context);
  for (const assay::Measurement& measurement : report.measurements) store.add(measurement);
  return {report.title, store.contexts(), store.measurements()};
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  ASSAY_CHECK(arguments.size() >= 2);
  assay::Report report;
  if (arguments[0] == "sample") report = assay::sample_report();
  if (arguments[0] == "crowd") report = assay::crowd_report();
  assay::RenderOptions options;
  if (arguments.size() == 2) options.plotly_js = assay::plotly_js(argv[0]);
  std::ofstream page(arguments[1] + "/page.html"), json(arguments[1] + "/page.json");
  assay::renderer("html", options)->render(stored(report, arguments[1]), page);
  assay::renderer("json")->render(report, json);
  return page.flush() && json.flush() ? 0 : 1;
}
