// SPDX-License-Identifier: MIT
#include "record/configuration.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Configuration, names_the_engine_whichever_of_its_versions_is_asked_for) {
  EXPECT_EQ(without_version("openvino@2026.3.0"), "openvino");
  EXPECT_EQ(without_version("null"), "null");
}

}  // namespace
}  // namespace assay
