// SPDX-License-Identifier: MIT
#include "run/phases.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "base/error.h"
#include "run/null_job.h"

namespace assay {
namespace {

using testing::Each;
using testing::Ge;

void sleep_ms(int ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

TEST(Phases, are_timed_apart_and_several_times) {
  int preprocessed = 0, postprocessed = 0;
  const Tensors outputs{{"y", make_f32({1}, std::vector<float>{1})}};
  const PictureWork work{[&] {
                           ++preprocessed;
                           sleep_ms(10);
                           return Tensors();
                         },
                         [&](const Tensors& given) {
                           EXPECT_EQ(given.size(), 1u);
                           ++postprocessed;
                           sleep_ms(1);
                         }};
  const Phases phases = timed_phases(work, outputs);
  EXPECT_GE(phases.preprocess_ns.size(), kFewestPhases);
  EXPECT_LE(phases.preprocess_ns.size(), 26u) << "a quarter of a second";
  EXPECT_THAT(phases.preprocess_ns, Each(Ge(10'000'000)));
  EXPECT_THAT(phases.postprocess_ns, Each(Ge(1'000'000)));
  EXPECT_EQ(preprocessed, std::ssize(phases.preprocess_ns) + 1);
  EXPECT_EQ(postprocessed, std::ssize(phases.postprocess_ns) + 1);
}

TEST(Phases, of_a_picture_that_is_gone_are_an_error) {
  const PictureWork work{[]() -> Tensors { throw Error("no picture"); }, [](const Tensors&) {}};
  EXPECT_THROW(timed_phases(work, {}), Error);
}

TEST(Phases, are_measured_by_the_runner_when_there_is_a_picture_and_not_otherwise) {
  Job job = job_for("null");
  const RunOptions options = quick(0.05);
  EXPECT_TRUE(measure(job, options).phases.preprocess_ns.empty());
  job.picture = PictureWork{[] { return Tensors(); },
                            [](const Tensors& outputs) { EXPECT_EQ(outputs.size(), 1u); }};
  const Measurement measured = measure(job, options);
  ASSERT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  EXPECT_GE(measured.phases.preprocess_ns.size(), kFewestPhases);
  EXPECT_GE(measured.phases.postprocess_ns.size(), kFewestPhases);
}

TEST(Phases, that_cannot_be_measured_any_more_cost_nothing_but_themselves) {
  Job job = job_for("null");
  job.picture = PictureWork{[]() -> Tensors { throw Error("no picture"); }, [](const Tensors&) {}};
  const Measurement measured = measure(job, quick(0.05));
  EXPECT_EQ(measured.outcome, Outcome::ok) << measured.reason;
  EXPECT_FALSE(measured.processes.front().latency_ns.empty());
  EXPECT_TRUE(measured.phases.preprocess_ns.empty());
  EXPECT_EQ(measured.facts.notes.at("phases"), "not measured: no picture");
}

}  // namespace
}  // namespace assay
