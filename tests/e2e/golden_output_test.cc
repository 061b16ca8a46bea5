// SPDX-License-Identifier: MIT
// What the program prints, byte by byte, with the hidden fake clock: samples, dates, ids and the
// machine are exact.
#include "golden/golden.h"
#include "program.h"

namespace assay {
namespace {

std::string printed(const std::vector<std::string>& arguments) {
  Program assay;
  const Ended ended = assay.run(arguments);
  EXPECT_EQ(ended.status, 0) << ended.error;
  return ended.out;
}

// A page without its style and scripts, whose hashes the policy names: what it says is compared,
// and the browser's test sees to the rest.
std::string without_code(std::string page) {
  for (const auto& [begin, end] : std::vector<std::pair<std::string, std::string>>{
           {"<style>", "</style>"}, {"<script", "</script>"}, {"content=\"default-src", "\">"}}) {
    for (size_t at = page.find(begin); at != page.npos; at = page.find(begin, at + begin.size()))
      page.erase(at + begin.size(), page.find(end, at) - at - begin.size());
  }
  return page;
}

class GoldenOutput : public testing::TestWithParam<const char*> {};

TEST_P(GoldenOutput, of_a_bench_with_a_crash_and_a_precision_that_is_missing) {
  const std::string format = GetParam();
  const std::string text = printed({"bench", "squeezenet1_1", "--engine", "null,chaos", "--option",
                                    "chaos.mode=crash", "--precision", "fp32,fp16", "--threads",
                                    "1", "--no-check", "--fake-clock", "--format", format});
  expect_golden("bench." + format, format == "html" ? without_code(text) : text);
}

INSTANTIATE_TEST_SUITE_P(formats, GoldenOutput,
                         testing::Values("table", "md", "csv", "json", "html"),
                         [](const auto& test) { return std::string(test.param); });

TEST(GoldenOutput, of_inspect) {
  expect_golden("inspect.txt", printed({"inspect", "alexnet"}));
  expect_golden("inspect-layers.csv",
                printed({"inspect", "alexnet", "--layers", "--format", "csv"}));
  expect_golden("inspect.json", printed({"inspect", "alexnet", "--format", "json"}));
}

TEST(GoldenOutput, the_reference_page_is_what_the_program_says) {
  EXPECT_EQ(read_file(ASSAY_DOCS "/cli.md"), printed({"--reference-page"}))
      << "run tools/write_cli_page.sh";
}

}  // namespace
}  // namespace assay
