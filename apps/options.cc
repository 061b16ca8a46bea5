// SPDX-License-Identifier: MIT
#include "options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iostream>

#include "base/error.h"
#include "base/files.h"
#include "base/names.h"
#include "data/preprocessing.h"

namespace assay {
namespace {

std::vector<int64_t> parse_shape(const std::string& text, const std::string& whole) {
  std::vector<int64_t> shape;
  for (const std::string& part : split(text, 'x')) {
    int64_t value = 0;
    const auto [rest, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || rest != part.data() + part.size() || value <= 0)
      throw Error("--input-shape {}: '{}' is no positive dimension; write NAME:1x3x224x224", whole,
                  part);
    shape.push_back(value);
  }
  if (shape.empty()) throw Error("--input-shape {}: no dimensions; write NAME:1x3x224x224", whole);
  return shape;
}

}  // namespace

void take_one_value_each(CLI::App& app) {
  for (CLI::Option* option : app.get_options())
    if (!option->get_positional()) option->allow_extra_args(false);
}

const std::vector<std::string>& precision_names() {
  static const std::vector<std::string> kPrecisions = {"fp32", "tf32", "fp16",
                                                       "bf16", "int8", "binary"};
  return kPrecisions;
}

CLI::Validator at_least_zero() {
  return CLI::Validator(
      [](std::string& text) {
        double value = 0;
        return CLI::detail::lexical_cast(text, value) && value >= 0
                   ? std::string()
                   : fmt::format("'{}' is no number from 0 on", text);
      },
      "");
}

void add_input_flags(CLI::App& app, InputFlags& flags) {
  app.add_option(
      "--input", flags.inputs,
      "[NAME=]WHAT: a .npy or .pb file, a picture (.png, .jpg), or ones, zeros, uniform; "
      "by default floats are uniform in [0, 1) and integers zero");
  app.add_option("--image-fit", flags.fit,
                 "how a picture fits the input: crop (the middle of it, its shorter side scaled to "
                 "1/0.875 of the input's), stretch, or pad (aspect kept, zeros to the right and "
                 "below)")
      ->check(one_of("fit", {kFits.begin(), kFits.end()}))
      ->capture_default_str();
  app.add_option("--image-scale", flags.scale,
                 "what a picture's byte x becomes: imagenet (x/255 less ImageNet's mean, over its "
                 "deviation), unit (x/255), symmetric (x/127.5 - 1), or bytes (x)")
      ->check(one_of("scale", {kScales.begin(), kScales.end()}))
      ->capture_default_str();
  app.add_option("--image-channels", flags.channels, "the order of a picture's channels")
      ->check(one_of("order of channels", {kChannelOrders.begin(), kChannelOrders.end()}))
      ->capture_default_str();
}

void add_model_flags(CLI::App& app, ModelFlags& flags) {
  app.add_option("--input-size", flags.input_size, "side of the square input of a zoo network")
      ->check(CLI::Range(1, 65536));
  app.add_option(
         "--input-shape", flags.input_shapes,
         "shape of an ONNX file's input, NAME:1x3x48x192; needed where a dimension other than the "
         "batch is unknown")
      ->delimiter(',');
  app.add_option("--classes", flags.classes, "number of classes of a zoo network")
      ->check(CLI::Range(1, 1 << 24));
  app.add_option("--weights", flags.weights, "trained weights of a zoo network, a safetensors file")
      ->check(CLI::ExistingFile);
  app.add_option("--seed", flags.seed, "seed of weights and inputs")->capture_default_str();
}

ModelSpec model_spec(const std::string& name, const ModelFlags& flags, int64_t batch) {
  ModelSpec spec;
  spec.name = name;
  spec.input_size = flags.input_size;
  spec.classes = flags.classes;
  spec.weights = flags.weights;
  spec.seed = flags.seed;
  spec.batch = batch;
  for (const std::string& text : flags.input_shapes) {
    const size_t colon = text.rfind(':');  // names may hold colons ("input:0")
    if (colon == text.npos || colon == 0)
      throw Error("--input-shape {}: the input's name is missing; write NAME:1x3x224x224", text);
    spec.input_shapes[text.substr(0, colon)] = parse_shape(text.substr(colon + 1), text);
  }
  return spec;
}

int64_t batch_of(const PreparedModel& model) {
  if (model.input.empty() || model.input.begin()->second.empty()) return 1;
  return model.input.begin()->second.front();
}

bool is_quoted(const std::string& text) {
  return text.find(" --") != text.npos && !std::filesystem::exists(text);
}

void parse_quoted(CLI::App& parser, const std::string& text) {
  take_one_value_each(parser);
  try {
    parser.parse(text, false);
  } catch (const CLI::ParseError& error) {
    throw Error("in '{}': {}", text, error.what());
  }
}

ModelArgument parse_model_argument(const std::string& text, const ModelFlags& command_flags) {
  ModelArgument model{text, command_flags};
  if (!is_quoted(text)) return model;
  CLI::App parser;
  parser.add_option("MODEL", model.name)->required();
  add_model_flags(parser, model.flags);
  add_input_flags(parser, model.flags.given);
  parse_quoted(parser, text);
  return model;
}

std::string quoted_model(const ModelArgument& model) {
  const ModelFlags& flags = model.flags;
  std::string text = model.name;
  if (flags.input_size) text += fmt::format(" --input-size {}", flags.input_size);
  if (flags.classes) text += fmt::format(" --classes {}", flags.classes);
  if (!flags.weights.empty()) text += " --weights " + flags.weights;
  for (const std::string& shape : flags.input_shapes) text += " --input-shape " + shape;
  if (flags.seed) text += fmt::format(" --seed {}", flags.seed);
  const InputFlags defaults, &given = flags.given;
  for (const std::string& input : given.inputs) text += " --input " + input;
  if (given.fit != defaults.fit) text += " --image-fit " + given.fit;
  if (given.scale != defaults.scale) text += " --image-scale " + given.scale;
  if (given.channels != defaults.channels) text += " --image-channels " + given.channels;
  if (text.find_first_of(" '\"$&;()<>|*?`\\") == text.npos) return text;
  for (size_t at = 0; (at = text.find('\'', at)) != text.npos; at += 4)
    text.replace(at, 1, "'\\''");
  return "'" + text + "'";
}

CLI::Validator one_of(const std::string& kind, const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : "|") + name;
  return CLI::Validator(
      [kind, names](std::string& value) {
        const bool known = std::find(names.begin(), names.end(), value) != names.end();
        return known ? std::string() : unknown(kind, value, names);
      },
      list);
}

void add_output_flags(CLI::App& app, OutputFlags& flags, const std::vector<std::string>& formats) {
  app.add_option("--format", flags.format, "how results are printed")
      ->check(one_of("format", formats))
      ->capture_default_str();
  app.add_option("--output", flags.file, "write results to this file instead of standard output");
}

void check_output(const OutputFlags& flags) {
  if (flags.file.empty()) return;
  const std::filesystem::path file(flags.file),
      folder = file.has_parent_path() ? file.parent_path() : ".";
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
    throw Error("--output '{}': there is no folder '{}'", flags.file, folder.string());
  if (std::filesystem::is_directory(file, ignored))
    throw Error("--output '{}' is a folder; name a file in it", flags.file);
  if (::access(folder.c_str(), W_OK) != 0)
    throw Error("--output '{}': nothing may be written in '{}'", flags.file, folder.string());
}

void Output::close() {
  if (!x_file.empty()) {
    write_file(x_file, x_text.str());
    return;
  }
  std::cout << x_text.str() << std::flush;
  if (!std::cout && errno != EPIPE) throw Error("cannot write to standard output");
}

void add_store_flag(CLI::App& app, std::string& folder) {
  app.add_option("--store", folder,
                 "folder of assay.db; else $ASSAY_STORE, else the user's data folder");
}

std::vector<int> thread_counts(const std::vector<std::string>& values, int cores_usable) {
  if (values.empty()) return {cores_usable};
  std::vector<int> counts;
  for (const std::string& value : values) {
    int count = 0;
    const auto [rest, error] = std::from_chars(value.data(), value.data() + value.size(), count);
    if (value == "all")
      count = cores_usable;
    else if (error != std::errc() || rest != value.data() + value.size() || count < 1 ||
             count > 4096)
      throw Error("--threads '{}' is no count of threads: write a number from 1 to 4096, or 'all'",
                  value);
    counts.push_back(count);
  }
  return counts;
}

}  // namespace assay
