// SPDX-License-Identifier: MIT
// BN-Inception, Inception v2: Ioffe and Szegedy, 2015, arXiv 1502.03167.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

// Caffe's net: every convolution has a bias and a normalization.
ValueId conv(Layers& net, const std::string& name, ValueId x, ConvSpec spec) {
  spec.bias = true;
  return net.relu(net.batch_norm(name + "_bn", net.conv(name, x, spec)));
}

struct Widths {
  int64_t one, three_reduce, three, double_reduce, double_three, pool;
};

ValueId double_three(Layers& net, const std::string& name, ValueId x, const Widths& widths,
                     int64_t stride) {
  x = conv(net, name + "_double_3x3_reduce", x, {.out = widths.double_reduce});
  x = conv(net, name + "_double_3x3_1", x, {.out = widths.double_three, .kernel = 3, .pad = 1});
  return conv(net, name + "_double_3x3_2", x, {widths.double_three, 3, stride, 1});
}

enum class Pool { average, max };

ValueId inception(Layers& net, const std::string& name, ValueId x, const Widths& widths,
                  Pool pool = Pool::average) {
  const PoolSpec window{.kernel = 3, .pad = 1};
  const ValueId a = conv(net, name + "_1x1", x, {.out = widths.one});
  ValueId b = conv(net, name + "_3x3_reduce", x, {.out = widths.three_reduce});
  b = conv(net, name + "_3x3", b, {.out = widths.three, .kernel = 3, .pad = 1});
  const ValueId c = double_three(net, name, x, widths, 1);
  ValueId d = pool == Pool::average ? net.average_pool(name + "_pool", x, window)
                                    : net.max_pool(name + "_pool", x, window);
  d = conv(net, name + "_pool_proj", d, {.out = widths.pool});
  return net.concat(name + "_output", {a, b, c, d});
}

ValueId reduction(Layers& net, const std::string& name, ValueId x, const Widths& widths) {
  ValueId a = conv(net, name + "_3x3_reduce", x, {.out = widths.three_reduce});
  a = conv(net, name + "_3x3", a, {.out = widths.three, .kernel = 3, .stride = 2, .pad = 1});
  const ValueId b = double_three(net, name, x, widths, 2);
  const ValueId c = net.max_pool(name + "_pool", x, {.kernel = 3, .stride = 2, .ceil_mode = true});
  return net.concat(name + "_output", {a, b, c});
}

Graph bninception(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const PoolSpec pool{.kernel = 3, .stride = 2, .ceil_mode = true};
  ValueId x =
      conv(net, "conv1_7x7_s2", net.input(), {.out = 64, .kernel = 7, .stride = 2, .pad = 3});
  x = net.max_pool("pool1_3x3_s2", x, pool);
  x = conv(net, "conv2_3x3_reduce", x, {.out = 64});
  x = conv(net, "conv2_3x3", x, {.out = 192, .kernel = 3, .pad = 1});
  x = net.max_pool("pool2_3x3_s2", x, pool);
  x = inception(net, "inception_3a", x, {64, 64, 64, 64, 96, 32});
  x = inception(net, "inception_3b", x, {64, 64, 96, 64, 96, 64});
  x = reduction(net, "inception_3c", x, {0, 128, 160, 64, 96, 0});
  x = inception(net, "inception_4a", x, {224, 64, 96, 96, 128, 128});
  x = inception(net, "inception_4b", x, {192, 96, 128, 96, 128, 128});
  x = inception(net, "inception_4c", x, {160, 128, 160, 128, 160, 128});
  x = inception(net, "inception_4d", x, {96, 128, 192, 160, 192, 128});
  x = reduction(net, "inception_4e", x, {0, 128, 192, 192, 256, 0});
  x = inception(net, "inception_5a", x, {352, 192, 320, 160, 224, 128});
  x = inception(net, "inception_5b", x, {352, 192, 320, 192, 224, 128}, Pool::max);
  x = net.flatten(net.global_average_pool("global_pool", x));
  return net.finish(net.linear("last_linear", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> bninception_family() {
  return {{.name = "bninception",
           .family = "inception",
           .paper = "Ioffe and Szegedy, 2015, arXiv 1502.03167",
           .source = "pretrainedmodels",
           .build = bninception}};
}

}  // namespace assay
