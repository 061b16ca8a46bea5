// SPDX-License-Identifier: MIT
// Networks that nobody here wrote, checked for meaning on every engine that computes: the nine
// classic networks of the onnx wheel against the outputs that it carries, and the text-direction
// classifier on a line of text.
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "program.h"

namespace assay {
namespace {

const std::string kLight = ASSAY_ONNX_WHEEL "/onnx/backend/test/data/light/";
const std::string kDirection =
    ASSAY_OCR_WHEEL "/rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx";

std::vector<std::string> computing_engines() {
  std::vector<std::string> names;
  std::istringstream list(ASSAY_COMPUTING_ENGINES);
  for (std::string name; std::getline(list, name, ',');) names.push_back(name);
  return names;
}

class RealModels : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealModels);  // a sanitized build has no such engine

TEST_P(RealModels, nine_classics_give_the_outputs_that_their_wheel_carries) {
  Program assay;
  int models = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kLight)) {
    if (entry.path().extension() != ".onnx") continue;
    ++models;
    const std::string expected = kLight + entry.path().stem().string() + "_output_0.pb";
    const Ended ended = assay.run(
        {"run", entry.path(), "--engine", GetParam(), "--input", "ones", "--expect", expected});
    EXPECT_EQ(ended.status, 0) << entry.path() << ended.out << ended.error;
  }
  EXPECT_EQ(models, 9);
}

TEST_P(RealModels, the_direction_of_a_line_of_text_is_told) {
  Program assay;
  for (const char* text : {"Hello world", "assay 2026", "inference"}) {
    const std::string up = assay.folder() / "up.npy", down = assay.folder() / "down.npy";
    const std::string draw =
        std::string(ASSAY_TEXT_LINE " /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf '") + text +
        "' " + up + " " + down;
    ASSERT_EQ(std::system(draw.c_str()), 0);
    const auto told = [&](const std::string& file, const char* expected) {
      return assay.run({"run", kDirection, "--engine", GetParam(), "--input-shape", "x:1x3x48x192",
                        "--input", "x=" + file, "--expect-class", expected});
    };
    EXPECT_EQ(told(up, "0").status, 0) << text;
    EXPECT_EQ(told(down, "1").status, 0) << text;
    EXPECT_EQ(told(up, "1").status, 4) << "the check cannot fail";
  }
}

INSTANTIATE_TEST_SUITE_P(engines, RealModels, testing::ValuesIn(computing_engines()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace assay
