// SPDX-License-Identifier: MIT
// Whatever ends a worker or the program, what was measured is stored, and nothing is left running.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.h"
#include "program.h"

namespace assay {
namespace {

using nlohmann::json;

const std::vector<std::string> kSlowBench = {
    "bench", "squeezenet1_1", "squeezenet1_1@192",    "squeezenet1_1@160", "--engine",
    "null",  "--option",      "null.latency_us=1000", "--max-time",        "700ms"};

json results(Program& assay) {
  const Ended ended = assay.run({"report", "--format", "json"});
  return ended.status == 0 ? json::parse(ended.out).at("results") : json::array();
}

std::string name_of_process(pid_t process) {
  try {
    const std::string name = read_file(fmt::format("/proc/{}/comm", process));
    return name.substr(0, name.find('\n'));
  } catch (const Error&) {  // it ended meanwhile
    return "";
  }
}

TEST(Survival, a_killed_program_leaves_what_was_finished_and_no_worker) {
  Program assay;
  Started bench = assay.start(kSlowBench);
  ASSERT_TRUE(eventually(20, [&] { return results(assay).size() >= 1; }));
  std::vector<pid_t> workers;
  eventually(5, [&] { return !(workers = children_of(bench.pid())).empty(); });
  bench.signal(SIGKILL);
  EXPECT_EQ(bench.wait().status, 128 + SIGKILL);
  const json kept = results(assay);
  EXPECT_GE(kept.size(), 1u);
  EXPECT_EQ(kept[0].at("outcome"), "ok");
  ASSERT_FALSE(workers.empty());
  for (const pid_t worker : workers)
    EXPECT_TRUE(eventually(2, [&] { return ::kill(worker, 0) != 0; }))
        << "worker " << worker << " lives on";
}

TEST(Survival, an_interrupted_program_stores_what_it_has_and_exits_with_130) {
  Program assay;
  Started bench = assay.start(kSlowBench);
  ASSERT_TRUE(eventually(20, [&] { return results(assay).size() >= 1; }));
  bench.signal(SIGINT);
  const Ended ended = bench.wait();
  EXPECT_EQ(ended.status, 130) << ended.error;
  EXPECT_GE(results(assay).size(), 1u);
  EXPECT_LT(results(assay).size(), 4u);
}

TEST(Survival, a_second_interrupt_ends_the_program_at_once) {
  Program assay;
  Started bench =
      assay.start({"bench", "squeezenet1_1", "--engine", "chaos", "--option", "chaos.mode=hang"});
  ASSERT_TRUE(eventually(20, [&] { return !children_of(bench.pid()).empty(); }));
  bench.signal(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  bench.signal(SIGINT);
  EXPECT_EQ(bench.wait().status, 130);
}

TEST(Survival, a_worker_killed_from_outside_is_one_crashed_row_and_the_others_go_on) {
  Program assay;
  Started bench = assay.start(kSlowBench);
  pid_t worker = 0;  // one that measures: null, only asked what it is, ends at once
  ASSERT_TRUE(eventually(20, [&] {
    const std::vector<pid_t> before = children_of(bench.pid());
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    for (const pid_t child : children_of(bench.pid()))
      if (std::count(before.begin(), before.end(), child) && name_of_process(child) == "null")
        worker = child;
    return worker != 0;
  }));
  ::kill(worker, SIGKILL);
  EXPECT_EQ(bench.wait().status, 0);
  const json rows = results(assay);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(std::count_if(rows.begin(), rows.end(),
                          [](const json& row) { return row.at("outcome") == "crashed"; }),
            1);
  EXPECT_EQ(std::count_if(rows.begin(), rows.end(),
                          [](const json& row) { return row.at("outcome") == "ok"; }),
            2);
}

}  // namespace
}  // namespace assay
