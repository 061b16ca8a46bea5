// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/names.h"
#include "command.h"
#include "graph/cost.h"
#include "graph/saturate.h"
#include "listing.h"
#include "options.h"

namespace assay {
namespace {

struct InspectFlags {
  std::string model;
  ModelFlags model_flags;
  OutputFlags output;
  int64_t batch = 1;
  bool layers = false;
};

Item shape_row(const Shape& shape) {
  return shape.empty() ? Item() : Item(to_string(shape));
}

// The figures that a layer and a kind of layers both have: appended to a row's own columns.
Item with_figures(Item row, const LayerCost& cost) {
  row.update({{"parameters", cost.parameters},
              {"macs", cost.macs},
              {"activations", cost.activations},
              {"weight_bytes", cost.weight_bytes},
              {"moved_bytes", cost.moved_bytes},
              {"live_bytes", cost.live_bytes},
              {"live_bytes_inplace", cost.live_bytes_inplace},
              {"arithmetic_intensity", cost.arithmetic_intensity()}});
  return row;
}

// Those of the figures that a terminal has room for.
std::vector<std::string> columns_with_figures(std::vector<std::string> columns) {
  columns.insert(columns.end(), {"parameters", "macs", "activations", "weight_bytes", "live_bytes",
                                 "live_bytes_inplace", "arithmetic_intensity"});
  return columns;
}

std::vector<Item> layer_rows(const Cost& cost) {
  std::vector<Item> rows;
  for (const LayerCost& layer : cost.layers)
    rows.push_back(with_figures({{"name", layer.name},
                                 {"op", layer.op},
                                 {"input", shape_row(layer.input)},
                                 {"output", shape_row(layer.output)}},
                                layer));
  return rows;
}

std::vector<Item> kind_rows(const Cost& cost) {
  std::map<std::string, LayerCost> kinds;
  std::map<std::string, int64_t> counts;
  for (const LayerCost& layer : cost.layers) {
    LayerCost& kind = kinds[layer.op];
    kind.parameters = saturating_add(kind.parameters, layer.parameters);
    kind.macs = saturating_add(kind.macs, layer.macs);
    kind.activations = saturating_add(kind.activations, layer.activations);
    kind.weight_bytes = saturating_add(kind.weight_bytes, layer.weight_bytes);
    kind.moved_bytes = saturating_add(kind.moved_bytes, layer.moved_bytes);
    kind.live_bytes = std::max(kind.live_bytes, layer.live_bytes);
    kind.live_bytes_inplace = std::max(kind.live_bytes_inplace, layer.live_bytes_inplace);
    ++counts[layer.op];
  }
  std::vector<Item> rows;
  for (const auto& [op, kind] : kinds)
    rows.push_back(with_figures({{"op", op}, {"count", counts[op]}}, kind));
  return rows;
}

Item as_json(const std::string& model, const Graph& graph, const Cost& cost) {
  Item inputs = Item::object();
  for (const ValueId input : graph.inputs())
    inputs[graph.value(input).name] = graph.value(input).shape.value_or(Shape{});
  return {{"schema_version", 1},
          {"model", model},
          {"input", inputs},
          {"parameters", cost.parameters},
          {"running_statistics", cost.running_statistics},
          {"macs", cost.macs},
          {"ptflops_macs", cost.ptflops_macs},
          {"activations", cost.activations},
          {"arithmetic_intensity", cost.arithmetic_intensity},
          {"peak_activation_bytes", cost.peak_activation_bytes},
          {"peak_activation_bytes_inplace", cost.peak_activation_bytes_inplace},
          {"weight_bytes", cost.weight_bytes},
          {"weight_bytes_by_precision", cost.weight_bytes_by_precision},
          {"uncounted", cost.uncounted},
          {"kinds", kind_rows(cost)},
          {"layers", layer_rows(cost)}};
}

std::vector<Item> totals(const Item& json, const Cost& cost) {
  std::vector<Item> rows;
  for (const char* key : {"parameters", "running_statistics", "macs", "ptflops_macs", "activations",
                          "arithmetic_intensity", "peak_activation_bytes",
                          "peak_activation_bytes_inplace", "weight_bytes"})
    rows.push_back({{"figure", key}, {"value", json.at(key)}});
  for (const auto& [precision, bytes] : cost.weight_bytes_by_precision)
    rows.push_back({{"figure", "weight_bytes " + precision}, {"value", bytes}});
  return rows;
}

void inspect(const InspectFlags& flags) {
  const Graph graph = load_graph(model_spec(flags.model, flags.model_flags, flags.batch));
  const Cost cost = analyse(graph);
  const Item json = as_json(flags.model, graph, cost);
  Output output(flags.output);
  std::ostream& out = output.stream();
  const std::string& format = flags.output.format;
  if (format == "json") {
    out << json.dump(2) << '\n';
  } else if (flags.layers) {
    print_listing(layer_rows(cost), columns_with_figures({"name", "op", "input", "output"}), format,
                  out);
  } else if (format == "csv") {
    print_listing(totals(json, cost), {"figure", "value"}, format, out);
  } else {
    out << flags.model;
    for (const auto& [name, shape] : json.at("input").items())
      out << "  " << name << " " << to_string(shape.get<Shape>());
    out << "\n\n";
    print_listing(totals(json, cost), {"figure", "value"}, format, out);
    out << '\n';
    print_listing(kind_rows(cost), columns_with_figures({"op", "count"}), format, out);
  }
  if (format != "json" && format != "csv" && !cost.uncounted.empty())
    out << fmt::format("\nnot counted, because they are not in the vocabulary: {}\n",
                       fmt::join(cost.uncounted, ", "));
  output.close();
}

}  // namespace

void declare_inspect(CLI::App& app, int&) {
  auto flags = std::make_shared<InspectFlags>();
  app.add_option("MODEL", flags->model,
                 "zoo name (resnet50, resnet50@256) or path of an .onnx file")
      ->required();
  add_model_flags(app, flags->model_flags);
  app.add_option("--batch", flags->batch, "batch size; by default the file's own, or 1")
      ->check(CLI::Range(1, 1 << 20));
  app.add_flag("--layers", flags->layers, "one row per layer");
  add_output_flags(app, flags->output, listing_formats());
  app.callback([flags] { inspect(*flags); });
  app.footer(
      "A MAC is one multiply and one add of a convolution, a linear layer or a matrix product; "
      "biases, normalization and "
      "activations count nothing. Parameters are the learned ones; running statistics of batch "
      "normalization stand apart. "
      "Peak activation bytes are the lowest over several orders, input included, weights excluded; "
      "inplace lets element-wise "
      "layers and normalizations write over their operand, as fusing them does. live_bytes is what "
      "is alive while a layer runs "
      "(of a kind: the most). ptflops_macs is what the tool ptflops would print: it adds biases, "
      "normalizations, activations and "
      "pools, the last two twice. Arithmetic intensity is MACs per byte of weights and "
      "activations, "
      "each moved once.");
}

}  // namespace assay
