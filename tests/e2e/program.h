// SPDX-License-Identifier: MIT
// The built program as a user runs it: arguments in, exit code, standard output and standard error
// out. Each Program has a folder of its own for store, cache and files.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/files.h"

namespace assay {

struct Ended {
  int status = 0;  // exit code, or 128 + signal
  std::string out;
  std::string error;
};

// A started program; wait() collects it. Destroying it kills it.
class Started {
 public:
  Started(pid_t pid, std::filesystem::path out, std::filesystem::path error);
  ~Started();
  Started(Started&& other) noexcept;
  pid_t pid() const { return x_pid; }
  void signal(int number) const;
  // What it has written to standard output so far.
  std::string so_far() const;
  Ended wait();

 private:
  pid_t x_pid;
  std::filesystem::path x_out, x_error;
};

class Program {
 public:
  Program();
  Ended run(const std::vector<std::string>& arguments);
  Started start(const std::vector<std::string>& arguments);
  // Set for everything that is started after.
  std::map<std::string, std::string> environment;
  // Called in the new process before the program takes it over; may do only what is safe there.
  std::function<void()> before_start;
  const std::filesystem::path& folder() const { return x_folder.path(); }

 private:
  TempDir x_folder;
  int x_count = 0;
};

// Processes whose parent is `parent`.
std::vector<pid_t> children_of(pid_t parent);

// Calls `condition` until it holds or `seconds` are over; what it returned last.
bool eventually(double seconds, const std::function<bool()>& condition);

}  // namespace assay
