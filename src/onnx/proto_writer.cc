// SPDX-License-Identifier: MIT
#include "onnx/proto_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace assay {
namespace {

using google::protobuf::io::CodedOutputStream;

constexpr int kBlockBytes = 1 << 20;
constexpr uint32_t kLengthDelimited = 2;

uint32_t tag_of(int number) {
  return static_cast<uint32_t>(number) << 3 | kLengthDelimited;
}

}  // namespace

FileWriter::FileWriter(const std::filesystem::path& path) : x_path(path), x_pending(path) {
  x_descriptor.reset(
      ::open(x_pending.path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (x_descriptor.get() < 0) fail(errno);
  x_file.emplace(x_descriptor.get(), kBlockBytes);
}

void FileWriter::bytes(std::span<const std::byte> data) {
  if (data.size() >= static_cast<size_t>(kBlockBytes)) return bytes_past_buffer(data);
  while (!data.empty()) {
    void* block = nullptr;
    int size = 0;
    if (!x_file->Next(&block, &size)) fail(x_file->GetErrno());
    const size_t part = std::min(static_cast<size_t>(size), data.size());
    std::memcpy(block, data.data(), part);
    x_file->BackUp(size - static_cast<int>(part));
    data = data.subspan(part);
  }
}

void FileWriter::bytes_past_buffer(std::span<const std::byte> data) {
  if (!x_file->Flush()) fail(x_file->GetErrno());
  while (!data.empty()) {
    const ssize_t put = ::write(x_descriptor.get(), data.data(), data.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(errno);
    data = data.subspan(static_cast<size_t>(put));
  }
}

void FileWriter::bytes(std::string_view data) {
  bytes(std::as_bytes(std::span(data)));
}

void FileWriter::zeros(uint64_t count) {
  static constexpr std::byte kZeros[64] = {};
  for (uint64_t part = 0; count > 0; count -= part) {
    part = std::min<uint64_t>(count, sizeof(kZeros));
    bytes(std::span(kZeros, part));
  }
}

void FileWriter::field(int number, uint64_t size) {
  uint8_t head[20];
  uint8_t* end = CodedOutputStream::WriteVarint32ToArray(tag_of(number), head);
  end = CodedOutputStream::WriteVarint64ToArray(size, end);
  bytes(std::as_bytes(std::span(head, end)));
}

uint64_t FileWriter::field_size(int number, uint64_t size) {
  return CodedOutputStream::VarintSize32(tag_of(number)) + CodedOutputStream::VarintSize64(size) +
         size;
}

void FileWriter::finish() {
  if (!x_file->Flush()) fail(x_file->GetErrno());
  x_file.reset();
  if (::close(x_descriptor.release()) != 0) fail(errno);
  x_pending.publish();
}

void FileWriter::fail(int reason) const {
  throw Error("cannot write '{}': {}", x_path.string(), std::strerror(reason));
}

}  // namespace assay
