// SPDX-License-Identifier: MIT
#include "engine/refusal.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

constexpr int64_t kLarge = 70'000;  // elements

struct Refusal : testing::Test {
  Refusal() {
    Graph graph;
    const ValueId x = graph.input("x", DType::f32, {kLarge});
    const ValueId w = graph.constant("w", make_f32({kLarge}, std::vector<float>(kLarge)));
    graph.output(graph.add("Hope", "y", {graph.add("Mul", "product", {x, w})}));
    request.path = (folder.path() / "model.onnx").string();
    write_onnx(graph, request.path);
  }
  static bool without_weights(const Graph& graph) {
    return graph.value(graph.find("w").value()).constant->declared_only();
  }
  TempDir folder;
  LoadRequest request;
};

TEST_F(Refusal, is_nothing_when_the_structure_can_be_lowered) {
  int calls = 0;
  const auto why = refusal(request, [&](const Graph& graph) {
    ++calls;
    EXPECT_TRUE(without_weights(graph));
  });
  EXPECT_EQ(why, std::nullopt);
  EXPECT_EQ(calls, 1);
}

TEST_F(Refusal, is_nothing_when_only_the_whole_model_can_be_lowered) {
  EXPECT_EQ(refusal(request,
                    [](const Graph& graph) {
                      if (without_weights(graph)) throw Unsupported("it has no values");
                    }),
            std::nullopt);
}

TEST_F(Refusal, is_in_the_words_of_what_is_thrown) {
  EXPECT_EQ(refusal(request, [](const Graph&) { throw Unsupported("no Hope"); }), "no Hope");
  EXPECT_THAT(refusal(request, require_kernels).value(), testing::HasSubstr("Hope"));
}

TEST_F(Refusal, is_nothing_for_a_file_that_cannot_be_read) {
  write_file(request.path, "this is no model");
  const auto lower = [](const Graph&) { FAIL() << "there is nothing to lower"; };
  EXPECT_EQ(refusal(request, lower), std::nullopt);
  request.path += ".missing";
  EXPECT_EQ(refusal(request, lower), std::nullopt);
}

}  // namespace
}  // namespace assay
