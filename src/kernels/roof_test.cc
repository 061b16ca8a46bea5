// SPDX-License-Identifier: MIT
#include "kernels/roof.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <string_view>
#include <thread>

#include "base/error.h"
#include "kernels/multiply_add.h"

namespace assay {
namespace {

TEST(BestRate, adds_up_what_all_threads_did_at_once) {
  const double rate = best_rate(1, 0.05, [](int) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return 10.0;
  });
  EXPECT_LE(rate, 10.0 / 0.005);
  EXPECT_GT(rate, 10.0 / 0.5);
}

TEST(BestRate, gives_each_thread_its_number_and_ends_after_the_round_that_is_running) {
  std::atomic<int> calls = 0, numbers = 0;
  best_rate(1, 0, [&](int thread) {
    ++calls;
    numbers += thread;
    return 1.0;
  });
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(numbers, 0);
}

TEST(BestRate, refuses_more_threads_than_cores_and_none) {
  EXPECT_THROW(best_rate(4096, 0, [](int) { return 1.0; }), Error);
  EXPECT_THROW(best_rate(0, 0, [](int) { return 1.0; }), Error);
}

TEST(Roof, has_a_rate_for_each_precision_with_an_instruction_and_for_the_memory) {
  const Roof roof = measure_roof(1, 0.02);
  EXPECT_EQ(roof.macs_per_s.size(), multiply_adds().size());
  for (const auto& [precision, rate] : roof.macs_per_s) EXPECT_GT(rate, 1e7) << precision;
  EXPECT_GT(roof.bytes_per_s, 1e7);
}

TEST(MultiplyAdd, has_fp32_bf16_and_int8_on_every_processor_and_each_once) {
  std::set<std::string_view> precisions;
  for (const MultiplyAdd& kernel : multiply_adds())
    EXPECT_TRUE(precisions.insert(kernel.precision).second) << kernel.precision;
  for (const char* precision : {"fp32", "bf16", "int8"})
    EXPECT_TRUE(precisions.contains(precision)) << precision;
}

// No kernel can do more than four instructions of 64 bytes in a cycle: a loop that the compiler
// emptied would.
TEST(MultiplyAdd, really_computes) {
  for (const MultiplyAdd& kernel : multiply_adds()) {
    const auto begin = std::chrono::steady_clock::now();
    kernel.run(200'000);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    EXPECT_LT(200'000.0 * static_cast<double>(kernel.macs) / seconds, 4 * 64 * 6e9)
        << kernel.precision;
    EXPECT_GT(seconds, 200'000.0 * 12 / 4 / 6e9) << kernel.precision;
  }
}

TEST(MultiplyAdd, starts_with_fp32_and_takes_longer_for_more_rounds) {
  ASSERT_FALSE(multiply_adds().empty());
  EXPECT_EQ(multiply_adds().front().precision, "fp32");
  const auto seconds = [](int64_t rounds) {
    const auto begin = std::chrono::steady_clock::now();
    multiply_adds().front().run(rounds);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  EXPECT_GT(seconds(4'000'000), seconds(40'000));
}

}  // namespace
}  // namespace assay
