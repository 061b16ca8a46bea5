// SPDX-License-Identifier: MIT
// Each measurement's share of the machine's roof, and a roof that was measured too low.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "program.h"

namespace assay {
namespace {

using nlohmann::json;

// Under a sanitizer nothing computes: it would take minutes.
bool nothing_computes() {
  return std::string(ASSAY_COMPUTING_ENGINES).empty();
}

// Chaos, when it is honest, computes with the reference executor.
json roof_of(Program& assay, const std::string& command) {
  std::vector<std::string> arguments{command,      "squeezenet1_1@64", "--engine", "chaos",
                                     "--no-check", "--warmup",         "0s",       "--max-time",
                                     "50ms",       "--format",         "json"};
  const Ended ended = assay.run(arguments);
  EXPECT_EQ(ended.status, 0) << ended.error;
  if (ended.status != 0) return nullptr;
  return json::parse(ended.out).at("results").at(0).at("roof");
}

TEST(RoofOfTheProgram, is_what_a_sweep_holds_each_measurement_against_too) {
  if (nothing_computes()) GTEST_SKIP() << "no engine that computes was built";
  Program assay;
  const json roof = roof_of(assay, "sweep");
  ASSERT_TRUE(roof.is_object()) << roof;
  EXPECT_GT(roof.at("share_of_macs"), 0);
  EXPECT_LT(roof.at("share_of_macs"), 1);
}

TEST(RoofOfTheProgram, that_a_measurement_is_above_is_measured_again_and_kept) {
  if (nothing_computes()) GTEST_SKIP() << "no engine that computes was built";
  Program assay;
  ASSERT_TRUE(roof_of(assay, "bench").is_object());
  const auto folder = assay.folder() / "cache/assay/roof";
  ASSERT_TRUE(std::filesystem::exists(folder));
  const auto file = std::filesystem::directory_iterator(folder)->path();
  write_file(file, R"({"macs_per_s": {"fp32": 1.0, "bf16": 1.0, "int8": 1.0}, "bytes_per_s": 1})");
  const json roof = roof_of(assay, "bench");
  ASSERT_TRUE(roof.is_object());
  EXPECT_LT(roof.at("share_of_macs"), 1);
  EXPECT_GT(json::parse(read_file(file)).at("macs_per_s").at("fp32"), 1e6);
}

}  // namespace
}  // namespace assay
