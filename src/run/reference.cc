// SPDX-License-Identifier: MIT
#include "run/reference.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "machine/machine.h"
#include "run/live_program.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string key_of(const Job& job, const Reference& reference, const Tensors& first,
                   const Tensors& second) {
  std::string text = fmt::format("1\n{}\n{}\n{}\n{}\n", job.model.sha256,
                                 json(job.model.input).dump(), reference.engine, reference.version);
  text += json(reference.options).dump();
  for (const Tensors* inputs : {&first, &second})
    for (const auto& [name, tensor] : *inputs) text += "\n" + name + " " + sha256(tensor.raw());
  return sha256(text).substr(0, 32);
}

// Nothing when the folder has no whole entry: the index is written last.
std::optional<ReferenceOutputs> read_entry(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(folder / "index.json", ignored)) return std::nullopt;
  try {
    const json index = json::parse(read_file(folder / "index.json"));
    const auto tensors = [&](const char* key) {
      auto files = index.at(key).get<std::vector<TensorFile>>();
      for (TensorFile& file : files) file.path = folder / file.path;
      return read_tensors(files);
    };
    return ReferenceOutputs{index.at("name").get<std::string>(), tensors("first"),
                            tensors("second")};
  } catch (const std::exception&) {
    return std::nullopt;  // damaged: computed again
  }
}

void write_entry(const fs::path& folder, const ReferenceOutputs& outputs) try {
  fs::create_directories(folder);
  json index = {{"name", outputs.name}};
  for (const auto& [key, tensors] :
       {std::pair{"first", &outputs.first}, {"second", &outputs.second}}) {
    auto files = write_tensors(*tensors, folder, key);
    for (TensorFile& file : files) file.path = fs::path(file.path).filename();
    index[key] = files;
  }
  write_file(folder / "index.json", index.dump());
} catch (const std::exception&) {
  // A cache that cannot be written only costs time: the outputs are at hand.
}

Result<ReferenceOutputs> compute(const Job& job, const Reference& reference, const Tensors& first,
                                 const Tensors& second, const RunOptions& options) {
  Job plain = job;
  plain.configuration = {};  // one stream, on the CPU, at fp32
  plain.configuration.model = job.configuration.model;
  plain.configuration.model_sha256 = job.configuration.model_sha256;
  plain.configuration.input = job.configuration.input;
  plain.configuration.batch = job.configuration.batch;
  plain.configuration.engine = reference.engine;
  plain.configuration.engine_version = reference.version;
  plain.configuration.options = reference.options;
  plain.configuration.threads = probe_machine().cores_usable;
  auto computed = infer_each(plain, std::array{first, second}, options);
  if (const Step failure = failure_of(computed)) return *failure;
  auto& outputs = std::get<std::vector<Tensors>>(computed);
  return ReferenceOutputs{
      fmt::format("{} {} {}", reference.engine, reference.version, reference.words),
      std::move(outputs[0]), std::move(outputs[1])};
}

}  // namespace

std::vector<Reference> references_among(std::vector<EngineInfo> engines) {
  std::erase_if(engines, [](const EngineInfo& info) { return info.referee.rank <= 0; });
  std::ranges::stable_sort(engines, {}, [](const EngineInfo& info) { return info.referee.rank; });
  std::vector<Reference> references;
  for (const EngineInfo& info : engines)
    references.push_back({info.name, info.version, info.referee.options, info.referee.words});
  return references;
}

std::vector<Reference> find_references(const fs::path& workers) {
  std::vector<EngineInfo> engines;
  for (const std::string& name : installed_engines(workers)) {
    auto info = ask_engine(name, workers);
    if (EngineInfo* said = std::get_if<EngineInfo>(&info)) engines.push_back(std::move(*said));
  }
  return references_among(std::move(engines));
}

std::optional<ReferenceOutputs> reference_outputs(const Job& job, const Tensors& first,
                                                  const Tensors& second,
                                                  const RunOptions& options) {
  const fs::path workers = options.workers.empty() ? workers_folder() : options.workers;
  const fs::path cache = options.cache_folder.empty() ? user_cache_dir() : options.cache_folder;
  const std::string measured = without_version(job.configuration.engine);
  for (const Reference& reference :
       options.references ? *options.references : find_references(workers)) {
    if (reference.engine == measured) continue;
    const fs::path folder = cache / "reference" / key_of(job, reference, first, second);
    if (auto known = read_entry(folder)) return known;
    auto computed = compute(job, reference, first, second, options);
    if (!failure_of(computed)) {
      write_entry(folder, std::get<ReferenceOutputs>(computed));
      return std::get<ReferenceOutputs>(computed);
    }
    if (options.stop && *options.stop) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace assay
