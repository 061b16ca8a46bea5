// SPDX-License-Identifier: MIT
#include "base/names.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

const std::vector<std::string> kModels = {"resnet50", "resnet18", "vgg16", "mobilenet_v2"};

TEST(Names, offer_the_nearest_for_a_typing_error) {
  EXPECT_EQ(nearest("resnt50", kModels), "resnet50");
  EXPECT_EQ(nearest("RESNET05", kModels), "resnet50");
  EXPECT_EQ(nearest("mobilnetv2", kModels), "mobilenet_v2");
}

TEST(Names, offer_nothing_for_a_different_word) {
  EXPECT_EQ(nearest("squeeze", kModels), std::nullopt);
  EXPECT_EQ(nearest("", kModels), std::nullopt);
}

TEST(Names, say_what_is_known_when_nothing_is_near) {
  EXPECT_EQ(unknown("engine", "zzz", std::vector<std::string>{"null", "chaos"}),
            "unknown engine 'zzz'; known are: null, chaos");
  EXPECT_EQ(unknown("model", "vgg61", kModels), "unknown model 'vgg61'; did you mean 'vgg16'?");
}

TEST(Names, split_drops_white_space_and_empty_parts) {
  EXPECT_EQ(split(" a, b,,c ,", ','), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(split("", ',').empty());
}

}  // namespace
}  // namespace assay
