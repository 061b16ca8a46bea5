// SPDX-License-Identifier: MIT
// What a worker makes of the inputs that it is given: bound once, fresh for each call, or copied in
// each call.
#include "engine/stub_engine.h"

namespace assay {
namespace {

using nlohmann::json;

TEST_F(WorkerTest, computes_from_files_to_files) {
  ASSERT_EQ(load().at("ok"), true);
  ASSERT_EQ(ask("open").at("session"), 1);
  ASSERT_EQ(bind({1, 2, 3}, {1, 3}).at("ok"), true);
  ASSERT_EQ(run().at("samples_ns").size(), 3u);
  const auto files = ask("outputs").at("outputs").get<std::vector<TensorFile>>();
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].name, "y");
  EXPECT_EQ(files[0].shape, (Shape{1, 3}));
  const std::string bytes = read_file(files[0].path);
  ASSERT_EQ(bytes.size(), 12u);
  EXPECT_EQ(*reinterpret_cast<const float*>(bytes.data() + 8), 4.0f);
}

TEST_F(WorkerTest, gives_each_call_the_next_of_its_inputs_where_fresh_ones_are_asked_for) {
  load();
  ask("open");
  std::vector<float> seen;
  engine.hooks["run"] = [&] {
    seen.push_back(*reinterpret_cast<const float*>(engine.last->input.bytes.data()));
  };
  const auto run_fresh = [&](bool transfer) {
    seen.clear();
    const json reply = worker.answer({{"type", "run"},
                                      {"sessions", {1}},
                                      {"count", 5},
                                      {"fresh_inputs", true},
                                      {"include_transfer", transfer}});
    EXPECT_EQ(reply.at("samples_ns").size(), 5u) << reply.dump();
    return seen;
  };
  bind({7}, {1});
  EXPECT_EQ(run_fresh(false), (std::vector<float>{7, 7, 7, 7, 7}));
  bind({1}, {1});
  bind({2}, {1}, true);
  ASSERT_EQ(bind({3}, {1}, true).at("ok"), true);
  EXPECT_EQ(run_fresh(false), (std::vector<float>{1, 2, 3, 1, 2}));
  EXPECT_EQ(run_fresh(true), (std::vector<float>{3, 1, 2, 3, 1}));
  seen.clear();
  run();
  EXPECT_EQ(seen, (std::vector<float>{1, 1, 1})) << "not asked for: the inputs stay";
  bind({9}, {1});
  EXPECT_EQ(run_fresh(false), (std::vector<float>{9, 9, 9, 9, 9})) << "in place of all others";
  expect_failure(worker.answer({{"type", "run"},
                                {"scenario", "offline"},
                                {"sessions", {1}},
                                {"count", 5},
                                {"fresh_inputs", true}}),
                 "run_failed", "for single_stream");
}

TEST_F(WorkerTest, refuses_inputs_that_do_not_fit_their_file) {
  load();
  ask("open");
  expect_failure(bind({1, 2, 3}, {1, 4}), "run_failed", "1x4");
  expect_failure(bind({1, 2, 3}, {-1, 3}), "run_failed", "");
  expect_failure(bind({1, 2, 3}, {int64_t{1} << 62, 64}), "run_failed", "");
  const json missing = {{"name", "x"}, {"dtype", "f32"}, {"shape", {1}}, {"path", "/nowhere"}};
  expect_failure(worker.answer({{"type", "bind"}, {"session", 1}, {"inputs", {missing}}}),
                 "run_failed", "/nowhere");
}

TEST_F(WorkerTest, keeps_the_former_inputs_when_binding_others_fails) {
  load();
  ask("open");
  bind({1, 2, 3}, {3});
  engine.hooks["bind"] = [] { throw std::runtime_error("wrong shape"); };
  expect_failure(bind({7}, {1}), "run_failed", "wrong shape");
  EXPECT_EQ(run().at("ok"), true);
}

TEST_F(WorkerTest, copies_inputs_and_outputs_in_every_call_when_the_transfer_counts) {
  load();
  ask("open");
  bind({1, 2, 3}, {3});
  int binds = 0;
  engine.hooks["bind"] = [&] { ++binds; };
  ASSERT_EQ(run().at("ok"), true);
  EXPECT_EQ(binds, 0);
  // An engine may write to what it was given; the next call has the inputs again.
  engine.hooks["run"] = [&] { engine.last->input.bytes[0] ^= std::byte{0x40}; };
  const json reply =
      worker.answer({{"type", "run"}, {"sessions", {1}}, {"count", 3}, {"include_transfer", true}});
  ASSERT_EQ(reply.at("ok"), true);
  EXPECT_EQ(binds, 3);
  engine.hooks["run"] = [] {};
  worker.answer({{"type", "run"}, {"sessions", {1}}, {"count", 1}, {"include_transfer", true}});
  const auto files = ask("outputs").at("outputs").get<std::vector<TensorFile>>();
  EXPECT_EQ(*reinterpret_cast<const float*>(read_file(files[0].path).data()), 2.0f);
}

}  // namespace
}  // namespace assay
