// SPDX-License-Identifier: MIT
#include "engine/steering.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace assay {
namespace {

TEST(Steering, knows_variables_by_how_their_names_begin) {
  EXPECT_TRUE(steers_engines("OMP_NUM_THREADS"));
  EXPECT_TRUE(steers_engines("TF_ENABLE_ONEDNN_OPTS"));
  EXPECT_FALSE(steers_engines("PATH"));
  EXPECT_FALSE(steers_engines("HOMP_X"));
}

TEST(Steering, sees_what_this_process_set_itself) {
  EXPECT_EQ(steering_environment().count("KMP_PLANTED"), 0u);
  setenv("KMP_PLANTED", "a=b", 1);
  EXPECT_EQ(steering_environment().at("KMP_PLANTED"), "a=b");
  unsetenv("KMP_PLANTED");
}

}  // namespace
}  // namespace assay
