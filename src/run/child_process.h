// SPDX-License-Identifier: MIT
// ChildProcess is a process in a group of its own: its pipes, a bounded tail of its standard error,
// a watch over its resident memory, and how it ended. A keeper thread forks it, drains, watches and
// reaps. The kernel ties "die with your parent" to the thread that forked, and the keeper lives
// exactly as long as the child: so a host that dies in any way leaves no child, and a caller's
// thread that ends kills none.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "base/descriptor.h"

namespace assay {

struct ChildOptions {
  std::vector<std::string> command;      // looked for in PATH when it has no slash
  std::vector<std::string> environment;  // all of it, as "NAME=value"
  int64_t memory_cap_bytes = 0;          // resident; above it the child is killed; 0: none
};

struct ChildEnd {
  int status = 0;                 // as of waitpid(2)
  int64_t over_cap_bytes = 0;     // resident size for which it was killed; 0: it was not
  bool by_memory_killer = false;  // the kernel's memory killer struck while it lived
};

class ChildProcess {
 public:
  // The child, or one sentence: why it could not be started.
  static std::variant<std::unique_ptr<ChildProcess>, std::string> start(ChildOptions options);
  // Kills the group and reaps.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;

  pid_t pid() const { return x_pid; }
  int input() const { return x_input.get(); }      // a socket to its standard input, non-blocking
  int output() const { return x_output.get(); }    // its standard output, non-blocking
  int end_event() const { return x_pidfd.get(); }  // readable from its end on

  // The last few kilobytes of its standard error.
  std::string error_tail() const;
  // How it ended, waiting at most so long for it.
  std::optional<ChildEnd> wait(double seconds) const;
  // SIGTERM to the group, SIGKILL after the grace, and waits for the end.
  ChildEnd stop(double grace_seconds);

 private:
  struct Startup;
  explicit ChildProcess(ChildOptions options) : x_options(std::move(options)) {}
  void keep(Startup& startup);
  void keep_watch();
  bool drain_errors();
  void reap();
  void signal_group(int signal);
  int next_look_ms(int64_t resident) const;

  const ChildOptions x_options;
  pid_t x_pid = -1;
  Descriptor x_input, x_output, x_errors, x_pidfd;
  int64_t x_memory_kills_before = 0;
  std::thread x_keeper;

  mutable std::mutex x_mutex;
  mutable std::condition_variable x_ended;
  std::optional<ChildEnd> x_end;
  int64_t x_over_cap_bytes = 0;
  std::string x_error_tail;
};

}  // namespace assay
