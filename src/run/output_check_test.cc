// SPDX-License-Identifier: MIT
#include "run/output_check.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace assay {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Tensors output(const std::vector<float>& values) {
  return {{"y", make_f32({static_cast<int64_t>(values.size())}, values)}};
}

// Moves by at most 2, between the second and the third value.
const ReferenceOutputs kReference{"referee", output({1, 2, 3, -4}), output({1, 0, 1.5, -4})};

CheckedOutput checked(const std::vector<float>& values, const std::string& precision = "fp32") {
  return check_output({output(values), {}}, &kReference, precision);
}

TEST(OutputCheck, relates_the_error_to_how_much_the_output_moves) {
  const CheckedOutput result = checked({1, 2, 3, -4.001f});
  ASSERT_TRUE(result.check);
  EXPECT_NEAR(result.check->error, 0.0005, 1e-6);
  EXPECT_EQ(result.check->tolerance, 1e-3);
  EXPECT_EQ(result.check->reference, "referee");
  EXPECT_TRUE(result.check->passed);
  EXPECT_FALSE(result.failure);
  EXPECT_THAT(result.doubts, IsEmpty());
}

TEST(OutputCheck, fails_just_above_each_tolerance_and_passes_just_below) {
  const struct {
    const char* precision;
    double tolerance;
  } limits[] = {{"fp32", 1e-3}, {"fp16", 0.1}, {"bf16", 0.5}};
  for (const auto& limit : limits) {
    const auto value = [&](double share) {
      return static_cast<float>(3 + 2 * limit.tolerance * share);
    };
    EXPECT_TRUE(checked({1, 2, value(0.98), -4}, limit.precision).check->passed) << limit.precision;
    const CheckedOutput wrong = checked({1, 2, value(1.02), -4}, limit.precision);
    EXPECT_FALSE(wrong.check->passed) << limit.precision;
    ASSERT_TRUE(wrong.failure) << limit.precision;
    EXPECT_EQ(wrong.failure->outcome, Outcome::wrong_output);
    EXPECT_THAT(wrong.failure->reason, HasSubstr("referee"));
  }
}

TEST(OutputCheck, calls_a_result_that_is_too_exact_for_its_precision_a_mismatch) {
  EXPECT_THAT(checked({1, 2, 3, -4}, "bf16").doubts, Contains(Doubt::precision_mismatch));
  EXPECT_THAT(checked({1, 2, 3.0005f, -4}, "fp16").doubts, Contains(Doubt::precision_mismatch));
  EXPECT_THAT(checked({1, 2, 3.2f, -4}, "bf16").doubts, IsEmpty());
  EXPECT_THAT(checked({1, 2, 3.01f, -4}, "fp16").doubts, IsEmpty());
  EXPECT_THAT(checked({1, 2, 3, -4}, "fp32").doubts, IsEmpty());
}

TEST(OutputCheck, cannot_check_an_output_that_does_not_move) {
  const ReferenceOutputs still{"referee", output({1, 2, 3}), output({1, 2, 3})};
  const CheckedOutput result = check_output({output({9, 9, 8}), {}}, &still, "fp32");
  EXPECT_FALSE(result.check);
  EXPECT_FALSE(result.failure);
  EXPECT_THAT(result.doubts, Contains(Doubt::unchecked_output));
}

TEST(OutputCheck, does_not_take_rounding_for_movement) {
  const ReferenceOutputs still{"referee", output({1, 2, 3}), output({1, 2, 3.0000002f})};
  EXPECT_THAT(check_output({output({1, 2, 3}), {}}, &still, "fp32").doubts,
              Contains(Doubt::unchecked_output));
}

TEST(OutputCheck, does_not_take_the_tail_of_a_sigmoid_for_movement) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 4});
  const ValueId y = graph.add("Sigmoid", "s", {x});
  graph.output(graph.add("Identity", "y", {y}));
  ReferenceOutputs tail{"referee", output({1e-6f, 2e-6f, 3e-6f, 2e-5f}), output({0, 0, 0, 0}),
                        output_scales(graph)};
  EXPECT_EQ(tail.scales.at("y"), 1);
  const Computed computed{output({1e-6f, 2e-6f, 3e-6f, 2.01e-5f}), {}};
  EXPECT_THAT(check_output(computed, &tail, "fp32").doubts, Contains(Doubt::unchecked_output));
  tail.scales.clear();
  EXPECT_TRUE(check_output(computed, &tail, "fp32").failure);
}

TEST(OutputCheck, takes_the_worst_of_the_outputs_that_move) {
  ReferenceOutputs two = kReference;
  two.first["z"] = make_f32({2}, std::vector<float>{0, 1});
  two.second["z"] = make_f32({2}, std::vector<float>{1, 0});
  Tensors computed = two.first;
  computed["z"] = make_f32({2}, std::vector<float>{0.25f, 1});
  EXPECT_NEAR(check_output({computed, {}}, &two, "fp32").check->error, 0.25, 1e-6);
}

TEST(OutputCheck, names_the_shape_that_is_wrong_and_the_output_that_is_missing) {
  const CheckedOutput shape = checked({1, 2, 3});
  ASSERT_TRUE(shape.failure);
  EXPECT_EQ(shape.failure->reason, "output 'y' is 3, the reference 4");
  const CheckedOutput missing =
      check_output({{{"q", kReference.first.at("y")}}, {}}, &kReference, "fp32");
  ASSERT_TRUE(missing.failure);
  EXPECT_EQ(missing.failure->reason, "output 'y' is missing");
}

TEST(OutputCheck, counts_values_that_are_not_finite_with_and_without_a_reference) {
  const float nan = std::numeric_limits<float>::quiet_NaN(),
              inf = std::numeric_limits<float>::infinity();
  const CheckedOutput with = checked({nan, 2, inf, -4});
  ASSERT_TRUE(with.failure);
  EXPECT_EQ(with.failure->reason, "output 'y': 2 of 4 values are not finite");
  EXPECT_TRUE(check_output({output({nan, 1}), {}}, nullptr, "fp32").failure);
}

TEST(OutputCheck, does_not_blame_an_engine_for_a_model_whose_reference_is_not_finite) {
  const float inf = std::numeric_limits<float>::infinity();
  const ReferenceOutputs overflowing{"referee", output({inf, 1}), output({inf, 2})};
  const CheckedOutput result = check_output({output({inf, 1}), {}}, &overflowing, "fp32");
  EXPECT_FALSE(result.failure);
  EXPECT_THAT(result.doubts, Contains(Doubt::unchecked_output));
}

TEST(OutputCheck, doubts_what_it_cannot_compare) {
  const CheckedOutput alone = check_output({output({1, 2}), {}}, nullptr, "fp32");
  EXPECT_THAT(alone.doubts, ElementsAre(Doubt::unchecked_output));
  EXPECT_FALSE(alone.check);
  EXPECT_THAT(checked({1, 2, 3, -4}, "binary").doubts, Contains(Doubt::unchecked_output));
}

TEST(OutputCheck, doubts_an_output_whose_values_are_all_the_same) {
  const ReferenceOutputs flat{"referee", output({5, 5, 5}), output({6, 6, 6})};
  EXPECT_THAT(check_output({output({5, 5, 5.001f}), {}}, &flat, "fp32").doubts,
              Contains(Doubt::mostly_constant_output));
  EXPECT_THAT(checked({1, 2, 3, -4}).doubts, Not(Contains(Doubt::mostly_constant_output)));
}

TEST(OutputCheck, compares_int8_by_the_direction_in_which_the_output_moves) {
  // Moves as the reference does, on another level: quantization may shift, it may not turn.
  const CheckedOutput right = check_output(
      {output({1.5f, 2.5f, 3.4f, -3}), output({1.5f, 0.4f, 2, -3})}, &kReference, "int8");
  ASSERT_TRUE(right.check);
  EXPECT_TRUE(right.check->passed);
  EXPECT_NEAR(right.check->tolerance, 0.1, 1e-12);
  const CheckedOutput turned =
      check_output({output({1, 0, 3, -4}), output({1, 2, 1.5f, -4})}, &kReference, "int8");
  EXPECT_TRUE(turned.failure);
  EXPECT_GT(turned.check->error, 1);
}

TEST(OutputCheck, reads_half_precision_outputs) {
  const std::vector<uint16_t> halves{0x3c00, 0x4000, 0x4200, 0xc400};  // 1, 2, 3, -4
  const Tensors computed{{"y", make_tensor(DType::f16, {4}, std::as_bytes(std::span(halves)))}};
  EXPECT_EQ(check_output({computed, {}}, &kReference, "fp32").check->error, 0);
}

}  // namespace
}  // namespace assay
