// SPDX-License-Identifier: MIT
#include "sweep_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <array>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "base/names.h"

namespace assay {
namespace {

struct Key {
  const char* name;
  const char* flag;  // empty: an argument without a flag
};

constexpr std::array kKeys = {
    Key{"models", ""},
    Key{"zoo", "--zoo"},
    Key{"input_size", "--input-size"},
    Key{"input_shape", "--input-shape"},
    Key{"input", "--input"},
    Key{"classes", "--classes"},
    Key{"weights", "--weights"},
    Key{"engines", "--engine"},
    Key{"devices", "--device"},
    Key{"precisions", "--precision"},
    Key{"batch", "--batch"},
    Key{"threads", "--threads"},
    Key{"streams", "--streams"},
    Key{"scenarios", "--scenario"},
    Key{"rates", "--rate"},
    Key{"idle_gap", "--idle-gap"},
    Key{"inputs", "--inputs"},
    Key{"include_transfer", "--include-transfer"},
    Key{"max_time", "--max-time"},
    Key{"warmup", "--warmup"},
    Key{"processes", "--processes"},
    Key{"ci_target", "--ci-target"},
    Key{"seed", "--seed"},
    Key{"arrival_seed", "--arrival-seed"},
    Key{"load_deadline", "--load-deadline"},
    Key{"run_deadline", "--run-deadline"},
    Key{"memory_cap", "--memory-cap"},
    Key{"no_check", "--no-check"},
    Key{"together", "--together"},
};

std::vector<std::string> key_names() {
  std::vector<std::string> names{"options", "exclude"};
  for (const Key& key : kKeys) names.emplace_back(key.name);
  return names;
}

std::string text_of(const toml::node& node, const std::string& key) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  throw Error("'{}' must be text, a number or true, or a list of them", key);
}

// One value, or those of a list.
std::vector<std::string> texts_of(const toml::node& node, const std::string& key) {
  std::vector<std::string> texts;
  if (const toml::array* list = node.as_array())
    for (const toml::node& each : *list) texts.push_back(text_of(each, key));
  else
    texts.push_back(text_of(node, key));
  return texts;
}

void add_flag(std::vector<std::string>& flags, const Key& key, const toml::node& value) {
  if (const auto* on = value.as_boolean()) {
    if (on->get()) flags.emplace_back(key.flag);
    return;
  }
  for (const std::string& text : texts_of(value, key.name)) {
    if (*key.flag) flags.emplace_back(key.flag);
    flags.push_back(text);
  }
}

// [options] openvino.hint = "latency", or a table for each engine: both are tables of tables.
void add_options(std::vector<std::string>& flags, const toml::node& value) {
  const toml::table* engines = value.as_table();
  if (!engines) throw Error("'options' must be a table, such as openvino.hint = \"latency\"");
  for (const auto& [engine, node] : *engines) {
    const toml::table* keys = node.as_table();
    if (!keys)
      throw Error("'options.{}' must name the engine and the option, such as openvino.{}",
                  engine.str(), engine.str());
    for (const auto& [key, choice] : *keys)
      for (const std::string& text : texts_of(choice, "options"))
        flags.insert(flags.end(),
                     {"--option", fmt::format("{}.{}={}", engine.str(), key.str(), text)});
  }
}

void add_exclusions(std::vector<std::string>& flags, const toml::node& value) {
  const toml::array* list = value.as_array();
  if (!list) throw Error("'exclude' must be a list of tables, such as [{{model = \"vgg*\"}}]");
  for (const toml::node& each : *list) {
    const toml::table* table = each.as_table();
    if (!table || table->empty())
      throw Error("each of 'exclude' must be a table, such as {{model = \"vgg*\", batch = 32}}");
    std::string text;
    for (const auto& [key, node] : *table)
      text += fmt::format("{}{}={}", text.empty() ? "" : ",", key.str(),
                          fmt::join(texts_of(node, "exclude"), "|"));
    flags.insert(flags.end(), {"--exclude", text});
  }
}

void add(std::vector<std::string>& flags, const std::string& name, const toml::node& value) {
  if (name == "options") return add_options(flags, value);
  if (name == "exclude") return add_exclusions(flags, value);
  for (const Key& key : kKeys)
    if (name == key.name) return add_flag(flags, key, value);
  throw Error("{}", unknown("key", name, key_names()));
}

}  // namespace

std::vector<std::string> flags_of_sweep_file(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    std::vector<std::string> flags;
    for (const auto& [key, value] : toml::parse(text)) add(flags, std::string(key.str()), value);
    return flags;
  } catch (const toml::parse_error& error) {
    throw Error("'{}', line {}: {}", path.string(), error.source().begin.line, error.description());
  } catch (const Error& error) {
    throw Error("in '{}': {}", path.string(), error.what());
  }
}

}  // namespace assay
