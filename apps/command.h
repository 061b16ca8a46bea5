// SPDX-License-Identifier: MIT
// A Command is one row of main's table: a subcommand's name, its summary, and the function that
// declares its flags and what it does. `status` becomes the exit code. docs/cli.md and --help both
// come from these declarations.
#pragma once

#include <CLI/CLI.hpp>
#include <span>

namespace assay {

struct Command {
  const char* name;
  const char* summary;
  void (*declare)(CLI::App& app, int& status);
};

void declare_list(CLI::App& app, int& status);
void declare_inspect(CLI::App& app, int& status);
void declare_run(CLI::App& app, int& status);
void declare_bench(CLI::App& app, int& status);
void declare_compare(CLI::App& app, int& status);
void declare_sweep(CLI::App& app, int& status);
void declare_stats(CLI::App& app, int& status);
void declare_report(CLI::App& app, int& status);
void declare_show(CLI::App& app, int& status);
void declare_export(CLI::App& app, int& status);
void declare_doctor(CLI::App& app, int& status);

// The reference page docs/cli.md, made from the declarations.
std::string reference_page(const CLI::App& app);

// The sentence for a parse error, with the nearest flag or command where there is one.
std::string explain(const CLI::App& app, const CLI::ParseError& error);

inline constexpr int kExitOk = 0, kExitInternal = 1, kExitUser = 2, kExitTarget = 3, kExitLimit = 4,
                     kExitInterrupted = 130;

}  // namespace assay
