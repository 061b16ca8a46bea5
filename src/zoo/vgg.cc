// SPDX-License-Identifier: MIT
// VGG: Simonyan and Zisserman, 2015, arXiv 1409.1556.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

// 3x3 convolutions in each of the five stages.
using Stages = std::vector<int>;

struct Vgg {
  Stages stages;
  bool norm = false;
  bool as_convolutions = false;  // the fully connected layers, which is how Ulker et al. (2020) ran
};

Graph vgg(const Vgg& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const int64_t widths[] = {64, 128, 256, 512, 512};
  ValueId x = net.input();
  int index = 0;  // of the module in PyTorch's Sequential, activations and pools counted
  const auto next = [&](int modules) {
    const std::string name = fmt::format("features.{}", index);
    index += modules;
    return name;
  };
  for (size_t stage = 0; stage < spec.stages.size(); ++stage) {
    for (int i = 0; i < spec.stages[stage]; ++i) {
      x = net.conv(next(spec.norm ? 1 : 2), x,
                   {.out = widths[stage], .kernel = 3, .pad = 1, .bias = true});
      if (spec.norm) x = net.batch_norm(next(2), x);
      x = net.relu(x);
    }
    x = net.max_pool(next(1), x, {.kernel = 2, .stride = 2});
  }
  x = net.adaptive_average_pool("avgpool", x, 7);
  if (!spec.as_convolutions) x = net.flatten(x);
  const auto dense = [&](const std::string& name, int64_t out) {
    x = spec.as_convolutions ? net.plane_conv(name, x, out) : net.linear(name, x, out);
  };
  dense("classifier.0", 4096);
  x = net.relu(x);
  dense("classifier.3", 4096);
  x = net.relu(x);
  dense("classifier.6", net.classes());
  return net.finish(spec.as_convolutions ? net.flatten(x) : x);
}

}  // namespace

std::vector<ZooEntry> vgg_family() {
  const std::vector<std::pair<int, Stages>> depths = {
      {11, {1, 1, 2, 2, 2}}, {13, {2, 2, 2, 2, 2}}, {16, {2, 2, 3, 3, 3}}, {19, {2, 2, 4, 4, 4}}};
  std::vector<ZooEntry> entries;
  const auto add = [&](const std::string& name, const char* source, const Vgg& spec) {
    entries.push_back({.name = name,
                       .family = "vgg",
                       .paper = "Simonyan and Zisserman, 2015, arXiv 1409.1556",
                       .source = source,
                       .build = std::bind_front(vgg, spec)});
  };
  for (const auto& [depth, stages] : depths) {
    add(fmt::format("vgg{}", depth), "torchvision", {stages});
    add(fmt::format("vgg{}_bn", depth), "torchvision", {stages, true});
    if (depth >= 16)
      add(fmt::format("ulker/vgg{}-fcconv", depth), "ours",
          {.stages = stages, .as_convolutions = true});
  }
  return entries;
}

}  // namespace assay
