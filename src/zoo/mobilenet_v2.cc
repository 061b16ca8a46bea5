// SPDX-License-Identifier: MIT
// MobileNetV2: Sandler et al., 2018, arXiv 1801.04381.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

// A convolution without bias, its batch normalization and ReLU6, named as torchvision's
// Conv2dNormActivation.
ValueId conv(Layers& net, const std::string& name, ValueId x, const ConvSpec& spec) {
  return net.activate(net.batch_norm(name + ".1", net.conv(name + ".0", x, spec)), Act::relu6);
}

struct Block {
  int64_t expansion, out, stride;
};

ValueId inverted_residual(Layers& net, const std::string& name, ValueId x, const Block& block) {
  const int64_t hidden = net.channels(x) * block.expansion;
  ValueId branch = x;
  int i = 0;
  if (block.expansion != 1)
    branch = conv(net, fmt::format("{}.conv.{}", name, i++), branch, {.out = hidden});
  branch =
      conv(net, fmt::format("{}.conv.{}", name, i++), branch, {hidden, 3, block.stride, 1, hidden});
  branch = net.conv(fmt::format("{}.conv.{}", name, i++), branch, {.out = block.out});
  branch = net.batch_norm(fmt::format("{}.conv.{}", name, i++), branch);
  const bool residual = block.stride == 1 && net.channels(x) == block.out;
  return residual ? net.add(name + ".add", x, branch) : branch;
}

Graph mobilenet_v2(const ZooEntry& entry, const BuildOptions& options) {
  struct Stage {
    int64_t expansion, out, count, stride;
  };
  const Stage stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                          {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  Layers net(entry, options);
  ValueId x = conv(net, "features.0", net.input(), {.out = 32, .kernel = 3, .stride = 2, .pad = 1});
  int index = 1;
  for (const Stage& stage : stages)
    for (int64_t i = 0; i < stage.count; ++i)
      x = inverted_residual(net, fmt::format("features.{}", index++), x,
                            {stage.expansion, stage.out, i == 0 ? stage.stride : 1});
  x = conv(net, fmt::format("features.{}", index), x, {.out = 1280});
  x = net.flatten(net.global_average_pool("avgpool", x));
  return net.finish(net.linear("classifier.1", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> mobilenet_v2_family() {
  return {{.name = "mobilenet_v2",
           .family = "mobilenet_v2",
           .paper = "Sandler et al., 2018, arXiv 1801.04381",
           .source = "torchvision",
           .build = mobilenet_v2}};
}

}  // namespace assay
