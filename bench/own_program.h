// SPDX-License-Identifier: MIT
// An engine's own program (bench/direct/) as a live process that times bursts of calls when it is
// told to, and is held (SIGSTOP) in between, so that no thread of its spins while another measures.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "run/child_process.h"

namespace assay {

class OwnProgram {
 public:
  // Starts it and waits until it has loaded and warmed up. Error with its last words when it ends.
  explicit OwnProgram(std::vector<std::string> command);
  // Nanoseconds of each call in a burst of so many seconds, one call at least.
  std::vector<double> burst(double seconds);
  // Ends it: the peak of its resident memory.
  double peak_bytes();

 private:
  std::string line();
  std::vector<double> numbers_until(const std::string& word);

  std::unique_ptr<ChildProcess> x_child;
  std::string x_unread;
};

}  // namespace assay
