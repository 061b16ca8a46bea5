// SPDX-License-Identifier: MIT
// Reference outputs: what another engine, at fp32 and as plainly as it can, computes for a model
// and two inputs. Which engine that is, is data: each engine says in its hello whether and how it
// serves as a referee, and the one with the lowest rank that is not the measured one is asked.
// Outputs are kept on disk by model, inputs and referee.
#pragma once

#include <optional>
#include <vector>

#include "run/output_check.h"
#include "run/runner.h"

namespace assay {

// Those of the engines that can be referees, lowest rank first.
std::vector<Reference> references_among(std::vector<EngineInfo> engines);
// The same of all installed engines. Starts each once; engines that do not start are left out.
std::vector<Reference> find_references(const std::filesystem::path& workers = workers_folder());

// The outputs of the first referee that is not the job's own engine and can run the model; nothing
// when none can. Not for live measurements: it starts a worker that uses all cores.
std::optional<ReferenceOutputs> reference_outputs(const Job& job, const Tensors& first,
                                                  const Tensors& second, const RunOptions& options);

}  // namespace assay
