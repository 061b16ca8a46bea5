// SPDX-License-Identifier: MIT
// Interleaving is several jobs on their way together: in each step a fresh process for every one of
// them, live at once, sampled burst by burst in a new random order each round while the others are
// idle. The Runner and the paired comparison decide how many steps there are.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "run/case.h"
#include "run/load_watch.h"
#include "run/pair_source.h"

namespace assay {

class Interleaving : public PairSource {
 public:
  // Asks every engine whether it can, and the referees. Error when the user got something wrong.
  Interleaving(std::span<const Job> jobs, const RunOptions& options);
  Interleaving(const Interleaving&) = delete;

  StepCost run_process(const StepPlan& plan) override;
  size_t size() const override { return x_cases.size(); }
  bool ended(size_t job) const override { return x_cases[job]->ended(); }
  const std::vector<ProcessSamples>& processes(size_t job) const override {
    return x_cases[job]->processes();
  }
  // One Measurement for each job, in their order; the interleaving is spent.
  std::vector<Measurement> take();

 private:
  using Cases = std::vector<std::unique_ptr<Case>>;

  int64_t sample(const StepPlan& plan);
  void burst(Case& item, double seconds);
  void wait_for_quiet(const Case& next);
  void watch_idle();
  std::vector<WorkerProcess*> live_workers(const Case* except = nullptr) const;

  RunOptions x_options;
  Cases x_cases;
  LoadWatch x_watch;
  uint64_t x_steps = 0;
  int x_restless_waits = 0;  // of this step
};

}  // namespace assay
