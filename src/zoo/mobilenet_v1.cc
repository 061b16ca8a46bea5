// SPDX-License-Identifier: MIT
// MobileNet: Howard et al., 2017, arXiv 1704.04861.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

struct Stage {
  int64_t out;
  int count;
};
constexpr Stage kStages[] = {{64, 1}, {128, 2}, {256, 2}, {512, 6}, {1024, 2}};

ConvSpec depthwise(int64_t width, int64_t stride, const Pads& pad = 1) {
  return {width, 3, stride, pad, width};
}

Graph mobilenet_v1(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const auto norm = [&](const std::string& name, ValueId x) {
    return net.activate(net.batch_norm(name, x), Act::relu6);
  };
  ValueId x = net.conv("conv_stem", net.input(), {.out = 32, .kernel = 3, .stride = 2, .pad = 1});
  x = norm("bn1", x);
  for (int stage = 0; stage < 5; ++stage)
    for (int i = 0; i < kStages[stage].count; ++i) {
      const std::string name = fmt::format("blocks.{}.{}", stage, i);
      const int64_t stride = stage > 0 && i == 0 ? 2 : 1;
      x = norm(name + ".bn1", net.conv(name + ".conv_dw", x, depthwise(net.channels(x), stride)));
      x = norm(name + ".bn2", net.conv(name + ".conv_pw", x, {.out = kStages[stage].out}));
    }
  x = net.flatten(net.global_average_pool("global_pool", x));
  return net.finish(net.linear("classifier", x, net.classes()));
}

// Keras pads windows of stride 2 below and to the right only, classifies by a convolution, and ends
// in a softmax.
Graph keras_mobilenet_v1(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const auto conv = [&](const std::string& name, ValueId x, const ConvSpec& spec) {
    const ValueId y = net.batch_norm(name + "_bn", net.conv(name, x, spec), {.epsilon = 1e-3f});
    return net.activate(y, Act::relu6);
  };
  ValueId x = net.input();
  x = conv("conv1", x, {.out = 32, .kernel = 3, .stride = 2, .pad = net.same(x, 3, 2)});
  int index = 1;
  for (int stage = 0; stage < 5; ++stage)
    for (int i = 0; i < kStages[stage].count; ++i, ++index) {
      const bool reduces = stage > 0 && i == 0;
      if (reduces) x = net.pad(fmt::format("conv_pad_{}", index), x, {0, 0, 1, 1});
      x = conv(fmt::format("conv_dw_{}", index), x,
               depthwise(net.channels(x), reduces ? 2 : 1, reduces ? 0 : 1));
      x = conv(fmt::format("conv_pw_{}", index), x, {.out = kStages[stage].out});
    }
  x = net.global_average_pool("global_average_pooling2d", x);
  x = net.conv("conv_preds", x, {.out = net.classes(), .bias = true});
  return net.finish(net.softmax("predictions", net.flatten(x)));
}

}  // namespace

std::vector<ZooEntry> mobilenet_v1_family() {
  const std::string paper = "Howard et al., 2017, arXiv 1704.04861";
  return {{.name = "mobilenet_v1",
           .family = "mobilenet_v1",
           .paper = paper,
           .source = "timm",
           .build = mobilenet_v1},
          {.name = "keras/mobilenet_v1",
           .family = "mobilenet_v1",
           .paper = paper,
           .source = "keras",
           .build = keras_mobilenet_v1}};
}

}  // namespace assay
