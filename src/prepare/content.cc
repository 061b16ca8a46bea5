// SPDX-License-Identifier: MIT
#include "prepare/content.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

struct Identity {
  std::string text;  // changes whenever the content does
  int64_t bytes = 0;
};

Identity identity(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0)
    throw Error("cannot read '{}': {}", file.string(), std::strerror(errno));
  const auto ns = [](const timespec& time) {
    return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return {fmt::format("{} {} {} {}", status.st_ino, status.st_size, ns(status.st_mtim),
                      ns(status.st_ctim)),
          status.st_size};
}

Content one_file(const fs::path& file, const fs::path& cache_folder) {
  const fs::path absolute = fs::absolute(file);
  const Identity before = identity(absolute);
  const fs::path note =
      cache_folder / "hashes" / sha256(absolute.lexically_normal().string()).substr(0, 32);
  std::error_code problem;
  if (fs::is_regular_file(note, problem)) {
    const std::string known = read_file(note);
    if (known.starts_with(before.text + " ") && known.size() == before.text.size() + 65)
      return {known.substr(before.text.size() + 1), before.bytes};
  }
  const std::string hash = sha256_file(absolute);
  if (identity(absolute).text != before.text) return {hash, before.bytes};
  try {
    fs::create_directories(note.parent_path(), problem);
    write_file(note, before.text + " " + hash);
  } catch (const Error&) {
    // Without the note the next call hashes again.
  }
  return {hash, before.bytes};
}

struct AttributeText {
  std::string operator()(int64_t value) const { return fmt::format("{}", value); }
  std::string operator()(float value) const { return fmt::format("{}", value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const Tensor& value) const {
    return to_string(value.shape) + sha256(value.raw());
  }
  template <typename T>
  std::string operator()(const std::vector<T>& values) const {
    return fmt::format("{}", fmt::join(values, ","));
  }
};

}  // namespace

Content content_of(const std::vector<fs::path>& files, const fs::path& cache_folder) {
  if (files.size() == 1) return one_file(files.front(), cache_folder);
  Content all;
  std::string hashes;
  for (const fs::path& file : files) {
    const Content content = one_file(file, cache_folder);
    hashes += content.sha256 + "\n";
    all.bytes += content.bytes;
  }
  all.sha256 = sha256(hashes);
  return all;
}

std::string structure_sha256(const Graph& graph) {
  std::string text;
  const auto out = std::back_inserter(text);
  for (const Value& value : graph.values()) {
    fmt::format_to(out, "{} {} {}", value.name, name_of(value.dtype),
                   value.shape ? to_string(*value.shape) : "?");
    if (value.constant && !value.constant->declared_only())
      fmt::format_to(out, " {}", sha256(value.constant->raw()));
    text += '\n';
  }
  for (const Node& node : graph.nodes()) {
    fmt::format_to(out, "{} {} {} {}", node.op, node.name, fmt::join(node.inputs, ","),
                   fmt::join(node.outputs, ","));
    for (const auto& [key, value] : node.attributes)
      fmt::format_to(out, " {}={}", key, std::visit(AttributeText{}, value));
    text += '\n';
  }
  fmt::format_to(out, "{} {}", fmt::join(graph.inputs(), ","), fmt::join(graph.outputs(), ","));
  return sha256(text);
}

}  // namespace assay
