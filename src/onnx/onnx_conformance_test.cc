// SPDX-License-Identifier: MIT
// ONNX's own conformance cases: for each whose operators are all in the vocabulary, the inferred
// types and shapes of the outputs are those of the stored outputs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "onnx.pb.h"
#include "onnx/conformance_case.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

// Cases of known operators that are not as the others, and why.
const std::map<std::string, std::string> kExceptions = {
    {"test_cast_FLOAT_to_BFLOAT16", "its output is stored as u16"},
    {"test_castlike_FLOAT_to_BFLOAT16_expanded", "its output is stored as u16"},
};

bool shapes_known(const Graph& graph) {
  for (ValueId id : graph.outputs())
    if (!graph.value(id).shape) return false;
  return true;
}

std::string difference(const Graph& graph, const ConformanceCase& test) {
  for (size_t i = 0; i < graph.outputs().size(); ++i) {
    const Value& value = graph.value(graph.outputs()[i]);
    const auto& expected = test.outputs.at(i);
    const Shape shape(expected.dims().begin(), expected.dims().end());
    if (!value.shape) return "output " + std::to_string(i) + " has no known shape";
    if (*value.shape != shape)
      return "output " + std::to_string(i) + " is " + to_string(*value.shape) + ", not " +
             to_string(shape);
    if (value.dtype != dtype_from_onnx(expected.data_type()))
      return "output " + std::to_string(i) + " has the type " + std::string(name_of(value.dtype));
  }
  return "";
}

enum class Verdict { agrees, differs, unknown_operator };

struct Result {
  Verdict verdict;
  std::string why;
};

Result check(const ConformanceCase& test) {
  try {
    Graph graph = graph_of(test, 1);
    if (!graph.unknown_operators().empty())
      return {Verdict::unknown_operator, graph.unknown_operators().front()};
    if (!shapes_known(graph)) graph = graph_of(test, 0);
    const std::string why = difference(graph, test);
    return {why.empty() ? Verdict::agrees : Verdict::differs, why};
  } catch (const std::exception& error) {
    return {Verdict::differs, error.what()};
  }
}

TEST(OnnxConformance, inferred_shapes_are_those_of_the_stored_outputs) {
  int covered = 0, beyond = 0;
  std::set<std::string> unknown, excepted;
  for (const ConformanceCase& test : conformance_cases(fs::path(ASSAY_ONNX_TESTDATA) / "node")) {
    const std::string& name = test.name;
    const Result result = check(test);
    if (result.verdict == Verdict::unknown_operator) {
      ++beyond;
      unknown.insert(result.why);
    } else if (kExceptions.contains(name)) {
      excepted.insert(name);
      EXPECT_EQ(result.verdict, Verdict::differs) << name << " is no exception any more";
    } else {
      EXPECT_EQ(result.verdict, Verdict::agrees) << name << ": " << result.why;
      ++covered;
    }
  }
  std::string beyond_names;
  for (const std::string& each : unknown) beyond_names += " " + each;
  std::printf("conformance: %d cases inferred, %zu exceptions, %d with other operators:%s\n",
              covered, excepted.size(), beyond, beyond_names.c_str());
  EXPECT_EQ(excepted.size(), kExceptions.size()) << "an exception names no case";
  EXPECT_GE(covered, 747);
}

}  // namespace
}  // namespace assay
