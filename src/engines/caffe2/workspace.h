// SPDX-License-Identifier: MIT
// Caffe2's Workspace: named tensors ("blobs") and one net that computes with them. Its library is
// compiled with the C++ ABI of before 2015, in which std::string is another type; so is what stands
// behind this header (old_abi/), and no std::string passes through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace assay {

// A dense tensor in memory that somebody else owns. `type` is PyTorch's number of an element type
// (torch_type()).
struct BlobView {
  int8_t type = 0;
  std::span<const int64_t> shape;
  void* data = nullptr;
};

// What Caffe2 throws comes out as std::runtime_error with its first sentences.
class Caffe2Workspace {
 public:
  // Sees the blobs of `parent`, which stays.
  explicit Caffe2Workspace(const Caffe2Workspace* parent);
  ~Caffe2Workspace();
  Caffe2Workspace(const Caffe2Workspace&) = delete;
  Caffe2Workspace& operator=(const Caffe2Workspace&) = delete;

  // The blob is this memory from now on; replaces what it was.
  void set(const char* blob, const BlobView& view);
  // What a net has computed, valid until the next run; std::runtime_error when there is none.
  BlobView get(const char* blob) const;
  // `definition`: a NetDef, serialized. Once.
  void create_net(std::span<const char> definition);
  void run();

 private:
  struct State;
  State* x_state;
};

// Of the pools that compute, for nets that run on the calling thread.
void set_caffe2_threads(int threads);

}  // namespace assay
