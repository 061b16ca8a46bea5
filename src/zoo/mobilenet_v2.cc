// SPDX-License-Identifier: MIT
// MobileNetV2: Sandler et al., 2018, arXiv 1801.04381.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

struct Stage {
  int64_t expansion, out, count, stride;
};
constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                             {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

// How an implementation names and builds: convolution, normalization, ReLU6 or nothing.
struct Style {
  std::function<ValueId(Layers&, const std::string& block, int index, ValueId, const ConvSpec&,
                        Act)>
      conv;
  bool expands_always = false;  // also where the expansion is 1
  bool pads_apart = false;      // Keras: before windows of stride 2, below and to the right
};

ValueId inverted_residual(Layers& net, const Style& style, const std::string& name, ValueId x,
                          const Stage& block) {
  const int64_t hidden = net.channels(x) * block.expansion;
  ValueId branch = x;
  int i = block.expansion == 1 && !style.expands_always ? 1 : 0;
  if (i == 0) branch = style.conv(net, name, i++, branch, {.out = hidden}, Act::relu6);
  const bool apart = style.pads_apart && block.stride == 2;
  if (apart) {
    const Shape& full = net.shape(branch);
    branch = net.pad(name + "_pad", branch, {full[2] % 2, full[3] % 2, 1, 1});
  }
  branch = style.conv(net, name, i++, branch, {hidden, 3, block.stride, apart ? 0 : 1, hidden},
                      Act::relu6);
  branch = style.conv(net, name, i, branch, {.out = block.out}, Act::none);
  const bool residual = block.stride == 1 && net.channels(x) == block.out;
  return residual ? net.add(name + ".add", x, branch) : branch;
}

ValueId blocks(Layers& net, const Style& style, const std::vector<std::string>& names, ValueId x) {
  size_t index = 0;
  for (Stage stage : kStages)
    for (int64_t i = 0; i < stage.count; ++i, stage.stride = 1)
      x = inverted_residual(net, style, names[index++], x, stage);
  return x;
}

std::vector<std::string> numbered(const char* prefix, int first) {
  std::vector<std::string> names;
  for (int i = 0; i < 17; ++i) names.push_back(fmt::format("{}{}", prefix, first + i));
  return names;
}

Graph mobilenet_v2(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  // The last convolution and its normalization stand one level higher than the others.
  const auto conv = [](Layers& layers, const std::string& block, int i, ValueId x,
                       const ConvSpec& spec, Act act) {
    const bool first_block = block == "features.1";
    const int module = first_block ? i - 1 : i;
    const std::string name = fmt::format("{}.conv.{}", block, module);
    if (act != Act::none) return layers.conv_norm_act(name, x, spec, act);
    x = layers.conv(name, x, spec);
    return layers.batch_norm(fmt::format("{}.conv.{}", block, module + 1), x);
  };
  const ConvSpec stem{.out = 32, .kernel = 3, .stride = 2, .pad = 1};
  ValueId x = net.conv_norm_act("features.0", net.input(), stem, Act::relu6);
  x = blocks(net, {conv}, numbered("features.", 1), x);
  x = net.conv_norm_act("features.18", x, {.out = 1280}, Act::relu6);
  x = net.flatten(net.global_average_pool("avgpool", x));
  return net.finish(net.linear("classifier.1", x, net.classes()));
}

// The build that Bianco et al. measured: also the first block has its expansion.
Graph bianco_mobilenet_v2(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const auto conv = [](Layers& layers, const std::string& block, int i, ValueId x,
                       const ConvSpec& spec, Act act) {
    x = layers.conv(fmt::format("{}.conv.{}", block, 3 * i), x, spec);
    return layers.activate(layers.batch_norm(fmt::format("{}.conv.{}", block, 3 * i + 1), x), act);
  };
  const ConvSpec stem{.out = 32, .kernel = 3, .stride = 2, .pad = 1};
  ValueId x = net.conv_norm_act("features.0", net.input(), stem, Act::relu6);
  x = blocks(net, {conv, true}, numbered("features.", 1), x);
  x = net.conv_norm_act("features.18", x, {.out = 1280}, Act::relu6);
  x = net.flatten(net.global_average_pool("features.19", x));
  return net.finish(net.linear("classifier.1", x, net.classes()));
}

Graph keras_mobilenet_v2(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const NormSpec norm{.epsilon = 1e-3f};
  const auto conv = [norm](Layers& layers, const std::string& block, int i, ValueId x,
                           const ConvSpec& spec, Act act) {
    const char* parts[] = {"expand", "depthwise", "project"};
    const std::string name = fmt::format("{}_{}", block, parts[i]);
    return layers.activate(layers.batch_norm(name + "_BN", layers.conv(name, x, spec), norm), act);
  };
  std::vector<std::string> names = numbered("block_", 0);
  names[0] = "expanded_conv";
  ValueId x = net.input();
  x = net.conv("Conv1", x, {.out = 32, .kernel = 3, .stride = 2, .pad = net.same(x, 3, 2)});
  x = net.activate(net.batch_norm("bn_Conv1", x, norm), Act::relu6);
  x = blocks(net, {.conv = conv, .pads_apart = true}, names, x);
  x = net.batch_norm("Conv_1_bn", net.conv("Conv_1", x, {.out = 1280}), norm);
  x = net.flatten(net.global_average_pool("global_average_pooling2d", net.activate(x, Act::relu6)));
  return net.finish(net.softmax("softmax", net.linear("predictions", x, net.classes())));
}

}  // namespace

std::vector<ZooEntry> mobilenet_v2_family() {
  const auto entry = [](const char* name, const char* source, const auto& build) {
    return ZooEntry{.name = name,
                    .family = "mobilenet_v2",
                    .paper = "Sandler et al., 2018, arXiv 1801.04381",
                    .source = source,
                    .build = build};
  };
  return {entry("mobilenet_v2", "torchvision", mobilenet_v2),
          entry("bianco/mobilenet_v2", "CeLuigi/models-comparison.pytorch", bianco_mobilenet_v2),
          entry("keras/mobilenet_v2", "keras", keras_mobilenet_v2)};
}

}  // namespace assay
