// SPDX-License-Identifier: MIT
#include "engine/steering.h"

#include <unistd.h>

#include <algorithm>
#include <array>

namespace assay {
namespace {

constexpr std::array<std::string_view, 17> kSteering{
    "OMP_",   "KMP_",     "GOMP_",          "MKL_",         "OPENBLAS_", "ONEDNN_",
    "DNNL_",  "TF_",      "ORT_",           "OV_",          "OPENVINO_", "XNNPACK_",
    "TORCH_", "PYTORCH_", "TORCHINDUCTOR_", "TORCHDYNAMO_", "ATEN_"};

}  // namespace

bool steers_engines(std::string_view variable) {
  return std::any_of(kSteering.begin(), kSteering.end(),
                     [&](std::string_view prefix) { return variable.starts_with(prefix); });
}

std::map<std::string, std::string> steering_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text = *entry;
    const size_t split = text.find('=');
    if (split != std::string_view::npos && steers_engines(text))
      variables.emplace(text.substr(0, split), text.substr(split + 1));
  }
  return variables;
}

}  // namespace assay
