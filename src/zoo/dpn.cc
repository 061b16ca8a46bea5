// SPDX-License-Identifier: MIT
// Dual path networks: Chen et al., 2017, arXiv 1707.01629.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

constexpr NormSpec kNorm{.epsilon = 1e-3f};

struct Dpn {
  ConvSpec stem;
  int64_t reduced;  // width of the first stage's grouped convolutions
  int64_t groups;
  int64_t width;  // of the first stage's residual path
  std::vector<int> blocks;
  std::vector<int64_t> growths;  // of the dense path, by stage
};

// A residual path, which is added to, and a dense path, which grows.
struct Paths {
  ValueId residual, dense;
};

ValueId norm_relu_conv(Layers& net, const std::string& name, ValueId x, const ConvSpec& spec) {
  return net.conv(name + ".conv", net.relu(net.batch_norm(name + ".bn", x, kNorm)), spec);
}

ValueId residual_part(Layers& net, ValueId x, int64_t width) {
  return net.slice(net.name(x) + ".residual", x, 1, 0, width);
}

ValueId dense_part(Layers& net, ValueId x, int64_t width) {
  return net.slice(net.name(x) + ".dense", x, 1, width, net.channels(x));
}

struct Block {
  std::string name;
  ConvSpec grouped;
  int64_t width, growth;
  std::string projection;  // its name; empty where the block has none
};

// `x` is both paths as one.
Paths block(Layers& net, const Block& spec, ValueId x, Paths paths) {
  if (!spec.projection.empty()) {
    const ValueId projected =
        norm_relu_conv(net, spec.name + spec.projection, x,
                       {.out = spec.width + 2 * spec.growth, .stride = spec.grouped.stride});
    paths.residual = residual_part(net, projected, spec.width);
    paths.dense = dense_part(net, projected, spec.width);
  }
  ValueId y = norm_relu_conv(net, spec.name + ".c1x1_a", x, {.out = spec.grouped.out});
  y = norm_relu_conv(net, spec.name + ".c3x3_b", y, spec.grouped);
  y = norm_relu_conv(net, spec.name + ".c1x1_c", y, {.out = spec.width + spec.growth});
  // One part after the other, so that not both are alive beside y.
  paths.residual = net.add(spec.name + ".add", paths.residual, residual_part(net, y, spec.width));
  paths.dense = net.concat(spec.name + ".dense", {paths.dense, dense_part(net, y, spec.width)});
  return paths;
}

// The average over 7x7 pixels, then the classifier, then, where the image was larger, the mean of
// average and maximum.
ValueId head(Layers& net, ValueId x) {
  const Shape& plane = net.shape(x);
  const Pair window(std::min<int64_t>(7, plane[2]), std::min<int64_t>(7, plane[3]));
  x = net.average_pool("avg_pool", x, {.kernel = window});
  x = net.conv("last_linear", x, {.out = net.classes(), .bias = true});
  if (net.shape(x)[2] == 1 && net.shape(x)[3] == 1) return net.flatten(x);
  const ValueId most = net.op("GlobalMaxPool", "max", {x});
  const ValueId sum = net.add("avgmax.sum", net.global_average_pool("avg", x), most);
  return net.flatten(net.multiply("avgmax", sum, 0.5f));
}

Graph dpn(const Dpn& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = net.conv("features.conv1_1.conv", net.input(), spec.stem);
  x = net.relu(net.batch_norm("features.conv1_1.bn", x, kNorm));
  x = net.max_pool("features.conv1_1.pool", x, {.kernel = 3, .stride = 2, .pad = 1});
  Paths paths{kNoValue, kNoValue};
  for (size_t stage = 0; stage < spec.blocks.size(); ++stage)
    for (int i = 0; i < spec.blocks[stage]; ++i) {
      const int64_t stride = stage > 0 && i == 0 ? 2 : 1;
      Block each{fmt::format("features.conv{}_{}", stage + 2, i + 1),
                 {spec.reduced << stage, 3, stride, 1, spec.groups},
                 spec.width << stage,
                 spec.growths[stage],
                 i == 0 ? fmt::format(".c1x1_w_s{}", stride) : ""};
      paths = block(net, each, x, paths);
      x = net.concat(each.name, {paths.residual, paths.dense});
    }
  x = net.relu(net.batch_norm("features.conv5_bn_ac.bn", x, kNorm));
  return net.finish(head(net, x));
}

}  // namespace

std::vector<ZooEntry> dpn_family() {
  const auto entry = [](const char* name, const Dpn& spec) {
    return ZooEntry{.name = name,
                    .family = "dpn",
                    .paper = "Chen et al., 2017, arXiv 1707.01629",
                    .source = "pretrainedmodels",
                    .build = std::bind_front(dpn, spec)};
  };
  return {entry("dpn68", {{10, 3, 2, 1}, 128, 32, 64, {3, 4, 12, 3}, {16, 32, 32, 64}}),
          entry("dpn98", {{96, 7, 2, 3}, 160, 40, 256, {3, 6, 20, 3}, {16, 32, 32, 128}}),
          entry("dpn131", {{128, 7, 2, 3}, 160, 40, 256, {4, 8, 28, 3}, {16, 32, 32, 128}})};
}

}  // namespace assay
