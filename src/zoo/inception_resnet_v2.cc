// SPDX-License-Identifier: MIT
// Inception-ResNet v2: Szegedy et al., 2017, arXiv 1602.07261.
#include "zoo/families.h"
#include "zoo/inception.h"

namespace assay {
namespace {

// x + scale * (a linear 1x1 convolution of the branches).
ValueId residual(Layers& net, const std::string& name, ValueId x,
                 const std::vector<ValueId>& branches, float scale) {
  ValueId y = net.concat(name + ".concat", branches);
  y = net.conv(name + ".conv2d", y, {.out = net.channels(x), .bias = true});
  return net.add(name + ".add", net.multiply(name + ".scaled", y, scale), x);
}

ValueId block35(Layers& net, const std::string& name, ValueId x) {
  const ValueId a = basic_conv(net, name + ".branch0", x, one(32));
  const ValueId b = basic_chain(net, name + ".branch1", x, {one(32), three(32)});
  const ValueId c = basic_chain(net, name + ".branch2", x, {one(32), three(48), three(64)});
  return net.relu(residual(net, name, x, {a, b, c}, 0.17f));
}

ValueId block17(Layers& net, const std::string& name, ValueId x) {
  const ValueId a = basic_conv(net, name + ".branch0", x, one(192));
  const ValueId b = basic_chain(net, name + ".branch1", x, {one(128), row(160, 7), column(192, 7)});
  return net.relu(residual(net, name, x, {a, b}, 0.10f));
}

// The last block is linear and not scaled.
ValueId block8(Layers& net, const std::string& name, ValueId x, bool last) {
  const ValueId a = basic_conv(net, name + ".branch0", x, one(192));
  const ValueId b = basic_chain(net, name + ".branch1", x, {one(192), row(224, 3), column(256, 3)});
  const ValueId sum = residual(net, name, x, {a, b}, last ? 1.0f : 0.20f);
  return last ? sum : net.relu(sum);
}

ValueId stem(Layers& net) {
  ValueId x = basic_conv(net, "conv2d_1a", net.input(), reducing(32));
  x = basic_conv(net, "conv2d_2a", x, {.out = 32, .kernel = 3});
  x = net.max_pool("maxpool_3a", basic_conv(net, "conv2d_2b", x, three(64)), kReducingPool);
  x = basic_conv(net, "conv2d_3b", x, one(80));
  x = basic_conv(net, "conv2d_4a", x, {.out = 192, .kernel = 3});
  x = net.max_pool("maxpool_5a", x, kReducingPool);
  const ValueId a = basic_conv(net, "mixed_5b.branch0", x, one(96));
  const ValueId b =
      basic_chain(net, "mixed_5b.branch1", x, {one(48), {.out = 64, .kernel = 5, .pad = 2}});
  const ValueId c = basic_chain(net, "mixed_5b.branch2", x, {one(64), three(96), three(96)});
  const ValueId d = pooled_conv(net, "mixed_5b.branch3", x, 64);
  return net.concat("mixed_5b", {a, b, c, d});
}

ValueId mixed_6a(Layers& net, const std::string& name, ValueId x) {
  const ValueId a = basic_conv(net, name + ".branch0", x, reducing(384));
  const ValueId b = basic_chain(net, name + ".branch1", x, {one(256), three(256), reducing(384)});
  const ValueId c = net.max_pool(name + ".branch2", x, kReducingPool);
  return net.concat(name, {a, b, c});
}

ValueId mixed_7a(Layers& net, const std::string& name, ValueId x) {
  const ValueId a = basic_chain(net, name + ".branch0", x, {one(256), reducing(384)});
  const ValueId b = basic_chain(net, name + ".branch1", x, {one(256), reducing(288)});
  const ValueId c = basic_chain(net, name + ".branch2", x, {one(256), three(288), reducing(320)});
  const ValueId d = net.max_pool(name + ".branch3", x, kReducingPool);
  return net.concat(name, {a, b, c, d});
}

Graph inception_resnet_v2(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = stem(net);
  for (int i = 0; i < 10; ++i) x = block35(net, fmt::format("repeat.{}", i), x);
  x = mixed_6a(net, "mixed_6a", x);
  for (int i = 0; i < 20; ++i) x = block17(net, fmt::format("repeat_1.{}", i), x);
  x = mixed_7a(net, "mixed_7a", x);
  for (int i = 0; i < 9; ++i) x = block8(net, fmt::format("repeat_2.{}", i), x, false);
  x = basic_conv(net, "conv2d_7b", block8(net, "block8", x, true), one(1536));
  x = net.flatten(net.global_average_pool("avgpool_1a", x));
  return net.finish(net.linear("last_linear", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> inception_resnet_v2_family() {
  return {{.name = "inception_resnet_v2",
           .family = "inception",
           .paper = "Szegedy et al., 2017, arXiv 1602.07261",
           .source = "pretrainedmodels",
           .input_size = 299,
           .build = inception_resnet_v2}};
}

}  // namespace assay
