// SPDX-License-Identifier: MIT
// Typed requests to a worker: the reply's fields as a value, or the Failure. A reply that does not
// have the fields is rubbish, and so a crash of that worker.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "run/worker_process.h"

namespace assay {

template <typename T>
using Result = std::variant<T, Failure>;
// Of a step that gives nothing: why it failed.
using Step = std::optional<Failure>;

template <typename T>
Step failure_of(const Result<T>& result) {
  if (const Failure* failure = std::get_if<Failure>(&result)) return *failure;
  return std::nullopt;
}

// The whole reply as T, or its field `key`.
template <typename T>
Result<T> ask(WorkerProcess& worker, const nlohmann::json& message, double deadline_seconds,
              const char* key = nullptr) {
  Reply reply = worker.request(message, deadline_seconds);
  if (Failure* failure = std::get_if<Failure>(&reply)) return std::move(*failure);
  const nlohmann::json& answer = std::get<nlohmann::json>(reply);
  try {
    return (key ? answer.at(key) : answer).template get<T>();
  } catch (const std::exception& error) {
    return worker.condemn(fmt::format("answered rubbish: {}", error.what()));
  }
}

}  // namespace assay
