// SPDX-License-Identifier: MIT
// SqueezeNet: Iandola et al., 2016, arXiv 1602.07360.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

ValueId fire(Layers& net, const std::string& name, ValueId x, int64_t squeeze, int64_t expand) {
  x = net.relu(net.conv(name + ".squeeze", x, {.out = squeeze, .bias = true}));
  const ValueId one = net.conv(name + ".expand1x1", x, {.out = expand, .bias = true});
  const ValueId three =
      net.conv(name + ".expand3x3", x, {.out = expand, .kernel = 3, .pad = 1, .bias = true});
  return net.concat(name, {net.relu(one), net.relu(three)});
}

struct Version {
  ConvSpec stem;
  std::vector<int> pools;  // modules of PyTorch's Sequential that are pools
};

Graph squeezenet(const Version& version, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const int64_t squeezes[] = {16, 16, 32, 32, 48, 48, 64, 64};
  ValueId x = net.relu(net.conv("features.0", net.input(), version.stem));
  for (int module = 2, fires = 0; module < 13; ++module) {
    const std::string name = fmt::format("features.{}", module);
    if (std::ranges::count(version.pools, module) > 0) {
      x = net.max_pool(name, x, {.kernel = 3, .stride = 2, .ceil_mode = true});
      continue;
    }
    x = fire(net, name, x, squeezes[fires], 4 * squeezes[fires]);
    ++fires;
  }
  x = net.relu(net.conv("classifier.1", x, {.out = net.classes(), .bias = true}));
  return net.finish(net.flatten(net.global_average_pool("classifier.3", x)));
}

}  // namespace

std::vector<ZooEntry> squeezenet_family() {
  const Version v1_0{{.out = 96, .kernel = 7, .stride = 2, .bias = true}, {2, 6, 11}};
  const Version v1_1{{.out = 64, .kernel = 3, .stride = 2, .bias = true}, {2, 5, 8}};
  const auto entry = [](const char* name, const Version& version) {
    return ZooEntry{.name = name,
                    .family = "squeezenet",
                    .paper = "Iandola et al., 2016, arXiv 1602.07360",
                    .source = "torchvision",
                    .build = std::bind_front(squeezenet, version)};
  };
  return {entry("squeezenet1_0", v1_0), entry("squeezenet1_1", v1_1)};
}

}  // namespace assay
