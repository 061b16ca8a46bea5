// SPDX-License-Identifier: MIT
#include "onnx/model_proto.h"

#include <fcntl.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <unistd.h>

#include <climits>

#include "base/error.h"
#include "base/files.h"
#include "onnx/part_count.h"
#include "onnx/structure.h"

namespace assay {
namespace {

// Some 200 bytes each at most, and far above the largest networks' hundred thousands.
constexpr int64_t kMostParts = 10'000'000;

void refuse_too_many_parts(std::span<const std::byte> bytes, const std::string& what) {
  if (count_parts(bytes, kMostParts) >= kMostParts)
    throw Error("{} has more than {} nodes, tensors, names and attributes", what, kMostParts);
}

onnx::ModelProto parse(google::protobuf::io::ZeroCopyInputStream& stream, uint64_t size,
                       const std::string& what) {
  if (size == 0) throw Error("{} is empty, so it is no ONNX model", what);
  if (size > INT_MAX)
    throw Error(
        "{} has {} bytes; an ONNX file has at most 2 GiB, with larger weights in files "
        "beside it",
        what, size);
  onnx::ModelProto model;
  google::protobuf::io::CodedInputStream coded(&stream);
  if (!model.ParseFromCodedStream(&coded) || !coded.ConsumedEntireMessage())
    throw Error("{} is no ONNX model, or a truncated one: it is no valid protobuf", what);
  if (!model.has_graph())
    throw Error("{} is no ONNX model, or a truncated one: it holds no graph", what);
  return model;
}

void require_file(const std::filesystem::path& file) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(file, problem))
    throw Error("cannot read '{}': {}", file.string(),
                problem ? problem.message() : "it is no file");
}

}  // namespace

onnx::ModelProto parse_model(std::span<const std::byte> bytes, const std::string& what) {
  const size_t capped = std::min<size_t>(bytes.size(), INT_MAX);
  refuse_too_many_parts(bytes.first(capped), what);
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(capped));
  return parse(stream, bytes.size(), what);
}

onnx::ModelProto load_structure(const std::filesystem::path& file) {
  require_file(file);
  const MappedFile whole = map_file(file);
  const std::string what = "'" + file.string() + "'";
  if (whole.size > INT_MAX) return parse_model(whole.span(), what);
  const std::string structure = structure_of(whole.span());
  return parse_model(std::as_bytes(std::span(structure)), what);
}

onnx::ModelProto load_model(const std::filesystem::path& file) {
  require_file(file);
  std::error_code problem;
  const uint64_t size = std::filesystem::file_size(file, problem);
  const int descriptor = problem ? -1 : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    throw Error("cannot read '{}': {}", file.string(),
                problem ? problem.message() : std::generic_category().message(errno));
  if (size > 0 && size <= INT_MAX)
    refuse_too_many_parts(map_file(file).span(), "'" + file.string() + "'");
  constexpr int kBlockBytes = 1 << 20;
  google::protobuf::io::FileInputStream stream(descriptor, kBlockBytes);
  stream.SetCloseOnDelete(true);
  return parse(stream, size, "'" + file.string() + "'");
}

int64_t default_opset(const google::protobuf::RepeatedPtrField<onnx::OperatorSetIdProto>& imports) {
  for (const auto& each : imports) {
    if (!each.domain().empty() && each.domain() != "ai.onnx") continue;
    if (each.version() < kOldestOpset || each.version() > kNewestOpset)
      throw Error("the model uses opset {}; opsets {} to {} can be read", each.version(),
                  kOldestOpset, kNewestOpset);
    return each.version();
  }
  return 0;
}

}  // namespace assay
