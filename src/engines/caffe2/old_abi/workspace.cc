// SPDX-License-Identifier: MIT
#include "engines/caffe2/workspace.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <c10/util/Logging.h>

#include <new>
#include <stdexcept>
#include <string>

#include "engines/caffe2/old_abi/caffe2.h"

namespace assay {
namespace {

constexpr const char* kNet = "assay";

// Without its log, which says what it throws too.
bool start() {
  FLAGS_caffe2_log_level = c10::GLOG_FATAL;
  return caffe2::GlobalInit();
}

// Without the stack that Caffe2 appends; its allocator throws the same type.
template <typename Action>
auto in_our_words(Action action) {
  try {
    return action();
  } catch (const c10::Error& error) {
    const std::string words = error.what_without_backtrace();
    if (words.find("can't allocate memory") != std::string::npos) throw std::bad_alloc();
    throw std::runtime_error(words);
  }
}

}  // namespace

// The function that makes a predictor makes a workspace and a NetDef; no other does that the
// library exports.
struct Caffe2Workspace::State {
  explicit State(const Caffe2Workspace* parent)
      : made(caffe2::makePredictorConfig(caffe2::NetDef::default_instance(),
                                         caffe2::NetDef::default_instance(),
                                         parent ? parent->x_state->made.ws.get() : nullptr,
                                         /*run_init=*/false, /*optimization=*/0)) {}
  caffe2::PredictorConfig made;
};

Caffe2Workspace::Caffe2Workspace(const Caffe2Workspace* parent)
    : x_state(in_our_words([&] {
        static const bool kReady = start();
        if (!kReady) throw std::runtime_error("Caffe2 could not start");
        return new State(parent);
      })) {}
Caffe2Workspace::~Caffe2Workspace() {
  delete x_state;
}

void Caffe2Workspace::set(const char* blob, const BlobView& view) {
  in_our_words([&] {
    const auto type = static_cast<at::ScalarType>(view.type);
    const at::Tensor tensor =
        at::from_blob(view.data, at::IntArrayRef(view.shape.data(), view.shape.size()), type);
    x_state->made.ws->CreateLocalBlob(blob)->Reset(new caffe2::Tensor(tensor));
  });
}

BlobView Caffe2Workspace::get(const char* blob) const {
  return in_our_words([&]() -> BlobView {
    const caffe2::Blob* found = x_state->made.ws->GetBlob(blob);
    if (!found) throw std::runtime_error("Caffe2 has computed no such value");
    const at::Tensor tensor(found->Get<caffe2::Tensor>());
    return {static_cast<int8_t>(tensor.scalar_type()),
            {tensor.sizes().data(), tensor.sizes().size()},
            tensor.data_ptr()};
  });
}

void Caffe2Workspace::create_net(std::span<const char> definition) {
  in_our_words([&] {
    const std::shared_ptr<caffe2::NetDef> net = x_state->made.predict_net;
    const std::string bytes(definition.data(), definition.size());
    if (!caffe2::ParseProtoFromLargeString(bytes,
                                           reinterpret_cast<google::protobuf::Message*>(net.get())))
      throw std::runtime_error("Caffe2 could not read the definition of the net");
    if (!x_state->made.ws->CreateNet(net, false))
      throw std::runtime_error("Caffe2 could not create the net");
  });
}

void Caffe2Workspace::run() {
  in_our_words([&] {
    at::internal::lazy_init_num_threads();  // their number belongs to the thread that runs
    if (!x_state->made.ws->RunNet(kNet)) throw std::runtime_error("Caffe2 could not run the net");
  });
}

void set_caffe2_threads(int threads) {
  at::set_num_threads(threads);
}

}  // namespace assay
