// SPDX-License-Identifier: MIT
// For tests: jobs for workers that read no model, the null engine's above all, and options with
// which a measurement takes a moment and asks no referee.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "run/runner.h"

namespace assay {

inline Job job_for(const std::string& engine, std::map<std::string, std::string> options = {}) {
  Job job;
  job.configuration.engine = engine;
  job.configuration.options = std::move(options);
  job.model.name = "nothing";
  job.model.sha256 = "0";
  job.model.input = {{"input", {1, 3, 4, 4}}};
  return job;
}

inline Job null_job(std::map<std::string, std::string> options = {{"latency_us", "500"}}) {
  return job_for("null", std::move(options));
}

inline RunOptions quick(double seconds = 0.1) {
  RunOptions options;
  options.max_seconds = seconds;
  options.warmup_seconds = 0.02;
  options.references.emplace();
  return options;
}

}  // namespace assay
