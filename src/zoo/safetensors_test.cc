// SPDX-License-Identifier: MIT
#include "zoo/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/error_of.h"
#include "base/files.h"

namespace assay {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string file_of(const std::string& header, const std::string& data) {
  std::string bytes(8, '\0');
  const uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + data;
}

Safetensors parse(const std::string& bytes) {
  auto owner = std::make_shared<std::string>(bytes);
  return {
      "w.safetensors",
      std::shared_ptr<const std::byte>(owner, reinterpret_cast<const std::byte*>(owner->data())),
      bytes.size()};
}

std::string parse_error(const std::string& header, const std::string& data) {
  return error_of([&] { parse(file_of(header, data)); });
}

std::string floats(std::initializer_list<float> values) {
  std::string bytes(values.size() * 4, '\0');
  std::memcpy(bytes.data(), values.begin(), bytes.size());
  return bytes;
}

TEST(Safetensors, reads_tensors_of_each_floating_type) {
  const auto file = parse(file_of(
      R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
      R"("b":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},)"
      R"("c":{"dtype":"BF16","shape":[],"data_offsets":[12,14]},)"
      R"("d":{"dtype":"F64","shape":[1],"data_offsets":[14,22]}})",
      floats({1.5f, -2}) + std::string("\x00\x3c\x00\xc0", 4) + std::string("\x40\x40", 2) +
          std::string("\0\0\0\0\0\0\xe0\x3f", 8)));
  ASSERT_EQ(file.tensors().size(), 4u);
  EXPECT_THAT(file.f32("a").as<float>(), ElementsAre(1.5f, -2));
  EXPECT_EQ(file.f32("a").shape, (Shape{2, 1}));
  EXPECT_THAT(file.f32("b").as<float>(), ElementsAre(1, -2));
  EXPECT_THAT(file.f32("c").as<float>(), ElementsAre(3));
  EXPECT_THAT(file.f32("d").as<float>(), ElementsAre(0.5f));
}

TEST(Safetensors, reads_floats_that_are_not_aligned) {
  const auto file = parse(file_of(R"({"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                  R"("a":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})",
                                  "x" + floats({7})));
  EXPECT_THAT(file.f32("a").as<float>(), ElementsAre(7));
}

TEST(Safetensors, refuses_what_is_no_safetensors_file) {
  EXPECT_THAT(error_of([] { parse("PK"); }), HasSubstr("only 2 bytes"));
  EXPECT_THAT(error_of([] { parse("PK\x03\x04 a zip archive that torch.save wrote"); }),
              HasSubstr("no safetensors file"));
  EXPECT_THAT(parse_error("[1]", ""), HasSubstr("no JSON object"));
  EXPECT_THAT(parse_error("{", ""), HasSubstr("no JSON object"));
  EXPECT_THAT(parse_error(std::string(100'000, '['), ""), HasSubstr("no JSON object"));
  EXPECT_THAT(error_of([] { Safetensors::open("/nowhere/w.safetensors"); }),
              HasSubstr("/nowhere/w.safetensors"));
}

TEST(Safetensors, refuses_entries_that_do_not_describe_a_tensor) {
  for (const char* entry :
       {"1", "{}", R"({"dtype":"F32","shape":[2]})",
        R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})",
        R"({"dtype":"F32","shape":[2.5],"data_offsets":[0,8]})",
        R"({"dtype":"F32","shape":2,"data_offsets":[0,8]})",
        R"({"dtype":"F32","shape":[2],"data_offsets":[0,8,8]})",
        R"({"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,8]})"})
    EXPECT_THAT(parse_error(fmt::format(R"({{"a":{}}})", entry), floats({1, 2})),
                AllOf(HasSubstr("'a'"), HasSubstr("does not give")))
        << entry;
  EXPECT_THAT(
      parse_error(R"({"a":{"dtype":"F3","shape":[2],"data_offsets":[0,8]}})", floats({1, 2})),
      AllOf(HasSubstr("'a'"), HasSubstr("'F3'")));
}

TEST(Safetensors, refuses_offsets_outside_the_file_crossed_overlapping_or_of_another_size) {
  const auto error = [](const char* shape, const char* offsets) {
    return parse_error(fmt::format(R"({{"a":{{"dtype":"F32","shape":{},"data_offsets":{}}},)"
                                   R"("b":{{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}}})",
                                   shape, offsets),
                       floats({1, 2}));
  };
  EXPECT_EQ(error("[1]", "[0,4]"), "no error");
  EXPECT_THAT(error("[2]", "[4,12]"), AllOf(HasSubstr("'a'"), HasSubstr("truncated")));
  EXPECT_THAT(error("[1]", "[4,0]"), AllOf(HasSubstr("'a'"), HasSubstr("4 to 0")));
  EXPECT_THAT(error("[2]", "[0,8]"), HasSubstr("'a' and 'b' overlap"));
  EXPECT_THAT(error("[3]", "[0,4]"), AllOf(HasSubstr("'a'"), HasSubstr("4 bytes")));
  EXPECT_THAT(error("[1073741824,1073741824]", "[0,4]"), HasSubstr("'a'"));
  EXPECT_THAT(error("[4611686018427387905]", "[0,4]"), HasSubstr("'a'"));
}

struct Model {
  ZooEntry entry{.name = "tiny",
                 .family = "",
                 .paper = "",
                 .source = "",
                 .training_only = {"aux."},
                 .build = nullptr};
  Graph graph{"tiny"};

  Model() {
    const ValueId x = graph.input("x", DType::f32, {1, 2});
    const ValueId w = graph.constant("fc.weight", declare(DType::f32, {1, 2}));
    graph.output(graph.add("Gemm", "fc", {x, w}, {{"transB", int64_t{1}}}));
  }
  std::string load(const std::string& header, const std::string& data) {
    return error_of([&] { load_weights(graph, entry, parse(file_of(header, data))); });
  }
};

TEST(LoadWeights, fills_by_name_and_ignores_what_only_training_uses) {
  Model model;
  EXPECT_EQ(
      model.load(R"({"fc.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},)"
                 R"("aux.fc.weight":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},)"
                 R"("bn.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[12,20]}})",
                 floats({1, 2, 3, 4, 5})),
      "no error");
  const Value& weight = model.graph.value(model.graph.find("fc.weight").value());
  EXPECT_THAT(weight.constant->as<float>(), ElementsAre(1, 2));
}

TEST(LoadWeights, lists_missing_unknown_and_unfitting_tensors_in_one_sentence) {
  Model model;
  EXPECT_THAT(
      model.load(R"({"fc.bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", floats({1, 2})),
      AllOf(HasSubstr("'tiny'"), HasSubstr("1 missing (fc.weight)"),
            HasSubstr("1 not known (fc.bias)")));
  EXPECT_THAT(model.load(R"({"fc.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}})",
                         floats({1, 2})),
              HasSubstr("1 of another shape (fc.weight: 2x1 for 1x2)"));
  EXPECT_THAT(model.load(R"({"fc.weight":{"dtype":"I32","shape":[1,2],"data_offsets":[0,8]}})",
                         floats({1, 2})),
              AllOf(HasSubstr("fc.weight"), HasSubstr("I32")));
}

TEST(LoadWeights, names_the_first_five_and_counts_the_rest) {
  Graph graph = build(*find_in_zoo("resnet18"));
  const std::string error =
      error_of([&] { load_weights(graph, *find_in_zoo("resnet18"), parse(file_of("{}", ""))); });
  EXPECT_THAT(error, AllOf(HasSubstr("102 missing (conv1.weight, bn1.weight, bn1.bias, "
                                     "bn1.running_mean, bn1.running_var, ...)"),
                           Not(HasSubstr("not known"))));
}

}  // namespace
}  // namespace assay
