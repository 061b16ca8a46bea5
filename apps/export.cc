// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "base/error.h"
#include "base/files.h"
#include "command.h"
#include "onnx/onnx.h"
#include "options.h"

namespace assay {
namespace {

struct ExportFlags {
  std::string model;
  ModelFlags model_flags;
  int64_t batch = 1;
  std::string precision = "fp32";
  std::string output;
};

void export_model(const ExportFlags& flags) {
  ModelSpec spec = model_spec(flags.model, flags.model_flags, flags.batch);
  spec.quantized = flags.precision == "int8";
  const PreparedModel model = prepare(spec, user_cache_dir() / "models");
  if (spec.quantized && !model.from_zoo)
    throw Error("--precision int8 is for networks of the zoo; '{}' is exported as it is",
                flags.model);
  if (!model.graph) throw Error("cannot export '{}': {}", flags.model, model.graph_problem);
  if (model.from_zoo)
    write_file(flags.output, read_file(model.file));
  else
    write_onnx(*model.graph, flags.output);
  fmt::print("{}\n", flags.output);
}

}  // namespace

void declare_export(CLI::App& app, int&) {
  auto flags = std::make_shared<ExportFlags>();
  app.add_option("MODEL", flags->model,
                 "zoo name or path of an .onnx file (brought to opset 17, static shapes)")
      ->required();
  add_model_flags(app, flags->model_flags);
  app.add_option("--batch", flags->batch, "batch size")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  app.add_option("--precision", flags->precision,
                 "int8: a network of the zoo in QDQ form, as bench measures it")
      ->check(one_of("precision", {"fp32", "int8"}))
      ->capture_default_str();
  app.add_option("--output", flags->output, "the file to write")->required();
  app.callback([flags] { export_model(*flags); });
}

}  // namespace assay
