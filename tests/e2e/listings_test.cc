// SPDX-License-Identifier: MIT
// What the program says of itself and of this machine: the kinds of `list`, the formats and
// --output of every command that prints results, `doctor`, and advice that can be followed.
#include <gmock/gmock.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <thread>

#include "program.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json parsed(const Ended& ended) {
  EXPECT_EQ(ended.status, 0) << ended.error;
  return json::parse(ended.out);
}

TEST(Listings, of_every_kind_have_name_available_and_reason) {
  Program assay;
  for (const std::string kind : {"models", "engines", "devices", "datasets", "formats",
                                 "precisions", "operators", "outcomes", "doubts"}) {
    const json items = parsed(assay.run({"list", kind, "--format", "json"}));
    ASSERT_FALSE(items.empty()) << kind;
    for (const json& item : items) {
      EXPECT_TRUE(item.at("name").is_string()) << kind;
      ASSERT_TRUE(item.at("available").is_boolean()) << kind;
      // What is missing says why and how to add it; what is there says nothing.
      EXPECT_EQ(item.at("reason").is_null(), item.at("available").get<bool>()) << item;
    }
  }
}

TEST(Listings, of_engines_without_any_name_the_command_that_adds_each) {
  Program assay;
  std::filesystem::create_directories(assay.folder() / "empty");
  assay.environment["ASSAY_WORKERS"] = (assay.folder() / "empty").string();
  for (const json& item : parsed(assay.run({"list", "engines", "--format", "json"}))) {
    EXPECT_FALSE(item.at("available"));
    EXPECT_THAT(item.at("reason").get<std::string>(),
                HasSubstr("--engines " + item.at("name").get<std::string>()));
  }
}

TEST(Listings, and_results_come_in_each_format_to_a_file_as_to_standard_output) {
  Program assay;
  ASSERT_EQ(assay.run({"bench", "squeezenet1_1", "--engine", "null", "--max-time", "10ms"}).status,
            0);
  const std::string id =
      json::parse(assay.run({"report", "--format", "json"}).out).at("results").at(0).at("id");
  const std::vector<std::vector<std::string>> commands = {
      {"list", "models"}, {"inspect", "squeezenet1_1"}, {"report"}, {"show", id}};
  for (const auto& command : commands)
    for (const std::string format : {"table", "md", "csv", "json"}) {
      auto to_output = command, to_file = command;
      to_output.insert(to_output.end(), {"--format", format});
      const auto file = assay.folder() / "results";
      to_file.insert(to_file.end(), {"--format=" + format, "--output=" + file.string()});
      const Ended printed = assay.run(to_output), written = assay.run(to_file);
      EXPECT_EQ(printed.status, 0) << command.front() << printed.error;
      EXPECT_FALSE(printed.out.empty()) << command.front() << format;
      EXPECT_EQ(written.status, 0) << command.front() << written.error;
      EXPECT_EQ(written.out, "") << command.front();
      EXPECT_EQ(read_file(file), printed.out) << command.front() << format;
      EXPECT_EQ(format == "json", json::accept(printed.out)) << command.front() << format;
    }
}

TEST(Listings, of_results_have_every_key_of_the_contract_and_no_number_that_was_not_measured) {
  Program assay;
  const Ended ended =
      assay.run({"bench", "squeezenet1_1", "--engine", "null,chaos", "--option", "chaos.mode=crash",
                 "--max-time", "10ms", "--no-check", "--format", "json"});
  const json file = parsed(ended);
  EXPECT_EQ(ended.out.find("NaN"), ended.out.npos);
  EXPECT_EQ(file.at("schema_version"), 1);
  for (const char* key : {"date", "host", "machine_fingerprint", "cpu", "cores_usable",
                          "memory_bytes", "kernel", "assay_version", "engines", "doubts"})
    EXPECT_TRUE(file.at("contexts").at(0).contains(key)) << key;
  ASSERT_EQ(file.at("results").size(), 2u);
  for (const json& row : file.at("results")) {
    for (const char* key : {"id",
                            "configuration_id",
                            "context",
                            "started_at",
                            "model",
                            "model_sha256",
                            "input",
                            "engine",
                            "engine_version",
                            "device",
                            "precision",
                            "batch",
                            "threads",
                            "streams",
                            "options",
                            "scenario",
                            "outcome",
                            "reason",
                            "doubts",
                            "latency_ms",
                            "throughput_per_s",
                            "load_seconds",
                            "first_run_ms",
                            "warmup_runs",
                            "steady_state",
                            "phases_ms",
                            "fps_inference",
                            "fps_all",
                            "peak_rss_bytes",
                            "model_rss_bytes",
                            "artifact_bytes",
                            "energy_j_per_inference",
                            "accuracy",
                            "output_check",
                            "facts",
                            "command"})
      EXPECT_TRUE(row.contains(key)) << key;
    for (const char* key : {"threads", "cpu_seconds", "precision_executed", "providers", "layers"})
      EXPECT_TRUE(row.at("facts").contains(key)) << key;
  }
  const json& ok = file.at("results")[0];
  for (const char* key : {"median", "ci95", "mean", "p90", "p90_ci95", "p95", "p95_ci95", "p99",
                          "p99_ci95", "min", "max", "samples", "processes"})
    EXPECT_TRUE(ok.at("latency_ms").contains(key)) << key;
  for (const char* key : {"load", "preprocess", "inference", "postprocess", "total"})
    EXPECT_TRUE(ok.at("phases_ms").contains(key)) << key;
  const json& crashed = file.at("results")[1];
  EXPECT_EQ(crashed.at("outcome"), "crashed");
  for (const char* key : {"latency_ms", "throughput_per_s", "fps_inference", "output_check"})
    EXPECT_TRUE(crashed.at(key).is_null()) << key;
}

TEST(Listings, give_advice_that_names_only_commands_and_flags_that_exist) {
  Program assay;
  const std::string page = assay.run({"--reference-page"}).out;
  const std::regex flag("--[a-z][a-z-]*"), command("assay ([a-z]+)");
  for (const json& doubt : parsed(assay.run({"list", "doubts", "--format", "json"}))) {
    const std::string advice = doubt.at("advice");
    for (std::sregex_iterator it(advice.begin(), advice.end(), flag), end; it != end; ++it)
      EXPECT_TRUE(it->str() == "--preset" || page.find("`" + it->str() + "`") != page.npos)
          << advice;
    for (std::sregex_iterator it(advice.begin(), advice.end(), command), end; it != end; ++it)
      EXPECT_THAT(page, HasSubstr("## assay " + it->str(1) + "\n")) << advice;
  }
}

TEST(Listings, of_doctor_and_of_a_run_tell_of_other_work) {
  Program assay;
  std::atomic<bool> stop = false;
  std::thread other([&] {
    while (!stop) {
    }
  });
  const json checks = parsed(assay.run({"doctor", "--format", "json"}));
  const json file = parsed(assay.run(
      {"bench", "squeezenet1_1", "--engine", "null", "--max-time", "10ms", "--format", "json"}));
  stop = true;
  other.join();
  std::set<std::string> doubts;
  for (const json& check : checks)
    if (!check.at("doubt").is_null()) doubts.insert(check.at("doubt"));
  EXPECT_TRUE(doubts.contains("busy_machine")) << checks;
  EXPECT_THAT(file.at("contexts").at(0).at("doubts"), testing::Contains("busy_machine"));
}

TEST(Listings, of_doctor_say_of_each_engine_whether_it_computes_rightly) {
  Program assay;
  for (const json& check : parsed(assay.run({"doctor", "--format", "json"}))) {
    const std::string name = check.at("check"), state = check.at("state");
    if (!name.starts_with("engine ") || state == "missing") continue;
    // Alone, as in a sanitized build, our own executor has nobody to be compared with.
    EXPECT_TRUE(state == "ok" || check.at("doubt") == "unchecked_output") << check;
  }
}

}  // namespace
}  // namespace assay
