// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <new>

#include "base/error.h"
#include "command.h"
#include "options.h"

namespace assay {
namespace {

constexpr Command kCommands[] = {
    {"list", "what exists here, and for what is missing, why and how to add it", declare_list},
    {"inspect", "static analysis: parameters, MACs, activations, memory, per layer",
     declare_inspect},
    {"run", "one inference on given data, on any engine", declare_run},
    {"bench", "measures configurations", declare_bench},
    {"compare", "which of two is faster, or can it not be told", declare_compare},
    {"sweep", "a whole campaign, resumable", declare_sweep},
    {"stats", "raw samples in, what bench would say of them out", declare_stats},
    {"report", "a page, or another format, from stored measurements", declare_report},
    {"show", "one stored measurement, with the command that reproduces it", declare_show},
    {"export", "the model as an ONNX file", declare_export},
    {"doctor", "is this machine fit for measuring, and are the engines sound", declare_doctor},
};

int run(int argc, char** argv) {
  int status = kExitOk;
  bool page = false;
  CLI::App app("Measures neural networks on inference engines, and says how sure it is.", "assay");
  app.set_version_flag("--version", "assay " ASSAY_VERSION);
  app.add_flag("--reference-page", page)->group("");  // hidden: writes docs/cli.md
  app.require_subcommand(0, 1);
  app.get_formatter()->column_width(34);
  for (const Command& command : kCommands) {
    CLI::App& declared = *app.add_subcommand(command.name, command.summary);
    command.declare(declared, status);
    take_one_value_each(declared);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "assay: {}\n", explain(app, error));
    return kExitUser;
  }
  if (page)
    fmt::print("{}", reference_page(app));
  else if (app.get_subcommands().empty())
    fmt::print("{}", app.help());
  return status;
}

}  // namespace
}  // namespace assay

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a dead worker or a closed pager is an error code, not our end
  std::signal(SIGXFSZ, SIG_IGN);  // so is a file above its limit
  try {
    return assay::run(argc, argv);
  } catch (const assay::Error& error) {
    fmt::print(stderr, "assay: {}\n", error.what());
    return assay::kExitUser;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "assay: there is not enough memory for this\n");
    return assay::kExitUser;
  } catch (const std::exception& error) {
    fmt::print(stderr, "assay: internal error: {}\n", error.what());
    return assay::kExitInternal;
  }
}
