// SPDX-License-Identifier: MIT
// ConvNeXt: Liu et al., 2022, arXiv 2201.03545.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

constexpr float kEpsilon = 1e-6f;

struct ConvNext {
  std::vector<int> depths;
  int64_t width;
};

ValueId channels_last(Layers& net, ValueId x) {
  return net.transpose(net.name(x) + ".nhwc", x, {0, 2, 3, 1});
}

ValueId channels_first(Layers& net, ValueId x) {
  return net.transpose(net.name(x) + ".nchw", x, {0, 3, 1, 2});
}

// Layer normalization over the channels of N x C x H x W.
ValueId norm(Layers& net, const std::string& name, ValueId x) {
  return channels_first(net, net.layer_norm(name, channels_last(net, x), kEpsilon));
}

ValueId block(Layers& net, const std::string& name, ValueId x) {
  const int64_t width = net.channels(x);
  ValueId y = net.conv(name + ".block.0", x, {width, 7, 1, 3, width, true});
  y = net.layer_norm(name + ".block.2", channels_last(net, y), kEpsilon);
  y = net.activate(net.linear(name + ".block.3", y, 4 * width), Act::gelu);
  y = channels_first(net, net.linear(name + ".block.5", y, width));
  y = net.multiply(name + ".scaled", y, net.parameter(name + ".layer_scale", {width, 1, 1}));
  return net.add(name + ".add", y, x);
}

Graph convnext(const ConvNext& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = net.conv("features.0.0", net.input(),
                       {.out = spec.width, .kernel = 4, .stride = 4, .bias = true});
  x = norm(net, "features.0.1", x);
  for (size_t stage = 0; stage < spec.depths.size(); ++stage) {
    for (int i = 0; i < spec.depths[stage]; ++i)
      x = block(net, fmt::format("features.{}.{}", 2 * stage + 1, i), x);
    if (stage + 1 == spec.depths.size()) break;
    const std::string down = fmt::format("features.{}", 2 * stage + 2);
    x = net.conv(down + ".1", norm(net, down + ".0", x),
                 {.out = 2 * net.channels(x), .kernel = 2, .stride = 2, .bias = true});
  }
  x = norm(net, "classifier.0", net.global_average_pool("avgpool", x));
  return net.finish(net.linear("classifier.2", net.flatten(x), net.classes()));
}

}  // namespace

std::vector<ZooEntry> convnext_family() {
  const auto entry = [](const char* name, const ConvNext& spec) {
    return ZooEntry{.name = name,
                    .family = "convnext",
                    .paper = "Liu et al., 2022, arXiv 2201.03545",
                    .source = "torchvision",
                    .build = std::bind_front(convnext, spec)};
  };
  return {entry("convnext_tiny", {{3, 3, 9, 3}, 96}), entry("convnext_small", {{3, 3, 27, 3}, 96}),
          entry("convnext_base", {{3, 3, 27, 3}, 128})};
}

}  // namespace assay
