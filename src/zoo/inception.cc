// SPDX-License-Identifier: MIT
#include "zoo/inception.h"

namespace assay {

ValueId basic_conv(Layers& net, const std::string& name, ValueId x, const ConvSpec& spec) {
  return net.relu(net.batch_norm(name + ".bn", net.conv(name + ".conv", x, spec), {1e-3f}));
}

ValueId basic_chain(Layers& net, const std::string& name, ValueId x,
                    const std::vector<ConvSpec>& specs, int first) {
  for (const ConvSpec& spec : specs)
    x = basic_conv(net, fmt::format("{}.{}", name, first++), x, spec);
  return x;
}

ValueId pooled_conv(Layers& net, const std::string& name, ValueId x, int64_t out) {
  const PoolSpec window{.kernel = 3, .pad = 1, .count_include_pad = false};
  return basic_chain(net, name, net.average_pool(name + ".0", x, window), {one(out)}, 1);
}

ConvSpec one(int64_t out) {
  return {.out = out};
}
ConvSpec three(int64_t out) {
  return {.out = out, .kernel = 3, .pad = 1};
}
ConvSpec row(int64_t out, int64_t side) {
  return {.out = out, .kernel = {1, side}, .pad = {0, side / 2}};
}
ConvSpec column(int64_t out, int64_t side) {
  return {.out = out, .kernel = {side, 1}, .pad = {side / 2, 0}};
}
ConvSpec reducing(int64_t out) {
  return {.out = out, .kernel = 3, .stride = 2};
}

}  // namespace assay
