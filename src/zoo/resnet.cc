// SPDX-License-Identifier: MIT
// ResNet: He et al., 2016, arXiv 1512.03385; wide: Zagoruyko and Komodakis, 2016, arXiv 1605.07146.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

struct ResNet {
  std::vector<int> blocks;
  bool bottleneck = true;
  int64_t width = 64;            // of the first stage's 3x3 convolutions
  bool stride_in_first = false;  // original: in the 1x1; false: "v1.5", in the 3x3
  bool conv_bias = false;
  PoolSpec pool = {.kernel = 3, .stride = 2, .pad = 1};
  std::string head = "fc";
};

ValueId block(Layers& net, const ResNet& net_spec, const std::string& name, ValueId x,
              int64_t planes, int64_t stride) {
  const int64_t out = net_spec.bottleneck ? 4 * planes : planes;
  const int64_t width = planes * net_spec.width / 64;
  ValueId branch = x;
  const auto conv = [&](int i, int64_t channels, int64_t kernel, int64_t step) {
    branch = net.conv(fmt::format("{}.conv{}", name, i), branch,
                      {channels, kernel, step, kernel / 2, 1, net_spec.conv_bias});
    branch = net.batch_norm(fmt::format("{}.bn{}", name, i), branch);
  };
  if (net_spec.bottleneck) {
    conv(1, width, 1, net_spec.stride_in_first ? stride : 1);
    branch = net.relu(branch);
    conv(2, width, 3, net_spec.stride_in_first ? 1 : stride);
    branch = net.relu(branch);
    conv(3, out, 1, 1);
  } else {
    conv(1, out, 3, stride);
    branch = net.relu(branch);
    conv(2, out, 3, 1);
  }
  if (stride != 1 || net.channels(x) != out) {
    x = net.conv(name + ".downsample.0", x,
                 {.out = out, .stride = stride, .bias = net_spec.conv_bias});
    x = net.batch_norm(name + ".downsample.1", x);
  }
  return net.relu(net.add(name + ".add", branch, x));
}

Graph resnet(const ResNet& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = net.conv("conv1", net.input(), {64, 7, 2, 3, 1, spec.conv_bias});
  x = net.max_pool("maxpool", net.relu(net.batch_norm("bn1", x)), spec.pool);
  for (size_t stage = 0; stage < spec.blocks.size(); ++stage)
    for (int i = 0; i < spec.blocks[stage]; ++i)
      x = block(net, spec, fmt::format("layer{}.{}", stage + 1, i), x, int64_t{64} << stage,
                stage > 0 && i == 0 ? 2 : 1);
  x = net.flatten(net.global_average_pool("avgpool", x));
  return net.finish(net.linear(spec.head, x, net.classes()));
}

ZooEntry entry(const std::string& name, const ResNet& spec, const std::string& source) {
  return {.name = name,
          .family = "resnet",
          .paper = "He et al., 2016, arXiv 1512.03385",
          .source = source,
          .build = std::bind_front(resnet, spec)};
}

}  // namespace

std::vector<ZooEntry> resnet_family() {
  const std::string torchvision = "torchvision", cadene = "pretrainedmodels";
  const PoolSpec caffe_pool{.kernel = 3, .stride = 2, .ceil_mode = true};
  std::vector<ZooEntry> entries{
      entry("resnet18", {.blocks = {2, 2, 2, 2}, .bottleneck = false}, torchvision),
      entry("resnet34", {.blocks = {3, 4, 6, 3}, .bottleneck = false}, torchvision),
      entry("resnet50", {.blocks = {3, 4, 6, 3}}, torchvision),
      entry("resnet101", {.blocks = {3, 4, 23, 3}}, torchvision),
      entry("resnet152", {.blocks = {3, 8, 36, 3}}, torchvision),
      entry("wide_resnet50_2", {.blocks = {3, 4, 6, 3}, .width = 128}, torchvision),
      entry("cafferesnet101",
            {.blocks = {3, 4, 23, 3},
             .stride_in_first = true,
             .pool = caffe_pool,
             .head = "last_linear"},
            cadene),
      entry("fbresnet152", {.blocks = {3, 8, 36, 3}, .conv_bias = true, .head = "last_linear"},
            cadene),
      entry("gehrman/resnet50", {.blocks = {3, 4, 6, 3}}, "ours")};
  entries[5].paper = "Zagoruyko and Komodakis, 2016, arXiv 1605.07146";
  entries[8].input_size = 28;
  entries[8].input_channels = 1;
  entries[8].classes = 10;
  return entries;
}

}  // namespace assay
