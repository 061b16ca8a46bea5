// SPDX-License-Identifier: MIT
// Messages of the worker protocol as values with their JSON; host (run/) and worker (serve.cc)
// share them. A request is {"type": "load", ...fields}; each gets one reply, {"ok": true,
// ...fields} or {"ok": false, "outcome": name of an Outcome, "reason": sentence}. A failed request
// leaves the worker usable.
//
//   type      fields                           fields of the reply
//   (start)                                    protocol, info: the hello, sent unasked, once
//   supports  request: LoadRequest             why: null or a sentence
//   load      request: LoadRequest             LoadReply
//   open                                       session: n; several share the program's weights
//   bind      session, inputs: [TensorFile]    (none); the worker has copied the files' bytes
//   run       RunRequest                       RunReply
//   outputs   session, folder                  outputs: [TensorFile], written under folder
//   facts                                      facts: Facts; may be slow, so ask for it last
//   memory    reset: bool                      MemoryReply; reset restarts the peak
//   unload                                     (none); sessions and program are gone
//   (end of file)                              the worker ends
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "record/json.h"

namespace assay {

// Where a tensor's elements are: a file of raw little-endian elements, row-major, nothing else in
// it.
struct TensorFile {
  std::string name;
  DType dtype = DType::undefined;  // by name_of(): "f32"
  Shape shape;
  std::string path;
};

struct LoadReply {
  int64_t load_ns = 0;
  int64_t rss_before = 0;  // resident bytes before and after
  int64_t rss_after = 0;
};

struct RunRequest {
  int session = 0;
  int64_t count = 0;   // at most so many runs; a burst also ends after kMaxBurst
  int64_t max_ns = 0;  // and no run starts later than this after the first; 0: no limit
};
inline constexpr int64_t kMaxBurst = 131072;  // samples of one burst

struct RunReply {
  std::vector<int64_t> samples_ns;  // one per run, in order
  int64_t cpu_ns = 0;               // CPU time of the worker's threads, all together
  int64_t wall_ns = 0;              // from the start of the first run to the end of the last
  int64_t peak_rss = 0;             // bytes, since start or the last reset
  int64_t steal_ns = 0;             // machine-wide, in ticks of 10 ms
  int busy_threads = 0;             // threads that were on a CPU for over 5 % of wall_ns
};

struct MemoryReply {
  int64_t rss = 0;
  int64_t peak_rss = 0;
};

void to_json(nlohmann::json& json, const OptionInfo& value);
void from_json(const nlohmann::json& json, OptionInfo& value);
void to_json(nlohmann::json& json, const RefereeInfo& value);
void from_json(const nlohmann::json& json, RefereeInfo& value);
void to_json(nlohmann::json& json, const EngineInfo& value);
void from_json(const nlohmann::json& json, EngineInfo& value);
void to_json(nlohmann::json& json, const LoadRequest& value);
void from_json(const nlohmann::json& json, LoadRequest& value);
void to_json(nlohmann::json& json, const TensorFile& value);
void from_json(const nlohmann::json& json, TensorFile& value);
void to_json(nlohmann::json& json, const LoadReply& value);
void from_json(const nlohmann::json& json, LoadReply& value);
void to_json(nlohmann::json& json, const RunRequest& value);
void from_json(const nlohmann::json& json, RunRequest& value);
void to_json(nlohmann::json& json, const RunReply& value);
void from_json(const nlohmann::json& json, RunReply& value);
void to_json(nlohmann::json& json, const MemoryReply& value);
void from_json(const nlohmann::json& json, MemoryReply& value);

}  // namespace assay
