// SPDX-License-Identifier: MIT
#include "run/spawn.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace assay {
namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

void volunteer_for_the_memory_killer() {
  const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  [[maybe_unused]] const ssize_t written = write(file, "1000", 4);
  close(file);
}

// Over 2 first: a host without a standard input has our pipes among 0, 1 and 2 themselves.
bool place_all(const SpawnRequest& request) {
  const std::array<int, 3> high{fcntl(request.input, F_DUPFD_CLOEXEC, 3),
                                fcntl(request.output, F_DUPFD_CLOEXEC, 3),
                                fcntl(request.errors, F_DUPFD_CLOEXEC, 3)};
  for (int target = 0; target < 3; ++target)
    if (dup2(high[static_cast<size_t>(target)], target) != target) return false;
  return true;
}

void default_signals() {
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD})
    signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Only calls that are safe between fork and exec: another thread may hold any lock of the host.
void become(const SpawnRequest& request, pid_t host, char** arguments, char** environment) {
  setpgid(0, 0);
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != host) _exit(127);
  if (!place_all(request)) return;
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  volunteer_for_the_memory_killer();
  default_signals();
  execvpe(arguments[0], arguments, environment);
}

}  // namespace

std::variant<pid_t, SpawnError> spawn(const SpawnRequest& request) {
  std::vector<char*> arguments = pointers_to(request.command);
  std::vector<char*> environment = pointers_to(request.environment);
  std::array<int, 2> report;  // closed by a successful exec, else it carries errno
  if (pipe2(report.data(), O_CLOEXEC) != 0) return SpawnError{errno};
  const pid_t host = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    become(request, host, arguments.data(), environment.data());
    const int number = errno;
    [[maybe_unused]] const ssize_t written = write(report[1], &number, sizeof(number));
    _exit(127);
  }
  const int fork_error = errno;
  close(report[1]);
  int number = pid < 0 ? fork_error : 0;
  if (pid > 0) {
    setpgid(pid, pid);  // also here: the group must exist before anyone signals it
    while (read(report[0], &number, sizeof(number)) < 0 && errno == EINTR) {
    }
    if (number != 0) waitpid(pid, nullptr, 0);
  }
  close(report[0]);
  if (number != 0) return SpawnError{number};
  return pid;
}

}  // namespace assay
