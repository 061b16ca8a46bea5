// SPDX-License-Identifier: MIT
// ShuffleNet V2: Ma et al., 2018, arXiv 1807.11164.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

ConvSpec depthwise(int64_t width, int64_t stride) {
  return {width, 3, stride, 1, width};
}

ValueId unit(Layers& net, const std::string& name, ValueId x, int64_t out, int64_t stride) {
  const int64_t half = out / 2, in = net.channels(x);
  ValueId left, right = x;
  if (stride == 1) {
    left = net.slice(name + ".left", x, 1, 0, half);
    right = net.slice(name + ".right", x, 1, half, out);
  } else {
    left = net.conv_norm(name + ".branch1", 0, x, depthwise(in, stride));
    left = net.relu(net.conv_norm(name + ".branch1", 2, left, {.out = half}));
  }
  right = net.relu(net.conv_norm(name + ".branch2", 0, right, {.out = half}));
  right = net.conv_norm(name + ".branch2", 3, right, depthwise(half, stride));
  right = net.relu(net.conv_norm(name + ".branch2", 5, right, {.out = half}));
  return net.channel_shuffle(net.concat(name, {left, right}), 2);
}

Graph shufflenet_v2(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const int counts[] = {4, 8, 4};
  ValueId x =
      net.conv_norm("conv1", 0, net.input(), {.out = 24, .kernel = 3, .stride = 2, .pad = 1});
  x = net.max_pool("maxpool", net.relu(x), {.kernel = 3, .stride = 2, .pad = 1});
  for (int stage = 0; stage < 3; ++stage)
    for (int i = 0; i < counts[stage]; ++i)
      x = unit(net, fmt::format("stage{}.{}", stage + 2, i), x, int64_t{116} << stage,
               i == 0 ? 2 : 1);
  x = net.relu(net.conv_norm("conv5", 0, x, {.out = 1024}));
  x = net.flatten(net.global_average_pool("avgpool", x));
  return net.finish(net.linear("fc", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> shufflenet_v2_family() {
  return {{.name = "shufflenet_v2_x1_0",
           .family = "shufflenet_v2",
           .paper = "Ma et al., 2018, arXiv 1807.11164",
           .source = "torchvision",
           .build = shufflenet_v2}};
}

}  // namespace assay
