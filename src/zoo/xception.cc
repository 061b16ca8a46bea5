// SPDX-License-Identifier: MIT
// Xception: Chollet, 2017, arXiv 1610.02357.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

ValueId separable(Layers& net, const std::string& name, ValueId x, int64_t out) {
  x = net.conv(name + ".conv1", x, {net.channels(x), 3, 1, 1, net.channels(x)});
  return net.conv(name + ".pointwise", x, {.out = out});
}

struct Block {
  std::vector<int64_t> widths;  // of its separable convolutions
  int64_t stride = 1;
  bool starts_with_relu = true;
};

ValueId block(Layers& net, const std::string& name, ValueId x, const Block& spec) {
  ValueId branch = x;
  int module = 0;  // of PyTorch's Sequential: [ReLU,] separable, normalization, ReLU, ...
  const auto next = [&] { return fmt::format("{}.rep.{}", name, module++); };
  for (size_t i = 0; i < spec.widths.size(); ++i) {
    if (i > 0 || spec.starts_with_relu) branch = net.op("Relu", next(), {branch});
    branch = separable(net, next(), branch, spec.widths[i]);
    branch = net.batch_norm(next(), branch);
  }
  const int64_t out = spec.widths.back();
  if (spec.stride != 1)
    branch = net.max_pool(next(), branch, {.kernel = 3, .stride = spec.stride, .pad = 1});
  if (spec.stride != 1 || net.channels(x) != out) {
    x = net.conv(name + ".skip", x, {.out = out, .stride = spec.stride});
    x = net.batch_norm(name + ".skipbn", x);
  }
  return net.add(name, branch, x);
}

Graph xception(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = net.conv("conv1", net.input(), {.out = 32, .kernel = 3, .stride = 2});
  x = net.conv("conv2", net.relu(net.batch_norm("bn1", x)), {.out = 64, .kernel = 3});
  x = net.relu(net.batch_norm("bn2", x));
  x = block(net, "block1", x, {{128, 128}, 2, false});
  x = block(net, "block2", x, {{256, 256}, 2});
  x = block(net, "block3", x, {{728, 728}, 2});
  for (int i = 4; i < 12; ++i) x = block(net, fmt::format("block{}", i), x, {{728, 728, 728}});
  x = block(net, "block12", x, {{728, 1024}, 2});
  x = net.relu(net.batch_norm("bn3", separable(net, "conv3", x, 1536)));
  x = net.relu(net.batch_norm("bn4", separable(net, "conv4", x, 2048)));
  x = net.flatten(net.global_average_pool("avg_pool", x));
  return net.finish(net.linear("last_linear", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> xception_family() {
  return {{.name = "xception",
           .family = "xception",
           .paper = "Chollet, 2017, arXiv 1610.02357",
           .source = "pretrainedmodels",
           .input_size = 299,
           .build = xception}};
}

}  // namespace assay
