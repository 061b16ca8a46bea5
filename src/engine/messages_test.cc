// SPDX-License-Identifier: MIT
#include "engine/messages.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace assay {
namespace {

using nlohmann::json;

// Every message's JSON, as it stands in docs/wire-protocol.md, read and written back.
template <typename T>
void expect_round_trip(const json& object) {
  EXPECT_EQ(json(object.get<T>()), object);
}

TEST(Messages, keep_every_field) {
  expect_round_trip<OptionInfo>({{"name", "level"},
                                 {"type", "choice"},
                                 {"default", "all"},
                                 {"help", "Graph optimizations."},
                                 {"choices", {"all", "none"}},
                                 {"environment", "E_LEVEL"}});
  expect_round_trip<EngineInfo>(
      {{"name", "e"},
       {"version", "1.2"},
       {"host", "python"},
       {"devices", {"cpu"}},
       {"precisions", {"fp32", "bf16"}},
       {"options", json::array()},
       {"formats", {"onnx"}},
       {"synthetic", true},
       {"on_request", true},
       {"referee", {{"rank", 1}, {"options", {{"level", "none"}}}, {"words", "plain"}}}});
  expect_round_trip<LoadRequest>({{"path", "m.onnx"}, {"configuration", Configuration{}}});
  expect_round_trip<TensorFile>(
      {{"name", "x"}, {"dtype", "bf16"}, {"shape", {1, 3}}, {"path", "x.raw"}});
  expect_round_trip<LoadReply>({{"load_ns", 5}, {"rss_before", 6}, {"rss_after", 7}});
  expect_round_trip<RunRequest>({{"scenario", "server"},
                                 {"sessions", {2, 3}},
                                 {"count", 50},
                                 {"max_ns", 1'000'000'000},
                                 {"idle_gap_ns", 5},
                                 {"include_transfer", true},
                                 {"fresh_inputs", true},
                                 {"starts_ns", {0, 10, 30}}});
  expect_round_trip<RunReply>({{"samples_ns", {3, 1, 2}},
                               {"unserved", 9},
                               {"service_ns", 10},
                               {"cpu_ns", 4},
                               {"wall_ns", 5},
                               {"peak_rss", 6},
                               {"steal_ns", 7},
                               {"busy_threads", 8},
                               {"cycles_per_s", 11}});
  expect_round_trip<MemoryReply>({{"rss", 1}, {"peak_rss", 2}});
}

TEST(Messages, know_every_element_type_and_refuse_others) {
  json file = {{"name", "x"}, {"shape", json::array()}, {"path", "p"}};
  for (const char* name : {"f32", "f16", "bf16", "f64", "i8", "u8", "i16", "u16", "i32", "u32",
                           "i64", "u64", "bool"}) {
    file["dtype"] = name;
    EXPECT_GT(size_of(file.get<TensorFile>().dtype), 0u) << name;
  }
  file["dtype"] = "float";
  EXPECT_THROW(file.get<TensorFile>(), Error);
}

TEST(Messages, may_leave_out_what_has_a_default_but_nothing_else) {
  const auto info = json{
      {"name", "e"},
      {"version", "1"},
      {"devices", {"cpu"}},
      {"precisions", {"fp32"}},
      {"formats",
       {"onnx"}}}.get<EngineInfo>();
  EXPECT_FALSE(info.synthetic);
  EXPECT_EQ(info.host, "c++");
  EXPECT_THROW(json({{"name", "e"}}).get<EngineInfo>(), json::exception);
  const auto plain = json{{"sessions", {1}}, {"count", 2}}.get<RunRequest>();
  EXPECT_EQ(plain.scenario, Scenario::single_stream);
  EXPECT_EQ(plain.idle_gap_ns, 0);
  EXPECT_THROW(json({{"sessions", {1}}}).get<RunRequest>(), json::exception);
  EXPECT_THROW(json({{"sessions", "one"}, {"count", 1}}).get<RunRequest>(), json::exception);
  EXPECT_THROW(
      json({{"sessions", {1}}, {"count", 1}, {"scenario", "all_at_once"}}).get<RunRequest>(),
      Error);
}

}  // namespace
}  // namespace assay
