// SPDX-License-Identifier: MIT
// What the user got wrong is one sentence on standard error and exit 2, and nothing on standard
// output.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/file.h>

#include <algorithm>

#include "program.h"

namespace assay {
namespace {

void expect_refused(const Ended& ended, const std::string& saying) {
  EXPECT_EQ(ended.status, 2) << ended.error;
  EXPECT_EQ(ended.out, "");
  EXPECT_NE(ended.error.find(saying), std::string::npos) << ended.error;
  EXPECT_EQ(std::count(ended.error.begin(), ended.error.end(), '\n'), 1) << ended.error;
}

TEST(Refusals, offer_the_nearest_name) {
  Program assay;
  expect_refused(assay.run({"bench", "resnt50", "--engine", "null"}),
                 "unknown model 'resnt50'; did you mean 'resnet50'?");
  expect_refused(assay.run({"inspect", "vg16"}), "did you mean 'vgg16'?");
  expect_refused(assay.run({"bench", "resnet18", "--engine", "nul"}),
                 "unknown engine 'nul'; did you mean 'null'?");
  expect_refused(assay.run({"bench", "resnet18", "--precision", "fp23"}), "did you mean 'fp32'?");
  expect_refused(assay.run({"bench", "resnet18", "--bach", "1"}),
                 "unknown flag '--bach'; did you mean '--batch'?");
  expect_refused(assay.run({"bnech"}), "unknown command 'bnech'; did you mean 'bench'?");
  expect_refused(assay.run({"list", "modles"}), "did you mean 'models'?");
  expect_refused(assay.run({"report", "--format", "htm"}), "did you mean 'html'?");
  expect_refused(
      assay.run({"bench", "resnet18", "--engine", "null", "--option", "null.latncy_us=3"}),
      "engine 'null' has no option 'latncy_us'; did you mean 'latency_us'?");
  expect_refused(assay.run({"run", "resnet18", "--engine", "null", "--precision", "bf61"}),
                 "did you mean 'bf16'?");
}

TEST(Refusals, are_not_for_arguments_in_another_order) {
  Program assay;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--engine", "null", "squeezenet1_1"},
           {"--threads", "1", "squeezenet1_1", "--engine=null"},
           {"--batch=1,2", "squeezenet1_1", "--engine", "null"},
           {"--option", "null.latency_us=1", "squeezenet1_1", "--engine", "null"},
           {"--threads", "1", "--threads", "2", "--engine", "null", "squeezenet1_1"}}) {
    std::vector<std::string> arguments = {"bench"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    arguments.push_back("--dry-run");
    const Ended ended = assay.run(arguments);
    EXPECT_EQ(ended.status, 0) << ended.error;
    EXPECT_NE(ended.out.find("squeezenet1_1"), std::string::npos);
  }
}

TEST(Refusals, name_the_flag_and_what_it_takes) {
  Program assay;
  expect_refused(assay.run({"bench", "resnet18", "--engine", "null", "--batch", "0"}), "--batch");
  expect_refused(assay.run({"bench", "resnet18", "--engine", "null", "--batch", "-3"}), "--batch");
  expect_refused(assay.run({"bench", "resnet18", "--engine", "null", "--threads", "0"}),
                 "--threads");
  expect_refused(assay.run({"bench", "resnet18", "--engine", "null", "--max-time", "soon"}),
                 "is no duration");
  expect_refused(assay.run({"bench", "resnet18", "--engine", "null", "--max-time", "0"}),
                 "--max-time must be more than 0");
  expect_refused(assay.run({"bench", "resnet18", "--engine", "null", "--option", "latency_us=3"}),
                 "ENGINE.KEY=VALUE");
  expect_refused(assay.run({"bench"}), "name at least one model");
  expect_refused(assay.run({"inspect", "resnet18", "--input-shape", "1x3"}), "--input-shape");
}

TEST(Refusals, cover_the_wrong_version_of_an_engine_and_not_the_right_one) {
  Program assay;
  const auto bench = [&](const std::string& engine) {
    return assay.run({"bench", "squeezenet1_1", "--engine", engine, "--max-time", "10ms"});
  };
  expect_refused(bench("null@0.9"), "engine 'null' is installed at version 1, not 0.9");
  expect_refused(bench("nul@1"), "unknown engine 'nul'; did you mean 'null'?");
  expect_refused(assay.run({"run", "squeezenet1_1", "--engine", "reference@7"}), "not 7");
  const Ended right = bench("null@1");
  EXPECT_EQ(right.status, 0) << right.error;
  EXPECT_NE(right.out.find(" null "), std::string::npos) << "the row names the engine alone";
}

TEST(Refusals, cover_how_work_arrives) {
  Program assay;
  const auto refuse = [&](std::vector<std::string> flags, const std::string& saying) {
    flags.insert(flags.begin(), {"bench", "resnet18", "--engine", "null"});
    expect_refused(assay.run(flags), saying);
  };
  refuse({"--scenario", "sever"}, "unknown scenario 'sever'; did you mean 'server'?");
  refuse({"--scenario", "server"}, "needs --rate, such as --rate 50/s");
  refuse({"--rate", "50/s"}, "--rate is for --scenario server");
  for (const char* rate : {"0", "0/s", "1e9/s"})
    refuse({"--scenario", "server", "--rate", rate}, "is no rate: write one above 0");
  for (const char* rate : {"-5/s", "fast", "50/fortnight", "nan"})
    refuse({"--scenario", "server", std::string("--rate=") + rate}, "is no rate: write a number");
  refuse({"--scenario", "offline", "--streams", "0"}, "--streams");
  refuse({"--scenario", "offline", "--streams", "257"}, "--streams");
  refuse({"--streams", "2"}, "needs a --scenario in which several run at once");
  refuse({"--scenario", "offline", "--idle-gap", "10ms"}, "--idle-gap is for");
  refuse({"--idle-gap", "soon"}, "is no duration");
  for (const char* target : {"0%", "0", "200%", "100%"})
    refuse({"--ci-target", target}, "is no target: write a percentage above 0 %");
  for (const char* target : {"-1%", "narrow", "nan"})
    refuse({std::string("--ci-target=") + target}, "is no fraction");
}

TEST(Refusals, cover_files_that_are_no_models) {
  Program assay;
  const auto file = assay.folder() / "x.onnx";
  expect_refused(assay.run({"inspect", file}), "x.onnx");
  write_file(file, "this is no model");
  expect_refused(assay.run({"inspect", file}), "x.onnx");
  expect_refused(assay.run({"bench", file, "--engine", "null"}), "x.onnx");
  write_file(file, "");
  expect_refused(assay.run({"inspect", file}), "x.onnx");
  expect_refused(assay.run({"inspect", assay.folder()}), "");
}

TEST(Refusals, cover_an_engine_that_is_not_installed_and_say_how_to_add_it) {
  Program assay;
  std::filesystem::create_directories(assay.folder() / "empty");
  assay.environment["ASSAY_WORKERS"] = (assay.folder() / "empty").string();
  expect_refused(assay.run({"bench", "resnet18", "--engine", "onnxruntime"}),
                 "demo.sh --setup-only --engines");
  EXPECT_EQ(assay.run({"list", "engines"}).status, 0);
  EXPECT_EQ(assay.run({"doctor"}).status, 0);
  EXPECT_EQ(assay.run({"inspect", "resnet18"}).status, 0);
}

TEST(Refusals, cover_stores_that_are_not_ours_or_locked) {
  Program assay;
  const std::vector<std::string> bench = {"bench", "squeezenet1_1", "--engine",
                                          "null",  "--max-time",    "10ms"};
  const auto store = assay.folder() / "store";
  std::filesystem::create_directories(store);
  write_file(store / "assay.db", std::string(4096, 'x'));
  expect_refused(assay.run(bench), "assay.db");
  std::filesystem::remove(store / "assay.db");
  ASSERT_EQ(assay.run(bench).status, 0);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open((store / "assay.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
  expect_refused(assay.run(bench), "locked");
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_EQ(assay.run(bench).status, 0);
}

}  // namespace
}  // namespace assay
