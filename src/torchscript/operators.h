// SPDX-License-Identifier: MIT
// What each operator is called in TorchScript: one rule per operator, which writes the expression
// of one node. Used by torchscript.cc, which makes statements and a function of them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "torchscript/torchscript.h"

namespace assay {

using TorchInts = std::vector<int64_t>;

// As TorchScript reads them.
std::string torch_literal(const TorchInts& values);
std::string torch_literal(double value);
std::string torch_literal(bool value);

// The expression that a value is: a local variable, or for a constant an attribute of the module.
std::string torch_name(const Graph& graph, ValueId id);

// One node and what its rule asks of it; what PyTorch cannot do is an Error that names it.
struct TorchCall {
  const Graph& graph;
  const TorchOptions& options;
  const Node& node;
  bool in_place = false;  // a Relu that may overwrite its input

  [[noreturn]] void fail(const std::string& why) const;
  bool has(size_t i) const { return i < node.inputs.size() && node.inputs[i] != kNoValue; }
  const Value& value(size_t i) const;
  // The expression of an input; "None" when it is left out.
  std::string in(size_t i) const;
  const Shape& shape(size_t i) const;
  const Shape& result() const;  // of the first output
  int64_t rank() const { return static_cast<int64_t>(shape(0).size()); }
  TorchInts ints(size_t i) const;         // the values of a constant input
  int64_t axis(int64_t otherwise) const;  // counted from the front
  bool flag(const char* key, bool otherwise) const;
};

// Pads the last dimensions, as many as there are in `begin`.
std::string torch_padded(const std::string& x, const TorchInts& begin, const TorchInts& end,
                         const char* with);

// Convolutions and pools (windows.cc).
std::string torch_conv(const TorchCall& call);
std::string torch_conv_transpose(const TorchCall& call);
std::string torch_max_pool(const TorchCall& call);
std::string torch_average_pool(const TorchCall& call);

using TorchRule = std::string (*)(const TorchCall&);
const std::map<std::string_view, TorchRule>& torch_rules();

}  // namespace assay
