// SPDX-License-Identifier: MIT
// Seeded weights. Every layer's weights are scaled so that its output has unit variance, given an
// estimate of its input's moments; filters of many inputs have zero sum, so that the mean that
// rectifiers leave does not drown what depends on the input.
#include <cmath>
#include <cstring>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "zoo/moments.h"
#include "zoo/residual.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

// Values uniform in offset +- amplitude; `row` > 0: each run of so many has the sum 0.
struct Distribution {
  double offset = 0;
  double amplitude = 0;
  int64_t row = 0;
};

constexpr double kPerturbation = 0.1;  // of normalizations and biases, so that they do something
// Neighbouring pixels are alike, so that a centered window over one channel cancels more than its
// variance says; found on the networks of the zoo, whose scale it keeps through 40 such layers.
constexpr double kNeighbours = 0.8;
constexpr int64_t kCenteredInputs = 9;

Tensor adopt(std::vector<float> values, const Shape& shape) {
  auto owner = std::make_shared<std::vector<float>>(std::move(values));
  return {
      DType::f32, shape,
      std::shared_ptr<const std::byte>(owner, reinterpret_cast<const std::byte*>(owner->data()))};
}

// In doubles from exact integers: no rounding that a compiler may reorder.
Tensor draw(const Shape& shape, const Distribution& from, uint64_t key) {
  const int64_t count = element_count(shape);
  const int64_t row = from.row > 0 ? from.row : count;
  const double unit = from.amplitude * 0x1p-23;
  std::vector<float> values(static_cast<size_t>(count));
  std::vector<int32_t> integers(static_cast<size_t>(from.row > 0 ? row : 0));
  if (from.row == 0) {
    for (int64_t i = 0; i < count; ++i)
      values[static_cast<size_t>(i)] = static_cast<float>(
          from.offset + from.amplitude * random_uniform(key, static_cast<uint64_t>(i)));
    return adopt(std::move(values), shape);
  }
  for (int64_t begin = 0; begin < count; begin += row) {
    int64_t sum = 0;
    for (int64_t i = 0; i < row; ++i) {
      const uint64_t bits = random_u64(key, static_cast<uint64_t>(begin + i)) >> 40;
      integers[static_cast<size_t>(i)] = static_cast<int32_t>(bits);
      sum += static_cast<int64_t>(bits);
    }
    const double mean = static_cast<double>(sum) / static_cast<double>(row);
    for (int64_t i = 0; i < row; ++i)
      values[static_cast<size_t>(begin + i)] =
          static_cast<float>((integers[static_cast<size_t>(i)] - mean) * unit);
  }
  return adopt(std::move(values), shape);
}

class Seeder {
 public:
  Seeder(Graph& graph, uint64_t seed)
      : x_graph(graph), x_seed(seed), x_residual(residual_scales(graph)) {
    x_branch_scale = 1 / std::sqrt(std::max(1.0, static_cast<double>(x_residual.size())));
  }

  void run() {
    x_moments.resize(x_graph.values().size());
    for (size_t id = 0; id < x_moments.size(); ++id)
      if (const Value& value = x_graph.value(static_cast<ValueId>(id)); value.constant)
        x_moments[id] = moments_of(value);
    for (const Node& node : x_graph.nodes()) visit(node);
  }

 private:
  void visit(const Node& node) {
    std::vector<Moments> inputs;
    bool branch_end = false;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const ValueId id = node.inputs[i];
      if (id == kNoValue) continue;
      if (declared(id)) {
        branch_end = branch_end || x_residual.contains(id);
        fill(id, distribution(node, i));
      }
      inputs.push_back(x_moments[static_cast<size_t>(id)]);
    }
    Moments output = propagate(x_graph, node, inputs);
    // A Mul knows its scale already, as a factor.
    if (branch_end && node.op != "Mul")
      output = {output.mean * x_branch_scale, output.square * x_branch_scale * x_branch_scale};
    for (ValueId id : node.outputs)
      if (id != kNoValue) x_moments[static_cast<size_t>(id)] = output;
  }

  Distribution distribution(const Node& node, size_t index) const {
    const ValueId id = node.inputs[index];
    const double scale = x_residual.contains(id) ? x_branch_scale : 1;
    if ((node.op == "Conv" || node.op == "Gemm" || node.op == "MatMul") && index == 1)
      return weights(node, scale);
    const bool normalizes = node.op == "BatchNormalization" || node.op == "LayerNormalization";
    const bool near_one = node.op == "Mul" || (normalizes && (index == 1 || index == 4));
    if (near_one) return {scale, scale * kPerturbation, 0};
    const bool small = node.op == "Add" || node.op == "Conv" || node.op == "Gemm" || normalizes;
    return {0, small ? kPerturbation : 1, 0};
  }

  Distribution weights(const Node& node, double scale) const {
    const Shape& shape = *x_graph.value(node.inputs[1]).shape;
    const int64_t inputs = element_count(shape) / shape[0];
    const Moments& x = x_moments[static_cast<size_t>(node.inputs[0])];
    const bool centered = inputs >= kCenteredInputs;
    const double alike = node.op == "Conv" && shape[1] == 1 && inputs > 1 ? kNeighbours : 1;
    const double power = alike * std::max(centered ? x.variance() : x.square, 1e-6);
    return {0, scale * std::sqrt(3 / (static_cast<double>(inputs) * power)), centered ? inputs : 0};
  }

  bool declared(ValueId id) const {
    const auto& constant = x_graph.value(id).constant;
    return constant && constant->declared_only();
  }

  void fill(ValueId id, const Distribution& from) {
    const Value& value = x_graph.value(id);
    if (value.dtype != DType::f32)
      throw Error("constant '{}' is {}; only f32 can be seeded", value.name, name_of(value.dtype));
    const uint64_t key = stream_key(x_seed, value.name);
    x_moments[static_cast<size_t>(id)] = {
        from.offset, from.offset * from.offset + from.amplitude * from.amplitude / 3};
    x_graph.fill(id, draw(*value.shape, from, key));
  }

  Graph& x_graph;
  uint64_t x_seed;
  std::set<ValueId> x_residual;
  double x_branch_scale = 1;
  std::vector<Moments> x_moments;  // by value
};

}  // namespace

void fill_seeded(Graph& graph, uint64_t seed) {
  Seeder(graph, seed).run();
}

}  // namespace assay
