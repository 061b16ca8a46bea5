// SPDX-License-Identifier: MIT
#include "engines/onnxruntime/providers.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>

namespace assay {
namespace {

// The options of one of the older ones, each of which has functions of its own in OrtApi; a session
// keeps a copy of them.
template <typename Options, typename Create, typename Release>
std::unique_ptr<Options, Release> default_options(Create create, Release release) {
  Options* options = nullptr;
  Ort::ThrowOnError(create(&options));
  return {options, release};
}

void append_cuda(Ort::SessionOptions& options) {
  const OrtApi& api = Ort::GetApi();
  options.AppendExecutionProvider_CUDA_V2(*default_options<OrtCUDAProviderOptionsV2>(
      api.CreateCUDAProviderOptions, api.ReleaseCUDAProviderOptions));
}

// What TensorRT does not take is CUDA's.
void append_tensorrt(Ort::SessionOptions& options) {
  const OrtApi& api = Ort::GetApi();
  options.AppendExecutionProvider_TensorRT_V2(*default_options<OrtTensorRTProviderOptionsV2>(
      api.CreateTensorRTProviderOptions, api.ReleaseTensorRTProviderOptions));
  append_cuda(options);
}

void append_openvino(Ort::SessionOptions& options) {
  options.AppendExecutionProvider_OpenVINO_V2({});
}

void append_dnnl(Ort::SessionOptions& options) {
  const OrtApi& api = Ort::GetApi();
  options.AppendExecutionProvider_Dnnl(*default_options<OrtDnnlProviderOptions>(
      api.CreateDnnlProviderOptions, api.ReleaseDnnlProviderOptions));
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
