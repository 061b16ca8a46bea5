// SPDX-License-Identifier: MIT
// For tests: sessions that the test keeps, as the timed loops want them.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/timed_loop.h"

namespace assay {

class LentSessions {
 public:
  explicit LentSessions(std::vector<Session*> sessions) {
    for (Session* session : sessions) {
      x_open.push_back(std::make_unique<OpenSession>(std::make_unique<Lent>(*session)));
      x_pointers.push_back(x_open.back().get());
    }
  }
  RunReply run(const RunRequest& request) {
    return timed_loop(x_pointers, request, [this] { return interrupted.load(); });
  }
  std::atomic<bool> interrupted = false;

 private:
  struct Lent : Session {
    explicit Lent(Session& given) : session(given) {}
    void bind(std::span<const Binding> inputs) override { session.bind(inputs); }
    void run() override { session.run(); }
    std::vector<Binding> outputs() override { return session.outputs(); }
    Session& session;
  };
  std::vector<std::unique_ptr<OpenSession>> x_open;
  std::vector<OpenSession*> x_pointers;
};

}  // namespace assay
