// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "base/names.h"
#include "command.h"

namespace assay {
namespace {

std::string escaped(std::string text) {
  for (size_t at = 0; (at = text.find('|', at)) != text.npos; at += 2) text.insert(at, "\\");
  return text;
}

void collect_names(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
}

}  // namespace

std::string reference_page(const CLI::App& app) {
  std::string page = fmt::format(
      "<!-- Made by `assay --reference-page`; tools/write_cli_page.sh writes it again. -->\n# "
      "Command "
      "line\n\n{}\n",
      app.get_description());
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    page += fmt::format(
        "\n## assay {}\n\n{}\n\n| argument | meaning | default |\n| --- | --- | --- |\n",
        command->get_name(), command->get_description());
    for (const CLI::Option* option : command->get_options()) {
      if (option->get_group().empty()) continue;
      page += fmt::format("| `{}` | {} | {} |\n", escaped(option->get_name(true, true)),
                          escaped(option->get_description()), option->get_default_str());
    }
    if (!command->get_footer().empty()) page += "\n" + command->get_footer() + "\n";
  }
  return page + R"(
## Exit codes

| code | meaning |
| --- | --- |
| 0 | success; `bench`: at least one row is ok |
| 1 | internal error (134 after a failed assertion) |
| 2 | the user's or the machine's fault: one sentence on standard error |
| 3 | a target given by flag was not reached |
| 4 | a limit does not hold: `run --expect` differs, or the engine of `run` failed; `bench` has no row that is ok |
| 130 | interrupted; everything measured so far is stored |
)";
}

std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  const auto* extras = dynamic_cast<const CLI::ExtrasError*>(&error);
  if (!extras) return error.what();
  std::vector<std::string> known;
  collect_names(*command, known);
  if (command == &app)
    for (const CLI::App* other : app.get_subcommands([](const CLI::App*) { return true; }))
      known.push_back(other->get_name());
  const std::vector<std::string> rest = command->remaining();
  const std::string first = rest.empty() ? app.remaining().front() : rest.front();
  const std::string typed = first.substr(0, first.find('='));
  return unknown(typed.starts_with("-") ? "flag"
                 : command == &app      ? "command"
                                        : "argument",
                 typed, known);
}

}  // namespace assay
