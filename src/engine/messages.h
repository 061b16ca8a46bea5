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
//   bind      session, inputs: [TensorFile],   (none); the worker has copied the files' bytes.
//             further: bool                    Further inputs are kept beside the former ones
//   run       RunRequest                       RunReply
//   stop                                       no reply at all; ends the run under way early
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

// A call is one inference of one session; a query is what one sample is about. By scenario:
//   single_stream  the one session's calls, one after the other; a query is a call
//   multi_stream   a query is one call of each session, all at once, until the last is done
//   offline        each session calls again as soon as it is free; a query is a call
//   server         queries are meant to start at starts_ns; each waits for a free session, in
//                  order, and its sample is from the intended start to the end of its call
struct RunRequest {
  Scenario scenario = Scenario::single_stream;
  std::vector<int> sessions{};    // by number; one for single_stream
  int64_t count = 0;              // at most so many queries; also at most kMaxBurst
  int64_t max_ns = 0;             // no call starts later than this after the first; 0: no limit
  int64_t idle_gap_ns = 0;        // slept between queries; not for offline and server
  bool include_transfer = false;  // a call copies the inputs in and the outputs out
  bool fresh_inputs = false;      // single_stream: before each call the next of the inputs is bound
  std::vector<int64_t> starts_ns{};  // server: from the start of the run, ascending
};
inline constexpr int64_t kMaxBurst = 131072;  // samples of one burst

struct RunReply {
  std::vector<int64_t> samples_ns;  // one per query, in the order of their (intended) starts
  int64_t unserved = 0;             // queries of starts_ns whose turn did not come
  int64_t service_ns = 0;           // time inside calls, summed over the sessions
  int64_t cpu_ns = 0;               // CPU time of the worker's threads, all together
  int64_t wall_ns = 0;              // from the (intended) start of the first to the end of the last
  int64_t peak_rss = 0;             // bytes, since start or the last reset
  int64_t steal_ns = 0;             // machine-wide, in ticks of 10 ms
  int busy_threads = 0;             // threads that were on a CPU for over 5 % of the time in calls
  int64_t cycles_per_s = 0;  // of the calling thread's core, right after the burst; 0: not seen
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
