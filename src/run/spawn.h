// SPDX-License-Identifier: MIT
// Starting a process by fork and exec: the part that runs between the two, where only system calls
// are allowed.
#pragma once

#include <sys/types.h>

#include <string>
#include <variant>
#include <vector>

namespace assay {

struct SpawnRequest {
  const std::vector<std::string>& command;
  const std::vector<std::string>& environment;  // "NAME=value"
  int input = -1, output = -1,
      errors = -1;  // become descriptors 0, 1 and 2; nothing else is inherited
};

// Forks and executes in a process group of its own, with default signals, no core file, first in
// line for the kernel's memory killer, and killed when the calling thread ends. The process id, or
// errno of what failed.
struct SpawnError {
  int number = 0;
};
std::variant<pid_t, SpawnError> spawn(const SpawnRequest& request);

}  // namespace assay
