// SPDX-License-Identifier: MIT
#include "prepare/model_name.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/names.h"

namespace assay {
namespace {

// "resnet50@256" -> "resnet50", 256. Without a number after the last '@', the whole is the name.
std::pair<std::string, int64_t> split_size(const std::string& name) {
  const size_t at = name.rfind('@');
  if (at == std::string::npos) return {name, 0};
  const char* end = name.data() + name.size();
  int64_t size = 0;
  const auto [stop, problem] = std::from_chars(name.data() + at + 1, end, size);
  if (problem != std::errc() || stop != end) return {name, 0};
  if (size <= 0) throw Error("'{}': the input size after '@' must be positive", name);
  return {name.substr(0, at), size};
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const ZooEntry& entry : zoo()) {
    names.push_back(entry.name);
    names.insert(names.end(), entry.aliases.begin(), entry.aliases.end());
  }
  return names;
}

NamedModel zoo_model(const ModelSpec& spec, const ZooEntry& entry, int64_t size) {
  if (!spec.input_shapes.empty())
    throw Error("--input-shape is for ONNX files; '{}' is of the zoo: use --input-size and --batch",
                entry.name);
  if (size > 0 && spec.input_size > 0 && size != spec.input_size)
    throw Error("'{}' asks for the input size {}, --input-size for {}", spec.name, size,
                spec.input_size);
  if (size == 0) size = spec.input_size;
  const bool own = size == 0 || size == entry.input_size;
  return {&entry,
          own ? entry.name : fmt::format("{}@{}", entry.name, size),
          {.batch = spec.batch, .input_size = size, .classes = spec.classes},
          {}};
}

NamedModel file_model(const ModelSpec& spec) {
  std::error_code problem;
  if (!std::filesystem::exists(spec.name, problem)) throw Error("there is no file '{}'", spec.name);
  if (spec.classes > 0 || !spec.weights.empty())
    throw Error("--classes and --weights are for networks of the zoo; '{}' is a file", spec.name);
  return {nullptr, spec.name, {}, spec.name};
}

}  // namespace

NamedModel resolve(const ModelSpec& spec) {
  if (spec.batch < 1) throw Error("the batch is {}; it must be 1 or more", spec.batch);
  if (spec.input_size < 0 || spec.classes < 0)
    throw Error("the input size and the class count of '{}' must be positive", spec.name);
  const auto [name, size] = split_size(spec.name);
  if (const ZooEntry* entry = find_in_zoo(name)) return zoo_model(spec, *entry, size);
  std::error_code problem;
  if (spec.name.ends_with(".onnx") || std::filesystem::is_regular_file(spec.name, problem))
    return file_model(spec);
  throw Error("{} ('assay list models' lists them; a file ends in .onnx)",
              unknown("model", name, all_names()));
}

}  // namespace assay
