// SPDX-License-Identifier: MIT
// AlexNet on one tower: Krizhevsky, "One weird trick", 2014, arXiv 1404.5997.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

Graph alexnet(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const PoolSpec pool{.kernel = 3, .stride = 2};
  ValueId x = net.input();
  const auto conv = [&](const std::string& name, const ConvSpec& spec) {
    x = net.relu(net.conv(name, x, spec));
  };
  conv("features.0", {.out = 64, .kernel = 11, .stride = 4, .pad = 2, .bias = true});
  x = net.max_pool("features.2", x, pool);
  conv("features.3", {.out = 192, .kernel = 5, .pad = 2, .bias = true});
  x = net.max_pool("features.5", x, pool);
  conv("features.6", {.out = 384, .kernel = 3, .pad = 1, .bias = true});
  conv("features.8", {.out = 256, .kernel = 3, .pad = 1, .bias = true});
  conv("features.10", {.out = 256, .kernel = 3, .pad = 1, .bias = true});
  x = net.max_pool("features.12", x, pool);
  x = net.flatten(net.adaptive_average_pool("avgpool", x, 6));
  x = net.relu(net.linear("classifier.1", x, 4096));
  x = net.relu(net.linear("classifier.4", x, 4096));
  return net.finish(net.linear("classifier.6", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> alexnet_family() {
  return {{.name = "alexnet",
           .family = "alexnet",
           .paper = "Krizhevsky, 2014, arXiv 1404.5997",
           .source = "torchvision",
           .build = alexnet}};
}

}  // namespace assay
