// SPDX-License-Identifier: MIT
#include "onnx/upgrade.h"

#include <fmt/format.h>

namespace assay {

void Upgrade::give_up() const {
  node.op = fmt::format("{}-{}", node.op, opset);
}

const std::optional<Shape>& Upgrade::shape() const {
  static const std::optional<Shape> kUnknown;
  return node.has_input(0) ? builder.value(node.inputs[0]).shape : kUnknown;
}

DType Upgrade::dtype() const {
  return node.has_input(0) ? builder.value(node.inputs[0]).dtype : DType::undefined;
}

void upgrade(PendingNode& node, Builder& builder, int64_t opset) {
  if (opset < 6) node.attributes.erase("consumed_inputs");
  const Upgrade context{node, builder, opset};
  for (auto rules : {attribute_upgrades(), broadcast_upgrades(), resize_upgrades(),
                     decompositions(), attention_upgrades(), quantized_upgrades()})
    for (const UpgradeRule& each : rules)
      if (each.op == node.op && each.first_opset <= opset && opset <= each.last_opset)
        each.rule(context);
}

}  // namespace assay
