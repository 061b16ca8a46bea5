// SPDX-License-Identifier: MIT
#include "engine/lacking.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

const EngineInfo kInfo{.name = "e", .precisions = {"fp32", "int8"}};

TEST(Lacking, says_why_and_what_there_is) {
  EXPECT_EQ(lacking(kInfo, "bf16", {{"bf16", "this CPU has no instructions for it"}}),
            "e does not execute bf16 here: this CPU has no instructions for it; it executes fp32, "
            "int8");
}

TEST(Lacking, says_what_there_is_where_no_reason_is_known) {
  EXPECT_EQ(lacking(kInfo, "tf32", {{"bf16", "of another"}}),
            "e does not execute tf32 here; it executes fp32, int8");
}

TEST(Lacking, is_silent_about_what_the_engine_has) {
  EXPECT_EQ(lacking(kInfo, "int8", {{"int8", "it was lacking elsewhere"}}), std::nullopt);
}

}  // namespace
}  // namespace assay
