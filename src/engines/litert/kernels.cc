// SPDX-License-Identifier: MIT
#include "engines/litert/kernels.h"

#include <algorithm>

namespace assay {
namespace {

constexpr std::string_view kXnnpack = "XNNPACK", kOwn = "LiteRT";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// "(NHWC, F32)" -> "fp32"; LiteRT's own kernels compute what the file has, which is f32.
std::string precision_of(const std::string& kernel) {
  if (contains(kernel, "F16")) return "fp16";
  if (contains(kernel, "F32")) return "fp32";
  for (const char* integer : {"QS8", "QU8", "QD8", "QC8", "S8"})
    if (contains(kernel, integer)) return "int8";
  return "fp32";
}

bool multiplies(const std::string& kernel) {
  for (const char* product : {"Convolution", "Fully Connected", "Batch Matrix Multiply", "CONV_2D",
                              "FULLY_CONNECTED", "BATCH_MATMUL"})
    if (contains(kernel, product)) return true;
  return false;
}

// Around the kernels: what contains other events.
bool is_frame(const std::string& tag) {
  return contains(tag, "Delegate") || contains(tag, "DELEGATE") || contains(tag, "Invoke") ||
         contains(tag, "LiteRT::") || contains(tag, "AllocateTensors");
}

}  // namespace

Facts facts_of_kernels(std::span<const std::string> kernels, std::span<const int64_t> model_macs) {
  Facts facts;
  for (const std::string& kernel : kernels) {
    if (is_frame(kernel)) continue;
    LayerFact& layer = facts.layers.emplace_back();
    layer.name = layer.kernel = kernel;
    layer.op = kernel.substr(0, kernel.find(" ("));
    layer.precision = precision_of(kernel);
    facts.providers[std::string(contains(kernel, "(") ? kXnnpack : kOwn)] += 1;
  }
  for (auto& [provider, count] : facts.providers) count /= static_cast<double>(facts.layers.size());
  const auto count = std::ranges::count_if(
      facts.layers, [](const LayerFact& layer) { return multiplies(layer.kernel); });
  if (count != std::ssize(model_macs)) return facts;
  size_t next = 0;
  for (LayerFact& layer : facts.layers)
    if (multiplies(layer.kernel)) layer.macs = model_macs[next++];
  return facts;
}

}  // namespace assay
