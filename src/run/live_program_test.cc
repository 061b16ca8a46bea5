// SPDX-License-Identifier: MIT
#include "run/live_program.h"

#include <gmock/gmock.h>

#include "run/fake_worker.h"

namespace assay {
namespace {

using testing::HasSubstr;

nlohmann::json ok(nlohmann::json reply) {
  reply["ok"] = true;
  return reply;
}

TEST(LiveProgram, refuses_samples_of_a_clock_that_went_backward) {
  FakeWorker fake("cat hello; answer load; answer open; answer run; sleep 60");
  fake.put_frame("load", ok(LoadReply{}));
  fake.put_frame("open", ok({{"session", 1}}));
  fake.put_frame("run", ok(RunReply{.samples_ns = {1000, -5, 1000}}));
  RunOptions options;
  options.workers = fake.folder();
  Job job;
  job.configuration.engine = "fake";
  auto started = LiveProgram::start(job, options, 0);
  ASSERT_FALSE(failure_of(started)) << failure_of(started)->reason;
  LiveProgram& program = *std::get<std::unique_ptr<LiveProgram>>(started);
  const auto loaded = program.load();
  ASSERT_FALSE(failure_of(loaded)) << failure_of(loaded)->reason;
  const Step failure = failure_of(program.run({Scenario::single_stream, 3, 1, {}}));
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->outcome, Outcome::crashed);
  EXPECT_THAT(failure->reason, HasSubstr("its clock went backward"));
}

}  // namespace
}  // namespace assay
