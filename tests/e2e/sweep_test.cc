// SPDX-License-Identifier: MIT
// Sweeps, by the built program: what kills one, and what is done to it before it goes on.
#include <gmock/gmock.h>
#include <signal.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "program.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// Eight configurations in four groups.
constexpr const char* kPlan = R"(
models = ["squeezenet1_1@64", "squeezenet1_1@96"]
engines = ["null"]
precisions = ["fp32", "bf16"]
batch = [1, 2]
max_time = "150ms"
warmup = "0s"
together = 1
[options]
null.latency_us = 1000
)";

std::string plan_file(const Program& assay, const std::string& text = kPlan) {
  const std::string file = assay.folder() / "plan.toml";
  write_file(file, text);
  return file;
}

json results(const Ended& ended) {
  return ended.out.empty() ? json::array() : json::parse(ended.out).at("results");
}

json stored(Program& assay) {
  const Ended ended = assay.run({"report", "--format", "json"});
  return ended.status == 0 ? results(ended) : json::array();
}

std::multiset<std::string> commands(const json& rows) {
  std::multiset<std::string> all;
  for (const json& row : rows) all.insert(row.at("command").get<std::string>());
  return all;
}

TEST(Sweep, measures_the_cross_product_of_its_file_without_what_is_excluded) {
  Program assay;
  const std::string file =
      plan_file(assay, "inputs = 'fresh'\nexclude = [{model = \"*@96\", batch = [2, 4]}]\n" +
                           std::string(kPlan));
  const Ended ended = assay.run({"sweep", file, "--format", "json"});
  ASSERT_EQ(ended.status, 0) << ended.error;
  EXPECT_EQ(results(ended).size(), 6u);
  for (const json& row : results(ended)) {
    EXPECT_FALSE(row.at("model") == "squeezenet1_1@96" && row.at("batch") == 2) << row;
    EXPECT_EQ(row.at("fresh_inputs"), true);
  }
  EXPECT_THAT(ended.error, HasSubstr("6 of 6 configurations"));
}

TEST(Sweep, is_the_same_by_flags_and_each_value_of_an_option_is_measured) {
  Program assay;
  const Ended ended = assay.run({"sweep", "squeezenet1_1", "--input-size", "64,96", "--engine",
                                 "null", "--option", "null.latency_us=500", "--option",
                                 "null.latency_us=700", "--max-time", "50ms", "--format", "json"});
  ASSERT_EQ(ended.status, 0) << ended.error;
  std::set<std::pair<std::string, std::string>> seen;
  for (const json& row : results(ended))
    seen.emplace(row.at("model"), row.at("options").at("latency_us"));
  EXPECT_EQ(seen.size(), 4u);
}

TEST(Sweep, killed_goes_on_with_nothing_lost_and_nothing_repeated) {
  Program assay;
  const std::string file = plan_file(assay);
  Started sweep = assay.start({"sweep", file});
  ASSERT_TRUE(eventually(30, [&] { return stored(assay).size() >= 2; }));
  sweep.signal(SIGKILL);
  EXPECT_EQ(sweep.wait().status, 128 + SIGKILL);
  const json before = stored(assay);
  EXPECT_LT(before.size(), 8u);
  const Ended resumed = assay.run({"sweep", file, "--resume", "--format", "json"});
  ASSERT_EQ(resumed.status, 0) << resumed.error;
  const std::multiset<std::string> all = commands(results(resumed));
  EXPECT_EQ(all.size(), 8u);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 8u);
  EXPECT_EQ(commands(stored(assay)), all);
  std::set<std::string> ids;
  for (const json& row : results(resumed)) ids.insert(row.at("id"));
  for (const json& row : before) EXPECT_TRUE(ids.contains(row.at("id"))) << "lost: " << row;
}

TEST(Sweep, interrupted_keeps_what_it_has_and_measures_what_was_cut_short_again) {
  Program assay;
  const std::string file = plan_file(assay);
  Started sweep = assay.start({"sweep", file});
  ASSERT_TRUE(eventually(30, [&] { return stored(assay).size() >= 1; }));
  sweep.signal(SIGINT);
  EXPECT_EQ(sweep.wait().status, 130);
  const Ended resumed = assay.run({"sweep", file, "--resume", "--format", "json"});
  ASSERT_EQ(resumed.status, 0) << resumed.error;
  EXPECT_EQ(results(resumed).size(), 8u);
}

TEST(Sweep, that_is_finished_resumes_to_the_same_rows) {
  Program assay;
  const std::string file = plan_file(assay);
  const Ended first = assay.run({"sweep", file, "--format", "json"});
  const Ended again = assay.run({"sweep", file, "--resume", "--format", "json"});
  ASSERT_EQ(again.status, 0) << again.error;
  EXPECT_EQ(commands(results(again)), commands(results(first)));
  EXPECT_EQ(stored(assay).size(), 8u);
}

TEST(Sweep, begun_already_is_refused_without_resume) {
  Program assay;
  const std::string file = plan_file(assay);
  ASSERT_EQ(assay.run({"sweep", file}).status, 0);
  const Ended again = assay.run({"sweep", file});
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.error, HasSubstr("has 8 of its 8 configurations: go on with --resume"));
  EXPECT_EQ(assay.run({"sweep", file, "--name", "second"}).status, 0);
}

TEST(Sweep, edited_since_is_refused_with_what_changed) {
  Program assay;
  const std::string file = plan_file(assay);
  ASSERT_EQ(assay.run({"sweep", file}).status, 0);
  std::string edited = kPlan;
  edited.replace(edited.find("batch = [1, 2]"), 14, "batch = [1, 4]");
  const Ended ended = assay.run({"sweep", plan_file(assay, edited), "--resume"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.error, HasSubstr("4 of its configurations are new and 4 are gone"));
}

TEST(Sweep, measured_twice_at_once_is_refused) {
  Program assay;
  std::string slow = kPlan;
  slow.replace(slow.find("150ms"), 5, "700ms");
  const std::string file = plan_file(assay, slow);
  Started sweep = assay.start({"sweep", file});
  ASSERT_TRUE(eventually(30, [&] { return stored(assay).size() >= 1; }));
  const Ended second = assay.run({"sweep", file, "--resume"});
  EXPECT_EQ(second.status, 2);
  EXPECT_THAT(second.error, HasSubstr("by another process"));
  const size_t finished = stored(assay).size();
  EXPECT_TRUE(eventually(30, [&] { return stored(assay).size() > finished; }))
      << "the first goes on";
}

TEST(Sweep, of_several_shards_is_whole_after_merging) {
  Program first, second;
  const std::string file = plan_file(first);
  ASSERT_EQ(first.run({"sweep", file, "--shard", "1/2"}).status, 0);
  const std::string other = second.folder() / "store";
  ASSERT_EQ(second.run({"sweep", file, "--shard", "2/2", "--store", other}).status, 0);
  const size_t of_first = stored(first).size();
  EXPECT_GT(of_first, 0u);
  EXPECT_LT(of_first, 8u);
  const Ended merged = first.run({"sweep", "--merge", other});
  ASSERT_EQ(merged.status, 0) << merged.error;
  const std::multiset<std::string> all = commands(stored(first));
  EXPECT_EQ(all.size(), 8u);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 8u);
}

TEST(Sweep, makes_rows_of_what_hangs_crashes_and_lies) {
  Program assay;
  const Ended ended = assay.run({"sweep", "squeezenet1_1@64", "--engine", "null,chaos", "--option",
                                 "chaos.mode=crash", "--option", "chaos.mode=hang", "--option",
                                 "chaos.mode=garbage", "--run-deadline", "1s", "--load-deadline",
                                 "3s", "--max-time", "50ms", "--format", "json"});
  ASSERT_EQ(ended.status, 0) << ended.error;
  std::multiset<std::string> outcomes;
  for (const json& row : results(ended)) outcomes.insert(row.at("outcome"));
  EXPECT_EQ(outcomes.size(), 4u);
  EXPECT_EQ(outcomes.count("ok"), 1u) << "the neighbour is measured";
  EXPECT_GE(outcomes.count("timed_out"), 1u);
  EXPECT_GE(outcomes.count("crashed"), 1u);
}

TEST(Sweep, dry_prints_the_plan_and_the_time_and_stores_nothing) {
  Program assay;
  const Ended ended = assay.run({"sweep", plan_file(assay), "--dry-run"});
  ASSERT_EQ(ended.status, 0) << ended.error;
  EXPECT_THAT(ended.error, HasSubstr("8 configurations, about "));
  EXPECT_TRUE(stored(assay).empty());
}

TEST(Sweep, of_ten_million_cells_is_refused_with_the_count) {
  Program assay;
  std::string many = "1";
  for (int i = 2; i <= 512; ++i) many += "," + std::to_string(i);
  const Ended ended = assay.run({"sweep", "--zoo", "--engine", "null", "--batch", many, "--streams",
                                 "1,2,3,4,5,6,7,8", "--threads", "1,2,3,4,5,6,7,8,9,10,11,12,13",
                                 "--precision", "fp32,bf16,fp16"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.error, HasSubstr("14696448 configurations, and at most 100000"));
}

struct Wrong {
  const char* text;
  const char* sentence;
};
void PrintTo(const Wrong& wrong, std::ostream* out) {
  *out << wrong.sentence;
}

class SweepFile : public testing::TestWithParam<Wrong> {};

TEST_P(SweepFile, that_is_wrong_is_refused_in_one_sentence) {
  Program assay;
  const Ended ended = assay.run({"sweep", plan_file(assay, GetParam().text)});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.error, HasSubstr(GetParam().sentence));
  EXPECT_EQ(std::count(ended.error.begin(), ended.error.end(), '\n'), 1) << ended.error;
}

INSTANTIATE_TEST_SUITE_P(
    wrong, SweepFile,
    testing::Values(Wrong{"models = [", "plan.toml', line 1"},
                    Wrong{"modells = ['resnet18']", "did you mean 'models'?"},
                    Wrong{"models = ['resnt18']\nengines = ['null']", "did you mean 'resnet18'?"},
                    Wrong{"models = ['resnet18']\nbatch = [0]", "--batch"},
                    Wrong{"models = ['resnet18']\nbatch = [[1]]", "'batch' must be"},
                    Wrong{"models = ['resnet18']\nexclude = [{modle = 'x'}]\nengines = ['null']",
                          "did you mean 'model'?"},
                    Wrong{"models = ['resnet18']\nexclude = 'x'", "'exclude' must be"},
                    Wrong{"models = ['resnet18']\nengines = ['null']\nexclude = [{model = '*'}]",
                          "everything is excluded"},
                    Wrong{"models = ['resnet18']\n[options]\nhint = 1", "'options.hint' must name"},
                    Wrong{"engines = ['null']", "name at least one model"}),
    [](const auto& test) { return "number_" + std::to_string(test.index); });

TEST(Sweep, refuses_shards_that_are_none_and_files_beside_models) {
  Program assay;
  const std::string file = plan_file(assay);
  for (const char* shard : {"0/2", "3/2", "1", "1/0", "a/b", "1/2x"})
    EXPECT_EQ(assay.run({"sweep", file, "--shard", shard}).status, 2) << shard;
  EXPECT_THAT(assay.run({"sweep", file, "resnet18"}).error, HasSubstr("stands alone"));
  EXPECT_THAT(assay.run({"sweep", file, "--batch", "8"}).error, HasSubstr("write --batch into it"));
  EXPECT_THAT(assay.run({"sweep", "nothing.toml"}).error, HasSubstr("nothing.toml"));
}

}  // namespace
}  // namespace assay
