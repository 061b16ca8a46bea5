// SPDX-License-Identifier: MIT
#include "zoo/layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "graph/execute.h"

namespace assay {
namespace {

using testing::ElementsAre;

const ZooEntry& tiny() {
  static const ZooEntry entry{.name = "tiny",
                              .family = "",
                              .paper = "",
                              .source = "",
                              .input_size = 8,
                              .input_channels = 1,
                              .classes = 2,
                              .build = nullptr};
  return entry;
}

std::vector<float> run(Layers net, ValueId output, const Shape& shape) {
  std::vector<float> counting(static_cast<size_t>(element_count(shape)));
  for (size_t i = 0; i < counting.size(); ++i) counting[i] = static_cast<float>(i);
  const Graph graph = net.finish(output);
  const Tensor result = execute(graph, {{"input", make_f32(shape, counting)}}).at(0);
  const auto values = result.as<float>();
  return {values.begin(), values.end()};
}

TEST(Layers, declare_the_tensors_of_a_layer_under_its_name) {
  Layers net(tiny(), {});
  const ValueId x = net.conv("conv1", net.input(), {.out = 4, .kernel = {3, 1}, .bias = true});
  const Graph graph = net.finish(net.batch_norm("bn1", x));
  const auto shape = [&](const char* name) { return *graph.value(graph.find(name).value()).shape; };
  EXPECT_EQ(shape("conv1.weight"), (Shape{4, 1, 3, 1}));
  EXPECT_EQ(shape("conv1.bias"), (Shape{4}));
  for (const char* name : {"bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"})
    EXPECT_EQ(shape(name), (Shape{4})) << name;
  EXPECT_EQ(shape("output"), (Shape{1, 4, 6, 8}));
}

TEST(Layers, pad_as_tensorflow_does_below_and_to_the_right_first) {
  const Layers net(tiny(), {.input_size = 224});
  const auto pads = [&](Pair kernel, Pair stride) {
    const Pads same = net.same(net.input(), kernel, stride);
    return std::vector<int64_t>{same.top, same.left, same.bottom, same.right};
  };
  EXPECT_THAT(pads(3, 2), ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(pads(3, 1), ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(pads(7, 2), ElementsAre(2, 2, 3, 3));
  EXPECT_THAT(pads({1, 7}, 1), ElementsAre(0, 3, 0, 3));
}

TEST(Layers, adaptive_bins_are_those_of_pytorch) {
  EXPECT_THAT(adaptive_bins(7, 6).begin, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(adaptive_bins(7, 6).end, ElementsAre(2, 3, 4, 5, 6, 7));
  EXPECT_THAT(adaptive_bins(8, 3).begin, ElementsAre(0, 2, 5));
  EXPECT_THAT(adaptive_bins(8, 3).end, ElementsAre(3, 6, 8));
  EXPECT_THAT(adaptive_bins(1, 2).end, ElementsAre(1, 1));
}

TEST(Layers, adaptive_pooling_is_nothing_at_the_same_size_and_averages_bins_at_others) {
  const auto pooled = [](int64_t from, int64_t to) {
    Layers net(tiny(), {.input_size = from});
    const ValueId x = net.adaptive_average_pool("pool", net.relu(net.input()), to);
    return run(std::move(net), x, {1, 1, from, from});
  };
  EXPECT_THAT(pooled(2, 2), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(pooled(4, 2), ElementsAre(2.5f, 4.5f, 10.5f, 12.5f));
  EXPECT_THAT(pooled(1, 2), ElementsAre(0, 0, 0, 0));
  // Bins [0, 2), [1, 4), [3, 5) of five: uneven.
  EXPECT_THAT(pooled(5, 3), ElementsAre(3, 4.5f, 6, 10.5f, 12, 13.5f, 18, 19.5f, 21));
}

TEST(Layers, a_channel_shuffle_interleaves_the_groups) {
  ZooEntry entry = tiny();
  entry.input_channels = 6;
  Layers net(entry, {.input_size = 1});
  const ValueId x = net.channel_shuffle(net.input(), 2);
  EXPECT_THAT(run(std::move(net), x, {1, 6, 1, 1}), ElementsAre(0, 3, 1, 4, 2, 5));
}

TEST(Layers, activations_are_what_they_say) {
  const auto at = [](Act act, float value) {
    Layers net(tiny(), {.input_size = 1});
    const ValueId x = net.activate(net.input(), act);
    const Graph graph = net.finish(x);
    const std::vector<float> pixel{value};
    return execute(graph, {{"input", make_f32({1, 1, 1, 1}, pixel)}}).at(0).as<float>()[0];
  };
  EXPECT_FLOAT_EQ(at(Act::relu6, 7), 6);
  EXPECT_FLOAT_EQ(at(Act::relu6, -1), 0);
  EXPECT_FLOAT_EQ(at(Act::gelu, 1), 0.84134475f);
  EXPECT_FLOAT_EQ(at(Act::silu, 1), 0.7310586f);
  EXPECT_FLOAT_EQ(at(Act::hardswish, 1), 2.0f / 3);
  EXPECT_FLOAT_EQ(at(Act::hardsigmoid, 1.5f), 0.75f);
}

}  // namespace
}  // namespace assay
