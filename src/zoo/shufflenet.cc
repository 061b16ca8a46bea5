// SPDX-License-Identifier: MIT
// ShuffleNet: Zhang et al., 2018, arXiv 1707.01083.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

// A unit's tensors by the names of one implementation.
struct Names {
  std::string compress, compress_norm, depthwise, depthwise_norm, expand, expand_norm;
};

struct ShuffleNet {
  int64_t groups;
  int64_t width;  // of the first stage
  bool bianco;    // convolutions have biases, the stem no normalization, the output is logarithmic
};

Names names_of(const ShuffleNet& spec, const std::string& unit) {
  if (!spec.bianco)
    return {unit + ".compress_conv1", unit + ".compress_bn1", unit + ".dw_conv2",
            unit + ".dw_bn2",         unit + ".expand_conv3", unit + ".expand_bn3"};
  return {unit + ".g_conv_1x1_compress.conv1x1", unit + ".g_conv_1x1_compress.batch_norm",
          unit + ".depthwise_conv3x3",           unit + ".bn_after_depthwise",
          unit + ".g_conv_1x1_expand.conv1x1",   unit + ".g_conv_1x1_expand.batch_norm"};
}

ValueId unit(Layers& net, const ShuffleNet& spec, const std::string& name, ValueId x, int64_t out) {
  const Names names = names_of(spec, name);
  const int64_t in = net.channels(x), hidden = out / 4;
  const bool widens = in != out;  // and then halves the plane, and is concatenated
  const int64_t first_groups = in == 24 ? 1 : spec.groups;
  ValueId y =
      net.conv(names.compress, x, {.out = hidden, .groups = first_groups, .bias = spec.bianco});
  y = net.channel_shuffle(net.relu(net.batch_norm(names.compress_norm, y)), spec.groups);
  y = net.conv(names.depthwise, y, {hidden, 3, widens ? 2 : 1, 1, hidden, spec.bianco});
  y = net.batch_norm(names.depthwise_norm, y);
  y = net.conv(names.expand, y,
               {.out = widens ? out - in : out, .groups = spec.groups, .bias = spec.bianco});
  y = net.batch_norm(names.expand_norm, y);
  if (!widens) return net.relu(net.add(name + ".add", y, x));
  x = net.average_pool(name + ".avgpool", x, {.kernel = 3, .stride = 2, .pad = 1});
  return net.relu(spec.bianco ? net.concat(name, {x, y}) : net.concat(name, {y, x}));
}

Graph shufflenet(const ShuffleNet& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const std::string stem = spec.bianco ? "conv1" : "features.init_block.conv";
  const int counts[] = {4, 8, 4};
  ValueId x = net.conv(stem, net.input(), {24, 3, 2, 1, 1, spec.bianco});
  if (!spec.bianco) x = net.relu(net.batch_norm("features.init_block.bn", x));
  x = net.max_pool("maxpool", x, {.kernel = 3, .stride = 2, .pad = 1});
  for (int stage = 0; stage < 3; ++stage)
    for (int i = 0; i < counts[stage]; ++i) {
      const std::string name = spec.bianco
                                   ? fmt::format("stage{0}.ShuffleUnit_Stage{0}_{1}", stage + 2, i)
                                   : fmt::format("features.stage{}.unit{}", stage + 1, i + 1);
      x = unit(net, spec, name, x, spec.width << stage);
    }
  x = net.flatten(net.global_average_pool("final_pool", x));
  if (!spec.bianco) return net.finish(net.linear("output", x, net.classes()));
  x = net.linear("fc", x, net.classes());
  return net.finish(net.op("LogSoftmax", "log_softmax", {x}, {{"axis", int64_t{1}}}));
}

}  // namespace

std::vector<ZooEntry> shufflenet_family() {
  const auto entry = [](const char* name, const char* source, const ShuffleNet& spec) {
    return ZooEntry{.name = name,
                    .family = "shufflenet",
                    .paper = "Zhang et al., 2018, arXiv 1707.01083",
                    .source = source,
                    .build = std::bind_front(shufflenet, spec)};
  };
  return {entry("shufflenet_g3", "pytorchcv", {3, 240, false}),
          entry("shufflenet_g8_bianco", "CeLuigi/models-comparison.pytorch", {8, 384, true})};
}

}  // namespace assay
