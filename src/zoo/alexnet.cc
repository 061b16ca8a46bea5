// SPDX-License-Identifier: MIT
// AlexNet on one tower: Krizhevsky, "One weird trick", 2014, arXiv 1404.5997.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

// Fully connected layers, or the same as convolutions, which is how Ulker et al. (2020) ran them.
enum class Head { linear, convolution };

Graph alexnet(Head head, const ZooEntry& entry, const BuildOptions& options) {
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
  x = net.adaptive_average_pool("avgpool", x, 6);
  if (head == Head::linear) x = net.flatten(x);
  const auto dense = [&](const std::string& name, int64_t out) {
    x = head == Head::linear ? net.linear(name, x, out) : net.plane_conv(name, x, out);
  };
  dense("classifier.1", 4096);
  x = net.relu(x);
  dense("classifier.4", 4096);
  x = net.relu(x);
  dense("classifier.6", net.classes());
  return net.finish(head == Head::linear ? x : net.flatten(x));
}

}  // namespace

std::vector<ZooEntry> alexnet_family() {
  const auto entry = [](const char* name, const char* source, Head head) {
    return ZooEntry{.name = name,
                    .family = "alexnet",
                    .paper = "Krizhevsky, 2014, arXiv 1404.5997",
                    .source = source,
                    .build = std::bind_front(alexnet, head)};
  };
  return {entry("alexnet", "torchvision", Head::linear),
          entry("ulker/alexnet-fcconv", "ours", Head::convolution)};
}

}  // namespace assay
