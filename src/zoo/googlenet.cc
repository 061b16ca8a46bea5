// SPDX-License-Identifier: MIT
// GoogLeNet, Inception v1, with batch normalization: Szegedy et al., 2015, arXiv 1409.4842.
#include "zoo/families.h"
#include "zoo/inception.h"

namespace assay {
namespace {

struct Widths {
  int64_t one, three_reduce, three, five_reduce, five, pool;
};

ValueId inception(Layers& net, const std::string& name, ValueId x, const Widths& widths) {
  const ConvSpec three{.out = widths.three, .kernel = 3, .pad = 1};
  // torchvision's branch "5x5" has 3x3 windows, and its weights were trained so.
  const ConvSpec five{.out = widths.five, .kernel = 3, .pad = 1};
  const ValueId a = basic_conv(net, name + ".branch1", x, {.out = widths.one});
  ValueId b = basic_conv(net, name + ".branch2.0", x, {.out = widths.three_reduce});
  b = basic_conv(net, name + ".branch2.1", b, three);
  ValueId c = basic_conv(net, name + ".branch3.0", x, {.out = widths.five_reduce});
  c = basic_conv(net, name + ".branch3.1", c, five);
  ValueId d = net.max_pool(name + ".branch4.0", x, {.kernel = 3, .pad = 1, .ceil_mode = true});
  d = basic_conv(net, name + ".branch4.1", d, {.out = widths.pool});
  return net.concat(name, {a, b, c, d});
}

Graph googlenet(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const PoolSpec pool{.kernel = 3, .stride = 2, .ceil_mode = true};
  ValueId x =
      basic_conv(net, "conv1", net.input(), {.out = 64, .kernel = 7, .stride = 2, .pad = 3});
  x = net.max_pool("maxpool1", x, pool);
  x = basic_conv(net, "conv2", x, {.out = 64});
  x = basic_conv(net, "conv3", x, {.out = 192, .kernel = 3, .pad = 1});
  x = net.max_pool("maxpool2", x, pool);
  x = inception(net, "inception3a", x, {64, 96, 128, 16, 32, 32});
  x = inception(net, "inception3b", x, {128, 128, 192, 32, 96, 64});
  x = net.max_pool("maxpool3", x, pool);
  x = inception(net, "inception4a", x, {192, 96, 208, 16, 48, 64});
  x = inception(net, "inception4b", x, {160, 112, 224, 24, 64, 64});
  x = inception(net, "inception4c", x, {128, 128, 256, 24, 64, 64});
  x = inception(net, "inception4d", x, {112, 144, 288, 32, 64, 64});
  x = inception(net, "inception4e", x, {256, 160, 320, 32, 128, 128});
  x = net.max_pool("maxpool4", x, {.kernel = 2, .stride = 2, .ceil_mode = true});
  x = inception(net, "inception5a", x, {256, 160, 320, 32, 128, 128});
  x = inception(net, "inception5b", x, {384, 192, 384, 48, 128, 128});
  x = net.flatten(net.global_average_pool("avgpool", x));
  return net.finish(net.linear("fc", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> googlenet_family() {
  return {{.name = "googlenet",
           .family = "inception",
           .paper = "Szegedy et al., 2015, arXiv 1409.4842",
           .source = "torchvision",
           .training_only = {"aux1.", "aux2."},
           .build = googlenet}};
}

}  // namespace assay
