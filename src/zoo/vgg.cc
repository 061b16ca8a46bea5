// SPDX-License-Identifier: MIT
// VGG: Simonyan and Zisserman, 2015, arXiv 1409.1556.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

// 3x3 convolutions in each of the five stages.
using Stages = std::vector<int>;

Graph vgg(const Stages& stages, bool norm, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const int64_t widths[] = {64, 128, 256, 512, 512};
  ValueId x = net.input();
  int index = 0;  // of the module in PyTorch's Sequential, activations and pools counted
  const auto next = [&](int modules) {
    const std::string name = fmt::format("features.{}", index);
    index += modules;
    return name;
  };
  for (size_t stage = 0; stage < stages.size(); ++stage) {
    for (int i = 0; i < stages[stage]; ++i) {
      x = net.conv(next(norm ? 1 : 2), x,
                   {.out = widths[stage], .kernel = 3, .pad = 1, .bias = true});
      if (norm) x = net.batch_norm(next(2), x);
      x = net.relu(x);
    }
    x = net.max_pool(next(1), x, {.kernel = 2, .stride = 2});
  }
  x = net.flatten(net.adaptive_average_pool("avgpool", x, 7));
  x = net.relu(net.linear("classifier.0", x, 4096));
  x = net.relu(net.linear("classifier.3", x, 4096));
  return net.finish(net.linear("classifier.6", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> vgg_family() {
  const std::vector<std::pair<int, Stages>> depths = {
      {11, {1, 1, 2, 2, 2}}, {13, {2, 2, 2, 2, 2}}, {16, {2, 2, 3, 3, 3}}, {19, {2, 2, 4, 4, 4}}};
  std::vector<ZooEntry> entries;
  for (const auto& [depth, stages] : depths)
    for (bool norm : {false, true})
      entries.push_back({.name = fmt::format("vgg{}{}", depth, norm ? "_bn" : ""),
                         .family = "vgg",
                         .paper = "Simonyan and Zisserman, 2015, arXiv 1409.1556",
                         .source = "torchvision",
                         .build = std::bind_front(vgg, stages, norm)});
  return entries;
}

}  // namespace assay
