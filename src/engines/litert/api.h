// SPDX-License-Identifier: MIT
// The functions of LiteRT's C API that this engine uses, declared here because the wheel has the
// library without headers (public: google-ai-edge/LiteRT, litert/c). Layouts are those of its
// 64-bit ABI.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

extern "C" {

using LiteRtStatus = int;  // 0: ok
using LiteRtEnvironment = struct LiteRtEnvironmentT*;
using LiteRtModel = struct LiteRtModelT*;
using LiteRtOptions = struct LiteRtOptionsT*;
using LiteRtOpaqueOptions = struct LiteRtOpaqueOptionsT*;
using LiteRtCompiledModel = struct LiteRtCompiledModelT*;
using LiteRtTensorBuffer = struct LiteRtTensorBufferT*;
using LiteRtProfiler = struct LiteRtProfilerT*;

struct LiteRtRankedTensorType {
  int element_type;  // 1: float32
  unsigned rank : 7;
  unsigned has_strides : 1;
  int32_t dimensions[8];
  uint32_t strides[8];
};
static_assert(sizeof(LiteRtRankedTensorType) == 72);

struct LiteRtProfilerEvent {
  const char* tag;
  int type;
  uint64_t start_us, elapsed_us;
  size_t memory[6];
  uint64_t metadata[2];
  int source;  // 2: the delegate, XNNPACK
};

LiteRtStatus LiteRtCreateEnvironment(int count, const void* options, LiteRtEnvironment* result);
void LiteRtDestroyEnvironment(LiteRtEnvironment environment);
// The buffer stays the caller's and must outlive the model.
LiteRtStatus LiteRtCreateModelFromBuffer(LiteRtEnvironment environment, const void* bytes,
                                         size_t size, LiteRtModel* result);
void LiteRtDestroyModel(LiteRtModel model);
LiteRtStatus LiteRtCreateOptions(LiteRtOptions* result);
void LiteRtDestroyOptions(LiteRtOptions options);
LiteRtStatus LiteRtSetOptionsHardwareAccelerators(LiteRtOptions options, int accelerators);
// Takes the payload, which it ends with `destructor`.
LiteRtStatus LiteRtCreateOpaqueOptions(const char* identifier, void* payload,
                                       void (*destructor)(void*), LiteRtOpaqueOptions* result);
// Takes the second.
LiteRtStatus LiteRtAddOpaqueOptions(LiteRtOptions options, LiteRtOpaqueOptions opaque);
LiteRtStatus LiteRtCreateCompiledModel(LiteRtEnvironment environment, LiteRtModel model,
                                       LiteRtOptions options, LiteRtCompiledModel* result);
void LiteRtDestroyCompiledModel(LiteRtCompiledModel model);
LiteRtStatus LiteRtRunCompiledModel(LiteRtCompiledModel model, size_t signature, size_t input_count,
                                    LiteRtTensorBuffer* inputs, size_t output_count,
                                    LiteRtTensorBuffer* outputs);
// Over the caller's memory, aligned to 64 bytes; no destructor: it stays the caller's.
LiteRtStatus LiteRtCreateTensorBufferFromHostMemory(const LiteRtRankedTensorType* type,
                                                    void* memory, size_t size,
                                                    void (*destructor)(void*),
                                                    LiteRtTensorBuffer* result);
void LiteRtDestroyTensorBuffer(LiteRtTensorBuffer buffer);
LiteRtStatus LiteRtCompiledModelGetProfiler(LiteRtCompiledModel model, LiteRtProfiler* result);
LiteRtStatus LiteRtStartProfiler(LiteRtProfiler profiler);
LiteRtStatus LiteRtStopProfiler(LiteRtProfiler profiler);
LiteRtStatus LiteRtGetNumProfilerEvents(LiteRtProfiler profiler, int* result);
LiteRtStatus LiteRtGetProfilerEvents(LiteRtProfiler profiler, int count,
                                     LiteRtProfilerEvent* events);

}  // extern "C"

namespace assay {

struct LitertDelete {
  void operator()(LiteRtEnvironment environment) const { LiteRtDestroyEnvironment(environment); }
  void operator()(LiteRtModel model) const { LiteRtDestroyModel(model); }
  void operator()(LiteRtOptions options) const { LiteRtDestroyOptions(options); }
  void operator()(LiteRtCompiledModel model) const { LiteRtDestroyCompiledModel(model); }
  void operator()(LiteRtTensorBuffer buffer) const { LiteRtDestroyTensorBuffer(buffer); }
};
template <typename Handle>
using LitertPointer = std::unique_ptr<std::remove_pointer_t<Handle>, LitertDelete>;

}  // namespace assay
