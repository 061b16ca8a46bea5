// SPDX-License-Identifier: MIT
#include "base/units.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace assay {
namespace {

TEST(Units, are_read_as_users_write_them) {
  EXPECT_DOUBLE_EQ(parse_seconds("30s"), 30);
  EXPECT_DOUBLE_EQ(parse_seconds("250ms"), 0.25);
  EXPECT_DOUBLE_EQ(parse_seconds("1.5m"), 90);
  EXPECT_EQ(parse_bytes("500MB"), 500'000'000);
  EXPECT_EQ(parse_bytes("1GiB"), 1 << 30);
  EXPECT_DOUBLE_EQ(parse_fraction("2%"), 0.02);
  EXPECT_DOUBLE_EQ(parse_fraction("0.005"), 0.005);
}

TEST(Units, refuse_rubbish_with_the_text_and_what_is_allowed) {
  for (const char* text : {"", "s", "30x", "-1s", "nan", "inf", "1e400", "30 s", "0x10s"}) {
    EXPECT_THROW(parse_seconds(text), Error) << text;
    EXPECT_THROW(parse_bytes(text), Error) << text;
  }
  EXPECT_THROW(parse_bytes("1e30GB"), Error);
  try {
    parse_seconds("10q");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "'10q' is no duration: write a number with ns, us, ms, s, m or h, such as 30s");
  }
}

}  // namespace
}  // namespace assay
