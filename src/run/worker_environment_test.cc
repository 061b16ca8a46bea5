// SPDX-License-Identifier: MIT
#include "run/worker_environment.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace assay {
namespace {

using testing::Contains;
using testing::Not;
using testing::StartsWith;

TEST(WorkerEnvironment, drops_what_steers_engines_and_adds_what_is_set) {
  setenv("OMP_NUM_THREADS", "7", 1);
  setenv("TF_ENABLE_ONEDNN_OPTS", "0", 1);
  setenv("ASSAY_TEST_KEEPS", "yes", 1);
  const auto variables = worker_environment({{"OMP_WAIT_POLICY", "passive"}});
  EXPECT_THAT(variables, Contains("ASSAY_TEST_KEEPS=yes"));
  EXPECT_THAT(variables, Contains("OMP_WAIT_POLICY=passive"));
  EXPECT_THAT(variables, Not(Contains(StartsWith("OMP_NUM_THREADS="))));
  EXPECT_THAT(variables, Not(Contains(StartsWith("TF_"))));
  EXPECT_THAT(dropped_variables(),
              testing::IsSupersetOf({"OMP_NUM_THREADS", "TF_ENABLE_ONEDNN_OPTS"}));
  EXPECT_THAT(dropped_variables(), Not(Contains("ASSAY_TEST_KEEPS")));
}

}  // namespace
}  // namespace assay
