// SPDX-License-Identifier: MIT
// What is used of Caffe2 1.10.2, declared: its headers need those of the protobuf that it was built
// with, which are in no package. What is complete here has Caffe2's layout; the rest is only
// pointed to. The library exports what is declared and not defined.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/blob.h>

#include <memory>
#include <string>
#include <vector>

namespace google::protobuf {
class Message;
}

namespace caffe2 {

// caffe2/core/tensor.h: a pointer to the same TensorImpl as PyTorch's.
class Tensor final {
 public:
  explicit Tensor(at::Tensor tensor);
  explicit operator at::Tensor() const&;

 private:
  c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl> impl_;
};
extern template Tensor* Blob::Reset<Tensor>(Tensor*);
extern template const Tensor& Blob::Get<Tensor>() const;

// caffe2/core/init.h
bool GlobalInit();

// caffe2/proto/caffe2.proto
class NetDef {
 public:
  static const NetDef& default_instance();
};
bool ParseProtoFromLargeString(const std::string& bytes, google::protobuf::Message* message);

// caffe2/core/workspace.h
class NetBase;
class Workspace {
 public:
  Blob* CreateLocalBlob(const std::string& name);
  const Blob* GetBlob(const std::string& name) const;
  NetBase* CreateNet(const std::shared_ptr<const NetDef>& net, bool overwrite);
  bool RunNet(const std::string& name);
};

// caffe2/predictor/predictor_config.h
struct PredictorConfig {
  std::shared_ptr<void> parameters;
  std::shared_ptr<NetDef> predict_net;
  std::vector<std::string> input_names, output_names, parameter_names;
  std::shared_ptr<Workspace> ws;
};
PredictorConfig makePredictorConfig(const NetDef& init_net, const NetDef& run_net,
                                    Workspace* parent, bool run_init, int optimization);

}  // namespace caffe2
