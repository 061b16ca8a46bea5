// SPDX-License-Identifier: MIT
#include "stats/md1.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(AnalyticQueue, agrees_with_its_limits) {
  EXPECT_NEAR(md1_quantile(0.99, 1e-6), 1, 1e-3);  // nobody waits
  // Half of the queries find no server busy at load 0.5: P(wait = 0) = 1 - load.
  EXPECT_NEAR(md1_quantile(0.5, 0.5), 1, 1e-6);
  EXPECT_GT(md1_quantile(0.99, 0.9), 3 * md1_quantile(0.99, 0.5));
}

}  // namespace
}  // namespace assay
