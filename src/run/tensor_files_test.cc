// SPDX-License-Identifier: MIT
#include "run/tensor_files.h"

#include <gmock/gmock.h>

#include "base/error_of.h"
#include "base/files.h"
#include "base/random.h"

namespace assay {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr DType kTypes[] = {DType::f32, DType::f16, DType::bf16,   DType::f64, DType::i8,
                            DType::u8,  DType::i16, DType::u16,    DType::i32, DType::u32,
                            DType::i64, DType::u64, DType::boolean};

// One input of each element type, named after it.
PreparedModel model() {
  auto graph = std::make_shared<Graph>();
  PreparedModel prepared;
  prepared.name = "model";
  for (const DType type : kTypes) {
    graph->input(std::string(name_of(type)), type, {2, 50});
    prepared.input[std::string(name_of(type))] = {2, 50};
  }
  prepared.graph = graph;
  return prepared;
}

template <typename T>
Tensor tensor(DType type, std::vector<T> values) {
  return make_tensor(type, {static_cast<int64_t>(values.size())}, std::as_bytes(std::span(values)));
}

TEST(TensorFiles, seeded_floats_are_multiples_of_a_256th_so_that_every_type_holds_them) {
  const Tensors inputs = make_inputs(model(), {}, 7);
  for (const char* type : {"f16", "bf16", "f64"}) {
    const std::vector<double> values = values_of(inputs.at(type));
    ASSERT_EQ(values.size(), 100u) << type;
    for (size_t i = 0; i < values.size(); ++i)
      EXPECT_EQ(values[i], static_cast<double>(random_u64(stream_key(7, type), i) >> 56) / 256)
          << type;
  }
}

TEST(TensorFiles, seeded_f32_have_all_their_bits_and_integers_are_zero) {
  const Tensors inputs = make_inputs(model(), {}, 7);
  const std::vector<double> values = values_of(inputs.at("f32"));
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(values[i], (random_uniform(stream_key(7, "f32"), i) + 1) / 2);
  for (const DType type : {DType::i8, DType::u16, DType::i32, DType::i64, DType::boolean})
    EXPECT_THAT(values_of(inputs.at(std::string(name_of(type)))), Each(0)) << name_of(type);
}

TEST(TensorFiles, an_input_of_a_type_that_no_tensor_has_is_left_to_the_engine_to_refuse) {
  auto graph = std::make_shared<Graph>();
  graph->input("words", DType::undefined, {2});
  PreparedModel prepared;
  prepared.input["words"] = {2};
  prepared.graph = graph;
  EXPECT_TRUE(make_inputs(prepared, {}, 7).at("words").raw().empty());
}

TEST(TensorFiles, an_input_that_is_given_is_not_seeded_and_a_wrong_one_is_refused) {
  const PreparedModel wanted = model();
  const std::vector<int8_t> ones(100, 1);
  const Tensors given{{"i8", make_tensor(DType::i8, {2, 50}, std::as_bytes(std::span(ones)))}};
  EXPECT_THAT(values_of(make_inputs(wanted, given, 7).at("i8")), Each(1));
  EXPECT_THAT(error_of([&] {
                make_inputs(wanted, {{"i9", given.at("i8")}}, 7);
              }),
              HasSubstr("did you mean 'i8'?"));
  EXPECT_THAT(error_of([&] {
                make_inputs(wanted, {{"u8", given.at("i8")}}, 7);
              }),
              HasSubstr("input 'u8' of model is 2x50 of u8, not 2x50 of i8"));
}

TEST(TensorFiles, values_are_numbers_whatever_the_element_type) {
  EXPECT_THAT(values_of(tensor<float>(DType::f32, {-0.5f, 3})), ElementsAre(-0.5, 3));
  EXPECT_THAT(values_of(tensor<uint16_t>(DType::f16, {0x3c00, 0xc000, 0x0001, 0xfc00})),
              ElementsAre(1, -2, 0x1p-24, -INFINITY));
  EXPECT_THAT(values_of(tensor<uint16_t>(DType::bf16, {0x3f80, 0xff80})),
              ElementsAre(1, -INFINITY));
  EXPECT_TRUE(std::isnan(values_of(tensor<uint16_t>(DType::f16, {0x7e00}))[0]));
  EXPECT_THAT(values_of(tensor<int8_t>(DType::i8, {-128, 127})), ElementsAre(-128, 127));
  EXPECT_THAT(values_of(tensor<uint64_t>(DType::u64, {uint64_t{1} << 63})), ElementsAre(0x1p63));
  EXPECT_THAT(values_of(tensor<uint8_t>(DType::boolean, {0, 1})), ElementsAre(0, 1));
  EXPECT_THAT(values_of(Tensor{}), IsEmpty());
}

TEST(TensorFiles, what_was_written_reads_back_and_a_file_of_another_length_is_refused) {
  const TempDir folder;
  const Tensors inputs = make_inputs(model(), {}, 7);
  std::vector<TensorFile> files = write_tensors(inputs, folder.path(), "input");
  const Tensors read = read_tensors(files);
  ASSERT_EQ(read.size(), inputs.size());
  for (const auto& [name, tensor] : inputs)
    EXPECT_EQ(values_of(read.at(name)), values_of(tensor)) << name;
  files.front().shape = {3, 50};
  EXPECT_THAT(error_of([&] { read_tensors(files); }), HasSubstr("has 200"));
}

}  // namespace
}  // namespace assay
