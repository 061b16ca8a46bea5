// SPDX-License-Identifier: MIT
// EfficientNet: Tan and Le, 2019, arXiv 1905.11946; V2: 2021, arXiv 2104.00298.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

struct Stage {
  bool fused;  // one full convolution in place of expansion and depthwise; no squeeze-excite
  int64_t expansion, kernel, stride, out;
  int count;
};

struct EfficientNet {
  int64_t stem;
  std::vector<Stage> stages;
  NormSpec norm;
};

struct Block {
  Layers& net;
  std::string name;
  NormSpec norm;
  int next = 0;

  ValueId conv(ValueId x, const ConvSpec& spec, Act act) {
    return net.conv_norm_act(fmt::format("{}.block.{}", name, next++), x, spec, act, norm);
  }
};

ValueId fused_block(Block& block, ValueId x, const Stage& stage, int64_t stride) {
  const int64_t hidden = block.net.channels(x) * stage.expansion;
  const bool expands = stage.expansion != 1;
  x = block.conv(x, {expands ? hidden : stage.out, stage.kernel, stride, stage.kernel / 2},
                 Act::silu);
  return expands ? block.conv(x, {.out = stage.out}, Act::none) : x;
}

ValueId separable_block(Block& block, ValueId x, const Stage& stage, int64_t stride) {
  const int64_t in = block.net.channels(x), hidden = in * stage.expansion;
  if (stage.expansion != 1) x = block.conv(x, {.out = hidden}, Act::silu);
  x = block.conv(x, {hidden, stage.kernel, stride, stage.kernel / 2, hidden}, Act::silu);
  x = block.net.squeeze_excite(fmt::format("{}.block.{}", block.name, block.next++), x, in / 4,
                               Act::silu);
  return block.conv(x, {.out = stage.out}, Act::none);
}

Graph efficientnet(const EfficientNet& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = net.conv_norm_act("features.0", net.input(),
                                {.out = spec.stem, .kernel = 3, .stride = 2, .pad = 1}, Act::silu,
                                spec.norm);
  size_t index = 1;
  for (const Stage& stage : spec.stages) {
    for (int i = 0; i < stage.count; ++i) {
      Block block{net, fmt::format("features.{}.{}", index, i), spec.norm};
      const int64_t stride = i == 0 ? stage.stride : 1;
      const ValueId y = stage.fused ? fused_block(block, x, stage, stride)
                                    : separable_block(block, x, stage, stride);
      const bool residual = stride == 1 && net.channels(x) == stage.out;
      x = residual ? net.add(block.name + ".add", y, x) : y;
    }
    ++index;
  }
  x = net.conv_norm_act(fmt::format("features.{}", index), x, {.out = 1280}, Act::silu, spec.norm);
  x = net.flatten(net.global_average_pool("avgpool", x));
  return net.finish(net.linear("classifier.1", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> efficientnet_family() {
  const EfficientNet b0{32,
                        {{false, 1, 3, 1, 16, 1},
                         {false, 6, 3, 2, 24, 2},
                         {false, 6, 5, 2, 40, 2},
                         {false, 6, 3, 2, 80, 3},
                         {false, 6, 5, 1, 112, 3},
                         {false, 6, 5, 2, 192, 4},
                         {false, 6, 3, 1, 320, 1}},
                        {.epsilon = 1e-5f}};
  const EfficientNet v2_s{24,
                          {{true, 1, 3, 1, 24, 2},
                           {true, 4, 3, 2, 48, 4},
                           {true, 4, 3, 2, 64, 4},
                           {false, 4, 3, 2, 128, 6},
                           {false, 6, 3, 1, 160, 9},
                           {false, 6, 3, 2, 256, 15}},
                          {.epsilon = 1e-3f}};
  return {{.name = "efficientnet_b0",
           .family = "efficientnet",
           .paper = "Tan and Le, 2019, arXiv 1905.11946",
           .source = "torchvision",
           .build = std::bind_front(efficientnet, b0)},
          {.name = "efficientnet_v2_s",
           .family = "efficientnet",
           .paper = "Tan and Le, 2021, arXiv 2104.00298",
           .source = "torchvision",
           .input_size = 384,
           .build = std::bind_front(efficientnet, v2_s)}};
}

}  // namespace assay
