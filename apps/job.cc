// SPDX-License-Identifier: MIT
#include "job.h"

#include "base/error.h"
#include "base/files.h"
#include "data/largest.h"
#include "given_inputs.h"
#include "run/job_inputs.h"

namespace assay {
namespace {

constexpr size_t kBestClasses = 5;

// What the cell's engine is given: at int8 a network of the zoo in QDQ form.
ModelSpec spec_of(const Cell& cell) {
  ModelSpec spec = model_spec(cell.model.name, cell.model.flags, cell.asked.batch);
  spec.quantized = cell.asked.precision == "int8";
  return spec;
}

// What a program does with the outputs of a classifier.
void find_best_classes(const Tensors& outputs) {
  for (const auto& [name, output] : outputs)
    (void)largest_of_each(output.shape, values_of(output), kBestClasses);
}

// Each time the picture of one call: with fresh inputs the next.
PictureWork picture_work(const InputFlags& given, const PreparedModel& model, bool fresh) {
  PictureWork work;
  work.postprocess = find_best_classes;
  if (fresh)
    work.preprocess = [given, model, turn = size_t{0}]() mutable {
      return given_input_set(given, model, turn++);
    };
  else
    work.preprocess = [given, model] { return given_inputs(given, model); };
  return work;
}

}  // namespace

void check_job(const Cell& cell) {
  check_model(spec_of(cell));
  const bool fresh = cell.asked.fresh_inputs;
  if (cell.model.flags.given.inputs.empty() && !fresh) return;
  const Job job = make_job(cell);
  const std::vector<Tensors> calls = inputs_of_calls(job, 0);
  if (fresh && are_alike(calls))
    throw Error(
        "--inputs fresh: every call of {} would have the same inputs; give --input several times, "
        "each another",
        job.model.name);
}

Job make_job(const Cell& cell) {
  Job job;
  job.model = prepare(spec_of(cell), user_cache_dir() / "models");
  job.configuration = cell.asked;
  job.configuration.model = job.model.name;
  job.configuration.model_sha256 = job.model.sha256;
  job.configuration.input = job.model.input;
  job.configuration.batch = batch_of(job.model);
  job.seed = cell.model.flags.seed;
  const InputFlags& given = cell.model.flags.given;
  if (cell.asked.fresh_inputs) {
    std::vector<Tensors> sets = given_input_sets(given, job.model);
    job.inputs = std::move(sets.front());
    job.further_inputs.assign(sets.begin() + 1, sets.end());
  } else {
    job.inputs = given_inputs(given, job.model);
  }
  if (has_picture(given)) job.picture = picture_work(given, job.model, cell.asked.fresh_inputs);
  return job;
}

}  // namespace assay
