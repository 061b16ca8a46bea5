// SPDX-License-Identifier: MIT
// Quantization, and operators that compute with the integers as they are stored; layers do so in
// the rules of their families (integer_layer.h).
#include <algorithm>

#include "engines/litert/lowering.h"
#include "graph/window.h"

namespace assay {
namespace {

const Order kNhwc = {0, 2, 3, 1};

Grid required_grid(Lowering& to) {
  const auto grid = grid_of(to.graph(), to.node());
  if (!grid) to.refuse("only with one constant scale, and integers of 8 bits");
  return *grid;
}

void lower_quantize(Lowering& to) {
  to.give(0, to.quantize(to.stored(0), required_grid(to)), to.order(0));
}

// Nothing is computed: the integers are what others ask for.
void lower_dequantize(Lowering& to) {
  const Grid grid = required_grid(to);
  const int x = to.stored(0);
  if (to.grid(x) != grid) to.refuse("only of what QuantizeLinear made with the same scale");
  to.give(0, x, to.order(0));
}

uint8_t table_of(TfliteOp op) {
  return op == TfliteOp::add ? 11 : op == TfliteOp::sub ? 28 : 21;
}

bool add_sub_mul(Lowering& to) {
  const auto output = to.quantized();
  if (!output || to.node().inputs.size() != 2 || !to.stored_grid(0) || !to.stored_grid(1))
    return false;
  const auto [operands, order] = to.stored_aligned({0, 1});
  const TfliteOptions options{table_of(to.theirs()), {{0, output->activation}}};
  const Shape shape = placed(to.result_shape(), order);
  to.give_integers(*output, to.add_on(output->grid, to.theirs(), operands, shape, options), order);
  return true;
}

// A rectifier that no layer took in, where the ends of the grid are its bounds.
bool rectifier(Lowering& to) {
  const auto output = to.quantized();
  if (!output || output->rectifier || !to.stored_grid(0)) return false;
  if (activation_on(to.graph(), to.node(), output->grid) != 0) return false;
  to.give(0, to.quantize(to.stored(0), output->grid), to.order(0));
  return true;
}

// The format concatenates what is on one grid.
bool concat(Lowering& to) {
  const auto output = to.quantized();
  const size_t count = to.node().inputs.size();
  const Order order = to.widest_order(plain_order(count));
  std::optional<Grid> grid = output ? std::optional(output->grid) : to.stored_grid(0);
  for (size_t i = 0; i < count; ++i) {
    const auto each = to.stored_grid(i);
    if (!each || (!output && each != grid)) return false;
  }
  std::vector<int32_t> parts;
  for (size_t i = 0; i < count; ++i) parts.push_back(to.quantize(to.stored(i, order), *grid));
  const auto place = place_of(to.axis(to.attribute("axis", int64_t{0})), order);
  const TfliteOptions options{
      10, {{0, static_cast<int32_t>(place)}, {1, output ? output->activation : int8_t{0}}}};
  const int y =
      to.add_on(*grid, TfliteOp::concatenation, parts, placed(to.result_shape(), order), options);
  output ? to.give_integers(*output, y, order) : to.give(0, y, order);
  return true;
}

bool global_average_pool(Lowering& to) {
  const auto output = to.quantized();
  if (!output || output->activation != 0 || to.rank(0) != 4 || !to.stored_grid(0)) return false;
  const int x = to.stored(0, kNhwc);
  const Shape shape = placed(to.result_shape(), kNhwc);
  to.give_integers(
      *output,
      to.add_on(output->grid, TfliteOp::mean, {x, to.list({1, 2})}, shape, {27, {{0, true}}}),
      kNhwc);
  return true;
}

constexpr LoweringRule kRules[] = {{"QuantizeLinear", lower_quantize},
                                   {"DequantizeLinear", lower_dequantize}};

constexpr IntegerRule kIntegerRules[] = {{"Add", add_sub_mul, TfliteOp::add},
                                         {"Sub", add_sub_mul, TfliteOp::sub},
                                         {"Mul", add_sub_mul, TfliteOp::mul},
                                         {"Relu", rectifier},
                                         {"Clip", rectifier},
                                         {"Concat", concat},
                                         {"GlobalAveragePool", global_average_pool}};

}  // namespace

std::span<const LoweringRule> quantization_lowering() {
  return kRules;
}

std::span<const IntegerRule> integer_lowering() {
  return kIntegerRules;
}

}  // namespace assay
