// SPDX-License-Identifier: MIT
// MobileNetV2: Sandler et al., 2018, arXiv 1801.04381.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

struct Stage {
  int64_t expansion, out, count, stride;
};

ValueId inverted_residual(Layers& net, const std::string& name, ValueId x, const Stage& block) {
  const int64_t hidden = net.channels(x) * block.expansion;
  ValueId branch = x;
  int i = 0;
  const auto next = [&] { return fmt::format("{}.conv.{}", name, i++); };
  if (block.expansion != 1)
    branch = net.conv_norm_act(next(), branch, {.out = hidden}, Act::relu6);
  branch = net.conv_norm_act(next(), branch, {hidden, 3, block.stride, 1, hidden}, Act::relu6);
  branch = net.conv(next(), branch, {.out = block.out});
  branch = net.batch_norm(next(), branch);
  const bool residual = block.stride == 1 && net.channels(x) == block.out;
  return residual ? net.add(name + ".add", x, branch) : branch;
}

Graph mobilenet_v2(const ZooEntry& entry, const BuildOptions& options) {
  const Stage stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                          {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  Layers net(entry, options);
  ValueId x = net.conv_norm_act("features.0", net.input(),
                                {.out = 32, .kernel = 3, .stride = 2, .pad = 1}, Act::relu6);
  int index = 1;
  for (Stage stage : stages)
    for (int64_t i = 0; i < stage.count; ++i, stage.stride = 1)
      x = inverted_residual(net, fmt::format("features.{}", index++), x, stage);
  x = net.conv_norm_act(fmt::format("features.{}", index), x, {.out = 1280}, Act::relu6);
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
