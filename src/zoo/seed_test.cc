// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/hash.h"
#include "base/random.h"
#include "graph/execute.h"
#include "zoo/residual.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

Graph seeded(const char* name, uint64_t seed = 0) {
  Graph graph = build(*find_in_zoo(name));
  fill_seeded(graph, seed);
  return graph;
}

std::string digest(const Graph& graph) {
  std::string all;
  for (const Value& value : graph.values())
    if (value.constant) all += value.name + sha256(value.constant->raw());
  return sha256(all);
}

std::span<const float> tensor(const Graph& graph, std::string_view name) {
  return graph.value(graph.find(name).value()).constant->as<float>();
}

double deviation(std::span<const float> values) {
  double sum = 0, squares = 0;
  for (float value : values) sum += value, squares += double{value} * value;
  const double mean = sum / static_cast<double>(values.size());
  return std::sqrt(squares / static_cast<double>(values.size()) - mean * mean);
}

// Models exported on any machine must have the same bytes.
TEST(Seed, gives_the_same_bytes_everywhere) {
  EXPECT_EQ(digest(seeded("squeezenet1_1")),
            "c21e4e352c1617d01be7456f68600f3486b24454de393b77cc1c6966b948f24d");
  EXPECT_EQ(digest(seeded("resnet18")), "a32ae966879f7654bd184f0ffd189ae5e0b5cea5c679ee5ea67defaf6bf89d61");
  EXPECT_EQ(digest(seeded("mobilenet_v2")),
            "2c67354256562233f5c9d9ab358faf101089fd86a17891b5f74a36f522e60eec");
}

TEST(Seed, decides_the_values) {
  EXPECT_EQ(digest(seeded("squeezenet1_1", 3)), digest(seeded("squeezenet1_1", 3)));
  EXPECT_NE(digest(seeded("squeezenet1_1", 3)), digest(seeded("squeezenet1_1", 4)));
}

TEST(Seed, leaves_no_tensor_without_values_and_none_constant) {
  const Graph graph = seeded("resnet18");
  for (const Value& value : graph.values()) {
    if (!value.constant) continue;
    ASSERT_FALSE(value.constant->declared_only()) << value.name;
    EXPECT_GT(deviation(value.constant->as<float>()), 0) << value.name;
  }
}

TEST(Seed, keeps_values_that_are_there_already) {
  Graph graph = build(*find_in_zoo("squeezenet1_1"));
  const ValueId bias = graph.find("features.0.bias").value();
  graph.fill(bias, make_f32({64}, std::vector<float>(64, 7.0f)));
  fill_seeded(graph);
  EXPECT_EQ(tensor(graph, "features.0.bias")[63], 7.0f);
}

TEST(Seed, centers_filters_of_many_inputs) {
  const Graph graph = seeded("resnet18");
  const auto weights = tensor(graph, "layer2.0.conv1.weight");
  const size_t filter = 64 * 9;
  for (size_t begin = 0; begin < weights.size(); begin += filter) {
    double sum = 0;
    for (size_t i = 0; i < filter; ++i) sum += weights[begin + i];
    ASSERT_NEAR(sum, 0, 1e-5);
  }
}

TEST(Seed, scales_the_last_normalization_of_each_residual_branch_by_the_number_of_blocks) {
  const Graph graph = seeded("resnet50");
  const auto mean = [&](std::string_view name) {
    double sum = 0;
    for (float value : tensor(graph, name)) sum += value;
    return sum / static_cast<double>(tensor(graph, name).size());
  };
  EXPECT_NEAR(mean("layer1.0.bn3.weight"), 0.25, 0.02);
  EXPECT_NEAR(mean("layer4.2.bn3.weight"), 0.25, 0.02);
  EXPECT_NEAR(mean("layer4.2.bn2.weight"), 1, 0.02);
  EXPECT_NEAR(mean("layer1.0.downsample.1.weight"), 1, 0.02);
}

// Largest magnitude of an output, and how far two inputs move it.
struct Spread {
  float magnitude = 0, movement = 0;
  bool finite = true;
};

Spread spread(const char* name, int64_t input_size) {
  Graph graph = build(*find_in_zoo(name), {.input_size = input_size});
  fill_seeded(graph);
  const Shape shape = *graph.value(graph.inputs()[0]).shape;
  std::vector<Tensor> outputs;
  for (uint64_t i = 0; i < 2; ++i) {
    std::vector<float> pixels(static_cast<size_t>(element_count(shape)));
    for (size_t p = 0; p < pixels.size(); ++p)
      pixels[p] = random_uniform(stream_key(i, "input"), p);
    outputs.push_back(execute(graph, {{"input", make_f32(shape, pixels)}}).at(0));
  }
  Spread result;
  const auto a = outputs[0].as<float>(), b = outputs[1].as<float>();
  for (size_t i = 0; i < a.size(); ++i) {
    result.finite = result.finite && std::isfinite(a[i]) && std::isfinite(b[i]);
    result.magnitude = std::max(result.magnitude, std::abs(a[i]));
    result.movement = std::max(result.movement, std::abs(a[i] - b[i]));
  }
  return result;
}

// In range, and far from constant: the larger networks are checked on real engines.
TEST(Seed, keeps_the_output_in_range_and_moving_with_the_input) {
  for (const auto& [name, size] : {std::pair{"squeezenet1_1", 64},
                                   {"resnet18", 32},
                                   {"mobilenet_v2", 32},
                                   {"park/mobilenet-ln-relu", 32},
                                   {"shufflenet_v2_x1_0", 32},
                                   {"mobilenet_v3_small", 32}}) {
    const Spread found = spread(name, size);
    EXPECT_TRUE(found.finite) << name;
    EXPECT_GT(found.magnitude, 0.1f) << name;
    EXPECT_LT(found.magnitude, 50) << name;
    EXPECT_GT(found.movement, 0.02f * found.magnitude) << name;
  }
}

TEST(Residual, finds_one_scale_for_each_block) {
  const auto scales = [](const char* name) {
    const Graph graph = build(*find_in_zoo(name));
    std::vector<std::string> names;
    for (ValueId id : residual_scales(graph)) names.push_back(graph.value(id).name);
    return names;
  };
  EXPECT_THAT(
      scales("resnet18"),
      testing::ElementsAre("layer1.0.bn2.weight", "layer1.1.bn2.weight", "layer2.0.bn2.weight",
                           "layer2.1.bn2.weight", "layer3.0.bn2.weight", "layer3.1.bn2.weight",
                           "layer4.0.bn2.weight", "layer4.1.bn2.weight"));
  EXPECT_EQ(scales("resnet152").size(), 50u);
  EXPECT_EQ(scales("mobilenet_v2").size(), 10u);
  EXPECT_EQ(scales("vgg16").size(), 0u);
}

}  // namespace
}  // namespace assay
