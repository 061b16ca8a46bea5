// SPDX-License-Identifier: MIT
// Inception v3: Szegedy et al., 2016, arXiv 1512.00567.
#include "zoo/families.h"
#include "zoo/inception.h"

namespace assay {
namespace {

// Keras numbers its layers, leaves out the learned scale of the normalizations and the padding from
// averages, and ends in a softmax.
struct Style {
  bool keras = false;
  int convolutions = 0;  // so far
};

ValueId styled_conv(Layers& net, Style& style, const std::string& name, ValueId x,
                    const ConvSpec& spec) {
  if (!style.keras) return basic_conv(net, name, x, spec);
  const int index = style.convolutions++;
  const std::string suffix = index == 0 ? "" : fmt::format("_{}", index);
  x = net.conv("conv2d" + suffix, x, spec);
  return net.relu(net.batch_norm("batch_normalization" + suffix, x, {1e-3f, false}));
}

// One Mixed block, and the layers it is made of.
struct Mixed {
  Layers& net;
  Style& style;
  std::string name;

  ValueId conv(const std::string& branch, ValueId x, const ConvSpec& spec) const {
    return styled_conv(net, style, name + "." + branch, x, spec);
  }
  ValueId pooled(ValueId x, int64_t out) const {
    const ValueId mean = net.average_pool(
        name + ".avgpool", x, {.kernel = 3, .pad = 1, .count_include_pad = !style.keras});
    return conv("branch_pool", mean, one(out));
  }
  ValueId reduced(ValueId x) const { return net.max_pool(name + ".maxpool", x, kReducingPool); }
  ValueId concat(const std::vector<ValueId>& parts) const { return net.concat(name, parts); }
};

ValueId mixed_a(const Mixed& mixed, ValueId x, int64_t pool_width) {
  const ValueId a = mixed.conv("branch1x1", x, one(64));
  ValueId b = mixed.conv("branch5x5_1", x, one(48));
  b = mixed.conv("branch5x5_2", b, {.out = 64, .kernel = 5, .pad = 2});
  ValueId c = mixed.conv("branch3x3dbl_1", x, one(64));
  c = mixed.conv("branch3x3dbl_2", c, three(96));
  c = mixed.conv("branch3x3dbl_3", c, three(96));
  return mixed.concat({a, b, c, mixed.pooled(x, pool_width)});
}

ValueId mixed_b(const Mixed& mixed, ValueId x) {
  const ValueId a = mixed.conv("branch3x3", x, reducing(384));
  ValueId b = mixed.conv("branch3x3dbl_1", x, one(64));
  b = mixed.conv("branch3x3dbl_2", b, three(96));
  b = mixed.conv("branch3x3dbl_3", b, reducing(96));
  return mixed.concat({a, b, mixed.reduced(x)});
}

ValueId mixed_c(const Mixed& mixed, ValueId x, int64_t width) {
  const ValueId a = mixed.conv("branch1x1", x, one(192));
  ValueId b = mixed.conv("branch7x7_1", x, one(width));
  b = mixed.conv("branch7x7_3", mixed.conv("branch7x7_2", b, row(width, 7)), column(192, 7));
  ValueId c = mixed.conv("branch7x7dbl_1", x, one(width));
  c = mixed.conv("branch7x7dbl_3", mixed.conv("branch7x7dbl_2", c, column(width, 7)),
                 row(width, 7));
  c = mixed.conv("branch7x7dbl_5", mixed.conv("branch7x7dbl_4", c, column(width, 7)), row(192, 7));
  return mixed.concat({a, b, c, mixed.pooled(x, 192)});
}

ValueId mixed_d(const Mixed& mixed, ValueId x) {
  ValueId a = mixed.conv("branch3x3_1", x, one(192));
  a = mixed.conv("branch3x3_2", a, reducing(320));
  ValueId b = mixed.conv("branch7x7x3_1", x, one(192));
  b = mixed.conv("branch7x7x3_3", mixed.conv("branch7x7x3_2", b, row(192, 7)), column(192, 7));
  b = mixed.conv("branch7x7x3_4", b, reducing(192));
  return mixed.concat({a, b, mixed.reduced(x)});
}

ValueId split(const Mixed& mixed, const std::string& branch, ValueId x) {
  const ValueId a = mixed.conv(branch + "a", x, row(384, 3));
  const ValueId b = mixed.conv(branch + "b", x, column(384, 3));
  return mixed.net.concat(mixed.name + "." + branch, {a, b});
}

ValueId mixed_e(const Mixed& mixed, ValueId x) {
  const ValueId a = mixed.conv("branch1x1", x, one(320));
  const ValueId b = split(mixed, "branch3x3_2", mixed.conv("branch3x3_1", x, one(384)));
  ValueId c = mixed.conv("branch3x3dbl_1", x, one(448));
  c = mixed.conv("branch3x3dbl_2", c, three(384));
  c = split(mixed, "branch3x3dbl_3", c);
  return mixed.concat({a, b, c, mixed.pooled(x, 192)});
}

ValueId stem(Layers& net, Style& style) {
  const auto conv = [&](const std::string& name, ValueId x, const ConvSpec& spec) {
    return styled_conv(net, style, name, x, spec);
  };
  ValueId x = conv("Conv2d_1a_3x3", net.input(), reducing(32));
  x = conv("Conv2d_2a_3x3", x, {.out = 32, .kernel = 3});
  x = conv("Conv2d_2b_3x3", x, three(64));
  x = net.max_pool("maxpool1", x, kReducingPool);
  x = conv("Conv2d_3b_1x1", x, one(80));
  x = conv("Conv2d_4a_3x3", x, {.out = 192, .kernel = 3});
  return net.max_pool("maxpool2", x, kReducingPool);
}

Graph inception_v3(bool keras, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  Style style{keras};
  ValueId x = stem(net, style);
  x = mixed_a({net, style, "Mixed_5b"}, x, 32);
  x = mixed_a({net, style, "Mixed_5c"}, x, 64);
  x = mixed_a({net, style, "Mixed_5d"}, x, 64);
  x = mixed_b({net, style, "Mixed_6a"}, x);
  x = mixed_c({net, style, "Mixed_6b"}, x, 128);
  x = mixed_c({net, style, "Mixed_6c"}, x, 160);
  x = mixed_c({net, style, "Mixed_6d"}, x, 160);
  x = mixed_c({net, style, "Mixed_6e"}, x, 192);
  x = mixed_d({net, style, "Mixed_7a"}, x);
  x = mixed_e({net, style, "Mixed_7b"}, x);
  x = mixed_e({net, style, "Mixed_7c"}, x);
  x = net.flatten(net.global_average_pool("avgpool", x));
  if (!keras) return net.finish(net.linear("fc", x, net.classes()));
  return net.finish(net.softmax("softmax", net.linear("predictions", x, net.classes())));
}

}  // namespace

std::vector<ZooEntry> inception_v3_family() {
  const auto entry = [](const char* name, const char* source, bool keras) {
    return ZooEntry{.name = name,
                    .family = "inception",
                    .paper = "Szegedy et al., 2016, arXiv 1512.00567",
                    .source = source,
                    .input_size = 299,
                    .training_only = {"AuxLogits."},
                    .build = std::bind_front(inception_v3, keras)};
  };
  return {entry("inception_v3", "torchvision", false), entry("keras/inception_v3", "keras", true)};
}

}  // namespace assay
