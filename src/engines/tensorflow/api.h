// SPDX-License-Identifier: MIT
// TensorFlow's C API. Its library is loaded by us and not linked: it exports a protobuf of its own,
// whose symbols must neither hide nor be hidden by those of the protobuf that reads ONNX. Loaded
// RTLD_LOCAL | RTLD_DEEPBIND, each finds its own.
#pragma once

#include <tensorflow/c/c_api.h>

#include <memory>
#include <span>

#include "graph/tensor.h"

namespace assay {

#define ASSAY_TENSORFLOW_FUNCTIONS(use)                                                          \
  use(Version) use(NewStatus) use(DeleteStatus) use(GetCode) use(Message) use(NewGraph)          \
      use(DeleteGraph) use(NewOperation) use(FinishOperation) use(AddInput) use(AddInputList)    \
          use(SetAttrType) use(SetAttrInt) use(SetAttrFloat) use(SetAttrBool) use(SetAttrString) \
              use(SetAttrIntList) use(SetAttrShape) use(SetAttrTensor) use(OperationNumOutputs)  \
                  use(NewTensor) use(AllocateTensor) use(DeleteTensor) use(TensorData)           \
                      use(TensorByteSize) use(NewSessionOptions) use(DeleteSessionOptions)       \
                          use(SetConfig) use(NewSession) use(CloseSession) use(DeleteSession)    \
                              use(SessionRun) use(NewBuffer) use(NewBufferFromString)            \
                                  use(DeleteBuffer)

// The functions without their prefix: tensorflow().Version().
struct Tensorflow {
#define ASSAY_DECLARE(function) decltype(&TF_##function) function;
  ASSAY_TENSORFLOW_FUNCTIONS(ASSAY_DECLARE)
#undef ASSAY_DECLARE
};

// Loads the library at the first call; std::runtime_error with the loader's words when it cannot.
const Tensorflow& tensorflow();

struct TensorflowDelete {
  void operator()(TF_Graph* graph) const { tensorflow().DeleteGraph(graph); }
  void operator()(TF_Tensor* tensor) const { tensorflow().DeleteTensor(tensor); }
  void operator()(TF_Buffer* buffer) const { tensorflow().DeleteBuffer(buffer); }
  void operator()(TF_Status* status) const { tensorflow().DeleteStatus(status); }
  void operator()(TF_SessionOptions* options) const { tensorflow().DeleteSessionOptions(options); }
  void operator()(TF_Session* session) const;
};
template <typename T>
using TensorflowPointer = std::unique_ptr<T, TensorflowDelete>;

// What a function that can fail is given: `status.get()`, then check().
class TensorflowStatus {
 public:
  TF_Status* get() const { return x_status.get(); }
  // std::bad_alloc or std::runtime_error with TensorFlow's words, if the last call failed.
  void check() const;

 private:
  TensorflowPointer<TF_Status> x_status{tensorflow().NewStatus()};
};

// Unsupported for the undefined type.
TF_DataType as_theirs(DType type);
// DType::undefined for what we have no element type for.
DType as_ours(TF_DataType type);

// A tensor of its own memory.
TensorflowPointer<TF_Tensor> copy_of(const Tensor& tensor);
// A tensor over the caller's bytes, which stay; copied by TensorFlow where they are not aligned.
TensorflowPointer<TF_Tensor> tensor_over(DType type, const Shape& shape,
                                         std::span<std::byte> bytes);

}  // namespace assay
