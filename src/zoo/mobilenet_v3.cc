// SPDX-License-Identifier: MIT
// MobileNetV3: Howard et al., 2019, arXiv 1905.02244.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

constexpr NormSpec kNorm{.epsilon = 1e-3f};

struct Block {
  int64_t kernel, hidden, out;
  bool squeeze;
  Act act;
  int64_t stride;
};

struct MobileNetV3 {
  std::vector<Block> blocks;
  int64_t head;
};

// To the nearest multiple of 8, but at most a tenth down.
int64_t rounded_to_8(int64_t width) {
  const int64_t nearest = std::max<int64_t>(8, (width + 4) / 8 * 8);
  return 10 * nearest < 9 * width ? nearest + 8 : nearest;
}

ValueId bottleneck(Layers& net, const std::string& name, ValueId x, const Block& block) {
  const int64_t in = net.channels(x);
  ValueId branch = x;
  int i = 0;
  const auto next = [&] { return fmt::format("{}.block.{}", name, i++); };
  if (block.hidden != in)
    branch = net.conv_norm_act(next(), branch, {.out = block.hidden}, block.act, kNorm);
  branch = net.conv_norm_act(
      next(), branch, {block.hidden, block.kernel, block.stride, block.kernel / 2, block.hidden},
      block.act, kNorm);
  if (block.squeeze)
    branch = net.squeeze_excite(next(), branch, rounded_to_8(block.hidden / 4), Act::relu,
                                Act::hardsigmoid);
  branch = net.conv_norm_act(next(), branch, {.out = block.out}, Act::none, kNorm);
  return block.stride == 1 && in == block.out ? net.add(name + ".add", branch, x) : branch;
}

Graph mobilenet_v3(const MobileNetV3& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x =
      net.conv_norm_act("features.0", net.input(), {.out = 16, .kernel = 3, .stride = 2, .pad = 1},
                        Act::hardswish, kNorm);
  int index = 1;
  for (const Block& block : spec.blocks)
    x = bottleneck(net, fmt::format("features.{}", index++), x, block);
  x = net.conv_norm_act(fmt::format("features.{}", index), x, {.out = 6 * net.channels(x)},
                        Act::hardswish, kNorm);
  x = net.flatten(net.global_average_pool("avgpool", x));
  x = net.activate(net.linear("classifier.0", x, spec.head), Act::hardswish);
  return net.finish(net.linear("classifier.3", x, net.classes()));
}

MobileNetV3 large() {
  constexpr Act relu = Act::relu, swish = Act::hardswish;
  return {{{3, 16, 16, false, relu, 1},
           {3, 64, 24, false, relu, 2},
           {3, 72, 24, false, relu, 1},
           {5, 72, 40, true, relu, 2},
           {5, 120, 40, true, relu, 1},
           {5, 120, 40, true, relu, 1},
           {3, 240, 80, false, swish, 2},
           {3, 200, 80, false, swish, 1},
           {3, 184, 80, false, swish, 1},
           {3, 184, 80, false, swish, 1},
           {3, 480, 112, true, swish, 1},
           {3, 672, 112, true, swish, 1},
           {5, 672, 160, true, swish, 2},
           {5, 960, 160, true, swish, 1},
           {5, 960, 160, true, swish, 1}},
          1280};
}

MobileNetV3 small() {
  constexpr Act relu = Act::relu, swish = Act::hardswish;
  return {{{3, 16, 16, true, relu, 2},
           {3, 72, 24, false, relu, 2},
           {3, 88, 24, false, relu, 1},
           {5, 96, 40, true, swish, 2},
           {5, 240, 40, true, swish, 1},
           {5, 240, 40, true, swish, 1},
           {5, 120, 48, true, swish, 1},
           {5, 144, 48, true, swish, 1},
           {5, 288, 96, true, swish, 2},
           {5, 576, 96, true, swish, 1},
           {5, 576, 96, true, swish, 1}},
          1024};
}

}  // namespace

std::vector<ZooEntry> mobilenet_v3_family() {
  const auto entry = [](const char* name, const MobileNetV3& spec) {
    return ZooEntry{.name = name,
                    .family = "mobilenet_v3",
                    .paper = "Howard et al., 2019, arXiv 1905.02244",
                    .source = "torchvision",
                    .build = std::bind_front(mobilenet_v3, spec)};
  };
  return {entry("mobilenet_v3_large", large()), entry("mobilenet_v3_small", small())};
}

}  // namespace assay
