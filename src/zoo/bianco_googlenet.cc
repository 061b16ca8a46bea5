// SPDX-License-Identifier: MIT
// GoogLeNet as Caffe had it, with local response normalization: Szegedy et al., 2015,
// arXiv 1409.4842.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

ValueId conv(Layers& net, const std::string& name, ValueId x, int64_t out, int64_t kernel = 1,
             int64_t stride = 1) {
  return net.relu(net.conv(name, x, {out, kernel, stride, kernel / 2, 1, true}));
}

struct Widths {
  int64_t one, three_reduce, three, five_reduce, five, pool;
};

ValueId inception(Layers& net, const std::string& name, ValueId x, const Widths& widths) {
  const ValueId a = conv(net, name + "_1x1", x, widths.one);
  const ValueId b = conv(net, name + "_3x3_reduce", x, widths.three_reduce);
  const ValueId three = conv(net, name + "_3x3", b, widths.three, 3);
  const ValueId c = conv(net, name + "_5x5_reduce", x, widths.five_reduce);
  const ValueId five = conv(net, name + "_5x5", c, widths.five, 5);
  const ValueId d = net.max_pool(name + "_pool", x, {.kernel = 3, .pad = 1});
  return net.concat(name + "_output",
                    {a, three, five, conv(net, name + "_pool_proj", d, widths.pool)});
}

Graph googlenet(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const PoolSpec pool{.kernel = 3, .stride = 2, .ceil_mode = true};
  ValueId x = net.max_pool("pool1_3x3_s2", conv(net, "conv1_7x7_s2", net.input(), 64, 7, 2), pool);
  x = conv(net, "conv2_3x3_reduce", net.lrn("pool1_norm1", x, {}), 64);
  x = net.lrn("conv2_norm2", conv(net, "conv2_3x3", x, 192, 3), {});
  x = net.max_pool("pool2_3x3_s2", x, pool);
  x = inception(net, "inception_3a", x, {64, 96, 128, 16, 32, 32});
  x = inception(net, "inception_3b", x, {128, 128, 192, 32, 96, 64});
  x = net.max_pool("pool3_3x3_s2", x, pool);
  x = inception(net, "inception_4a", x, {192, 96, 208, 16, 48, 64});
  x = inception(net, "inception_4b", x, {160, 112, 224, 24, 64, 64});
  x = inception(net, "inception_4c", x, {128, 128, 256, 24, 64, 64});
  x = inception(net, "inception_4d", x, {112, 144, 288, 32, 64, 64});
  x = inception(net, "inception_4e", x, {256, 160, 320, 32, 128, 128});
  x = net.max_pool("pool4_3x3_s2", x, pool);
  x = inception(net, "inception_5a", x, {256, 160, 320, 32, 128, 128});
  x = inception(net, "inception_5b", x, {384, 192, 384, 48, 128, 128});
  x = net.flatten(net.global_average_pool("pool5_7x7_s1", x));
  return net.finish(net.linear("loss3_classifier_1", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> bianco_googlenet_family() {
  return {{.name = "bianco/googlenet",
           .family = "inception",
           .paper = "Szegedy et al., 2015, arXiv 1409.4842",
           .source = "CeLuigi/models-comparison.pytorch",
           .build = googlenet}};
}

}  // namespace assay
