// SPDX-License-Identifier: MIT
// MNASNet-B1: Tan et al., 2019, arXiv 1807.11626.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

// Modules first, first + 1 and first + 2 of a PyTorch Sequential: convolution, normalization, ReLU.
ValueId inverted_residual(Layers& net, const std::string& name, ValueId x, int64_t expansion,
                          const ConvSpec& spec) {
  const int64_t hidden = net.channels(x) * expansion;
  const std::string layers = name + ".layers";
  ValueId branch = net.relu(net.conv_norm(layers, 0, x, {.out = hidden}));
  branch = net.conv_norm(layers, 3, branch,
                         {hidden, spec.kernel, spec.stride, spec.kernel.h / 2, hidden});
  branch = net.conv_norm(layers, 6, net.relu(branch), {.out = spec.out});
  const bool residual = spec.stride.h == 1 && net.channels(x) == spec.out;
  return residual ? net.add(name + ".add", branch, x) : branch;
}

Graph mnasnet(const ZooEntry& entry, const BuildOptions& options) {
  struct Stack {
    int64_t out, kernel, stride, expansion;
    int count;
  };
  const Stack stacks[] = {{24, 3, 2, 3, 3}, {40, 5, 2, 3, 3},  {80, 5, 2, 6, 3},
                          {96, 3, 1, 6, 2}, {192, 5, 2, 6, 4}, {320, 3, 1, 6, 1}};
  Layers net(entry, options);
  ValueId x =
      net.conv_norm("layers", 0, net.input(), {.out = 32, .kernel = 3, .stride = 2, .pad = 1});
  x = net.conv_norm("layers", 3, net.relu(x), {.out = 32, .kernel = 3, .pad = 1, .groups = 32});
  x = net.conv_norm("layers", 6, net.relu(x), {.out = 16});
  int module = 8;
  for (const Stack& stack : stacks) {
    for (int i = 0; i < stack.count; ++i)
      x = inverted_residual(net, fmt::format("layers.{}.{}", module, i), x, stack.expansion,
                            {stack.out, stack.kernel, i == 0 ? stack.stride : 1});
    ++module;
  }
  x = net.relu(net.conv_norm("layers", 14, x, {.out = 1280}));
  x = net.flatten(net.global_average_pool("avgpool", x));
  return net.finish(net.linear("classifier.1", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> mnasnet_family() {
  return {{.name = "mnasnet1_0",
           .family = "mnasnet",
           .paper = "Tan et al., 2019, arXiv 1807.11626",
           .source = "torchvision",
           .build = mnasnet}};
}

}  // namespace assay
