// SPDX-License-Identifier: MIT
// Two workers of one engine side by side: "null" and "null@1", which are one program here.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "program.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class Versions : public testing::Test {
 protected:
  Versions() {
    const fs::path worker = fs::path(ASSAY_PROGRAM).parent_path() / "../libexec/assay/null";
    const fs::path workers = assay.folder() / "workers";
    fs::create_directories(workers);
    for (const char* name : {"null", "null@1"})
      fs::create_symlink(fs::canonical(worker), workers / name);
    assay.environment["ASSAY_WORKERS"] = workers.string();
  }

  // The options of each engine's row, in the rows' order.
  std::vector<std::string> options_of_rows(std::vector<std::string> options) {
    std::vector<std::string> words = {
        "bench", "squeezenet1_1@64", "--engine", "null,null@1", "--max-time",
        "10ms",  "--format",         "json"};
    for (std::string& option : options) {
      words.emplace_back("--option");
      words.push_back(std::move(option));
    }
    const Ended ended = assay.run(words);
    EXPECT_EQ(ended.status, 0) << ended.error;
    std::vector<std::string> rows;
    const auto report = nlohmann::json::parse(ended.out);
    for (const auto& row : report.at("results")) rows.push_back(row.at("options").dump());
    return rows;
  }

  Program assay;
};

TEST_F(Versions, take_the_options_of_their_engine) {
  EXPECT_THAT(options_of_rows({"null.latency_us=7"}),
              ElementsAre(R"({"latency_us":"7"})", R"({"latency_us":"7"})"));
}

TEST_F(Versions, prefer_the_options_of_their_exact_name) {
  EXPECT_THAT(options_of_rows({"null.latency_us=7", "null@1.latency_us=9"}),
              ElementsAre(R"({"latency_us":"7"})", R"({"latency_us":"9"})"));
  EXPECT_THAT(options_of_rows({"null@1.latency_us=9"}), ElementsAre("{}", R"({"latency_us":"9"})"));
}

TEST_F(Versions, stand_on_two_sides_of_a_comparison_with_options_for_one) {
  const Ended ended =
      assay.run({"compare", "squeezenet1_1@64 --engine null", "squeezenet1_1@64 --engine null@1",
                 "--option", "null@1.latency_us=9", "--max-time", "20ms", "--format", "json"});
  const auto compared = nlohmann::json::parse(ended.out);
  EXPECT_EQ(compared.at("a").at("options").dump(), "{}");
  EXPECT_EQ(compared.at("b").at("options").dump(), R"({"latency_us":"9"})");
}

TEST_F(Versions, are_told_apart_as_the_rows_come) {
  const Ended ended =
      assay.run({"bench", "squeezenet1_1@64", "--engine", "null,null@1", "--max-time", "10ms"});
  EXPECT_EQ(ended.status, 0) << ended.error;
  EXPECT_THAT(ended.out, HasSubstr(" null@1 "));
}

TEST_F(Versions, are_all_named_where_another_is_asked_for) {
  for (const char* command : {"bench", "run"}) {
    const Ended ended = assay.run({command, "squeezenet1_1@64", "--engine", "null@0.9"});
    EXPECT_EQ(ended.status, 2);
    EXPECT_THAT(ended.error,
                HasSubstr("engine 'null' is installed at versions 1 and 1, not 0.9\n"));
  }
}

}  // namespace
}  // namespace assay
