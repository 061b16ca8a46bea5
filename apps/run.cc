// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "base/error.h"
#include "base/names.h"
#include "cells.h"
#include "command.h"
#include "data/largest.h"
#include "engine_options.h"
#include "graph/npy.h"
#include "interrupt.h"
#include "job.h"
#include "listing.h"
#include "onnx/onnx.h"
#include "run/runner.h"

namespace assay {
namespace {

struct RunFlags {
  std::string model, engine, device = "cpu", precision = "fp32", output, expect, format = "table";
  ModelFlags model_flags;
  int64_t batch = 1;
  std::vector<std::string> threads, options;
  double tolerance = 1e-3;
  int64_t expect_class = -1;
};

Job job_of(const RunFlags& flags) {
  require_installed(flags.engine);
  if (flags.engine.find('@') != std::string::npos) require_version(flags.engine, probe_engines());
  Cell cell{{flags.model, flags.model_flags}, {}};
  cell.asked.engine = flags.engine;
  cell.asked.device = flags.device;
  cell.asked.precision = flags.precision;
  cell.asked.batch = flags.batch;
  cell.asked.threads = thread_counts(flags.threads, probe_machine().cores_usable).front();
  const EngineOptions options(flags.options);
  if (const auto unused = options.unused_by(std::array{flags.engine}))
    throw Error("--option is for engine '{}', and '{}' runs", *unused, flags.engine);
  const OptionSets sets = options.sets_for(flags.engine);
  if (sets.size() > 1) throw Error("--option gives a key of '{}' several values", flags.engine);
  cell.asked.options = sets.front();
  return make_job(cell);
}

// max|y - expected| / max|expected|, as docs/cli.md defines --tolerance.
double relative_error(const std::vector<double>& y, const std::vector<double>& expected) {
  double difference = 0, scale = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    if (y[i] == expected[i] || (std::isnan(y[i]) && std::isnan(expected[i]))) continue;
    if (!std::isfinite(y[i]) || !std::isfinite(expected[i])) return HUGE_VAL;
    difference = std::max(difference, std::abs(y[i] - expected[i]));
  }
  for (const double value : expected)
    if (std::isfinite(value)) scale = std::max(scale, std::abs(value));
  return difference == 0 ? 0 : difference / scale;
}

Tensor read_tensor(const std::string& file) {
  return file.ends_with(".pb") ? read_tensor_proto(file) : read_npy(file);
}

// The output of that name, or the only one.
const Tensor& output_named(const std::string& name, const Tensors& outputs) {
  std::vector<std::string> names;
  for (const auto& [known, tensor] : outputs) names.push_back(known);
  if (name.empty() && names.size() != 1)
    throw Error("the model has {} outputs, so write --expect NAME=FILE with one of {}",
                names.size(), fmt::join(names, ", "));
  const auto found = name.empty() ? outputs.begin() : outputs.find(name);
  if (found == outputs.end()) throw Error(unknown("output", name, names));
  return found->second;
}

int check_expected(const Tensors& outputs, const RunFlags& flags) {
  std::error_code ignored;
  const size_t equals =
      std::filesystem::exists(flags.expect, ignored) ? flags.expect.npos : flags.expect.find('=');
  const bool named = equals != flags.expect.npos;
  const std::string file = named ? flags.expect.substr(equals + 1) : flags.expect;
  const Tensor& y = output_named(named ? flags.expect.substr(0, equals) : "", outputs);
  const Tensor expected = read_tensor(file);
  if (y.shape != expected.shape) {
    fmt::print("differs: the output is {}, '{}' is {}\n", to_string(y.shape), file,
               to_string(expected.shape));
    return kExitLimit;
  }
  const double error = relative_error(values_of(y), values_of(expected));
  const bool same = error <= flags.tolerance;
  fmt::print("{}: error {:.2g}, tolerance {:.2g}\n", same ? "as expected" : "differs", error,
             flags.tolerance);
  return same ? kExitOk : kExitLimit;
}

int check_class(const Tensor& y, int64_t expected) {
  const std::vector<double> values = values_of(y);
  const auto top = largest(values, 1);
  if (top.empty()) throw Error("the output is empty, so it has no largest class");
  const bool same = static_cast<int64_t>(top.front()) == expected;
  fmt::print("{}: class {} ({:.4g}){}\n", same ? "as expected" : "differs", top.front(),
             values[top.front()], same ? "" : fmt::format(" and not {}", expected));
  return same ? kExitOk : kExitLimit;
}

void print_top(const Tensors& outputs, const std::string& format) {
  std::vector<Item> items;
  for (const auto& [name, tensor] : outputs) {
    const std::vector<double> values = values_of(tensor);
    for (const size_t index : largest(values, 5))
      items.push_back({{"output", name},
                       {"shape", to_string(tensor.shape)},
                       {"index", index},
                       {"value", values[index]}});
  }
  OutputFlags flags;
  flags.format = format;
  Output out(flags);
  print_listing(items, {"output", "shape", "index", "value"}, format, out.stream());
  out.close();
}

// One output to the file as it is; several to FILE with the output's number before the extension.
void write_outputs(const Tensors& outputs, const std::filesystem::path& file) {
  size_t index = 0;
  for (const auto& [name, tensor] : outputs) {
    std::filesystem::path target = file;
    if (outputs.size() > 1)
      target.replace_filename(
          fmt::format("{}_{}{}", file.stem().string(), index++, file.extension().string()));
    write_npy(tensor, target);
    fmt::print(stderr, "{}: output '{}', {} {}\n", target.string(), name, name_of(tensor.dtype),
               to_string(tensor.shape));
  }
}

int run_model(const RunFlags& flags) {
  RunOptions options;
  options.seed = flags.model_flags.seed;
  options.stop = &watch_interrupts();
  const auto result = infer(job_of(flags), options);
  if (const Failure* failure = std::get_if<Failure>(&result)) {
    fmt::print(stderr, "assay: {}: {}\n", name_of(failure->outcome), failure->reason);
    return kExitLimit;
  }
  const Tensors& outputs = std::get<Tensors>(result);
  if (!flags.output.empty()) write_outputs(outputs, flags.output);
  if (!flags.expect.empty()) return check_expected(outputs, flags);
  if (flags.expect_class >= 0) return check_class(output_named("", outputs), flags.expect_class);
  if (flags.output.empty()) print_top(outputs, flags.format);
  return kExitOk;
}

}  // namespace

void declare_run(CLI::App& app, int& status) {
  auto flags = std::make_shared<RunFlags>();
  app.add_option("MODEL", flags->model, "zoo name or path of an .onnx file")->required();
  app.add_option("--engine", flags->engine, "the engine that runs it")->required();
  app.add_option("--device", flags->device, "the device")->capture_default_str();
  app.add_option("--precision", flags->precision, "the precision asked for")
      ->check(one_of("precision", precision_names()))
      ->capture_default_str();
  app.add_option("--batch", flags->batch, "batch size; by default the file's own, or 1")
      ->check(CLI::Range(1, 1 << 20));
  app.add_option("--threads", flags->threads, "threads, or 'all' usable cores")
      ->default_str("all")
      ->expected(1);
  app.add_option("--option", flags->options, "an engine's own option, ENGINE.KEY=VALUE");
  add_model_flags(app, flags->model_flags);
  add_input_flags(app, flags->model_flags.given);
  app.add_option("--output", flags->output, "write the output to this .npy file");
  app.add_option(
      "--expect", flags->expect,
      "[NAME=]FILE: compare the output with this .npy or .pb file; exit 4 when it differs");
  app.add_option("--tolerance", flags->tolerance,
                 "largest max|y - expected| / max|expected| that passes --expect")
      ->check(at_least_zero())
      ->capture_default_str();
  app.add_option("--expect-class", flags->expect_class,
                 "exit 4 unless this class has the largest output")
      ->check(at_least_zero());
  app.add_option("--format", flags->format, "how the largest outputs are printed")
      ->check(one_of("format", listing_formats()))
      ->capture_default_str();
  app.callback([flags, &status] { status = run_model(*flags); });
}

}  // namespace assay
