// SPDX-License-Identifier: MIT
#include "zoo/zoo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error_of.h"

namespace assay {
namespace {

using testing::HasSubstr;

TEST(Zoo, finds_networks_as_users_type_them) {
  for (const auto& [typed, name] : {std::pair{"resnet-50", "resnet50"},
                                    {"ResNet50", "resnet50"},
                                    {"inception_v1", "googlenet"},
                                    {"inception-v2", "bninception"},
                                    {"mobilenetv2", "mobilenet_v2"},
                                    {"MobileNet-V1", "mobilenet_v1"},
                                    {"resnet50v1.5", "resnet50"},
                                    {"vgg16bn", "vgg16_bn"},
                                    {"squeezenet1.1", "squeezenet1_1"},
                                    {"bianco/shufflenet", "shufflenet_g8_bianco"},
                                    {"PARK/VGG-BN-RELU", "park/vgg-bn-relu"},
                                    {"efficientnet-b0", "efficientnet_b0"},
                                    {"EfficientNetV2-S", "efficientnet_v2_s"},
                                    {"vgg", "vgg16"},
                                    {"ViT-B/16", "vit_b_16"},
                                    {"SE-ResNeXt-50", "se_resnext50_32x4d"},
                                    {"nasnet-a-mobile", "nasnetamobile"},
                                    {"inception-resnet-v2", "inception_resnet_v2"},
                                    {"bn-inception", "bninception"},
                                    {"mobilenetv3", "mobilenet_v3_large"}}) {
    const ZooEntry* entry = find_in_zoo(typed);
    ASSERT_NE(entry, nullptr) << typed;
    EXPECT_EQ(entry->name, name) << typed;
  }
  EXPECT_EQ(find_in_zoo("resnet51"), nullptr);
  EXPECT_EQ(find_in_zoo(""), nullptr);
}

TEST(Zoo, has_no_name_twice) {
  for (const ZooEntry& entry : zoo()) {
    EXPECT_EQ(find_in_zoo(entry.name), &entry);
    for (const std::string& alias : entry.aliases) EXPECT_EQ(find_in_zoo(alias), &entry) << alias;
    EXPECT_FALSE(entry.paper.empty() || entry.source.empty() || entry.family.empty()) << entry.name;
  }
}

TEST(Zoo, builds_every_network_for_any_batch_and_class_count) {
  for (const ZooEntry& entry : zoo()) {
    const Graph graph = build(entry, {.batch = 3, .classes = 7});
    EXPECT_EQ(*graph.value(graph.inputs().at(0)).shape,
              (Shape{3, entry.input_channels, entry.input_size, entry.input_size}));
    ASSERT_EQ(graph.outputs().size(), 1u);
    EXPECT_EQ(graph.value(graph.outputs()[0]).name, "output");
    EXPECT_EQ(*graph.value(graph.outputs()[0]).shape, (Shape{3, 7})) << entry.name;
    EXPECT_TRUE(graph.unknown_operators().empty()) << entry.name;
  }
}

TEST(Zoo, builds_every_network_at_other_input_sizes) {
  for (const ZooEntry& entry : zoo())
    for (int64_t size : {entry.input_size / 2 / 32 * 32, entry.input_size + 32}) {
      if (entry.family == "mlp" || entry.input_size < 64) continue;
      const std::string error = error_of([&] {
        const Graph graph = build(entry, {.input_size = size});
        EXPECT_EQ(*graph.value(graph.outputs()[0]).shape, (Shape{1, entry.classes})) << entry.name;
      });
      EXPECT_EQ(error, "no error") << entry.name << " at " << size;
    }
}

TEST(Zoo, says_which_layer_an_input_is_too_small_for) {
  const auto error = [](const char* name, int64_t size) {
    return error_of([&] { build(*find_in_zoo(name), {.input_size = size}); });
  };
  EXPECT_THAT(error("inception_v3", 16), HasSubstr("'"));
  EXPECT_THAT(error("alexnet", 8), HasSubstr("features"));
  EXPECT_THAT(error("vit_b_16", 100), HasSubstr("multiple of 16"));
}

TEST(Zoo, refuses_negative_options) {
  const ZooEntry& entry = *find_in_zoo("resnet18");
  EXPECT_THAT(error_of([&] { build(entry, {.batch = -1}); }), HasSubstr("batch"));
  EXPECT_THAT(error_of([&] { build(entry, {.input_size = -1}); }), HasSubstr("input size"));
  EXPECT_THAT(error_of([&] { build(entry, {.classes = -1}); }), HasSubstr("class count"));
}

}  // namespace
}  // namespace assay
