// SPDX-License-Identifier: MIT
// A disk that is full and a store that may only be read, as a user meets them: one sentence, exit
// 2, and nothing of what was measured is lost. Neither needs privileges: a limit on the size of
// files fails a write where a full disk does, and root without its right to ignore permissions is
// like any user.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "program.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::vector<std::string> kQuickBench = {"bench", "squeezenet1_1@64", "--engine",
                                              "null",  "--max-time",       "10ms"};

void obey_permissions() {
  if (::geteuid() == 0) ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE);
}

json results(Program& assay) {
  const Ended ended = assay.run({"report", "--format", "json"});
  EXPECT_EQ(ended.status, 0) << ended.error;
  return ended.status == 0 ? json::parse(ended.out).at("results") : json::array();
}

TEST(StoreTrouble, a_disk_that_fills_up_ends_the_run_and_keeps_and_shows_what_was_measured) {
  Program assay;
  ASSERT_EQ(assay.run(kQuickBench).status, 0);  // the model is in the cache now
  assay.before_start = [] {
    const rlimit limit{400 << 10, 400 << 10};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  };
  const Ended ended =
      assay.run({"bench", "squeezenet1_1@64", "--engine", "null", "--threads",
                 "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20", "--max-time", "30ms",
                 "--warmup", "10ms", "--option", "null.latency_us=1", "--format", "json"});
  assay.before_start = nullptr;
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.error, HasSubstr("assay.db"));
  EXPECT_THAT(ended.error, HasSubstr("full"));
  EXPECT_THAT(ended.error, HasSubstr("what was stored before is kept"));
  EXPECT_EQ(std::ranges::count(ended.error, '\n'), 1) << ended.error;

  const json shown = json::parse(ended.out).at("results"), kept = results(assay);
  ASSERT_GE(kept.size(), 2u) << "one from before, and those until it was full";
  EXPECT_LT(kept.size(), 21u);
  EXPECT_EQ(shown.size(), kept.size()) << "the one that could not be stored is shown";
  for (size_t i = 1; i < kept.size(); ++i) EXPECT_EQ(kept[i].at("id"), shown[i - 1].at("id"));
  EXPECT_EQ(assay.run(kQuickBench).status, 0) << "with room again it goes on";
}

TEST(StoreTrouble, a_disk_too_full_for_the_model_is_a_sentence) {
  Program assay;
  assay.before_start = [] {
    const rlimit limit{100 << 10, 100 << 10};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  };
  const Ended ended = assay.run(kQuickBench);
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.error, HasSubstr("cannot write"));
  EXPECT_THAT(ended.error, HasSubstr(assay.folder().string()));
}

TEST(StoreTrouble, a_report_that_finds_no_room_leaves_no_half_of_itself) {
  Program assay;
  ASSERT_EQ(assay.run(kQuickBench).status, 0);
  assay.before_start = [] {
    const rlimit limit{100 << 10, 100 << 10};  // of a page of megabytes
    ::setrlimit(RLIMIT_FSIZE, &limit);
  };
  const auto page = assay.folder() / "page.html";
  const Ended ended = assay.run({"report", "--output", page});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.error, HasSubstr(page.string()));
  EXPECT_FALSE(std::filesystem::exists(page));
  for (const auto& entry : std::filesystem::directory_iterator(assay.folder()))
    EXPECT_EQ(entry.path().string().find(".part"), std::string::npos) << entry.path();
}

TEST(StoreTrouble, standard_output_that_takes_nothing_is_a_sentence) {
  Program assay;
  assay.before_start = [] { ::dup2(::open("/dev/full", O_WRONLY | O_CLOEXEC), 1); };
  const Ended ended = assay.run({"list", "models"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.error, HasSubstr("cannot write to standard output"));
}

TEST(StoreTrouble, a_store_that_may_only_be_read_is_refused_before_measuring_and_can_be_shown) {
  Program assay;
  ASSERT_EQ(assay.run(kQuickBench).status, 0);
  const auto store = assay.folder() / "store";
  std::filesystem::permissions(store / "assay.db", std::filesystem::perms(0444));
  std::filesystem::permissions(store, std::filesystem::perms(0555));
  assay.before_start = obey_permissions;
  const Ended ended = assay.run(kQuickBench);
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.error, HasSubstr("assay.db"));
  EXPECT_THAT(ended.error, HasSubstr("read-only"));
  EXPECT_EQ(ended.out, "") << "it was refused before anything was measured";
  EXPECT_EQ(results(assay).size(), 1u) << "reading needs no right to write";
  EXPECT_EQ(assay.run({"list", "runs"}).status, 0);
  std::filesystem::permissions(store, std::filesystem::perms(0755));
}

TEST(StoreTrouble, a_place_for_results_that_cannot_be_had_is_known_before_measuring) {
  Program assay;
  for (const std::string& file : {std::string("/nowhere/x.json"), assay.folder().string()}) {
    std::vector<std::string> bench = kQuickBench;
    bench.insert(bench.end(), {"--format", "json", "--output", file});
    const Ended ended = assay.run(bench);
    EXPECT_EQ(ended.status, 2);
    EXPECT_THAT(ended.error, HasSubstr("--output '" + file + "'"));
    EXPECT_FALSE(std::filesystem::exists(assay.folder() / "store"));
  }
}

}  // namespace
}  // namespace assay
