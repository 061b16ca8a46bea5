// SPDX-License-Identifier: MIT
#include "run/support.h"

#include <map>
#include <memory>

#include "engine/options.h"
#include "run/workers.h"

namespace assay {
namespace {

constexpr double kQuickSeconds = 30;  // for a request that computes nothing

Result<std::unique_ptr<WorkerProcess>> start(const std::string& engine) {
  WorkerOptions options;
  options.command = {find_worker(engine).executable.string()};
  return WorkerProcess::start(options);
}

}  // namespace

Step supports(WorkerProcess& worker, const LoadRequest& request) {
  const auto why = ask<nlohmann::json>(worker, {{"type", "supports"}, {"request", request}},
                                       kQuickSeconds, "why");
  if (const Step failure = failure_of(why)) return failure;
  const auto& reason = std::get<nlohmann::json>(why);
  if (reason.is_string()) return Failure{Outcome::unsupported, reason.get<std::string>()};
  // Ours have looked at what they declare; a worker of somebody else may not.
  if (const auto lacking = lacks(worker.info(), request.configuration))
    return Failure{Outcome::unsupported, *lacking};
  return std::nullopt;
}

std::vector<std::optional<std::string>> why_not(std::span<const LoadRequest> requests) {
  std::map<std::string, Result<std::unique_ptr<WorkerProcess>>> workers;
  std::vector<std::optional<std::string>> answers;
  for (const LoadRequest& request : requests) {
    const std::string& engine = request.configuration.engine;
    auto found = workers.find(engine);
    if (found == workers.end()) found = workers.emplace(engine, start(engine)).first;
    Step failure = failure_of(found->second);
    if (!failure)
      failure = supports(*std::get<std::unique_ptr<WorkerProcess>>(found->second), request);
    answers.push_back(failure ? std::optional(failure->reason) : std::nullopt);
  }
  return answers;
}

}  // namespace assay
