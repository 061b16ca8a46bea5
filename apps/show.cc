// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "base/error.h"
#include "command.h"
#include "context.h"
#include "options.h"
#include "report/details.h"
#include "store/store.h"

namespace assay {
namespace {

struct ShowFlags {
  std::string id;
  std::string store;
  bool samples = false;
  OutputFlags output;
};

void print_samples(const Measurement& measured, std::ostream& out) {
  for (const ProcessSamples& process : measured.processes)
    for (const int64_t latency_ns : process.latency_ns) out << latency_ns << '\n';
}

void show(const ShowFlags& flags) {
  const Store store(store_folder(flags.store), StoreAccess::read);
  std::optional<Measurement> measured = store.find(flags.id);
  if (!measured)
    throw Error("no measurement '{}' in '{}'; `assay report --format table` shows what is there",
                flags.id, store_folder(flags.store).string());
  Output output(flags.output);
  if (flags.samples) {
    print_samples(*measured, output.stream());
  } else if (flags.output.format == "table") {
    print_details(Row(*measured), output.stream());
  } else {
    Report report{"assay show", {}, {*measured}};
    for (Context& context : store.contexts())
      if (context.id == measured->context_id) report.contexts.push_back(std::move(context));
    renderer(flags.output.format, render_options(flags.output.file))
        ->render(report, output.stream());
  }
  output.close();
}

}  // namespace

void declare_show(CLI::App& app, int&) {
  auto flags = std::make_shared<ShowFlags>();
  app.add_option("ID", flags->id, "a measurement's id, or the beginning of one")->required();
  app.add_flag("--samples", flags->samples,
               "print the raw samples in order, one a line, in nanoseconds");
  add_store_flag(app, flags->store);
  add_output_flags(app, flags->output, report_formats());
  app.callback([flags] { show(*flags); });
}

}  // namespace assay
