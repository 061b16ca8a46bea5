// SPDX-License-Identifier: MIT
// Any sequence of construction steps, right or wrong, is either refused with an Error or gives a
// Graph that analyse() counts, before and after what is unused is dropped.
#include <array>
#include <cstdlib>
#include <span>

#include "base/error.h"
#include "graph/cost.h"
#include "graph/infer.h"

namespace {

using namespace assay;

constexpr size_t kMostSteps = 48;
constexpr std::array<int64_t, 16> kNumbers = {
    -1, 0, 1, 1, 2, 3, 4, 8, 16, 64, -2, 1 << 20, 1LL << 30, 1LL << 60, INT64_MIN, INT64_MAX};
constexpr std::array kIntegerKeys = {"axis",         "group",         "ceil_mode",
                                     "keepdims",     "transA",        "transB",
                                     "blocksize",    "batch_dims",    "to",
                                     "allowzero",    "num_groups",    "size",
                                     "start",        "end",           "dtype",
                                     "output_width", "output_height", "noop_with_empty_axes"};
constexpr std::array kListKeys = {"kernel_shape",   "strides",      "pads",
                                  "dilations",      "axes",         "perm",
                                  "output_padding", "output_shape", "shape"};
constexpr std::array kWords = {"SAME_UPPER", "SAME_LOWER",   "VALID", "ij,jk->ik", "...i,...i",
                               "bij->b",     "ii,i...->...", "a,a->", ""};

// What is left of the input, read as choices; at its end every choice is the first.
class Choices {
 public:
  explicit Choices(std::span<const uint8_t> bytes) : x_bytes(bytes) {}

  bool empty() const { return x_bytes.empty(); }
  size_t below(size_t end) {
    if (x_bytes.empty()) return 0;
    const uint8_t byte = x_bytes.front();
    x_bytes = x_bytes.subspan(1);
    return byte % end;
  }
  template <typename List>
  auto of(const List& list) {
    return list[below(list.size())];
  }
  int64_t number() { return of(kNumbers); }
  std::vector<int64_t> numbers(size_t most) {
    std::vector<int64_t> result(below(most + 1));
    for (int64_t& each : result) each = number();
    return result;
  }
  // Few dimensions, most of them small, so that shapes often fit.
  Shape shape() {
    Shape result(below(6));
    for (int64_t& each : result) each = below(8) == 0 ? number() : int64_t(1 + below(4));
    return result;
  }
  DType dtype() { return static_cast<DType>(below(14)); }

 private:
  std::span<const uint8_t> x_bytes;
};

Tensor tensor(Choices& choices) {
  switch (choices.below(4)) {
    case 0: {
      const auto values = choices.numbers(8);
      return make_i64({int64_t(values.size())}, values);
    }
    case 1: {
      const float value = static_cast<float>(choices.number()) / 3;
      return make_f32({1}, std::span(&value, 1));
    }
    case 2: {
      const int64_t value = choices.number();
      return make_i64({}, std::span(&value, 1));
    }
    default:
      return declare(choices.dtype(), choices.shape());
  }
}

Attributes attributes(Choices& choices) {
  Attributes result;
  for (size_t left = choices.below(5); left > 0; --left) {
    switch (choices.below(6)) {
      case 0:
      case 1:
        result[choices.of(kIntegerKeys)] = choices.number();
        break;
      case 2:
      case 3:
        result[choices.of(kListKeys)] = choices.numbers(6);
        break;
      case 4:
        result[choices.below(2) == 0 ? "auto_pad" : "equation"] = choices.of(kWords);
        break;
      default:
        result["value"] = tensor(choices);
    }
  }
  return result;
}

void add_node(Graph& graph, Choices& choices, const std::string& name) {
  static const std::vector<std::string> operators = known_operators();
  const std::string op = choices.below(32) == 0 ? "Unheard" : choices.of(operators);
  std::vector<ValueId> inputs(choices.below(6));
  for (ValueId& each : inputs)  // counted back from the newest; sometimes none, or no such value
    each = static_cast<ValueId>(graph.values().size()) - static_cast<ValueId>(choices.below(12));
  std::vector<std::string> outputs(choices.below(4));
  for (std::string& each : outputs)  // sometimes left out, sometimes a name that is taken
    if (choices.below(8) != 0) each = name + "." + std::to_string(choices.below(16));
  graph.add_node(op, name, std::move(inputs), attributes(choices), std::move(outputs));
}

void step(Graph& graph, Choices& choices, const std::string& name) {
  switch (choices.below(8)) {
    case 0:
      graph.input(name, choices.dtype(), choices.shape());
      break;
    case 1:
    case 2:
      graph.constant(name, tensor(choices));
      break;
    case 3:
      graph.output(static_cast<ValueId>(graph.values().size()) - 1);
      break;
    default:
      add_node(graph, choices, name);
  }
}

void count(const Graph& graph) {
  const Cost cost = analyse(graph);
  if (cost.macs < 0 || cost.parameters < 0 || cost.activations < 0 || cost.weight_bytes < 0 ||
      cost.peak_activation_bytes_inplace < 0 ||
      cost.peak_activation_bytes < cost.peak_activation_bytes_inplace)
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Choices choices({data, size});
  Graph graph;
  for (size_t i = 0; i < kMostSteps && !choices.empty(); ++i) {
    try {
      step(graph, choices, "v" + std::to_string(i));
    } catch (const Error&) {
    }
  }
  count(graph);
  graph.drop_unused();
  count(graph);
  return 0;
}
