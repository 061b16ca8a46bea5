// SPDX-License-Identifier: MIT
// NASNet-A: Zoph et al., 2018, arXiv 1707.07012.
#include <array>

#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

constexpr NormSpec kNorm{.epsilon = 1e-3f};

// One cell. The reference imitates TensorFlow's padding in some cells: zeros to the left and above
// before a window of stride 2, whose first row and column are cropped afterwards.
struct Cell {
  Layers& net;
  std::string name;
  int64_t width = 0;
  bool shifted = false;

  std::string part(const std::string& what) const { return name + "." + what; }

  ValueId squeeze(const std::string& what, ValueId x) const {
    x = net.op("Relu", part(what) + ".relu", {x});
    x = net.conv(part(what) + ".conv", x, {.out = width});
    return net.batch_norm(part(what) + ".bn", x, kNorm);
  }

  ValueId cropped(const std::string& base, ValueId x) const {
    const Shape full = net.shape(x);
    return net.slice(base + ".columns", net.slice(base + ".rows", x, 2, 1, full[2]), 3, 1, full[3]);
  }

  ValueId separable(const std::string& base, ValueId x, const ConvSpec& spec) const {
    const int64_t in = net.channels(x);
    x = net.conv(base + ".depthwise_conv2d", x,
                 {in, spec.kernel, spec.stride, spec.kernel.h / 2, in});
    return net.conv(base + ".pointwise_conv2d", x, {.out = spec.out});
  }

  // Two separable convolutions, the first of which may change the width.
  ValueId branch(const std::string& what, ValueId x, int64_t kernel, int64_t stride = 1) const {
    const std::string base = part(what);
    x = net.op("Relu", base + ".relu", {x});
    if (shifted) x = net.pad(base + ".padding", x, {1, 1, 0, 0});
    x = separable(base + ".separable_1", x, {width, kernel, stride});
    if (shifted) x = cropped(base + ".crop", x);
    x = net.op("Relu", base + ".relu1", {net.batch_norm(base + ".bn_sep_1", x, kNorm)});
    x = separable(base + ".separable_2", x, {.out = width, .kernel = kernel});
    return net.batch_norm(base + ".bn_sep_2", x, kNorm);
  }

  ValueId average(const std::string& what, ValueId x) const {
    return net.average_pool(part(what), x, {.kernel = 3, .pad = 1, .count_include_pad = false});
  }

  ValueId pool(const std::string& what, ValueId x, bool maximum) const {
    const PoolSpec window{.kernel = 3, .stride = 2, .pad = 1, .count_include_pad = false};
    const std::string base = part(what);
    if (shifted) x = net.pad(base + ".pad", x, {1, 1, 0, 0});
    x = maximum ? net.max_pool(base, x, window) : net.average_pool(base, x, window);
    return shifted ? cropped(base + ".crop", x) : x;
  }

  // Braces, because the order of the operands' layers is part of the network's description.
  ValueId add(int i, const std::array<ValueId, 2>& parts) const {
    return net.add(part(fmt::format("comb_iter_{}", i)), parts[0], parts[1]);
  }

  // Halves a plane without losing pixels: every other one, and those one further.
  ValueId halved(ValueId x, int64_t half_width) const {
    const PoolSpec pick{.kernel = 1, .stride = 2, .count_include_pad = false};
    x = net.op("Relu", part("relu"), {x});
    ValueId a = net.average_pool(part("path_1.avgpool"), x, pick);
    a = net.conv(part("path_1.conv"), a, {.out = half_width});
    ValueId b = cropped(part("path_2.crop"), net.pad(part("path_2.pad"), x, {0, 0, 1, 1}));
    b = net.average_pool(part("path_2.avgpool"), b, pick);
    b = net.conv(part("path_2.conv"), b, {.out = half_width});
    return net.batch_norm(part("final_path_bn"), net.concat(part("path"), {a, b}), kNorm);
  }

  // What all reductions have in common; `current` is the newer of the two inputs.
  ValueId reduce(ValueId current, ValueId previous) const {
    const ValueId a = add(0, {branch("comb_iter_0_left", current, 5, 2),
                              branch("comb_iter_0_right", previous, 7, 2)});
    const ValueId b = add(
        1, {pool("comb_iter_1_left", current, true), branch("comb_iter_1_right", previous, 7, 2)});
    const ValueId c = add(
        2, {pool("comb_iter_2_left", current, false), branch("comb_iter_2_right", previous, 5, 2)});
    const ValueId d = add(3, {average("comb_iter_3_right", a), b});
    const ValueId e =
        add(4, {branch("comb_iter_4_left", a, 3), pool("comb_iter_4_right", current, true)});
    return net.concat(name, {b, c, d, e});
  }

  ValueId combine(ValueId current, ValueId previous) const {
    const ValueId a =
        add(0, {branch("comb_iter_0_left", current, 5), branch("comb_iter_0_right", previous, 3)});
    const ValueId b =
        add(1, {branch("comb_iter_1_left", previous, 5), branch("comb_iter_1_right", previous, 3)});
    const ValueId c = add(2, {average("comb_iter_2_left", current), previous});
    const ValueId d =
        add(3, {average("comb_iter_3_left", previous), average("comb_iter_3_right", previous)});
    const ValueId e = add(4, {branch("comb_iter_4_left", current, 3), current});
    return net.concat(name, {previous, a, b, c, d, e});
  }
};

struct NasNet {
  int64_t stem, filters;
  int repeats;         // normal cells in each of the three stages
  bool shifted;        // all reductions but the stem's first; else only the one after stage 1
  bool skips_reduced;  // the cell after a reduction takes the reduction's older input
};

ValueId normal(const Cell& cell, ValueId x, ValueId previous) {
  previous = cell.squeeze("conv_prev_1x1", previous);
  return cell.combine(cell.squeeze("conv_1x1", x), previous);
}

ValueId after_reduction(const Cell& cell, ValueId x, ValueId previous) {
  previous = cell.halved(previous, cell.width / 2);
  return cell.combine(cell.squeeze("conv_1x1", x), previous);
}

ValueId reduction(const Cell& cell, ValueId x, ValueId previous) {
  previous = cell.squeeze("conv_prev_1x1", previous);
  return cell.reduce(cell.squeeze("conv_1x1", x), previous);
}

Graph nasnet(const NasNet& spec, const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const ValueId stem = net.batch_norm(
      "conv0.bn", net.conv("conv0.conv", net.input(), {.out = spec.stem, .kernel = 3, .stride = 2}),
      kNorm);
  const Cell stem0{net, "cell_stem_0", spec.filters / 4};
  ValueId previous = stem0.reduce(stem0.squeeze("conv_1x1", stem), stem);
  const Cell stem1{net, "cell_stem_1", spec.filters / 2, spec.shifted};
  const ValueId left = stem1.squeeze("conv_1x1", previous);
  ValueId x = stem1.reduce(left, stem1.halved(stem, spec.filters / 4));

  for (int stage = 0; stage < 3; ++stage) {
    const int64_t width = spec.filters << stage;
    if (stage > 0) {
      const Cell cell{net, fmt::format("reduction_cell_{}", stage - 1), width,
                      spec.shifted || stage == 1};
      const ValueId reduced = reduction(cell, x, previous);
      if (!spec.skips_reduced) previous = x;
      x = reduced;
    }
    for (int i = 0; i < spec.repeats; ++i) {
      const Cell cell{net, fmt::format("cell_{}", 6 * stage + i), width};
      const ValueId y = i == 0 ? after_reduction(cell, x, previous) : normal(cell, x, previous);
      previous = x;
      x = y;
    }
  }
  x = net.flatten(net.global_average_pool("avg_pool", net.relu(x)));
  return net.finish(net.linear("last_linear", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> nasnet_family() {
  const auto entry = [](const char* name, int64_t input_size, const NasNet& spec) {
    return ZooEntry{.name = name,
                    .family = "nasnet",
                    .paper = "Zoph et al., 2018, arXiv 1707.07012",
                    .source = "pretrainedmodels",
                    .input_size = input_size,
                    .build = std::bind_front(nasnet, spec)};
  };
  return {entry("nasnetalarge", 331, {96, 168, 6, false, true}),
          entry("nasnetamobile", 224, {32, 44, 4, true, false})};
}

}  // namespace assay
