// SPDX-License-Identifier: MIT
#include "report/text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace assay {
namespace {

TEST(Text, numbers_keep_their_significant_digits) {
  EXPECT_EQ(significant(12.345678), "12.35");
  EXPECT_EQ(significant(0.012345678), "0.01235");
  EXPECT_EQ(significant(123456.7), "123457");
  EXPECT_EQ(significant(-1.5, 2), "-1.5");
  EXPECT_EQ(significant(0), "0");
}

TEST(Text, a_number_that_rounds_up_to_a_new_digit_gets_no_extra_one) {
  EXPECT_EQ(significant(9.99996), "10.00");
  EXPECT_EQ(significant(999.96), "1000");
  EXPECT_EQ(si_count(999'999), "1.00 M");
}

TEST(Text, what_is_no_number_is_not_printed_as_one) {
  EXPECT_EQ(significant(std::nan("")), "–");
  EXPECT_EQ(significant(std::numeric_limits<double>::infinity()), "–");
}

TEST(Text, a_range_shows_that_its_ends_differ) {
  EXPECT_EQ(range(16.55, 16.68), "16.55 to 16.68");
  EXPECT_EQ(range(11.5501, 11.5509), "11.550 to 11.551");
  EXPECT_EQ(range(2, 2), "2.000");
}

TEST(Text, counts_and_bytes_have_decimal_prefixes) {
  EXPECT_EQ(si_count(0), "0");
  EXPECT_EQ(si_count(999), "999");
  EXPECT_EQ(si_count(4'089'184'256), "4.09 G");
  EXPECT_EQ(megabytes(412'300'000), "412");
  EXPECT_EQ(megabytes(3'420'000), "3.42");
}

TEST(Text, nothing_in_a_line_can_steer_the_terminal) {
  EXPECT_EQ(single_line("a\x1b[2Jb\r\nc\td"), "a\\x1b[2Jb\\r\\nc\\td");
  EXPECT_EQ(single_line(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(single_line("\u202Egnp.exe"), "\\u202egnp.exe");
  EXPECT_EQ(single_line("\u009B31m"), "\\x9b31m");
}

TEST(Text, bytes_that_are_no_utf8_are_replaced_one_by_one) {
  EXPECT_EQ(single_line("a\xff\xfe z"), "a\uFFFD\uFFFD z");
  EXPECT_EQ(single_line("\xe7\xbd"), "\uFFFD\uFFFD") << "cut in the middle";
  EXPECT_EQ(single_line("\xc0\xaf"), "\uFFFD\uFFFD") << "overlong";
  EXPECT_EQ(single_line("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(single_line("网络 é 🚀"), "网络 é 🚀");
}

TEST(Text, width_counts_columns_and_not_bytes) {
  EXPECT_EQ(display_width("é"), 1);
  EXPECT_EQ(display_width("e\u0301"), 1);
  EXPECT_EQ(display_width("网络"), 4);
  EXPECT_EQ(pad_right("网", 4) + "|", "网  |");
  EXPECT_EQ(pad_left("é", 3), "  é");
  EXPECT_EQ(pad_left("12345", 3), "12345") << "a number is never cut";
}

TEST(Text, cutting_never_splits_a_character_or_exceeds_the_width) {
  EXPECT_EQ(cut("resnet50", 8), "resnet50");
  EXPECT_EQ(cut("resnet50", 7), "resnet…");
  for (int width = 0; width < 12; ++width) {
    const std::string shorter = cut("网络/détecteur", width);
    EXPECT_LE(display_width(shorter), width);
    EXPECT_EQ(single_line(shorter), shorter);
  }
}

TEST(Text, a_path_is_called_by_its_file_and_a_zoo_name_stays) {
  EXPECT_EQ(model_label("/a/b/light_vgg19.onnx"), "light_vgg19.onnx");
  EXPECT_EQ(model_label("park/vgg-bn-relu@256"), "park/vgg-bn-relu@256");
  EXPECT_EQ(model_label(""), "");
}

}  // namespace
}  // namespace assay
