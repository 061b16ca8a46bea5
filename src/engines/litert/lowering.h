// SPDX-License-Identifier: MIT
// Lowering builds a Graph in TensorFlow Lite's operators, images in NHWC, as the file that LiteRT
// loads. Rules stand in one table per family, in lower_*.cc. In a QDQ network the result of a
// DequantizeLinear stays the tensor of integers: rules that compute or move integers take it as it
// is stored, for all others it is made f32 when they ask for it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/placed_lowering.h"
#include "engines/litert/folded_qdq.h"
#include "engines/litert/quantized_output.h"
#include "engines/litert/tflite_file.h"

namespace assay {

class Lowering;
struct LoweringRule {
  std::string_view op;
  void (*lower)(Lowering&);
  TfliteOp theirs = TfliteOp::reshape;  // where the rule serves several
};

// Of a node that integers can compute; false leaves it to the rule for f32.
struct IntegerRule {
  std::string_view op;
  bool (*lower)(Lowering&);
  TfliteOp theirs = TfliteOp::reshape;
};

class Lowering : public PlacedLowering<int> {
 public:
  // The network stays; lowers the whole of it. Unsupported, naming operator and node, for what has
  // no rule. Constants may be without values; then there is no finish().
  explicit Lowering(const FoldedQdq& network);
  flatbuffers::DetachedBuffer finish() { return x_file.finish(x_inputs, x_outputs); }

  int constant_of(const Tensor& tensor) override;
  int reshape(int value, DType type, const Shape& shape) override;
  int transpose(int value, DType type, const std::vector<int32_t>& perm,
                const Shape& shape) override;

  // For the rules: of the node that is being lowered.
  TfliteOp theirs() const { return x_theirs; }
  // In f32.
  int in(size_t input, const Order& order) { return as_f32(stored(input, order)); }
  int in(size_t input) { return as_f32(stored(input)); }
  Aligned align(std::span<const size_t> which);
  Aligned align(std::initializer_list<size_t> which) {
    return align(std::span(which.begin(), which.size()));
  }
  int as_f32(int tensor);
  // As it is, integers or f32.
  int stored(size_t input, const Order& order) { return PlacedLowering::in(input, order); }
  int stored(size_t input) { return PlacedLowering::in(input); }
  Aligned stored_aligned(std::initializer_list<size_t> which) {
    return PlacedLowering::align(which);
  }
  // Of a tensor of the file; empty when it is not of integers on a grid.
  std::optional<Grid> grid(int tensor) const;
  // Of an input that is computed or moved as integers.
  std::optional<Grid> stored_grid(size_t input);
  // Behind a constant input of a QDQ network; null where there are none.
  const IntegerConstant* integers(size_t input) const;
  std::optional<QuantizedOutput> quantized() const { return quantized_output(x_readers, node()); }

  // An operator with one output.
  int add(TfliteOp op, std::vector<int32_t> inputs, DType type, const Shape& shape,
          TfliteOptions options = {});
  // Its result is of the same type, on the same grid as the tensor.
  int add_like(int tensor, TfliteOp op, std::vector<int32_t> inputs, const Shape& shape,
               TfliteOptions options = {});
  int add_on(const Grid& grid, TfliteOp op, std::vector<int32_t> inputs, const Shape& shape,
             TfliteOptions options = {});
  // i8 from f32 or from another grid; as it is when it is on this one.
  int quantize(int tensor, const Grid& grid);
  int integer_constant(const Tensor& values, const std::vector<float>& scales, size_t axis);
  // The result of the node and of the rectifier that was computed with it.
  void give_integers(const QuantizedOutput& output, int tensor, const Order& order);
  int scalar(float value) { return constant_of(make_f32({}, std::span(&value, 1))); }
  int list(const std::vector<int64_t>& values);  // i32, as the format has it
  // f32 operators of one operand and of two that are broadcast.
  int unary(TfliteOp op, int x);
  int binary(TfliteOp op, int a, int b);
  const Shape& shape_in_file(int tensor) const { return x_file.shape(tensor); }

 private:
  void lower(const Node& node);
  bool lower_integers(const Node& node);
  std::string name(const char* what);

  const std::map<ValueId, IntegerConstant>& x_integers;
  Readers x_readers;
  TfliteFile x_file;
  TfliteOp x_theirs = TfliteOp::reshape;
  std::set<const Node*> x_taken_in;  // rectifiers that were computed with what they read
  std::map<int, int> x_dequantized;
  int x_next = 0;
  std::vector<int32_t> x_inputs, x_outputs;
};

std::span<const LoweringRule> elementwise_lowering();
std::span<const LoweringRule> window_lowering();
std::span<const LoweringRule> matrix_lowering();
std::span<const LoweringRule> layout_lowering();
std::span<const LoweringRule> quantization_lowering();
std::span<const IntegerRule> integer_lowering();

}  // namespace assay
