// SPDX-License-Identifier: MIT
// ResNeXt: Xie et al., 2017, arXiv 1611.05431.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

struct ResNext {
  std::vector<int> blocks;
  int64_t groups;
  int64_t width;  // of the first stage's grouped convolutions
};

// Modules first and first + 1 of one of the nested Sequentials that the weights were converted to.
ValueId block(Layers& net, const std::string& name, ValueId x, const ConvSpec& spec, int64_t out) {
  const std::string branch = name + ".0.0";
  ValueId y = net.relu(net.conv_norm(branch + ".0", 0, x, {.out = spec.out}));
  y = net.relu(net.conv_norm(branch + ".0", 3, y, spec));
  y = net.conv_norm(branch, 1, y, {.out = out});
  if (net.channels(x) != out)
    x = net.conv_norm(name + ".0.1", 0, x, {.out = out, .stride = spec.stride});
  return net.relu(net.add(name + ".add", y, x));
}

Graph resnext(const ResNext& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x =
      net.conv_norm("features", 0, net.input(), {.out = 64, .kernel = 7, .stride = 2, .pad = 3});
  x = net.max_pool("features.3", net.relu(x), {.kernel = 3, .stride = 2, .pad = 1});
  for (size_t stage = 0; stage < spec.blocks.size(); ++stage)
    for (int i = 0; i < spec.blocks[stage]; ++i)
      x = block(net, fmt::format("features.{}.{}", stage + 4, i), x,
                {spec.width << stage, 3, stage > 0 && i == 0 ? 2 : 1, 1, spec.groups},
                int64_t{256} << stage);
  x = net.flatten(net.global_average_pool("avg_pool", x));
  return net.finish(net.linear("last_linear", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> resnext_family() {
  const auto entry = [](const char* name, const ResNext& spec) {
    return ZooEntry{.name = name,
                    .family = "resnext",
                    .paper = "Xie et al., 2017, arXiv 1611.05431",
                    .source = "pretrainedmodels",
                    .build = std::bind_front(resnext, spec)};
  };
  return {entry("resnext101_32x4d", {{3, 4, 23, 3}, 32, 128}),
          entry("resnext101_64x4d", {{3, 4, 23, 3}, 64, 256})};
}

}  // namespace assay
