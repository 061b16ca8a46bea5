// SPDX-License-Identifier: MIT
// RegNetY: Radosavovic et al., 2020, arXiv 2003.13678.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

struct RegNet {
  std::vector<int> depths;
  std::vector<int64_t> widths;
  int64_t group_width;
};

ValueId block(Layers& net, const std::string& name, ValueId x, const ConvSpec& spec) {
  const int64_t in = net.channels(x), out = spec.out;
  ValueId shortcut = x;
  if (in != out || spec.stride.h != 1)
    shortcut = net.conv_norm_act(name + ".proj", x, {.out = out, .stride = spec.stride}, Act::none);
  ValueId branch = net.conv_norm_act(name + ".f.a", x, {.out = out}, Act::relu);
  branch = net.conv_norm_act(name + ".f.b", branch, spec, Act::relu);
  branch = net.squeeze_excite(name + ".f.se", branch, in / 4);
  branch = net.conv_norm_act(name + ".f.c", branch, {.out = out}, Act::none);
  return net.relu(net.add(name + ".add", shortcut, branch));
}

Graph regnet(const RegNet& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = net.conv_norm_act("stem", net.input(),
                                {.out = 32, .kernel = 3, .stride = 2, .pad = 1}, Act::relu);
  for (size_t stage = 0; stage < spec.depths.size(); ++stage)
    for (int i = 0; i < spec.depths[stage]; ++i) {
      const int64_t width = spec.widths[stage];
      x = block(net, fmt::format("trunk_output.block{0}.block{0}-{1}", stage + 1, i), x,
                {width, 3, i == 0 ? 2 : 1, 1, width / spec.group_width});
    }
  x = net.flatten(net.global_average_pool("avgpool", x));
  return net.finish(net.linear("fc", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> regnet_family() {
  const auto entry = [](const char* name, const RegNet& spec) {
    return ZooEntry{.name = name,
                    .family = "regnet",
                    .paper = "Radosavovic et al., 2020, arXiv 2003.13678",
                    .source = "torchvision",
                    .build = std::bind_front(regnet, spec)};
  };
  return {entry("regnet_y_400mf", {{1, 3, 6, 6}, {48, 104, 208, 440}, 8}),
          entry("regnet_y_8gf", {{2, 4, 10, 1}, {224, 448, 896, 2016}, 56})};
}

}  // namespace assay
