// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "base/names.h"
#include "command.h"
#include "data/data_sets.h"
#include "engines.h"
#include "graph/infer.h"
#include "listing.h"
#include "machine/machine.h"
#include "options.h"
#include "record/doubt.h"
#include "record/outcome.h"
#include "report/report.h"
#include "store/store.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

struct ListFlags {
  std::string kind;
  std::string store;
  OutputFlags output;
};

Item item(std::string name) {
  return {{"name", std::move(name)}, {"available", true}, {"reason", nullptr}};
}

std::vector<Item> models(const ListFlags&) {
  std::vector<Item> items;
  for (const ZooEntry& entry : zoo()) {
    items.push_back(item(entry.name));
    items.back().update({{"family", entry.family},
                         {"input_size", entry.input_size},
                         {"classes", entry.classes},
                         {"aliases", entry.aliases},
                         {"paper", entry.paper}});
  }
  return items;
}

Item option_item(const OptionInfo& option) {
  return {{"name", option.name},
          {"type", option.type},
          {"default", option.default_value},
          {"choices", option.choices},
          {"help", option.help}};
}

std::vector<Item> engines(const ListFlags&) {
  std::vector<Item> items;
  for (const EngineState& engine : probe_engines()) {
    items.push_back(item(engine.name));
    Item& shown = items.back();
    shown["available"] = engine.available;
    if (!engine.available) {
      shown["reason"] = engine.reason;
      continue;
    }
    shown.update({{"version", engine.info.version},
                  {"devices", engine.info.devices},
                  {"precisions", engine.info.precisions},
                  {"formats", engine.info.formats},
                  {"host", engine.info.host},
                  {"synthetic", engine.info.synthetic},
                  {"options", Item::array()}});
    for (const OptionInfo& option : engine.info.options)
      shown["options"].push_back(option_item(option));
  }
  return items;
}

std::vector<Item> devices(const ListFlags&) {
  std::map<std::string, std::vector<std::string>> by_device;
  for (const EngineState& engine : probe_engines())
    for (const std::string& device : engine.info.devices) by_device[device].push_back(engine.name);
  std::vector<Item> items;
  for (const auto& [device, names] : by_device) {
    items.push_back(item(device));
    items.back()["engines"] = names;
    if (device == "cpu") items.back()["description"] = probe_machine().cpu;
  }
  return items;
}

std::vector<Item> precisions(const ListFlags&) {
  std::map<std::string, std::vector<std::string>> by_precision;
  for (const EngineState& engine : probe_engines())
    for (const std::string& precision : engine.info.precisions)
      by_precision[precision].push_back(engine.name);
  std::vector<Item> items;
  for (const auto& [precision, names] : by_precision) {
    items.push_back(item(precision));
    items.back()["engines"] = names;
  }
  return items;
}

std::vector<Item> formats(const ListFlags&) {
  std::vector<Item> items;
  for (const std::string& name : report_formats()) items.push_back(item(name));
  return items;
}

std::vector<Item> datasets(const ListFlags&) {
  std::vector<Item> items;
  for (const DataSet& set : data_sets()) {
    items.push_back(item(set.name));
    const std::string why = missing(set);
    items.back()["available"] = why.empty();
    if (!why.empty()) items.back()["reason"] = why;
    items.back().update({{"classes", set.classes}, {"description", set.description}});
  }
  return items;
}

std::vector<Item> outcomes(const ListFlags&) {
  std::vector<Item> items;
  for (const Outcome outcome :
       {Outcome::ok, Outcome::unsupported, Outcome::load_failed, Outcome::run_failed,
        Outcome::out_of_memory, Outcome::timed_out, Outcome::crashed, Outcome::wrong_output})
    items.push_back(item(std::string(name_of(outcome))));
  return items;
}

std::vector<Item> operators(const ListFlags&) {
  std::vector<Item> items;
  for (const std::string& name : known_operators()) items.push_back(item(name));
  return items;
}

std::vector<Item> doubt_items(const ListFlags&) {
  std::vector<Item> items;
  for (const DoubtInfo& doubt : doubts()) {
    items.push_back(item(std::string(doubt.name)));
    items.back().update({{"meaning", doubt.meaning}, {"advice", doubt.advice}});
  }
  return items;
}

std::vector<Item> runs(const ListFlags& flags) {
  const Store store(store_folder(flags.store), StoreAccess::read);
  std::vector<Item> items;
  for (const Context& context : store.contexts()) {
    items.push_back(item(context.id));
    items.back().update({{"date", context.date},
                         {"host", context.host},
                         {"measurements", store.measurements(context.id).size()}});
  }
  return items;
}

struct Kind {
  const char* name;
  std::vector<Item> (*items)(const ListFlags&);
  std::vector<std::string> columns;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> kKinds = {
      {"models", models, {"name", "family", "input_size", "classes", "paper"}},
      {"engines", engines, {"name", "available", "version", "devices", "precisions", "reason"}},
      {"devices", devices, {"name", "engines", "description"}},
      {"datasets", datasets, {"name", "available", "classes", "description", "reason"}},
      {"precisions", precisions, {"name", "engines"}},
      {"formats", formats, {"name"}},
      {"operators", operators, {"name"}},
      {"outcomes", outcomes, {"name"}},
      {"doubts", doubt_items, {"name", "meaning", "advice"}},
      {"runs", runs, {"name", "date", "host", "measurements"}},
  };
  return kKinds;
}

void list(const ListFlags& flags) {
  for (const Kind& kind : kinds()) {
    if (flags.kind != kind.name) continue;
    Output output(flags.output);
    print_listing(kind.items(flags), kind.columns, flags.output.format, output.stream());
    output.close();
  }
}

}  // namespace

void declare_list(CLI::App& app, int&) {
  auto flags = std::make_shared<ListFlags>();
  std::vector<std::string> names;
  for (const Kind& kind : kinds()) names.push_back(kind.name);
  app.add_option("KIND", flags->kind, "what to list")->required()->check(one_of("kind", names));
  add_store_flag(app, flags->store);
  add_output_flags(app, flags->output, listing_formats());
  app.callback([flags] { list(*flags); });
}

}  // namespace assay
