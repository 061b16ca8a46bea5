// SPDX-License-Identifier: MIT
// Weights that lie in files beside the model, and what is known of a model that has no Graph.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "onnx/spoilt_model.h"

namespace assay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

class ExternalData : public ::testing::Test {
 protected:
  onnx::ModelProto model_with(const std::string& location, const char* offset = nullptr) {
    onnx::ModelProto model = small_model();
    auto& weight = add_weight(model, {4}, 0);
    keep_outside(weight, location);
    if (offset) {
      auto* entry = weight.add_external_data();
      entry->set_key("offset");
      entry->set_value(offset);
    }
    auto* node = model.mutable_graph()->mutable_node(0);
    node->set_op_type("Add");
    node->add_input("w");
    return model;
  }
  void put(const char* name, size_t bytes) {
    std::ofstream(home() / name) << std::string(bytes, '\1');
  }
  fs::path home() const {
    const fs::path folder = x_folder.path() / "model";
    fs::create_directories(folder);
    return folder;
  }
  std::string refusal_of(const std::string& location, const char* offset = nullptr) {
    return refusal(model_with(location, offset), {}, home());
  }

 private:
  TempDir x_folder;
};

TEST_F(ExternalData, is_mapped_and_not_copied) {
  put("w.bin", 64);
  const Graph graph = parse(model_with("w.bin", "16"), {}, home());
  const auto& constant = graph.value(*graph.find("w")).constant;
  ASSERT_TRUE(constant);
  EXPECT_EQ(constant->raw().size(), 16u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(constant->raw().data()) % 4096, 16u);
  EXPECT_EQ(constant->raw()[0], std::byte{1});
}

TEST_F(ExternalData, that_is_missing_short_or_oddly_placed_is_refused) {
  put("short.bin", 15);
  EXPECT_THAT(refusal_of("gone.bin"), AllOf(HasSubstr("'gone.bin'"), HasSubstr("'w'")));
  EXPECT_THAT(refusal_of("short.bin"), AllOf(HasSubstr("'short.bin'"), HasSubstr("15")));
  put("w.bin", 64);
  EXPECT_NE(refusal_of("w.bin", "18446744073709551615"), "no error");
  EXPECT_NE(refusal_of("w.bin", "52"), "no error");
  EXPECT_NE(refusal_of("w.bin", "-1"), "no error");
  EXPECT_NE(refusal_of("w.bin", "0x10"), "no error");
  EXPECT_EQ(refusal_of("w.bin", "48"), "no error");
}

TEST_F(ExternalData, outside_of_the_models_folder_is_refused) {
  std::ofstream(home().parent_path() / "secret") << std::string(64, 's');
  fs::create_symlink(home().parent_path() / "secret", home() / "link");
  for (const std::string& location :
       {std::string("../secret"), (home().parent_path() / "secret").string(), std::string("link"),
        std::string("a/../../secret"), std::string("")})
    EXPECT_THAT(refusal_of(location), HasSubstr("folder")) << location;
}

TEST_F(ExternalData, in_a_folder_instead_of_a_file_is_refused) {
  fs::create_directories(home() / "sub");
  EXPECT_NE(refusal_of("sub"), "no error");
}

// What only the Graph cannot take does not stop a file from being measured by an engine.
TEST(OpenOnnx, keeps_inputs_and_says_why_there_is_no_graph) {
  const TempDir folder;
  onnx::ModelProto model = small_model();
  add_node(model, "dangling", "nowhere", "z");
  const fs::path file = folder.path() / "model.onnx";
  write_file(file, model.SerializeAsString());
  const OnnxModel opened = open_onnx(file);
  ASSERT_EQ(opened.inputs.size(), 1u);
  EXPECT_EQ(opened.inputs[0].shape, (Shape{1, 4}));
  EXPECT_FALSE(opened.graph.has_value());
  EXPECT_THAT(opened.problem, HasSubstr("nowhere"));
}

TEST(OpenOnnx, lists_the_files_that_hold_weights) {
  const TempDir folder;
  onnx::ModelProto model = small_model();
  keep_outside(add_weight(model, {4}, 0), "weights.bin");
  const fs::path file = folder.path() / "model.onnx";
  write_file(file, model.SerializeAsString());
  EXPECT_THROW(open_onnx(file), Error);
  write_file(folder.path() / "weights.bin", std::string(16, '\0'));
  const OnnxModel opened = open_onnx(file);
  ASSERT_EQ(opened.external_files.size(), 1u);
  EXPECT_EQ(opened.external_files[0].filename(), "weights.bin");
  EXPECT_TRUE(opened.graph.has_value()) << opened.problem;
}

}  // namespace
}  // namespace assay
