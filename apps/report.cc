// SPDX-License-Identifier: MIT
#include "report/report.h"

#include <fmt/format.h>

#include <memory>
#include <set>

#include "base/error.h"
#include "command.h"
#include "options.h"
#include "store/store.h"

namespace assay {
namespace {

struct ReportFlags {
  std::vector<std::string> runs;
  std::string store;
  std::string title = "assay report";
  OutputFlags output{"html", ""};
};

// A run is a context's id, or the beginning of one; "last" is the newest; none is everything stored.
Report collect(const Store& store, const ReportFlags& flags) {
  Report report;
  report.title = flags.title;
  const std::vector<Context> contexts = store.contexts();
  if (flags.runs.empty()) {
    report.contexts = contexts;
    report.measurements = store.measurements();
    return report;
  }
  std::set<std::string> taken;
  for (const std::string& run : flags.runs) {
    bool found = false;
    for (const Context& context : contexts) {
      const bool wanted = run == "last" ? &context == &contexts.back() : context.id.starts_with(run);
      if (!wanted) continue;
      found = true;
      if (!taken.insert(context.id).second) continue;
      report.contexts.push_back(context);
      for (Measurement& measurement : store.measurements(context.id))
        report.measurements.push_back(std::move(measurement));
    }
    if (!found) throw Error("no stored run '{}'; `assay list runs` shows them, and 'last' is the newest", run);
  }
  return report;
}

void write_report(const ReportFlags& flags) {
  const Store store(store_folder(flags.store));
  const Report report = collect(store, flags);
  if (report.measurements.empty())
    throw Error("the store '{}' has no measurements yet; `assay bench` makes some", store_folder(flags.store).string());
  Output output(flags.output);
  renderer(flags.output.format)->render(report, output.stream());
  output.close();
}

}  // namespace

void declare_report(CLI::App& app, int&) {
  auto flags = std::make_shared<ReportFlags>();
  app.add_option("RUN", flags->runs, "runs to show, by id or its beginning, or 'last'; by default everything stored");
  app.add_option("--title", flags->title, "the page's title")->capture_default_str();
  add_store_flag(app, flags->store);
  add_output_flags(app, flags->output, report_formats());
  app.callback([flags] { write_report(*flags); });
}

}  // namespace assay
