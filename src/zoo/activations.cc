// SPDX-License-Identifier: MIT
// Activations as the operators of opset 17 write them; the compositions are the ones that PyTorch's
// exporter makes, which engines know how to fuse.
#include "base/error.h"
#include "zoo/layers.h"

namespace assay {

ValueId Layers::activate(ValueId x, Act act) {
  const std::string base = name(x);
  switch (act) {
    case Act::none:
      return x;
    case Act::relu:
      return op("Relu", base + ".relu", {x});
    case Act::relu6:
      return op("Clip", base + ".relu6", {x, scalar(0), scalar(6)});
    case Act::sigmoid:
      return op("Sigmoid", base + ".sigmoid", {x});
    case Act::hardsigmoid:
      return op("HardSigmoid", base + ".hardsigmoid", {x}, {{"alpha", 1.0f / 6}, {"beta", 0.5f}});
    case Act::hardswish:
      return op("HardSwish", base + ".hardswish", {x});
    case Act::silu:
      return multiply(base + ".silu", x, activate(x, Act::sigmoid));
    case Act::gelu: {
      const ValueId scaled = op("Div", base + ".gelu.scaled", {x, scalar(1.41421354f)});
      const ValueId erf = op("Erf", base + ".gelu.erf", {scaled});
      const ValueId shifted = op("Add", base + ".gelu.shifted", {erf, scalar(1)});
      return multiply(base + ".gelu", multiply(base + ".gelu.product", x, shifted), 0.5f);
    }
  }
  ASSAY_CHECK(false);
}

}  // namespace assay
