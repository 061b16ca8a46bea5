// SPDX-License-Identifier: MIT
#include "engines/litert/kernels.h"

#include <algorithm>

namespace assay {
namespace {

constexpr std::string_view kXnnpack = "XNNPACK", kOwn = "LiteRT";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// "(NHWC, F32)" -> "fp32"; empty where the kernel does not say. What multiplies integers may give
// f32, so they come first.
std::string stated_precision(const std::string& kernel) {
  for (const char* integer : {"QS8", "QU8", "QD8", "QDU8", "QC8", "S8"})
    if (contains(kernel, integer)) return "int8";
  return contains(kernel, "F16") ? "fp16" : contains(kernel, "F32") ? "fp32" : "";
}

bool multiplies(const std::string& kernel) {
  for (const char* product : {"Convolution", "Fully Connected", "Batch Matrix Multiply", "CONV_2D",
                              "FULLY_CONNECTED", "BATCH_MATMUL"})
    if (contains(kernel, product)) return true;
  return false;
}

// LiteRT's have the operator's name, in capitals; XNNPACK's also "Invalid Unary Op", by which it
// means one from i8 to f32.
bool is_own(const std::string& kernel) {
  return std::ranges::none_of(kernel, [](char c) { return c >= 'a' && c <= 'z'; });
}

// Around the kernels: what contains other events.
bool is_frame(const std::string& tag) {
  return contains(tag, "Delegate") || contains(tag, "DELEGATE") || contains(tag, "Invoke") ||
         contains(tag, "LiteRT::") || contains(tag, "AllocateTensors");
}

}  // namespace

Facts facts_of_kernels(std::span<const std::string> kernels, std::span<const WrittenLayer> model) {
  const bool quantized = std::ranges::count(model, "int8", &WrittenLayer::precision) > 0;
  Facts facts;
  for (const std::string& kernel : kernels) {
    if (is_frame(kernel)) continue;
    LayerFact& layer = facts.layers.emplace_back();
    layer.name = layer.kernel = kernel;
    layer.op = kernel.substr(0, kernel.find(" ("));
    layer.precision = stated_precision(kernel);
    if (layer.precision.empty() && !quantized) layer.precision = "fp32";  // all of the file is
    facts.providers[std::string(is_own(kernel) ? kOwn : kXnnpack)] += 1;
  }
  for (auto& [provider, count] : facts.providers) count /= static_cast<double>(facts.layers.size());
  const auto count = std::ranges::count_if(
      facts.layers, [](const LayerFact& layer) { return multiplies(layer.kernel); });
  if (count != std::ssize(model)) return facts;
  size_t next = 0;
  for (LayerFact& layer : facts.layers) {
    if (!multiplies(layer.kernel)) continue;
    if (layer.precision.empty()) layer.precision = model[next].precision;
    layer.macs = model[next++].macs;
  }
  return facts;
}

}  // namespace assay
