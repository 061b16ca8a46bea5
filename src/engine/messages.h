// SPDX-License-Identifier: MIT
// Messages of the worker protocol as values with their JSON; host (run/) and worker (serve.cc)
// share them. Request -> reply; each reply is {"ok": true, ...} or {"ok": false, "outcome": ...,
// "reason": ...}.
//
//   (start)  -> hello     {protocol, info}                        sent by the worker unasked
//   supports {request}    {why: null | sentence}
//   load     {request}    {load_ns, rss_before, rss_after}
//   open     {}           {session: n}
//   bind     {session, inputs: [TensorFile]}  {}
//   run      {session, count, max_ns}     {samples_ns: [...], cpu_ns, wall_ns, peak_rss, steal_ns};
//   stops early after max_ns outputs  {session, folder}         {outputs: [TensorFile]}    written
//   by the worker as files under folder facts    {}           {facts} memory   {reset}      {rss,
//   peak_rss} unload   {}           {} (end of file) the worker ends
#pragma once

#include <nlohmann/json.hpp>

#include "engine/engine.h"
#include "record/json.h"

namespace assay {

struct TensorFile {
  std::string name;
  DType dtype = DType::undefined;
  Shape shape;
  std::string path;  // raw little-endian elements, row-major
};

void to_json(nlohmann::json& json, const OptionInfo& value);
void from_json(const nlohmann::json& json, OptionInfo& value);
void to_json(nlohmann::json& json, const EngineInfo& value);
void from_json(const nlohmann::json& json, EngineInfo& value);
void to_json(nlohmann::json& json, const LoadRequest& value);
void from_json(const nlohmann::json& json, LoadRequest& value);
void to_json(nlohmann::json& json, const TensorFile& value);
void from_json(const nlohmann::json& json, TensorFile& value);

}  // namespace assay
