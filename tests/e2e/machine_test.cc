// SPDX-License-Identifier: MIT
// What the program says of the machine that it runs on, with real neighbours and real limits.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "program.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

const std::vector<std::string> kBench = {
    "bench",      "squeezenet1_1", "--engine", "null", "--option", "null.latency_us=1000",
    "--max-time", "1500ms",        "--format", "json"};

json only_result(const Ended& ended) {
  EXPECT_EQ(ended.status, 0) << ended.error;
  return json::parse(ended.out).at("results").at(0);
}

TEST(MachineOfTheProgram, with_two_copies_of_an_engine_is_doubted_by_both) {
  Program assay, other;
  Started beside = other.start(kBench);
  const json one = only_result(assay.run(kBench)), two = only_result(beside.wait());
  EXPECT_THAT(one.at("doubts"), Contains("busy_machine"));
  EXPECT_THAT(two.at("doubts"), Contains("busy_machine"));
}

TEST(MachineOfTheProgram, is_told_by_doctor_in_every_respect_and_without_a_sensor_it_says_so) {
  Program assay;
  const json checks = json::parse(assay.run({"doctor", "--format", "json"}).out);
  std::map<std::string, json> by_name;
  for (const json& check : checks) by_name[check.at("check").get<std::string>()] = check;
  for (const char* name : {"cores", "cores usable", "frequency governor", "processor's speed",
                           "cores taken by the hypervisor", "cores busy with other work",
                           "address-space layout", "energy sensor", "roof of one core", "assay"})
    ASSERT_TRUE(by_name.contains(name)) << name << checks;
  const json& sensor = by_name["energy sensor"];
  if (sensor.at("state") != "ok") {
    EXPECT_THAT(sensor.at("seen").get<std::string>(), testing::StartsWith("no sensor"));
  }
  const auto seen = [&](const char* name) { return by_name[name].at("seen").get<std::string>(); };
  EXPECT_THAT(seen("processor's speed"), HasSubstr("GHz"));
  for (const char* precision : {"fp32", "bf16", "int8", "memory"})
    EXPECT_THAT(seen("roof of one core"), HasSubstr(precision));
}

// A group of cgroup v1 or v2 with half a core; absent where this process may not make one.
class HalfCore {
 public:
  HalfCore() {
    namespace fs = std::filesystem;
    std::error_code failed;
    for (const char* mount : {"/sys/fs/cgroup/cpu", "/sys/fs/cgroup"}) {
      const fs::path folder = fs::path(mount) / ("assay-test-" + std::to_string(getpid()));
      const bool v2 = fs::exists(fs::path(mount) / "cgroup.controllers", failed);
      if (!v2 && !fs::exists(fs::path(mount) / "cpu.cfs_quota_us", failed) &&
          !fs::exists(fs::path(mount) / "cpu.shares", failed))
        continue;
      if (!fs::create_directory(folder, failed)) continue;
      x_folder = folder;
      if (v2 ? write("cpu.max", "50000 100000")
             : write("cpu.cfs_period_us", "100000") && write("cpu.cfs_quota_us", "50000"))
        return;
      remove();
    }
  }
  ~HalfCore() { remove(); }
  bool there() const { return !x_folder.empty(); }
  std::string members() const { return (x_folder / "cgroup.procs").string(); }

 private:
  bool write(const char* file, const char* text) const {
    std::ofstream out(x_folder / file);
    out << text << std::flush;
    return out.good();
  }
  void remove() {
    if (x_folder.empty()) return;
    for (int i = 0; i < 100 && ::rmdir(x_folder.c_str()) != 0; ++i) ::usleep(20'000);
    x_folder.clear();
  }
  std::filesystem::path x_folder;
};

TEST(MachineOfTheProgram, with_half_a_core_gets_one_thread_and_a_doubt) {
  const HalfCore group;
  if (!group.there()) GTEST_SKIP() << "no control group may be made here";
  const std::string members = group.members();
  Program assay;
  assay.before_start = [&] {
    if (FILE* file = std::fopen(members.c_str(), "w")) {
      std::fputs("0", file);
      std::fclose(file);
    }
  };
  const json measured = only_result(assay.run(kBench));
  EXPECT_EQ(measured.at("threads"), 1);
  EXPECT_THAT(measured.at("doubts"), Contains("cpu_limited"));
  auto all = kBench;
  all.insert(all.end(), {"--threads", "all"});
  EXPECT_EQ(only_result(assay.run(all)).at("threads"), 1);
  const json checks = json::parse(assay.run({"doctor", "--format", "json"}).out);
  for (const json& check : checks)
    if (check.at("check") == "cores usable") {
      EXPECT_EQ(check.at("doubt"), "cpu_limited");
      EXPECT_THAT(check.at("seen").get<std::string>(), HasSubstr("quota of 0.50 cores"));
    }
}

}  // namespace
}  // namespace assay
