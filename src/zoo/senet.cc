// SPDX-License-Identifier: MIT
// Squeeze-and-excitation networks: Hu et al., 2018, arXiv 1709.01507.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

struct SeNet {
  std::vector<int> blocks;
  int64_t groups = 1;
  int64_t first_width = 64, second_width = 64;  // of the first stage's 1x1 and 3x3 convolutions
  bool stride_in_first = false;                 // in the 1x1, as Caffe's ResNet; else in the 3x3
  bool deep = false;  // SENet-154: three 3x3 convolutions as stem, 3x3 windows in the shortcuts
};

ValueId block(Layers& net, const SeNet& spec, const std::string& name, ValueId x, int stage,
              int64_t stride) {
  const int64_t out = int64_t{256} << stage, first = spec.stride_in_first ? stride : 1;
  const auto conv = [&](int i, ValueId y, const ConvSpec& conv_spec) {
    y = net.conv(fmt::format("{}.conv{}", name, i), y, conv_spec);
    return net.batch_norm(fmt::format("{}.bn{}", name, i), y);
  };
  ValueId branch = net.relu(conv(1, x, {.out = spec.first_width << stage, .stride = first}));
  branch =
      net.relu(conv(2, branch, {spec.second_width << stage, 3, stride / first, 1, spec.groups}));
  branch = conv(3, branch, {.out = out});
  if (stride != 1 || net.channels(x) != out) {
    const int64_t kernel = spec.deep && stage > 0 ? 3 : 1;
    x = net.conv(name + ".downsample.0", x, {out, kernel, stride, kernel / 2});
    x = net.batch_norm(name + ".downsample.1", x);
  }
  branch = net.squeeze_excite(name + ".se_module", branch, out / 16);
  return net.relu(net.add(name + ".add", branch, x));
}

ValueId stem(Layers& net, bool deep) {
  const auto conv = [&](int i, ValueId x, const ConvSpec& spec) {
    x = net.conv(fmt::format("layer0.conv{}", i), x, spec);
    return net.relu(net.batch_norm(fmt::format("layer0.bn{}", i), x));
  };
  ValueId x = net.input();
  if (deep) {
    x = conv(1, x, {.out = 64, .kernel = 3, .stride = 2, .pad = 1});
    x = conv(2, x, {.out = 64, .kernel = 3, .pad = 1});
    x = conv(3, x, {.out = 128, .kernel = 3, .pad = 1});
  } else {
    x = conv(1, x, {.out = 64, .kernel = 7, .stride = 2, .pad = 3});
  }
  return net.max_pool("layer0.pool", x, {.kernel = 3, .stride = 2, .ceil_mode = true});
}

Graph senet(const SeNet& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = stem(net, spec.deep);
  for (int stage = 0; stage < 4; ++stage)
    for (int i = 0; i < spec.blocks[static_cast<size_t>(stage)]; ++i)
      x = block(net, spec, fmt::format("layer{}.{}", stage + 1, i), x, stage,
                stage > 0 && i == 0 ? 2 : 1);
  x = net.flatten(net.global_average_pool("avg_pool", x));
  return net.finish(net.linear("last_linear", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> senet_family() {
  const auto entry = [](const char* name, const SeNet& spec) {
    return ZooEntry{.name = name,
                    .family = "senet",
                    .paper = "Hu et al., 2018, arXiv 1709.01507",
                    .source = "pretrainedmodels",
                    .build = std::bind_front(senet, spec)};
  };
  return {entry("se_resnet50", {.blocks = {3, 4, 6, 3}, .stride_in_first = true}),
          entry("se_resnet101", {.blocks = {3, 4, 23, 3}, .stride_in_first = true}),
          entry("se_resnet152", {.blocks = {3, 8, 36, 3}, .stride_in_first = true}),
          entry("se_resnext50_32x4d", {{3, 4, 6, 3}, 32, 128, 128}),
          entry("se_resnext101_32x4d", {{3, 4, 23, 3}, 32, 128, 128}),
          entry("senet154", {.blocks = {3, 8, 36, 3},
                             .groups = 64,
                             .first_width = 128,
                             .second_width = 256,
                             .deep = true})};
}

}  // namespace assay
