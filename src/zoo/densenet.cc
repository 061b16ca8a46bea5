// SPDX-License-Identifier: MIT
// DenseNet-BC: Huang et al., 2017, arXiv 1608.06993.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

struct DenseNet {
  std::vector<int> blocks;
  int64_t growth = 32;
  int64_t stem = 64;
};

ValueId norm_relu_conv(Layers& net, const std::string& base, const std::string& index, ValueId x,
                       const ConvSpec& spec) {
  x = net.relu(net.batch_norm(base + ".norm" + index, x));
  return net.conv(base + ".conv" + index, x, spec);
}

ValueId dense_block(Layers& net, const std::string& name, ValueId x, int layers, int64_t growth) {
  std::vector<ValueId> features{x};
  for (int i = 1; i <= layers; ++i) {
    const std::string layer = fmt::format("{}.denselayer{}", name, i);
    const ValueId all = i == 1 ? x : net.concat(layer + ".concat", features);
    const ValueId reduced = norm_relu_conv(net, layer, "1", all, {.out = 4 * growth});
    features.push_back(
        norm_relu_conv(net, layer, "2", reduced, {.out = growth, .kernel = 3, .pad = 1}));
  }
  return net.concat(name, features);
}

Graph densenet(const DenseNet& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = net.conv("features.conv0", net.input(),
                       {.out = spec.stem, .kernel = 7, .stride = 2, .pad = 3});
  x = net.relu(net.batch_norm("features.norm0", x));
  x = net.max_pool("features.pool0", x, {.kernel = 3, .stride = 2, .pad = 1});
  for (size_t i = 0; i < spec.blocks.size(); ++i) {
    x = dense_block(net, fmt::format("features.denseblock{}", i + 1), x, spec.blocks[i],
                    spec.growth);
    if (i + 1 == spec.blocks.size()) break;
    const std::string transition = fmt::format("features.transition{}", i + 1);
    x = norm_relu_conv(net, transition, "", x, {.out = net.channels(x) / 2});
    x = net.average_pool(transition + ".pool", x, {.kernel = 2, .stride = 2});
  }
  x = net.relu(net.batch_norm("features.norm5", x));
  x = net.flatten(net.global_average_pool("avgpool", x));
  return net.finish(net.linear("classifier", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> densenet_family() {
  const auto entry = [](const char* name, const DenseNet& spec) {
    return ZooEntry{.name = name,
                    .family = "densenet",
                    .paper = "Huang et al., 2017, arXiv 1608.06993",
                    .source = "torchvision",
                    .build = std::bind_front(densenet, spec)};
  };
  return {entry("densenet121", {.blocks = {6, 12, 24, 16}}),
          entry("densenet161", {.blocks = {6, 12, 36, 24}, .growth = 48, .stem = 96}),
          entry("densenet169", {.blocks = {6, 12, 32, 32}}),
          entry("densenet201", {.blocks = {6, 12, 48, 32}})};
}

}  // namespace assay
