// SPDX-License-Identifier: MIT
#include "report/report.h"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>

#include "base/error.h"
#include "command.h"
#include "context.h"
#include "options.h"
#include "store/store.h"

namespace assay {
namespace {

struct ReportFlags {
  std::vector<std::string> runs;
  size_t last = 0;
  std::string store;
  std::string title = "assay report";
  OutputFlags output{"html", ""};
};

// A run is a context, named by its id or the beginning of one; "last" is the newest.
std::vector<Context> chosen_runs(const std::vector<Context>& stored, const ReportFlags& flags) {
  if (flags.runs.empty() && !flags.last) return stored;
  const size_t newest = std::min(flags.last, stored.size());
  std::vector<Context> chosen(stored.end() - static_cast<std::ptrdiff_t>(newest), stored.end());
  for (const std::string& run : flags.runs) {
    const auto found = std::find_if(stored.rbegin(), stored.rend(), [&](const Context& context) {
      return run == "last" || context.id.starts_with(run);
    });
    if (found == stored.rend())
      throw Error("no stored run '{}'; `assay list runs` shows them, and 'last' is the newest",
                  run);
    chosen.push_back(*found);
  }
  return chosen;
}

Report collect(const Store& store, const ReportFlags& flags) {
  Report report;
  report.title = flags.title;
  std::set<std::string> taken;
  for (const Context& context : chosen_runs(store.contexts(), flags)) {
    if (!taken.insert(context.id).second) continue;
    report.contexts.push_back(context);
    for (Measurement& measurement : store.measurements(context.id))
      report.measurements.push_back(std::move(measurement));
  }
  return report;
}

void write_report(const ReportFlags& flags) {
  if (flags.output.format == "html" && flags.output.file.empty() && ::isatty(STDOUT_FILENO))
    throw Error("the page would fill the terminal; name a file with --output report.html");
  const Store store(store_folder(flags.store), StoreAccess::read);
  const Report report = collect(store, flags);
  if (report.measurements.empty())
    throw Error("the store '{}' has no measurements yet; `assay bench` makes some",
                store_folder(flags.store).string());
  Output output(flags.output);
  renderer(flags.output.format, render_options(flags.output.file))->render(report, output.stream());
  output.close();
}

}  // namespace

void declare_report(CLI::App& app, int&) {
  auto flags = std::make_shared<ReportFlags>();
  app.add_option("RUN", flags->runs,
                 "runs to show, by id or its beginning, or 'last'; by default everything stored");
  app.add_option("--last", flags->last, "the newest so many runs")->check(CLI::Range(1, 1 << 20));
  app.add_option("--title", flags->title, "the page's title")->capture_default_str();
  add_store_flag(app, flags->store);
  add_output_flags(app, flags->output, report_formats());
  app.callback([flags] { write_report(*flags); });
}

}  // namespace assay
