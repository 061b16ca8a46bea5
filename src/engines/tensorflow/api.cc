// SPDX-License-Identifier: MIT
#include "engines/tensorflow/api.h"

#include <dlfcn.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "engine/engine.h"

namespace assay {
namespace {

constexpr std::pair<DType, TF_DataType> kTypes[] = {
    {DType::f32, TF_FLOAT},   {DType::f16, TF_HALF},   {DType::bf16, TF_BFLOAT16},
    {DType::f64, TF_DOUBLE},  {DType::i8, TF_INT8},    {DType::u8, TF_UINT8},
    {DType::i16, TF_INT16},   {DType::u16, TF_UINT16}, {DType::i32, TF_INT32},
    {DType::u32, TF_UINT32},  {DType::i64, TF_INT64},  {DType::u64, TF_UINT64},
    {DType::boolean, TF_BOOL}};

Tensorflow load_tensorflow() {
  // Its log of what it found on this machine, and by default one pool of threads for all sessions,
  // of the first session's size.
  setenv("TF_CPP_MIN_LOG_LEVEL", "2", 0);
  setenv("TF_OVERRIDE_GLOBAL_THREADPOOL", "1", 1);
  // Its own allocator never gives memory back, not even after unloading. The system's is told to
  // keep what a run frees for the next one; unloading trims it (loaded_graph.cc).
  setenv("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "1", 1);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  // Variables are never assigned again, so that oneDNN may reorder weights once (lowering.h).
  setenv("TF_ONEDNN_ASSUME_FROZEN_WEIGHTS", "1", 1);
  void* library = dlopen(ASSAY_TENSORFLOW_LIBRARY, RTLD_LAZY | RTLD_LOCAL | RTLD_DEEPBIND);
  if (!library) throw std::runtime_error(dlerror());
  Tensorflow functions;
#define ASSAY_LOOK_UP(function)                                                    \
  functions.function =                                                             \
      reinterpret_cast<decltype(&TF_##function)>(dlsym(library, "TF_" #function)); \
  if (!functions.function) throw std::runtime_error(dlerror());
  ASSAY_TENSORFLOW_FUNCTIONS(ASSAY_LOOK_UP)
#undef ASSAY_LOOK_UP
  return functions;
}

}  // namespace

const Tensorflow& tensorflow() {
  static const Tensorflow kFunctions = load_tensorflow();
  return kFunctions;
}

void TensorflowDelete::operator()(TF_Session* session) const {
  const TensorflowStatus ignored;
  tensorflow().CloseSession(session, ignored.get());
  tensorflow().DeleteSession(session, ignored.get());
}

void TensorflowStatus::check() const {
  const TF_Code code = tensorflow().GetCode(get());
  if (code == TF_OK) return;
  const std::string words = tensorflow().Message(get());
  if (code == TF_RESOURCE_EXHAUSTED) throw std::bad_alloc();
  throw std::runtime_error(words);
}

TF_DataType as_theirs(DType type) {
  for (const auto& [ours, theirs] : kTypes)
    if (ours == type) return theirs;
  throw Unsupported("TensorFlow needs to know the type of every value");
}

DType as_ours(TF_DataType type) {
  const auto found = std::ranges::find(kTypes, type, &std::pair<DType, TF_DataType>::second);
  return found == std::end(kTypes) ? DType::undefined : found->first;
}

TensorflowPointer<TF_Tensor> copy_of(const Tensor& tensor) {
  TensorflowPointer<TF_Tensor> copy(
      tensorflow().AllocateTensor(as_theirs(tensor.dtype), tensor.shape.data(),
                                  static_cast<int>(tensor.shape.size()), tensor.byte_size()));
  if (!copy) throw std::bad_alloc();
  std::memcpy(tensorflow().TensorData(copy.get()), tensor.raw().data(), tensor.byte_size());
  return copy;
}

TensorflowPointer<TF_Tensor> tensor_over(DType type, const Shape& shape,
                                         std::span<std::byte> bytes) {
  const auto keep = [](void*, size_t, void*) {};
  return TensorflowPointer<TF_Tensor>(
      tensorflow().NewTensor(as_theirs(type), shape.data(), static_cast<int>(shape.size()),
                             bytes.data(), bytes.size(), keep, nullptr));
}

}  // namespace assay
