// SPDX-License-Identifier: MIT
// LiveProgram is a job's model loaded by its engine in a fresh worker process, with a session for
// each of its streams and bound inputs. The steps are to be called in the order of this header; a
// Failure ends the worker.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "run/ask.h"
#include "run/runner.h"
#include "run/worker_process.h"

namespace assay {

class LiveProgram {
 public:
  // Starts the worker. Error when there is no such engine, version or option.
  static Result<std::unique_ptr<LiveProgram>> start(const Job& job, const RunOptions& options,
                                                    int64_t memory_cap_bytes);
  const EngineInfo& info() const { return x_worker->info(); }
  WorkerProcess& worker() { return *x_worker; }

  // Why not (unsupported), in the engine's own words or by what it declares; nothing is loaded.
  Step supports();
  // Loads and opens the sessions; unsupported when the engine has fewer than there are streams.
  Result<LoadReply> load();
  // The same inputs for every session, in place of the former ones or beside them.
  Step bind(const std::vector<TensorFile>& inputs, bool further = false);
  // One call of the first session, whatever the scenario.
  Result<RunReply> run_once(double deadline_seconds);
  // At most `count` queries on all sessions, ending soon after `seconds`.
  struct Burst {
    Scenario scenario = Scenario::single_stream;
    int64_t count = 0;
    double seconds = 0;
    std::vector<int64_t> starts_ns{};  // of `server`
  };
  Result<RunReply> run(const Burst& burst);
  // Of the first session's latest call; files under `folder` pass them on.
  Result<Tensors> outputs(const std::filesystem::path& folder);
  Result<Facts> facts();
  // What was resident, and the highest of it since the last call; restarts that peak.
  Result<MemoryReply> end_memory_phase();
  Step unload();

 private:
  LiveProgram(const Job& job, const RunOptions& options, std::unique_ptr<WorkerProcess> worker)
      : x_job(job), x_options(options), x_worker(std::move(worker)) {}
  Result<RunReply> request_run(const RunRequest& request, double deadline_seconds);

  const Job& x_job;
  const RunOptions& x_options;
  std::unique_ptr<WorkerProcess> x_worker;
  std::vector<int> x_sessions;
};

// Outputs for each set of inputs in turn, from one worker that is started and ended here.
Result<std::vector<Tensors>> infer_each(const Job& job, std::span<const Tensors> inputs,
                                        const RunOptions& options);
// What one of so many live workers may take: the cap that the options give, or its share of 80 % of
// what is usable now.
int64_t memory_cap(const RunOptions& options, size_t live_workers);

}  // namespace assay
