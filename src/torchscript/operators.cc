// SPDX-License-Identifier: MIT
#include "torchscript/operators.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "graph/composed.h"

namespace assay {

std::string torch_literal(const TorchInts& values) {
  if (values.empty()) return "[1][:0]";  // "[]" would be a list of tensors
  return fmt::format("[{}]", fmt::join(values, ", "));
}
std::string torch_literal(double value) {
  if (!std::isfinite(value)) return fmt::format("float(\"{}\")", value);
  return fmt::format("{:#.9g}", value);
}
std::string torch_literal(bool value) {
  return value ? "True" : "False";
}

std::string torch_name(const Graph& graph, ValueId id) {
  return graph.value(id).constant ? "self." + torch_weight(id) : fmt::format("v{}", id);
}

void TorchCall::fail(const std::string& why) const {
  throw Error("PyTorch has no counterpart of node '{}' ({}): {}", node.name, node.op, why);
}

const Value& TorchCall::value(size_t i) const {
  if (!has(i)) fail("an input is left out");
  return graph.value(node.inputs[i]);
}

std::string TorchCall::in(size_t i) const {
  return has(i) ? torch_name(graph, node.inputs[i]) : "None";
}

const Shape& TorchCall::shape(size_t i) const {
  if (!value(i).shape) fail("its shapes are not known");
  return *value(i).shape;
}

const Shape& TorchCall::result() const {
  const auto& known = graph.value(node.outputs[0]).shape;
  if (!known) fail("its shapes are not known");
  return *known;
}

TorchInts TorchCall::ints(size_t i) const {
  const auto& constant = value(i).constant;
  if (!constant || constant->declared_only() || constant->dtype != DType::i64)
    fail("what has to be constant is computed");
  const auto numbers = constant->as<int64_t>();
  return {numbers.begin(), numbers.end()};
}

int64_t TorchCall::axis(int64_t otherwise) const {
  const int64_t given = node.attribute("axis", otherwise);
  return given < 0 ? given + rank() : given;
}

bool TorchCall::flag(const char* key, bool otherwise) const {
  return node.attribute(key, int64_t{otherwise}) != 0;
}

// TorchScript lists the dimensions backwards.
std::string torch_padded(const std::string& x, const TorchInts& begin, const TorchInts& end,
                         const char* with) {
  TorchInts pads;
  for (size_t i = begin.size(); i-- > 0;) pads.insert(pads.end(), {begin[i], end[i]});
  if (std::ranges::count(pads, 0) == std::ssize(pads)) return x;
  return fmt::format("torch.constant_pad_nd({}, {}, {})", x, torch_literal(pads), with);
}

namespace {

TorchInts spatial_axes(const TorchCall& call) {
  TorchInts axes;
  for (int64_t i = 2; i < call.rank(); ++i) axes.push_back(i);
  return axes;
}

std::string global_average_pool(const TorchCall& call) {
  if (call.rank() == 4) return fmt::format("torch.adaptive_avg_pool2d({}, [1, 1])", call.in(0));
  return fmt::format("torch.mean({}, {}, True)", call.in(0), torch_literal(spatial_axes(call)));
}

std::string global_max_pool(const TorchCall& call) {
  return fmt::format("torch.amax({}, {}, True)", call.in(0), torch_literal(spatial_axes(call)));
}

std::string gemm(const TorchCall& call) {
  const auto matrix = [&](size_t i, bool transposed) {
    return transposed ? fmt::format("torch.t({})", call.in(i)) : call.in(i);
  };
  const std::string a = matrix(0, call.flag("transA", false));
  const bool out_by_in = call.flag("transB", false);
  const float alpha = call.node.attribute("alpha", 1.0f), beta = call.node.attribute("beta", 1.0f);
  const bool row = !call.has(2) || call.shape(2) == Shape{call.result()[1]};
  if (row && alpha == 1 && (beta == 1 || !call.has(2)))
    return fmt::format("torch.linear({}, {}, {})", a, matrix(1, !out_by_in), call.in(2));
  const std::string b = matrix(1, out_by_in);
  if (!call.has(2)) return fmt::format("torch.mm({}, {}) * {}", a, b, torch_literal(alpha));
  return fmt::format("torch.addmm({}, {}, {}, beta={}, alpha={})", call.in(2), a, b,
                     torch_literal(beta), torch_literal(alpha));
}

std::string batch_norm(const TorchCall& call) {
  return fmt::format("torch.batch_norm({}, {}, {}, {}, {}, False, 0.0, {}, True)", call.in(0),
                     call.in(1), call.in(2), call.in(3), call.in(4),
                     torch_literal(call.node.attribute("epsilon", 1e-5f)));
}

std::string instance_norm(const TorchCall& call) {
  return fmt::format("torch.instance_norm({}, {}, {}, None, None, True, 0.0, {}, True)", call.in(0),
                     call.in(1), call.in(2), torch_literal(call.node.attribute("epsilon", 1e-5f)));
}

std::string layer_norm(const TorchCall& call) {
  const Shape& shape = call.shape(0);
  const TorchInts normalized(shape.begin() + call.axis(-1), shape.end());
  return fmt::format("torch.layer_norm({}, {}, {}, {}, {})", call.in(0), torch_literal(normalized),
                     call.in(1), call.in(2), torch_literal(call.node.attribute("epsilon", 1e-5f)));
}

// As torch.nn.functional.local_response_norm computes it, in f32 always: PyTorch has no
// three-dimensional pool in bf16.
std::string lrn(const TorchCall& call) {
  if (call.rank() != 4) call.fail("its input does not have four dimensions");
  const int64_t size = call.node.attribute("size", int64_t{1});
  const DType computed = call.options.computed(call.value(0).dtype);
  const bool wide = computed == DType::f32;
  const std::string x =
      wide ? call.in(0) : fmt::format("torch.to({}, {})", call.in(0), torch_type(DType::f32));
  const std::string squares = fmt::format("torch.unsqueeze({0} * {0}, 1)", x);
  const std::string result = fmt::format(
      "{} / torch.pow(torch.squeeze(torch.avg_pool3d({}, [{}, 1, 1], [1, 1, 1]), 1) * {} + {}, {})",
      x, torch_padded(squares, {(size - 1) / 2, 0, 0}, {size / 2, 0, 0}, "0.0"), size,
      torch_literal(call.node.attribute("alpha", 1e-4f)),
      torch_literal(call.node.attribute("bias", 1.0f)),
      torch_literal(call.node.attribute("beta", 0.75f)));
  return wide ? result : fmt::format("torch.to({}, {})", result, torch_type(computed));
}

std::string softmax(const TorchCall& call) {
  return fmt::format("torch.{}({}, {}, None)",
                     call.node.op == "Softmax" ? "softmax" : "log_softmax", call.in(0),
                     call.axis(-1));
}

std::string clip(const TorchCall& call) {
  std::string bounds[2] = {"None", "None"};
  for (const size_t i : {1, 2}) {
    if (!call.has(i)) continue;
    const auto bound = scalar_of(call.graph, call.node.inputs[i]);
    if (!bound) call.fail("a bound is computed");
    bounds[i - 1] = torch_literal(*bound);
  }
  const bool both = bounds[0] != "None" && bounds[1] != "None";
  return fmt::format("torch.{}({}, {}, {})", both ? "hardtanh" : "clamp", call.in(0), bounds[0],
                     bounds[1]);
}

std::string hard_sigmoid(const TorchCall& call) {
  const float alpha = call.node.attribute("alpha", 0.2f), beta = call.node.attribute("beta", 0.5f);
  if (std::abs(alpha - 1.0f / 6) < 1e-6f && beta == 0.5f)
    return fmt::format("torch.hardsigmoid({})", call.in(0));
  return fmt::format("torch.clamp({} * {} + {}, 0.0, 1.0)", call.in(0), torch_literal(alpha),
                     torch_literal(beta));
}

// Element-wise, with a scalar on the right as a literal where that does not change the shape.
std::string arithmetic(const TorchCall& call) {
  static const std::map<std::string_view, const char*> kSigns = {
      {"Add", "+"}, {"Sub", "-"}, {"Mul", "*"}, {"Div", "/"}, {"Pow", "**"}};
  if (const auto x = gelu_of(call.graph, call.node))
    return fmt::format("torch.gelu({})", torch_name(call.graph, *x));
  if (const auto x = silu_of(call.graph, call.node))
    return fmt::format("torch.silu({})", torch_name(call.graph, *x));
  if (!is_floating(call.value(0).dtype)) call.fail("it is not on floats");
  const auto scalar = [&](size_t i) {
    const bool same_shape = call.shape(i).size() <= call.shape(1 - i).size();
    return same_shape ? scalar_of(call.graph, call.node.inputs[i]) : std::nullopt;
  };
  const bool commutes = call.node.op == "Add" || call.node.op == "Mul";
  const size_t right = commutes && scalar(0) && !scalar(1) ? 0 : 1;
  const auto literal_right = scalar(right);
  return fmt::format("{} {} {}", call.in(1 - right), kSigns.at(call.node.op),
                     literal_right ? "(" + torch_literal(*literal_right) + ")" : call.in(right));
}

std::string sum(const TorchCall& call) {
  if (!is_floating(call.value(0).dtype)) call.fail("it is not on floats");
  std::vector<std::string> terms;
  for (size_t i = 0; i < call.node.inputs.size(); ++i) terms.push_back(call.in(i));
  return fmt::format("{}", fmt::join(terms, " + "));
}

std::string concat(const TorchCall& call) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < call.node.inputs.size(); ++i) parts.push_back(call.in(i));
  return fmt::format("torch.cat([{}], {})", fmt::join(parts, ", "), call.axis(0));
}

std::string split(const TorchCall& call) {
  TorchInts sizes;
  for (const ValueId id : call.node.outputs) {
    if (id == kNoValue) call.fail("a part is left out");
    sizes.push_back(call.graph.value(id).shape.value().at(static_cast<size_t>(call.axis(0))));
  }
  return fmt::format("torch.split_with_sizes({}, {}, {})", call.in(0), torch_literal(sizes),
                     call.axis(0));
}

std::string slice(const TorchCall& call) {
  const TorchInts begins = call.ints(1), ends = call.ints(2);
  TorchInts axes, steps(begins.size(), 1);
  if (call.has(3)) axes = call.ints(3);
  if (call.has(4)) steps = call.ints(4);
  for (int64_t i = 0; !call.has(3) && i < std::ssize(begins); ++i) axes.push_back(i);
  std::string x = call.in(0);
  for (size_t i = 0; i < begins.size(); ++i) {
    if (steps.at(i) < 1) call.fail("it goes backwards");
    x = fmt::format("torch.slice({}, {}, {}, {}, {})", x, axes.at(i), begins[i], ends.at(i),
                    steps[i]);
  }
  return x;
}

std::string pad(const TorchCall& call) {
  static const std::map<std::string, const char*> kModes = {
      {"constant", "constant"}, {"reflect", "reflect"}, {"edge", "replicate"}};
  const auto mode = kModes.find(call.node.attribute("mode", "constant"));
  if (mode == kModes.end() || call.has(3)) call.fail("its mode is not known");
  const TorchInts given = call.ints(1);
  const auto value = call.has(2) ? scalar_of(call.graph, call.node.inputs[2]) : 0.0f;
  if (!value) call.fail("its value is computed");
  TorchInts pads;
  for (size_t i = given.size() / 2; i-- > 0;)
    pads.insert(pads.end(), {given[i], given[i + given.size() / 2]});
  while (pads.size() > 2 && pads.back() == 0 && pads[pads.size() - 2] == 0)
    pads.resize(pads.size() - 2);
  return fmt::format("torch.pad({}, {}, \"{}\"{})", call.in(0), torch_literal(pads), mode->second,
                     mode->first == "constant" ? ", " + torch_literal(*value) : "");
}

std::string gather(const TorchCall& call) {
  const int64_t axis = call.axis(0);
  const int64_t size = call.shape(0)[static_cast<size_t>(axis)];
  return fmt::format("torch.reshape(torch.index_select({}, {}, torch.reshape({} % {}, [-1])), {})",
                     call.in(0), axis, call.in(1), size, torch_literal(call.result()));
}

std::string reduce(const TorchCall& call) {
  static const std::map<std::string_view, const char*> kNames = {
      {"ReduceMean", "mean"}, {"ReduceSum", "sum"}, {"ReduceMax", "amax"}, {"ReduceMin", "amin"}};
  TorchInts axes = call.has(1) ? call.ints(1) : call.node.attribute("axes", TorchInts{});
  if (axes.empty() && call.flag("noop_with_empty_axes", false)) return call.in(0);
  for (int64_t i = 0; axes.empty() && i < call.rank(); ++i) axes.push_back(i);
  return fmt::format("torch.{}({}, {}, {})", kNames.at(call.node.op), call.in(0),
                     torch_literal(axes), torch_literal(call.flag("keepdims", true)));
}

std::string resize(const TorchCall& call) {
  const std::string mode = call.node.attribute("mode", "nearest");
  const std::string corners = call.node.attribute("coordinate_transformation_mode", "half_pixel");
  const std::string rounding = call.node.attribute("nearest_mode", "round_prefer_floor");
  const Shape& to = call.result();
  if (call.rank() != 4 || to[0] != call.shape(0)[0] || to[1] != call.shape(0)[1])
    call.fail("it resizes more than height and width");
  const TorchInts size = {to[2], to[3]};
  if (mode == "nearest" && corners == "asymmetric" && rounding == "floor")
    return fmt::format("torch.upsample_nearest2d({}, {})", call.in(0), torch_literal(size));
  if (mode == "linear" && (corners == "half_pixel" || corners == "align_corners"))
    return fmt::format("torch.upsample_bilinear2d({}, {}, {})", call.in(0), torch_literal(size),
                       torch_literal(corners == "align_corners"));
  call.fail("its mode is " + mode + " with " + corners + " " + rounding);
}

std::string unary(const TorchCall& call) {
  static const std::map<std::string_view, const char*> kNames = {
      {"Relu", "relu"},   {"Sigmoid", "sigmoid"}, {"Tanh", "tanh"}, {"HardSwish", "hardswish"},
      {"Erf", "erf"},     {"Exp", "exp"},         {"Log", "log"},   {"Softplus", "softplus"},
      {"Sqrt", "sqrt"},   {"Abs", "abs"},         {"Neg", "neg"},   {"Reciprocal", "reciprocal"},
      {"Floor", "floor"}, {"Ceil", "ceil"}};
  return fmt::format("torch.{}{}({})", kNames.at(call.node.op), call.in_place ? "_" : "",
                     call.in(0));
}

std::string binary(const TorchCall& call) {
  static const std::map<std::string_view, const char*> kNames = {
      {"MatMul", "matmul"}, {"PRelu", "prelu"}, {"Max", "maximum"}, {"Min", "minimum"}};
  if (call.node.inputs.size() != 2) call.fail("it does not have two inputs");
  return fmt::format("torch.{}({}, {})", kNames.at(call.node.op), call.in(0), call.in(1));
}

std::string leaky(const TorchCall& call) {
  const bool elu = call.node.op == "Elu";
  return fmt::format("torch.{}({}, {})", elu ? "elu" : "leaky_relu", call.in(0),
                     torch_literal(call.node.attribute("alpha", elu ? 1.0f : 0.01f)));
}

std::string transpose(const TorchCall& call) {
  TorchInts order;
  for (int64_t i = call.rank(); i-- > 0;) order.push_back(i);
  return fmt::format("torch.permute({}, {})", call.in(0),
                     torch_literal(call.node.attribute("perm", order)));
}

// Every operator that only names the same elements by another shape.
std::string reshape(const TorchCall& call) {
  return fmt::format("torch.reshape({}, {})", call.in(0), torch_literal(call.result()));
}
std::string expand(const TorchCall& call) {
  return fmt::format("torch.expand_copy({}, {})", call.in(0), torch_literal(call.result()));
}
std::string cast(const TorchCall& call) {
  const DType to = dtype_from_onnx(call.node.attribute("to", int64_t{0}));
  return fmt::format("torch.to({}, {})", call.in(0), torch_type(call.options.computed(to)));
}
std::string identity(const TorchCall& call) {
  return call.in(0);
}

}  // namespace

const std::map<std::string_view, TorchRule>& torch_rules() {
  static const std::map<std::string_view, TorchRule> kRules = {
      {"Abs", unary},
      {"Add", arithmetic},
      {"AveragePool", torch_average_pool},
      {"BatchNormalization", batch_norm},
      {"Cast", cast},
      {"Ceil", unary},
      {"Clip", clip},
      {"Concat", concat},
      {"Conv", torch_conv},
      {"ConvTranspose", torch_conv_transpose},
      {"Div", arithmetic},
      {"Dropout", identity},
      {"Elu", leaky},
      {"Erf", unary},
      {"Exp", unary},
      {"Expand", expand},
      {"Flatten", reshape},
      {"Floor", unary},
      {"Gather", gather},
      {"Gemm", gemm},
      {"GlobalAveragePool", global_average_pool},
      {"GlobalMaxPool", global_max_pool},
      {"HardSigmoid", hard_sigmoid},
      {"HardSwish", unary},
      {"Identity", identity},
      {"InstanceNormalization", instance_norm},
      {"LRN", lrn},
      {"LayerNormalization", layer_norm},
      {"LeakyRelu", leaky},
      {"Log", unary},
      {"LogSoftmax", softmax},
      {"MatMul", binary},
      {"Max", binary},
      {"MaxPool", torch_max_pool},
      {"Min", binary},
      {"Mul", arithmetic},
      {"Neg", unary},
      {"PRelu", binary},
      {"Pad", pad},
      {"Pow", arithmetic},
      {"Reciprocal", unary},
      {"ReduceMax", reduce},
      {"ReduceMean", reduce},
      {"ReduceMin", reduce},
      {"ReduceSum", reduce},
      {"Relu", unary},
      {"Reshape", reshape},
      {"Resize", resize},
      {"Sigmoid", unary},
      {"Slice", slice},
      {"Softmax", softmax},
      {"Softplus", unary},
      {"Split", split},
      {"Sqrt", unary},
      {"Squeeze", reshape},
      {"Sub", arithmetic},
      {"Sum", sum},
      {"Tanh", unary},
      {"Transpose", transpose},
      {"Unsqueeze", reshape}};
  return kRules;
}

}  // namespace assay
