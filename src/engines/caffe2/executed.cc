// SPDX-License-Identifier: MIT
#include "engines/caffe2/executed.h"

#include <fmt/format.h>

#include "engine/layer_macs.h"
#include "torchscript/torchscript.h"

namespace assay {
namespace {

Shape shape_of(const Caffe2Workspace& workspace, const std::string& blob) {
  const BlobView view = workspace.get(blob.c_str());
  return {view.shape.begin(), view.shape.end()};
}

std::string precision_of(const Caffe2Workspace& workspace, const std::string& blob) {
  const int type = workspace.get(blob.c_str()).type;
  if (type == torch_type(DType::f32)) return "fp32";
  if (type == torch_type(DType::i64)) return "int64";
  return fmt::format("type {} of PyTorch", type);
}

int64_t macs_of(const Caffe2Workspace& workspace, const c2::OperatorDef& made) {
  const Shape result = shape_of(workspace, made.output(0));
  if (made.type() == "Conv") return convolution_macs(shape_of(workspace, made.input(1)), result);
  if (made.type() == "FC" || made.type() == "BatchMatMul")
    return product_macs(shape_of(workspace, made.input(0)), result);
  if (made.type() == "FCTransposed")  // of its matrix: several axes of the left may be one factor
    return shape_of(workspace, made.input(1))[0] * element_count(result);
  return 0;
}

}  // namespace

Facts facts_of_blobs(const LoadedNetwork& network, const Caffe2Workspace& workspace) {
  Facts facts;
  for (const c2::OperatorDef& made : network.net().op()) {
    const size_t index = facts.layers.size();
    LayerFact layer;
    layer.name = fmt::format("{}_{}", made.type(), index);
    layer.op = layer.kernel = made.type();
    layer.precision = precision_of(workspace, made.output(0));
    layer.originals = {network.node_name(index)};
    layer.macs = macs_of(workspace, made);
    facts.layers.push_back(std::move(layer));
  }
  facts.providers["Caffe2"] = 1;
  return facts;
}

}  // namespace assay
