// SPDX-License-Identifier: MIT
// Brings a node of any readable opset to the form it has in the Graph's vocabulary, opset 17
// (private to onnx/). One table of operator, opsets and rule per kind of change. Operators that
// came after opset 17 and are made of older ones (Gelu, Mish, GroupNormalization, plain Attention)
// are taken apart, and so are ONNX Runtime's quantized ones.
// A form that has no counterpart keeps its opset in its name ("Softmax-11"), which makes it an
// operator outside the vocabulary.
#pragma once

#include <span>

#include "onnx/builder.h"
#include "onnx/model_proto.h"

namespace assay {

struct Upgrade {
  PendingNode& node;
  Builder& builder;
  int64_t opset;

  // Marks the node as one without a counterpart.
  void give_up() const;
  // Of input 0, when its shape is known.
  const std::optional<Shape>& shape() const;
  DType dtype() const;
};

struct UpgradeRule {
  std::string_view op;
  int64_t first_opset, last_opset;  // that the model has
  void (*rule)(const Upgrade&);
};

std::span<const UpgradeRule> attribute_upgrades();  // attributes that became inputs, and back
std::span<const UpgradeRule> broadcast_upgrades();  // explicit broadcasting of opset 1 to 6
std::span<const UpgradeRule> resize_upgrades();     // Upsample and Resize
std::span<const UpgradeRule> decompositions();      // one operator as several
std::span<const UpgradeRule> attention_upgrades();  // the same for attention
std::span<const UpgradeRule> quantized_upgrades();  // and for ONNX Runtime's quantized operators

// Applies every rule that fits, in the order above. The node still has to be emitted.
void upgrade(PendingNode& node, Builder& builder, int64_t opset);

}  // namespace assay
