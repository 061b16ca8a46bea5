// SPDX-License-Identifier: MIT
// Four block designs on one skeleton: Park, "Comparative Analysis of TensorRT Inference Speeds
// Across Various Neural Network Block Architectures". Recovered from the parameters and MACs of its
// tables, all 48 of which it reproduces; what they leave open is in docs/adding-a-model.md.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

// `ln` is written in primitive operators, as exported where there was no operator for it; `lnop` as
// LayerNormalization.
enum class Norm { bn, ln, lnop };

struct Style {
  Norm norm;
  Act act;
};

constexpr float kEpsilon = 1e-6f;

ValueId primitive_layer_norm(Layers& net, const std::string& name, ValueId x) {
  const Attributes over_channels{{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{1}}};
  const Shape width{net.channels(x), 1, 1};
  const ValueId mean = net.op("ReduceMean", name + ".mean", {x}, over_channels);
  const ValueId centered = net.op("Sub", name + ".centered", {x, mean});
  const ValueId square = net.multiply(name + ".square", centered, centered);
  const ValueId variance = net.op("ReduceMean", name + ".variance", {square}, over_channels);
  const ValueId epsilon =
      net.constant(name + ".epsilon", make_f32({}, std::vector<float>{kEpsilon}));
  const ValueId root =
      net.op("Sqrt", name + ".root", {net.add(name + ".shifted", variance, epsilon)});
  ValueId y = net.op("Div", name + ".normalized", {centered, root});
  y = net.multiply(name + ".scaled", y, net.parameter(name + ".weight", width));
  return net.add(name, y, net.parameter(name + ".bias", width));
}

ValueId normalize(Layers& net, Norm norm, const std::string& name, ValueId x) {
  if (norm == Norm::bn) return net.batch_norm(name, x);
  if (norm == Norm::ln) return primitive_layer_norm(net, name, x);
  const ValueId last = net.transpose(name + ".nhwc", x, {0, 2, 3, 1});
  return net.transpose(name + ".nchw", net.layer_norm(name, last, kEpsilon), {0, 3, 1, 2});
}

using Block = ValueId (*)(Layers&, const Style&, const std::string&, ValueId, int64_t);

ValueId vgg_block(Layers& net, const Style& style, const std::string& name, ValueId x,
                  int64_t out) {
  for (int i : {0, 3}) {
    x = net.conv(fmt::format("{}.b.{}", name, i), x, {.out = out, .kernel = 3, .pad = 1});
    x = normalize(net, style.norm, fmt::format("{}.b.{}", name, i + 1), x);
    x = net.activate(x, style.act);
  }
  return x;
}

ValueId shortcut(Layers& net, const std::string& name, ValueId x, int64_t out) {
  return net.channels(x) == out ? x : net.conv(name + ".ds.0", x, {.out = out});
}

ValueId resnet_block(Layers& net, const Style& style, const std::string& name, ValueId x,
                     int64_t out) {
  ValueId y = net.conv(name + ".c1", x, {.out = out, .kernel = 3, .pad = 1});
  y = net.activate(normalize(net, style.norm, name + ".n1", y), style.act);
  y = net.conv(name + ".c2", y, {.out = out, .kernel = 3, .pad = 1});
  y = normalize(net, style.norm, name + ".n2", y);
  return net.activate(net.add(name + ".add", y, shortcut(net, name, x, out)), style.act);
}

ValueId mobilenet_block(Layers& net, const Style& style, const std::string& name, ValueId x,
                        int64_t out) {
  x = net.conv(name + ".b.0", x, {net.channels(x), 3, 1, 1, net.channels(x)});
  x = normalize(net, style.norm, name + ".b.2", net.conv(name + ".b.1", x, {.out = out}));
  return net.activate(x, style.act);
}

ValueId convnext_block(Layers& net, const Style& style, const std::string& name, ValueId x,
                       int64_t out) {
  const int64_t in = net.channels(x);
  ValueId y = net.conv(name + ".dw", x, {in, 7, 1, 3, in, true});
  y = normalize(net, style.norm, name + ".norm", y);
  y = net.activate(net.conv(name + ".p1", y, {.out = 4 * in, .bias = true}), style.act);
  y = net.conv(name + ".p2", y, {.out = out, .bias = true});
  return net.add(name + ".add", y, shortcut(net, name, x, out));
}

Graph park(Block block, int count, const Style& style, const ZooEntry& entry,
           const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = net.conv("stem.0", net.input(), {.out = 64, .kernel = 7, .stride = 2, .pad = 3});
  x = net.relu(net.batch_norm("stem.1", x));
  x = net.max_pool("stem.3", x, {.kernel = 3, .stride = 2, .pad = 1});
  int index = 0;  // of the module in the list that holds blocks and pools
  for (int stage = 0; stage < 4; ++stage) {
    if (stage > 0)
      x = net.max_pool(fmt::format("stages.{}", index++), x, {.kernel = 2, .stride = 2});
    for (int i = 0; i < count; ++i)
      x = block(net, style, fmt::format("stages.{}", index++), x, int64_t{128} << stage);
  }
  x = net.flatten(net.global_average_pool("pool", x));
  return net.finish(net.linear("fc", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> park_family() {
  struct Design {
    const char* name;
    Block block;
    int count;  // of blocks in a stage
  };
  const Design designs[] = {{"vgg", vgg_block, 4},
                            {"resnet", resnet_block, 4},
                            {"mobilenet", mobilenet_block, 8},
                            {"convnext", convnext_block, 8}};
  const std::pair<const char*, Norm> norms[] = {
      {"bn", Norm::bn}, {"ln", Norm::ln}, {"lnop", Norm::lnop}};
  const std::pair<const char*, Act> acts[] = {{"relu", Act::relu}, {"gelu", Act::gelu}};
  std::vector<ZooEntry> entries;
  for (const Design& design : designs)
    for (const auto& [norm_name, norm] : norms)
      for (const auto& [act_name, act] : acts)
        entries.push_back(
            {.name = fmt::format("park/{}-{}-{}", design.name, norm_name, act_name),
             .family = "park",
             .paper = "Park, Comparative Analysis of TensorRT Inference Speeds",
             .source = "ours",
             .input_size = 256,
             .classes = 10,
             .build = std::bind_front(park, design.block, design.count, Style{norm, act})});
  return entries;
}

}  // namespace assay
