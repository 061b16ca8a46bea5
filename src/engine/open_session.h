// SPDX-License-Identifier: MIT
// OpenSession is a session as the worker holds it: with the memory of its inputs, its calls with or
// without transfer, and the thread on which it runs beside others.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "engine/messages.h"
#include "engine/session_thread.h"

namespace assay {

class OpenSession {
 public:
  explicit OpenSession(std::unique_ptr<Session> session) : x_session(std::move(session)) {}

  // Copies the files' elements and binds them. Error when a file is not as long as it should be;
  // the former inputs then stay.
  void bind(std::span<const TensorFile> files);
  std::vector<Binding> outputs() { return x_session->outputs(); }

  // One inference. With transfer, the inputs are first copied from other memory of the host into
  // the memory that is bound, and bound again; the outputs are then copied to the host.
  void call(bool include_transfer) {
    if (!include_transfer) return x_session->run();
    call_with_transfer();
  }
  // Starts at the first use.
  SessionThread& thread();

 private:
  struct FreeBytes {
    void operator()(std::byte* bytes) const;
  };
  using Bytes = std::unique_ptr<std::byte[], FreeBytes>;
  static Bytes read_tensor(const TensorFile& file);
  void call_with_transfer();

  std::vector<Bytes> x_inputs;  // outlive the session that reads them
  std::vector<Binding> x_bound;
  std::vector<std::vector<std::byte>> x_host_inputs, x_host_outputs;
  std::unique_ptr<Session> x_session;
  std::unique_ptr<SessionThread> x_thread;  // ends before what it runs
};

}  // namespace assay
