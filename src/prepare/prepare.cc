// SPDX-License-Identifier: MIT
#include "prepare/prepare.h"

#include <algorithm>

#include "base/cache_trim.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/random.h"
#include "onnx/onnx.h"
#include "prepare/content.h"
#include "prepare/model_name.h"
#include "transform/quantize.h"
#include "zoo/safetensors.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

// Parts of files' names: to be raised when fill_seeded or write_onnx, or quantize, give other bytes
// for the same network.
constexpr int kGeneratorVersion = 3;
constexpr int kQuantizerVersion = 3;
constexpr int64_t kMaxWeightBytes = 8'000'000'000;
constexpr size_t kCalibrationInputs = 2;
constexpr int64_t kMaxInputElements = 1'000'000'000;

void make_folder(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem)
    throw Error("cannot create the cache folder '{}': {}", folder.string(), problem.message());
}

void refuse_oversized(const Graph& graph, const std::string& name) {
  int64_t bytes = 0;
  for (const Value& value : graph.values()) {
    if (!value.constant) continue;
    const int64_t size = static_cast<int64_t>(size_of(value.dtype));
    if (value.constant->elements() > (kMaxWeightBytes - bytes) / size)
      throw Error("'{}' with these options would have more than {} GB of weights", name,
                  kMaxWeightBytes / 1'000'000'000);
    bytes += value.constant->elements() * size;
  }
}

void refuse_oversized(const InputShapes& input, const std::string& name) {
  for (const auto& [input_name, shape] : input)
    if (element_count(shape) > kMaxInputElements)
      throw Error("'{}': its input '{}' would be {}, more than {} numbers", name, input_name,
                  to_string(shape), kMaxInputElements);
}

InputShapes input_of(const Graph& graph) {
  InputShapes shapes;
  for (ValueId id : graph.inputs()) shapes[graph.value(id).name] = *graph.value(id).shape;
  return shapes;
}

fs::path cached_file(const NamedModel& model, const ModelSpec& spec, const Graph& graph,
                     const fs::path& cache) {
  const std::string weights = spec.weights.empty() ? fmt::format("seed {}", spec.seed)
                                                   : content_of({spec.weights}, cache).sha256;
  // Trained weights have no seed, but the inputs that the ranges were seen on have.
  const std::string quantized =
      spec.quantized ? fmt::format(" int8 {} seed {}", kQuantizerVersion, spec.seed) : "";
  const std::string key = sha256(
      fmt::format("{} {} {}{}", kGeneratorVersion, structure_sha256(graph), weights, quantized));
  std::string stem = model.name;
  std::ranges::replace(stem, '/', '_');
  return cache /
         fmt::format("{}{}-{}.onnx", stem, spec.quantized ? "-int8" : "", key.substr(0, 16));
}

// A cached network's note holds what it hashed to when it was written: bytes that changed since are
// a damaged file, which is written anew.
std::optional<Content> intact(const fs::path& file, const fs::path& cache) {
  std::error_code problem;
  if (!fs::is_regular_file(file, problem) || !fs::is_regular_file(note_of(file), problem))
    return std::nullopt;
  const Content content = content_of({file}, cache);
  if (read_file(note_of(file)) != content.sha256) return std::nullopt;
  note_use(file);
  return content;
}

void fill(Graph& graph, const NamedModel& model, const ModelSpec& spec) {
  if (spec.weights.empty())
    fill_seeded(graph, spec.seed);
  else
    load_weights(graph, *model.entry, Safetensors::open(spec.weights));
}

// The ranges of activations, over random inputs. They hold for any batch, so one image at a time.
Ranges ranges_of(const NamedModel& model, const ModelSpec& spec) {
  BuildOptions options = model.options;
  options.batch = 1;
  Graph graph = build(*model.entry, options);
  fill(graph, model, spec);
  std::vector<std::map<std::string, Tensor>> inputs(kCalibrationInputs);
  for (size_t i = 0; i < inputs.size(); ++i)
    for (const auto& [name, shape] : input_of(graph)) {
      std::vector<float> values(static_cast<size_t>(element_count(shape)));
      const uint64_t key = stream_key(spec.seed, fmt::format("calibration {} {}", i, name));
      for (size_t k = 0; k < values.size(); ++k) values[k] = (random_uniform(key, k) + 1) / 2;
      inputs[i][name] = make_f32(shape, values);
    }
  return calibrate(graph, inputs);
}

// The declared network is kept for analysis; the one with values lives only while it is written.
void export_network(Graph graph, const NamedModel& model, const ModelSpec& spec,
                    const fs::path& target) {
  fill(graph, model, spec);
  write_onnx(spec.quantized ? quantize(graph, ranges_of(model, spec)) : graph, target);
}

Content export_to_cache(const Graph& graph, const NamedModel& model, const ModelSpec& spec,
                        const fs::path& target, const fs::path& cache) {
  trim_cache(cache);
  export_network(graph, model, spec, target);
  const Content content = content_of({target}, cache);
  write_file(note_of(target), content.sha256);
  return content;
}

PreparedModel prepare_network(const NamedModel& model, const ModelSpec& spec,
                              const fs::path& cache) {
  auto graph = std::make_shared<const Graph>(build(*model.entry, model.options));
  refuse_oversized(*graph, model.name);
  refuse_oversized(input_of(*graph), model.name);
  make_folder(cache);
  PreparedModel prepared{.name = model.name,
                         .file = cached_file(model, spec, *graph, cache),
                         .sha256 = "",
                         .input = input_of(*graph),
                         .from_zoo = true,
                         .graph = graph,
                         .graph_problem = ""};
  std::optional<Content> content = intact(prepared.file, cache);
  if (!content) {
    const int64_t start = monotonic_ns();
    content = export_to_cache(*graph, model, spec, prepared.file, cache);
    prepared.prepare_seconds = static_cast<double>(monotonic_ns() - start) * 1e-9;
  }
  prepared.sha256 = content->sha256;
  prepared.file_bytes = content->bytes;
  return prepared;
}

OnnxOptions onnx_options(const NamedModel& model, const ModelSpec& spec) {
  OnnxOptions options;
  options.input_shapes = spec.input_shapes;
  // A batch of 1 was perhaps not asked for: a model with a fixed batch keeps its own.
  options.batch = spec.batch > 1 ? spec.batch : 0;
  for (auto& [name, shape] : options.input_shapes)
    if (spec.batch > 1 && !shape.empty() && shape[0] == 1) shape[0] = spec.batch;
  if (spec.input_size == 0) return options;
  for (const OnnxInput& input : onnx_inputs(model.file)) {
    if (input.shape.size() != 4 || options.input_shapes.contains(input.name)) continue;
    Shape shape = input.shape;
    if (shape[0] < 0) shape[0] = spec.batch;
    shape[2] = shape[3] = spec.input_size;
    options.input_shapes[input.name] = shape;
  }
  return options;
}

InputShapes input_of(const OnnxModel& model) {
  InputShapes shapes;
  for (const OnnxInput& input : model.inputs) shapes[input.name] = input.shape;
  return shapes;
}

PreparedModel prepare_file(const NamedModel& model, const ModelSpec& spec, const fs::path& cache) {
  OnnxModel onnx = open_onnx(model.file, onnx_options(model, spec));
  refuse_oversized(input_of(onnx), model.name);
  std::vector<fs::path> files = onnx.external_files;
  files.insert(files.begin(), model.file);
  const Content content = content_of(files, cache);
  PreparedModel prepared{.name = model.name,
                         .file = model.file,
                         .sha256 = content.sha256,
                         .file_bytes = content.bytes,
                         .input = input_of(onnx),
                         .graph = nullptr,
                         .graph_problem = onnx.problem};
  if (onnx.graph) prepared.graph = std::make_shared<const Graph>(std::move(*onnx.graph));
  return prepared;
}

// A range for everything that calibrate() would find one for.
Ranges some_ranges(const Graph& graph) {
  Ranges ranges;
  for (const Value& value : graph.values())
    if (value.dtype == DType::f32 && !value.constant) ranges[value.name] = {0, 1};
  return ranges;
}

PreparedModel outline_network(const NamedModel& model, const ModelSpec& spec,
                              const fs::path& folder) {
  auto graph = std::make_shared<const Graph>(build(*model.entry, model.options));
  PreparedModel outlined{.name = model.name,
                         .file = cached_file(model, spec, *graph, folder),
                         .sha256 = "",
                         .input = input_of(*graph),
                         .from_zoo = true,
                         .graph = graph,
                         .graph_problem = ""};
  write_onnx(spec.quantized ? quantize(*graph, some_ranges(*graph)) : *graph, outlined.file,
             {.zeros_for_declared = true});
  return outlined;
}

}  // namespace

PreparedModel outline(const ModelSpec& spec, const fs::path& folder) {
  const NamedModel model = resolve(spec);
  return model.entry ? outline_network(model, spec, folder) : prepare_file(model, spec, folder);
}

PreparedModel prepare(const ModelSpec& spec, const fs::path& cache_folder) {
  const NamedModel model = resolve(spec);
  return model.entry ? prepare_network(model, spec, cache_folder)
                     : prepare_file(model, spec, cache_folder);
}

void check_model(const ModelSpec& spec) {
  const NamedModel model = resolve(spec);
  if (!model.entry)
    return refuse_oversized(input_of(open_onnx(model.file, onnx_options(model, spec))), model.name);
  const Graph graph = build(*model.entry, model.options);
  refuse_oversized(graph, model.name);
  refuse_oversized(input_of(graph), model.name);
}

Graph load_graph(const ModelSpec& spec) {
  const NamedModel model = resolve(spec);
  return model.entry ? build(*model.entry, model.options)
                     : read_onnx(model.file, onnx_options(model, spec));
}

}  // namespace assay
