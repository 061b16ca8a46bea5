// SPDX-License-Identifier: MIT
#include "engine/layer_macs.h"

namespace assay {

int64_t convolution_macs(const Shape& weight, const Shape& output) {
  if (output.size() < 2 || output[1] <= 0) return 0;
  return element_count(weight) * (element_count(output) / output[1]);
}

int64_t product_macs(const Shape& data, const Shape& output) {
  return data.empty() ? 0 : element_count(output) * data.back();
}

std::map<std::string, double> precision_shares(std::span<const LayerFact> layers) {
  std::map<std::string, double> shares;
  double all = 0;
  for (const LayerFact& layer : layers) {
    if (layer.macs > 0) shares[layer.precision] += static_cast<double>(layer.macs);
    all += static_cast<double>(layer.macs);
  }
  for (auto& [precision, share] : shares) share /= all;
  return shares;
}

}  // namespace assay
