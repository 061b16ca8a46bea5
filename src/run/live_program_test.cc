// SPDX-License-Identifier: MIT
#include "run/live_program.h"

#include <gmock/gmock.h>

#include "run/fake_worker.h"
#include "run/null_job.h"

namespace assay {
namespace {

using testing::HasSubstr;

nlohmann::json ok(nlohmann::json reply) {
  reply["ok"] = true;
  return reply;
}

// What becomes of a burst that a worker answers so.
Step failure_of_burst(const RunReply& reply) {
  FakeWorker fake("cat hello; answer load; answer open; answer run; sleep 60");
  fake.put_frame("load", ok(LoadReply{}));
  fake.put_frame("open", ok({{"session", 1}}));
  fake.put_frame("run", ok(reply));
  RunOptions options;
  options.workers = fake.folder();
  const Job job = job_for("fake");
  auto started = LiveProgram::start(job, options, 0);
  if (const Step failure = failure_of(started)) return failure;
  LiveProgram& program = *std::get<std::unique_ptr<LiveProgram>>(started);
  if (const Step failure = failure_of(program.load())) return failure;
  return failure_of(program.run({Scenario::single_stream, 3, 1, {}}));
}

TEST(LiveProgram, refuses_times_of_a_clock_that_went_backward) {
  const std::vector<int64_t> samples{1000, 1000, 1000};
  EXPECT_FALSE(failure_of_burst({.samples_ns = samples, .cpu_ns = 1, .wall_ns = 3000}));
  for (const RunReply& reply :
       {RunReply{.samples_ns = {1000, -5, 1000}}, RunReply{.samples_ns = samples, .service_ns = -1},
        RunReply{.samples_ns = samples, .cpu_ns = -1},
        RunReply{.samples_ns = samples, .wall_ns = -3000}}) {
    const Step failure = failure_of_burst(reply);
    ASSERT_TRUE(failure) << nlohmann::json(reply);
    EXPECT_EQ(failure->outcome, Outcome::crashed);
    EXPECT_THAT(failure->reason, HasSubstr("its clock went backward"));
  }
}

}  // namespace
}  // namespace assay
