// SPDX-License-Identifier: MIT
#include "engines/onnxruntime/providers.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>

namespace assay {
namespace {

// OrtApi has a function for each of the older ones; it keeps a copy of what it is given.
void append_cuda(Ort::SessionOptions& options) {
  OrtCUDAProviderOptionsV2* cuda = nullptr;
  Ort::ThrowOnError(Ort::GetApi().CreateCUDAProviderOptions(&cuda));
  const std::unique_ptr<OrtCUDAProviderOptionsV2, void (*)(OrtCUDAProviderOptionsV2*)> owner(
      cuda, Ort::GetApi().ReleaseCUDAProviderOptions);
  options.AppendExecutionProvider_CUDA_V2(*cuda);
}

// What TensorRT does not take is CUDA's.
void append_tensorrt(Ort::SessionOptions& options) {
  OrtTensorRTProviderOptionsV2* tensorrt = nullptr;
  Ort::ThrowOnError(Ort::GetApi().CreateTensorRTProviderOptions(&tensorrt));
  const std::unique_ptr<OrtTensorRTProviderOptionsV2, void (*)(OrtTensorRTProviderOptionsV2*)>
      owner(tensorrt, Ort::GetApi().ReleaseTensorRTProviderOptions);
  options.AppendExecutionProvider_TensorRT_V2(*tensorrt);
  append_cuda(options);
}

void append_openvino(Ort::SessionOptions& options) {
  options.AppendExecutionProvider_OpenVINO_V2({});
}

void append_dnnl(Ort::SessionOptions& options) {
  OrtDnnlProviderOptions* dnnl = nullptr;
  Ort::ThrowOnError(Ort::GetApi().CreateDnnlProviderOptions(&dnnl));
  const std::unique_ptr<OrtDnnlProviderOptions, void (*)(OrtDnnlProviderOptions*)> owner(
      dnnl, Ort::GetApi().ReleaseDnnlProviderOptions);
  options.AppendExecutionProvider_Dnnl(*dnnl);
}

// The newer ones share one.
void append_xnnpack(Ort::SessionOptions& options) {
  options.AppendExecutionProvider("XNNPACK");
}
void append_qnn(Ort::SessionOptions& options) {
  options.AppendExecutionProvider("QNN");
}
void append_azure(Ort::SessionOptions& options) {
  options.AppendExecutionProvider("AZURE");
}

using Append = void (*)(Ort::SessionOptions&);
const std::map<std::string, Append> kAppends = {
    {"tensorrt", append_tensorrt}, {"cuda", append_cuda},       {"openvino", append_openvino},
    {"dnnl", append_dnnl},         {"xnnpack", append_xnnpack}, {"qnn", append_qnn},
    {"azure", append_azure}};

// "TensorrtExecutionProvider" is "tensorrt".
std::string short_name(std::string provider) {
  provider = provider.substr(0, provider.find("ExecutionProvider"));
  std::ranges::transform(provider, provider.begin(),
                         [](unsigned char letter) { return std::tolower(letter); });
  return provider;
}

}  // namespace

std::vector<std::string> installed_providers() {
  std::vector<std::string> names{"cpu"};
  for (const std::string& provider : Ort::GetAvailableProviders())
    if (kAppends.contains(short_name(provider))) names.push_back(short_name(provider));
  return names;
}

void append_provider(const std::string& name, Ort::SessionOptions& options) {
  if (name != "cpu") kAppends.at(name)(options);
}

}  // namespace assay
