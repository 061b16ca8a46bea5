// SPDX-License-Identifier: MIT
// Model files that nobody should have written, given to every command that takes one: exit 2 and
// one sentence that names the file, before any engine sees it and before anything is stored.
#include <gmock/gmock.h>

#include <functional>

#include "onnx.pb.h"
#include "program.h"

namespace assay {
namespace {

using testing::HasSubstr;

constexpr int64_t kSide = 4;

// y = x * w with x of 1 x 4 and w of 4 x 4, whose data are in `weights.bin` beside the model.
onnx::ModelProto product() {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(17);
  auto& graph = *model.mutable_graph();
  graph.set_name("product");
  for (auto [info, name] : {std::pair{graph.add_input(), "x"}, {graph.add_output(), "y"}}) {
    info->set_name(name);
    auto* type = info->mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    type->mutable_shape()->add_dim()->set_dim_value(1);
    type->mutable_shape()->add_dim()->set_dim_value(kSide);
  }
  auto& weight = *graph.add_initializer();
  weight.set_name("w");
  weight.set_data_type(onnx::TensorProto::FLOAT);
  weight.add_dims(kSide);
  weight.add_dims(kSide);
  weight.set_data_location(onnx::TensorProto::EXTERNAL);
  auto& place = *weight.add_external_data();
  place.set_key("location");
  place.set_value("weights.bin");
  auto& node = *graph.add_node();
  node.set_op_type("MatMul");
  node.add_input("x");
  node.add_input("w");
  node.add_output("y");
  return model;
}

class BadModels : public testing::Test {
 protected:
  BadModels() {
    std::filesystem::create_directory(x_file.parent_path());
    write_file(x_file.parent_path() / "weights.bin", std::string(4 * kSide * kSide, '\0'));
    write_file(x_assay.folder() / "outside.bin", std::string(4 * kSide * kSide, '\0'));
  }

  void expect_refused(const std::string& bytes, const std::string& saying) {
    write_file(x_file, bytes);
    const std::vector<std::vector<std::string>> commands = {
        {"inspect", x_file},
        {"bench", x_file, "--engine", "null", "--max-time", "10ms"},
        {"run", x_file, "--engine", "null"},
        {"export", x_file, "--output", x_assay.folder() / "out.onnx"}};
    for (const auto& command : commands) {
      const Ended ended = x_assay.run(command);
      EXPECT_EQ(ended.status, 2) << command.front() << ended.error;
      EXPECT_EQ(ended.out, "") << command.front();
      EXPECT_THAT(ended.error, HasSubstr(x_file.string()));
      EXPECT_THAT(ended.error, HasSubstr(saying)) << command.front();
      EXPECT_EQ(std::ranges::count(ended.error, '\n'), 1) << ended.error;
    }
    EXPECT_FALSE(std::filesystem::exists(x_assay.folder() / "out.onnx"));
    EXPECT_FALSE(std::filesystem::exists(x_assay.folder() / "store" / "assay.db"));
  }

  void expect_refused_when(const std::function<void(onnx::GraphProto&)>& spoil,
                           const std::string& saying) {
    onnx::ModelProto model = product();
    spoil(*model.mutable_graph());
    expect_refused(model.SerializeAsString(), saying);
  }

  // With the external data's `key` set to `value`.
  void expect_place_refused(const std::string& key, const std::string& value,
                            const std::string& saying) {
    expect_refused_when(
        [&](onnx::GraphProto& graph) {
          auto& weight = *graph.mutable_initializer(0);
          if (key == "location") weight.clear_external_data();
          auto& place = *weight.add_external_data();
          place.set_key(key);
          place.set_value(value);
        },
        saying);
  }

  Program x_assay;
  const std::filesystem::path x_file = x_assay.folder() / "models" / "bad.onnx";
};

TEST_F(BadModels, start_from_one_that_runs) {
  write_file(x_file, product().SerializeAsString());
  EXPECT_EQ(x_assay.run({"bench", x_file, "--engine", "null", "--max-time", "10ms"}).status, 0);
}

TEST_F(BadModels, that_are_no_onnx_or_are_cut_short) {
  expect_refused("", "is empty");
  expect_refused("this is no model\n", "no ONNX model");
  expect_refused(std::string(4096, '\0'), "no ONNX model");
  const std::string whole = product().SerializeAsString();
  expect_refused(whole.substr(0, whole.size() / 2), "truncated");
  expect_refused(whole.substr(0, whole.size() - 1), "truncated");
}

TEST_F(BadModels, whose_external_data_are_missing_or_outside_their_folder) {
  expect_place_refused("location", "none.bin", "'none.bin' of tensor 'w' cannot be read");
  expect_place_refused("location", "../outside.bin", "only files inside the model's folder");
  expect_place_refused("location", x_assay.folder() / "outside.bin",
                       "only files inside the model's folder");
  std::filesystem::create_symlink(x_assay.folder() / "outside.bin",
                                  x_file.parent_path() / "link.bin");
  expect_place_refused("location", "link.bin", "a link out of the model's folder");
  expect_place_refused("location", "", "only files inside the model's folder");
}

TEST_F(BadModels, whose_external_data_are_not_where_they_say) {
  expect_place_refused("offset", "-4", "'-4' as the offset");
  expect_place_refused("offset", "four", "'four' as the offset");
  expect_place_refused("offset", "18446744073709551616", "as the offset");
  expect_place_refused("offset", "9223372036854775807", "which has 64");
  expect_place_refused("offset", "4", "takes 64 bytes from byte 4");
  expect_place_refused("length", "60", "but 60 are stored");
}

TEST_F(BadModels, with_a_dimension_that_no_tensor_has) {
  const auto expect_dimension = [&](int64_t size, const std::string& saying) {
    expect_refused_when(
        [&](onnx::GraphProto& graph) {
          graph.mutable_input(0)
              ->mutable_type()
              ->mutable_tensor_type()
              ->mutable_shape()
              ->mutable_dim(0)
              ->set_dim_value(size);
        },
        saying);
  };
  expect_dimension(0, "has a dimension of 0");
  expect_dimension(-3, "has a dimension of -3");
  expect_dimension(int64_t{1} << 62, "has a dimension of 4611686018427387904");
  expect_refused_when(
      [](onnx::GraphProto& graph) { graph.mutable_initializer(0)->set_dims(0, -1); },
      "impossible shape -1x4");
  expect_refused_when(
      [](onnx::GraphProto& graph) { graph.mutable_initializer(0)->set_dims(0, int64_t{1} << 62); },
      "more elements than can be counted");
}

TEST_F(BadModels, whose_input_no_machine_has_room_for_can_be_analysed_and_not_run) {
  onnx::ModelProto model = product();
  model.mutable_graph()
      ->mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(0)
      ->set_dim_value(int64_t{1} << 40);
  write_file(x_file, model.SerializeAsString());
  EXPECT_EQ(x_assay.run({"inspect", x_file}).status, 0);
  for (const char* command : {"bench", "run"}) {
    const Ended ended = x_assay.run({command, x_file, "--engine", "null"});
    EXPECT_EQ(ended.status, 2) << command;
    EXPECT_THAT(ended.error, HasSubstr("would be 1099511627776x4, more than"));
  }
}

TEST_F(BadModels, that_are_folders_or_pipes) {
  std::filesystem::create_directory(x_file);
  const Ended folder = x_assay.run({"inspect", x_file});
  EXPECT_EQ(folder.status, 2);
  EXPECT_THAT(folder.error, HasSubstr("bad.onnx"));
  EXPECT_THAT(x_assay.run({"inspect", "/dev/zero"}).error, HasSubstr("/dev/zero"));
}

}  // namespace
}  // namespace assay
