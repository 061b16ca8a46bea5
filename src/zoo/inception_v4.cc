// SPDX-License-Identifier: MIT
// Inception v4: Szegedy et al., 2017, arXiv 1602.07261.
#include "zoo/families.h"
#include "zoo/inception.h"

namespace assay {
namespace {

ValueId stem(Layers& net) {
  ValueId x = basic_chain(net, "features", net.input(),
                          {reducing(32), {.out = 32, .kernel = 3}, three(64)});
  x = net.concat("features.3", {net.max_pool("features.3.maxpool", x, kReducingPool),
                                basic_conv(net, "features.3.conv", x, reducing(96))});
  const ConvSpec last{.out = 96, .kernel = 3};
  const ValueId a = basic_chain(net, "features.4.branch0", x, {one(64), last});
  const ValueId b =
      basic_chain(net, "features.4.branch1", x, {one(64), row(64, 7), column(64, 7), last});
  x = net.concat("features.4", {a, b});
  const ValueId reduced = basic_conv(net, "features.5.conv", x, reducing(192));
  return net.concat("features.5", {reduced, net.max_pool("features.5.maxpool", x, kReducingPool)});
}

ValueId inception_a(Layers& net, const std::string& name, ValueId x) {
  const ValueId a = basic_conv(net, name + ".branch0", x, one(96));
  const ValueId b = basic_chain(net, name + ".branch1", x, {one(64), three(96)});
  const ValueId c = basic_chain(net, name + ".branch2", x, {one(64), three(96), three(96)});
  return net.concat(name, {a, b, c, pooled_conv(net, name + ".branch3", x, 96)});
}

ValueId reduction_a(Layers& net, const std::string& name, ValueId x) {
  const ValueId a = basic_conv(net, name + ".branch0", x, reducing(384));
  const ValueId b = basic_chain(net, name + ".branch1", x, {one(192), three(224), reducing(256)});
  return net.concat(name, {a, b, net.max_pool(name + ".branch2", x, kReducingPool)});
}

ValueId inception_b(Layers& net, const std::string& name, ValueId x) {
  const ValueId a = basic_conv(net, name + ".branch0", x, one(384));
  const ValueId b = basic_chain(net, name + ".branch1", x, {one(192), row(224, 7), column(256, 7)});
  const ValueId c =
      basic_chain(net, name + ".branch2", x,
                  {one(192), column(192, 7), row(224, 7), column(224, 7), row(256, 7)});
  return net.concat(name, {a, b, c, pooled_conv(net, name + ".branch3", x, 128)});
}

ValueId reduction_b(Layers& net, const std::string& name, ValueId x) {
  const ValueId a = basic_chain(net, name + ".branch0", x, {one(192), reducing(192)});
  const ValueId b = basic_chain(net, name + ".branch1", x,
                                {one(256), row(256, 7), column(320, 7), reducing(320)});
  return net.concat(name, {a, b, net.max_pool(name + ".branch2", x, kReducingPool)});
}

ValueId split(Layers& net, const std::string& name, ValueId x) {
  const ValueId a = basic_conv(net, name + "a", x, row(256, 3));
  return net.concat(name, {a, basic_conv(net, name + "b", x, column(256, 3))});
}

ValueId inception_c(Layers& net, const std::string& name, ValueId x) {
  const ValueId a = basic_conv(net, name + ".branch0", x, one(256));
  const ValueId b =
      split(net, name + ".branch1_1", basic_conv(net, name + ".branch1_0", x, one(384)));
  ValueId c = basic_conv(net, name + ".branch2_0", x, one(384));
  c = basic_conv(net, name + ".branch2_1", c, column(448, 3));
  c = basic_conv(net, name + ".branch2_2", c, row(512, 3));
  c = split(net, name + ".branch2_3", c);
  return net.concat(name, {a, b, c, pooled_conv(net, name + ".branch3", x, 256)});
}

Graph inception_v4(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = stem(net);
  int index = 6;
  const auto next = [&] { return fmt::format("features.{}", index++); };
  for (int i = 0; i < 4; ++i) x = inception_a(net, next(), x);
  x = reduction_a(net, next(), x);
  for (int i = 0; i < 7; ++i) x = inception_b(net, next(), x);
  x = reduction_b(net, next(), x);
  for (int i = 0; i < 3; ++i) x = inception_c(net, next(), x);
  x = net.flatten(net.global_average_pool("avg_pool", x));
  return net.finish(net.linear("last_linear", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> inception_v4_family() {
  return {{.name = "inception_v4",
           .family = "inception",
           .paper = "Szegedy et al., 2017, arXiv 1602.07261",
           .source = "pretrainedmodels",
           .input_size = 299,
           .build = inception_v4}};
}

}  // namespace assay
