// SPDX-License-Identifier: MIT
#include "engine/open_session.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>

#include "base/error.h"

namespace assay {
namespace {

constexpr size_t kAlignment = 64;          // a cache line, and the widest vector
constexpr size_t kSlack = 2 * kAlignment;  // behind a tensor: XNNPACK reads so far past the end

size_t byte_count(const TensorFile& file) {
  return static_cast<size_t>(element_count(file.shape)) * size_of(file.dtype);
}

}  // namespace

void OpenSession::bind(std::span<const TensorFile> files, bool further) {
  Inputs inputs;
  for (const TensorFile& file : files) {
    inputs.bytes.push_back(read_tensor(file));
    inputs.bindings.push_back(
        {file.name, file.dtype, file.shape, {inputs.bytes.back().get(), byte_count(file)}});
  }
  x_session->bind(inputs.bindings);
  if (!further) x_inputs.clear();
  x_bound = x_inputs.size();
  x_inputs.push_back(std::move(inputs));
}

void OpenSession::bind_next() {
  if (x_inputs.size() < 2) return;
  x_bound = (x_bound + 1) % x_inputs.size();
  x_session->bind(x_inputs[x_bound].bindings);
}

void OpenSession::call_with_transfer() {
  if (x_inputs.empty()) return x_session->run();
  Inputs& inputs = x_inputs[x_bound];
  if (inputs.host.empty())  // in the first call, which is kept apart
    for (const Binding& input : inputs.bindings)
      inputs.host.emplace_back(input.bytes.begin(), input.bytes.end());
  for (size_t i = 0; i < inputs.bindings.size(); ++i)
    std::memcpy(inputs.bindings[i].bytes.data(), inputs.host[i].data(), inputs.host[i].size());
  x_session->bind(inputs.bindings);
  x_session->run();
  const std::vector<Binding> outputs = x_session->outputs();
  x_host_outputs.resize(outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i)
    x_host_outputs[i].assign(outputs[i].bytes.begin(), outputs[i].bytes.end());
}

SessionThread& OpenSession::thread() {
  if (!x_thread) x_thread = std::make_unique<SessionThread>();
  return *x_thread;
}

void OpenSession::FreeBytes::operator()(std::byte* bytes) const {
  std::free(bytes);
}

// A copy, not a mapping: a file that shrinks under a mapping would kill the worker, and an engine
// may write to memory that it was given.
OpenSession::Bytes OpenSession::read_tensor(const TensorFile& file) {
  const size_t size = byte_count(file);
  const auto there = std::filesystem::file_size(file.path);
  if (size != there)
    throw Error("input '{}' is {} of {}: {} bytes, but '{}' has {}", file.name,
                to_string(file.shape), name_of(file.dtype), size, file.path, there);
  const size_t rounded = (size / kAlignment + 1) * kAlignment + kSlack;
  Bytes bytes(static_cast<std::byte*>(std::aligned_alloc(kAlignment, rounded)));
  if (!bytes) throw std::bad_alloc();
  std::ifstream stream(file.path, std::ios::binary);
  if (!stream.read(reinterpret_cast<char*>(bytes.get()), static_cast<std::streamsize>(size)))
    throw Error("input '{}' cannot be read from '{}'", file.name, file.path);
  return bytes;
}

}  // namespace assay
