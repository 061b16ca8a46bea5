// SPDX-License-Identifier: MIT
// Lowering builds a Graph in TensorFlow Lite's operators, images in NHWC, as the file that LiteRT
// loads. Rules stand in one table per family, in lower_*.cc.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/placed_lowering.h"
#include "engines/litert/tflite_file.h"

namespace assay {

class Lowering;
struct LoweringRule {
  std::string_view op;
  void (*lower)(Lowering&);
  TfliteOp theirs = TfliteOp::reshape;  // where the rule serves several
};

class Lowering : public PlacedLowering<int> {
 public:
  // The graph stays; lowers the whole of it. Unsupported, naming operator and node, for what has no
  // rule.
  explicit Lowering(const Graph& graph);
  flatbuffers::DetachedBuffer finish() { return x_file.finish(x_inputs, x_outputs); }

  int constant_of(const Tensor& tensor) override;
  int reshape(int value, DType type, const Shape& shape) override;
  int transpose(int value, DType type, const std::vector<int32_t>& perm,
                const Shape& shape) override;

  // For the rules: of the node that is being lowered.
  TfliteOp theirs() const { return x_rule->theirs; }
  // An operator with one output.
  int add(TfliteOp op, std::vector<int32_t> inputs, DType type, const Shape& shape,
          TfliteOptions options = {});
  int scalar(float value) { return constant_of(make_f32({}, std::span(&value, 1))); }
  int list(const std::vector<int64_t>& values);  // i32, as the format has it
  // f32 operators of one operand and of two that are broadcast.
  int unary(TfliteOp op, int x);
  int binary(TfliteOp op, int a, int b);
  const Shape& shape_in_file(int tensor) const { return x_file.shape(tensor); }

 private:
  void lower(const Node& node);
  std::string name(const char* what);

  TfliteFile x_file;
  const LoweringRule* x_rule = nullptr;
  int x_next = 0;
  std::vector<int32_t> x_inputs, x_outputs;
};

std::span<const LoweringRule> elementwise_lowering();
std::span<const LoweringRule> window_lowering();
std::span<const LoweringRule> matrix_lowering();
std::span<const LoweringRule> layout_lowering();

}  // namespace assay
