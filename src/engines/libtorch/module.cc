// SPDX-License-Identifier: MIT
#include "engines/libtorch/module.h"

#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

#include "base/error.h"
#include "engine/engine.h"

namespace assay {
namespace {

// At fp32 the weight is the graph's own bytes, kept alive.
at::Tensor weight_of(const Value& value, const TorchOptions& options) {
  const Tensor& constant = *value.constant;
  if (constant.declared_only()) throw Error("weight '{}' has no values", value.name);
  const at::Tensor tensor = at::from_blob(
                                const_cast<std::byte*>(constant.bytes.get()), constant.shape,
                                [keep = constant.bytes](void*) {}, as_theirs(constant.dtype))
                                .to(as_theirs(options.computed(constant.dtype)));
  const bool image = options.channels_last && tensor.dim() == 4;
  return image ? tensor.contiguous(at::MemoryFormat::ChannelsLast) : tensor;
}

}  // namespace

at::ScalarType as_theirs(DType type) {
  return static_cast<at::ScalarType>(torch_type(type));
}

DType as_ours(at::ScalarType type) {
  for (int i = 1; i <= static_cast<int>(DType::boolean); ++i) try {
      if (as_theirs(static_cast<DType>(i)) == type) return static_cast<DType>(i);
    } catch (const Error&) {
      continue;  // PyTorch does not have ours
    }
  throw Unsupported(fmt::format("PyTorch's type {} is not known here", c10::toString(type)));
}

torch::jit::Module compiled(const Graph& graph, const TorchOptions& options,
                            const std::string& optimize) {
  const c10::InferenceMode guard;
  torch::jit::Module module("assay");
  module.register_attribute("training", c10::BoolType::get(), false);
  for (size_t id = 0; id < graph.values().size(); ++id)
    if (const Value& value = graph.values()[id]; value.constant)
      module.register_buffer(torch_weight(static_cast<ValueId>(id)), weight_of(value, options));
  module.define(torchscript(graph, options));
  if (optimize == "none") return module;
  module = torch::jit::freeze(module);
  return optimize == "freeze" ? module : torch::jit::optimize_for_inference(module);
}

}  // namespace assay
