// SPDX-License-Identifier: MIT
// Networks that nobody here wrote, checked for meaning on every engine that computes: the nine
// classic networks of the onnx wheel against the outputs that it carries, and the text-direction
// classifier on a line of text.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "program.h"

namespace assay {
namespace {

const std::string kLight = ASSAY_ONNX_WHEEL "/onnx/backend/test/data/light/";
const std::string kDirection =
    ASSAY_OCR_WHEEL "/rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx";

const std::string kDetector =
    ASSAY_OCR_WHEEL "/rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx";

// A line of text upright and upside down, and a page of it.
struct Drawn {
  std::string up, down, page;
};
Drawn draw(const std::string& text, const std::filesystem::path& folder) {
  const Drawn drawn{folder / "up.png", folder / "down.png", folder / "page.png"};
  const std::string command =
      std::string(ASSAY_TEXT_LINE " /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf '") + text +
      "' " + drawn.up + " " + drawn.down + " " + drawn.page;
  EXPECT_EQ(std::system(command.c_str()), 0);
  return drawn;
}

std::vector<std::string> computing_engines() {
  std::vector<std::string> names;
  std::istringstream list(ASSAY_COMPUTING_ENGINES);
  for (std::string name; std::getline(list, name, ',');) names.push_back(name);
  return names;
}

// The engines of the main job take every model here; others may lack an operator, and say which.
bool must_take_all(const std::string& engine) {
  return engine == "reference" || engine.starts_with("onnxruntime") ||
         engine.starts_with("openvino");
}
bool declines(const std::string& engine, const Ended& ended) {
  return !must_take_all(engine) && ended.status == 4 &&
         (ended.out + ended.error).find("unsupported") != std::string::npos;
}

class RealModels : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealModels);  // a sanitized build has no such engine

TEST_P(RealModels, nine_classics_give_the_outputs_that_their_wheel_carries) {
  Program assay;
  int models = 0, declined = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kLight)) {
    if (entry.path().extension() != ".onnx") continue;
    ++models;
    const std::string expected = kLight + entry.path().stem().string() + "_output_0.pb";
    const Ended ended = assay.run(
        {"run", entry.path(), "--engine", GetParam(), "--input", "ones", "--expect", expected});
    // Its constant weights give logits of 1.6e10, of which one unit in the last place decides the
    // softmax: an engine has to round every channel alike.
    const bool by_rounding =
        entry.path().stem() == "light_squeezenet" && !must_take_all(GetParam());
    if (declines(GetParam(), ended)) {
      ++declined;
    } else if (!by_rounding || ended.out.find("differs") == std::string::npos) {
      EXPECT_EQ(ended.status, 0) << entry.path() << ended.out << ended.error;
    }
  }
  EXPECT_EQ(models, 9);
  EXPECT_LE(declined, 1) << "one operator may be lacking, not a way of building networks";
}

TEST_P(RealModels, the_direction_of_a_line_of_text_is_told) {
  Program assay;
  for (const char* text : {"Hello world", "assay 2026", "inference"}) {
    const auto [up, down, page] = draw(text, assay.folder());
    const auto told = [&](const std::string& file, const char* expected) {
      return assay.run({"run", kDirection, "--engine", GetParam(), "--input-shape", "x:1x3x48x192",
                        "--input", "x=" + file, "--image-fit", "pad", "--image-scale", "symmetric",
                        "--expect-class", expected});
    };
    EXPECT_EQ(told(up, "0").status, 0) << text;
    EXPECT_EQ(told(down, "1").status, 0) << text;
    EXPECT_EQ(told(up, "1").status, 4) << "the check cannot fail";
  }
}

TEST_P(RealModels, the_detector_sees_text_where_there_is_some_and_its_output_is_checked) {
  if (GetParam() == "reference") GTEST_SKIP() << "takes minutes at this size";
  Program assay;
  const auto [up, down, page] = draw("Hello world", assay.folder());
  const std::string model = kDetector + " --input-shape x:1x3x736x736 --input x=" + page +
                            " --image-fit stretch --image-scale symmetric";
  const Ended ended = assay.run({"bench", model, "--engine", GetParam(), "--max-time", "10ms",
                                 "--warmup", "0s", "--format", "json"});
  if (declines(GetParam(), ended)) GTEST_SKIP() << ended.out;
  ASSERT_EQ(ended.status, 0) << ended.error << ended.out;
  const auto row = nlohmann::json::parse(ended.out).at("results").at(0);
  EXPECT_TRUE(row.at("output_check").at("passed")) << row.at("reason");
  for (const auto& doubt : row.at("doubts"))
    EXPECT_NE(doubt, "unchecked_output") << "on a page of text the output moves";
  EXPECT_NE(row.at("command").get<std::string>().find(page), std::string::npos);
}

TEST_P(RealModels, with_constant_weights_are_doubted) {
  Program assay;
  const Ended ended = assay.run({"bench", kLight + "light_squeezenet.onnx", "--engine", GetParam(),
                                 "--max-time", "10ms", "--warmup", "0s", "--format", "json"});
  ASSERT_EQ(ended.status, 0) << ended.error << ended.out;
  const auto doubts = nlohmann::json::parse(ended.out).at("results").at(0).at("doubts");
  EXPECT_NE(std::ranges::find(doubts, "constant_weights"), doubts.end()) << doubts;
}

INSTANTIATE_TEST_SUITE_P(engines, RealModels, testing::ValuesIn(computing_engines()),
                         [](const auto& test) {
                           std::string name = test.param;  // "openvino@2026.3.1" is no test's name
                           std::ranges::replace_if(
                               name, [](unsigned char c) { return !std::isalnum(c); }, '_');
                           return name;
                         });

}  // namespace
}  // namespace assay
