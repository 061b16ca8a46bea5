// SPDX-License-Identifier: MIT
#include "run/job_inputs.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "run/null_job.h"

namespace assay {
namespace {

Tensors filled_with(float value) {
  return {{"input", make_f32({1, 3, 4, 4}, std::vector<float>(48, value))}};
}

float first_of(const Tensors& set) {
  return set.at("input").as<float>().front();
}

TEST(JobInputs, are_one_set_unless_fresh_ones_are_asked_for) {
  Job job = null_job();
  EXPECT_EQ(inputs_of_calls(job, 0).size(), 1u);
  job.further_inputs = {filled_with(1)};
  EXPECT_EQ(inputs_of_calls(job, 0).size(), 1u);
  job.configuration.fresh_inputs = true;
  EXPECT_EQ(inputs_of_calls(job, 0).size(), 2u);
}

TEST(JobInputs, that_are_seeded_differ_from_call_to_call_also_when_asked_for_by_name) {
  Job job = null_job();
  job.configuration.fresh_inputs = true;
  EXPECT_GE(inputs_of_calls(job, 0).size(), 2u);
  EXPECT_FALSE(are_alike(inputs_of_calls(job, 0)));
  job.further_inputs.resize(2);  // --input uniform, three times
  const auto uniform = inputs_of_calls(job, 0);
  ASSERT_EQ(uniform.size(), 3u);
  EXPECT_NE(first_of(uniform[0]), first_of(uniform[1]));
  EXPECT_NE(first_of(uniform[1]), first_of(uniform[2]));
}

TEST(JobInputs, that_are_all_given_once_are_alike_and_that_is_seen) {
  Job job = null_job();
  job.configuration.fresh_inputs = true;
  job.inputs = filled_with(1);
  EXPECT_TRUE(are_alike(inputs_of_calls(job, 0)));
  job.further_inputs = {filled_with(1)};
  EXPECT_TRUE(are_alike(inputs_of_calls(job, 0)));
  job.further_inputs = {filled_with(1), filled_with(2)};
  EXPECT_FALSE(are_alike(inputs_of_calls(job, 0)));
}

TEST(JobInputs, are_of_the_jobs_own_seed_where_it_has_one) {
  Job job = null_job();
  const float of_5 = first_of(inputs_of_calls(job, 5).front());
  EXPECT_NE(first_of(inputs_of_calls(job, 0).front()), of_5);
  job.seed = 5;
  EXPECT_EQ(first_of(inputs_of_calls(job, 0).front()), of_5);
}

TEST(JobInputs, that_do_not_fit_are_an_error) {
  Job job = null_job();
  job.configuration.fresh_inputs = true;
  job.further_inputs = {{{"input", make_f32({1}, std::vector<float>{1})}}};
  EXPECT_THROW(inputs_of_calls(job, 0), Error);
}

}  // namespace
}  // namespace assay
