// SPDX-License-Identifier: MIT
// The executor against ONNX's own conformance cases, and against the outputs that come with the
// classic networks of the onnx wheel.
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "base/error.h"
#include "graph/execute.h"
#include "graph/kernels/array.h"
#include "onnx/conformance_case.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRandom = "its output is random";
constexpr const char* kCut = "its stored bfloat16 is cut off, not rounded";
constexpr const char* kStrings = "a Tensor holds no strings";

// Cases of known operators that the executor does not pass, and why.
const std::map<std::string, std::string> kExceptions = {
    {"test_bernoulli", kRandom},
    {"test_bernoulli_double", kRandom},
    {"test_bernoulli_double_expanded", kRandom},
    {"test_bernoulli_expanded", kRandom},
    {"test_bernoulli_seed", kRandom},
    {"test_bernoulli_seed_expanded", kRandom},
    {"test_cast_FLOAT_to_BFLOAT16", kCut},
    {"test_cast_FLOAT_to_STRING", kStrings},
    {"test_cast_STRING_to_FLOAT", kStrings},
    {"test_castlike_FLOAT_to_BFLOAT16", kCut},
    {"test_castlike_FLOAT_to_BFLOAT16_expanded", kCut},
    {"test_castlike_FLOAT_to_STRING", kStrings},
    {"test_castlike_FLOAT_to_STRING_expanded", kStrings},
    {"test_castlike_STRING_to_FLOAT", kStrings},
    {"test_castlike_STRING_to_FLOAT_expanded", kStrings},
    {"test_training_dropout", kRandom},
    {"test_training_dropout_default", kRandom},
    {"test_training_dropout_default_mask", kRandom},
    {"test_training_dropout_mask", kRandom},
};

constexpr const char* kRounded = "its stored output has four decimals";
constexpr const char* kPi = "its stored output takes pi for 3.1415";

// Cases that agree within 1e-3 only, and why.
const std::map<std::string, std::string> kInexact = {
    {"test_blackmanwindow_expanded", kPi},          {"test_blackmanwindow_symmetric_expanded", kPi},
    {"test_gridsample_bicubic", kRounded},          {"test_hammingwindow_expanded", kPi},
    {"test_hammingwindow_symmetric_expanded", kPi}, {"test_hannwindow_expanded", kPi},
    {"test_hannwindow_symmetric_expanded", kPi},    {"test_roialign_aligned_false", kRounded},
    {"test_roialign_aligned_true", kRounded},
};

struct Tolerance {
  double absolute = 1e-5, relative = 1e-4;
};

bool close(double value, double expected, Tolerance tolerance) {
  if (std::isnan(expected)) return std::isnan(value);
  if (value == expected) return true;  // infinities too
  return std::fabs(value - expected) <=
         tolerance.absolute + tolerance.relative * std::fabs(expected);
}

template <typename T, typename Equal>
std::string first_difference(const Tensor& tensor, const Tensor& expected, Equal equal) {
  const Array<T> a(tensor), b(expected);
  for (int64_t i = 0; i < a.size(); ++i) {
    if (!equal(a[i], b[i])) return fmt::format("element {}: {} for {}", i, a[i], b[i]);
  }
  return "";
}

// bfloat16 is stored as u16 in these cases.
Tensor as_type(Tensor tensor, DType wanted) {
  if (tensor.dtype == DType::u16 && wanted == DType::bf16) tensor.dtype = wanted;
  return tensor;
}

// Empty when they agree: exactly for integers.
std::string difference(const Tensor& tensor, const Tensor& stored, Tolerance tolerance) {
  const Tensor expected = as_type(stored, tensor.dtype);
  if (tensor.dtype != expected.dtype) return "type " + std::string(name_of(tensor.dtype));
  if (tensor.shape != expected.shape) return "shape " + to_string(tensor.shape);
  if (is_floating(tensor.dtype)) {
    return first_difference<double>(tensor, expected,
                                    [&](double a, double b) { return close(a, b, tolerance); });
  }
  return first_difference<int64_t>(tensor, expected, std::equal_to<>());
}

std::string difference(const std::vector<Tensor>& tensors, const ConformanceCase& test) {
  const Tolerance tolerance = kInexact.contains(test.name) ? Tolerance{1e-3, 1e-3} : Tolerance{};
  for (size_t i = 0; i < tensors.size() && i < test.outputs.size(); ++i) {
    const std::string why = difference(tensors[i], tensor_of(test.outputs[i]), tolerance);
    if (!why.empty()) return fmt::format("output {}: {}", i, why);
  }
  return tensors.size() < test.outputs.size() ? "it lacks outputs" : "";
}

bool shapes_known(const Graph& graph) {
  return std::all_of(graph.values().begin(), graph.values().end(),
                     [](const Value& value) { return value.shape.has_value(); });
}

// Operators outside of the vocabulary, and those of which only shapes and counts are known.
std::vector<std::string> operators_beyond(const Graph& graph) {
  static const std::set<std::string> kNoKernel = {"Attention", "GRU", "LSTM", "RNN"};
  std::vector<std::string> names = graph.unknown_operators();
  for (const Node& node : graph.nodes())
    if (kNoKernel.contains(node.op)) names.push_back(node.op);
  return names;
}

// Runs a case with as many of its inputs as inputs as shape inference allows. Empty when the
// outputs agree; `unknown` takes the operators outside of the vocabulary.
std::string run(const ConformanceCase& test, std::set<std::string>& unknown) {
  try {
    for (const int first_weight : {99, 1, 0}) {
      std::map<std::string, Tensor> given;
      std::optional<Graph> graph;
      try {
        graph = graph_of(test, first_weight, &given);
      } catch (const Error&) {
        if (first_weight == 0) throw;
        continue;
      }
      for (const std::string& op : operators_beyond(*graph)) unknown.insert(op);
      if (!unknown.empty()) return "";
      if (!shapes_known(*graph) && first_weight > 0) continue;
      for (const ValueId id : graph->inputs()) {
        Tensor& tensor = given.at(graph->value(id).name);
        tensor = as_type(tensor, graph->value(id).dtype);
      }
      const std::string why = difference(execute(*graph, given), test);
      if (!why.empty()) return why;
      return difference(execute(*graph, given, Accumulate::f64), test);
    }
    return "never run";
  } catch (const std::exception& error) {
    return error.what();
  }
}

// Of a newer ONNX: `ASSAY_CONFORMANCE_CASES=folder onnx_test --gtest_filter=*any_folder*`, with
// what `python3 -m onnx.backend.test.cmd_tools generate-data -o folder/..` writes to folder "node".
TEST(ExecuteConformance, outputs_of_any_folder_equal_the_stored_ones) {
  const char* folder = std::getenv("ASSAY_CONFORMANCE_CASES");
  if (folder == nullptr) GTEST_SKIP() << "ASSAY_CONFORMANCE_CASES names no folder";
  int passed = 0;
  for (const ConformanceCase& test : conformance_cases(folder)) {
    std::set<std::string> unknown;
    const std::string why = run(test, unknown);
    for (const std::string& op : unknown)
      std::printf("%s: beyond: %s\n", test.name.c_str(), op.c_str());
    EXPECT_EQ(why, "") << test.name;
    passed += why.empty() && unknown.empty();
  }
  std::printf("executor: %d cases of '%s' agree\n", passed, folder);
}

TEST(ExecuteConformance, outputs_equal_the_stored_ones) {
  const fs::path folder = fs::path(ASSAY_ONNX_TESTDATA) / "node";
  if (!fs::exists(folder)) GTEST_SKIP() << "libonnx-testdata is not installed";
  int passed = 0, beyond = 0;
  std::set<std::string> unknown, excepted;
  for (const ConformanceCase& test : conformance_cases(folder)) {
    std::set<std::string> unknown_here;
    const std::string why = run(test, unknown_here);
    if (!unknown_here.empty()) {
      ++beyond;
      unknown.merge(unknown_here);
    } else if (kExceptions.contains(test.name)) {
      excepted.insert(test.name);
      EXPECT_NE(why, "") << test.name << " is no exception any more";
    } else {
      EXPECT_EQ(why, "") << test.name;
      passed += why.empty();
    }
  }
  std::string beyond_names;
  for (const std::string& each : unknown) beyond_names += " " + each;
  std::printf("executor: %d cases agree, %zu exceptions, %d with other operators:%s\n", passed,
              excepted.size(), beyond, beyond_names.c_str());
  EXPECT_EQ(excepted.size(), kExceptions.size()) << "an exception names no case";
  EXPECT_GE(passed, 730);
}

struct Classic {
  const char* name;
  friend void PrintTo(const Classic& classic, std::ostream* out) { *out << classic.name; }
};

class ExecuteLight : public ::testing::TestWithParam<Classic> {};

TEST_P(ExecuteLight, gives_the_output_that_the_wheel_carries) {
  const fs::path folder = fs::path(ASSAY_SDK_FOLDER) / "onnx/current/onnx/backend/test/data/light";
  const std::string name = std::string("light_") + GetParam().name;
  const auto stored = load_proto<onnx::TensorProto>(folder / (name + "_output_0.pb"));
  ASSERT_TRUE(stored);
  const Graph graph = read_onnx(folder / (name + ".onnx"));
  const Value& input = graph.value(graph.inputs().at(0));
  const std::vector<float> ones(static_cast<size_t>(element_count(*input.shape)), 1.0f);
  const auto outputs = execute(graph, {{input.name, make_f32(*input.shape, ones)}});
  EXPECT_EQ(difference(outputs.at(0), tensor_of(*stored), Tolerance{}), "");
}

// The others take up to 16 s: the engines run all nine.
INSTANTIATE_TEST_SUITE_P(Execute, ExecuteLight,
                         ::testing::Values(Classic{"squeezenet"}, Classic{"shufflenet"},
                                           Classic{"inception_v1"}),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace assay
