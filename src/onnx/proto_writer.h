// SPDX-License-Identifier: MIT
// FileWriter writes a PendingFile from start to end through a buffer (private to onnx/). It speaks
// protobuf's wire format, so that weights go from their tensors straight to the file.
#pragma once

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "base/descriptor.h"
#include "base/files.h"

namespace assay {

class FileWriter {
 public:
  explicit FileWriter(const std::filesystem::path& path);

  void bytes(std::span<const std::byte> data);
  void bytes(std::string_view data);
  void zeros(uint64_t count);
  // The head of a field that is a message, a string or bytes of `size` bytes.
  void field(int number, uint64_t size);
  // Publishes the file; Error when anything could not be written.
  void finish();

  static uint64_t field_size(int number, uint64_t size);

 private:
  void bytes_past_buffer(std::span<const std::byte> data);
  [[noreturn]] void fail(int reason) const;

  std::filesystem::path x_path;
  PendingFile x_pending;
  Descriptor x_descriptor;
  std::optional<google::protobuf::io::FileOutputStream> x_file;  // destroyed first: it flushes
};

}  // namespace assay
