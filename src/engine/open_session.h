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

  // Copies the files' elements and binds them, in place of all former inputs or beside them. Error
  // when a file is not as long as it should be; the former inputs then stay.
  void bind(std::span<const TensorFile> files, bool further = false);
  // Binds the inputs that follow those that are bound, in the order in which they came, again from
  // the first after the last.
  void bind_next();
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

  struct Inputs {
    std::vector<Bytes> bytes;
    std::vector<Binding> bindings;
    std::vector<std::vector<std::byte>> host;  // the same in other memory, made when it is needed
  };

  std::vector<Inputs> x_inputs;  // outlive the session that reads them
  size_t x_bound = 0;            // which of them
  std::vector<std::vector<std::byte>> x_host_outputs;
  std::unique_ptr<Session> x_session;
  std::unique_ptr<SessionThread> x_thread;  // ends before what it runs
};

}  // namespace assay
