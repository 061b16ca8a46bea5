// SPDX-License-Identifier: MIT
#include "run/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <future>

#include "machine/proc_files.h"
#include "run/spawn.h"

namespace assay {
namespace {

constexpr size_t kErrorTailBytes = 4096;
constexpr int kLastChunks = 16;  // a full pipe, and an end to it when somebody still writes
// The fastest growth that must not slip past the cap between two looks.
constexpr double kFastestLeakBytesPerMs = 10e6;

int64_t resident_bytes(pid_t pid) {
  const std::string statm = read_proc(fmt::format("/proc/{}/statm", pid));
  long long size = 0, resident = 0;
  if (std::sscanf(statm.c_str(), "%lld %lld", &size, &resident) != 2) return 0;
  return resident * sysconf(_SC_PAGESIZE);
}

int64_t memory_kills() {
  const auto fields = read_fields("/proc/vmstat");
  const auto found = fields.find("oom_kill");
  return found == fields.end() ? 0 : std::atoll(found->second.c_str());
}

void block_all_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

bool readable(int descriptor) {
  pollfd item{descriptor, POLLIN, 0};
  return poll(&item, 1, 0) == 1;
}

}  // namespace

// What start() waits for while the keeper forks.
struct ChildProcess::Startup {
  Descriptor input, output, errors;  // the child's ends
  std::promise<int> error_number;
};

std::variant<std::unique_ptr<ChildProcess>, std::string> ChildProcess::start(ChildOptions options) {
  const std::string name = options.command.front();
  std::unique_ptr<ChildProcess> child(new ChildProcess(std::move(options)));
  std::array<int, 2> input, output, errors;
  // A socket, not a pipe: to write to a dead child is then an error code instead of a signal.
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input.data()) != 0)
    return fmt::format("no socket for '{}': {}", name, std::strerror(errno));
  Startup startup;
  child->x_input.reset(input[0]);
  startup.input.reset(input[1]);
  for (auto& [ends, ours, theirs] : {std::tuple{&output, &child->x_output, &startup.output},
                                     std::tuple{&errors, &child->x_errors, &startup.errors}}) {
    if (pipe2(ends->data(), O_CLOEXEC) != 0)
      return fmt::format("no pipe for '{}': {}", name, std::strerror(errno));
    ours->reset((*ends)[0]);
    theirs->reset((*ends)[1]);
  }
  for (const Descriptor* ours : {&child->x_input, &child->x_output, &child->x_errors})
    fcntl(ours->get(), F_SETFL, fcntl(ours->get(), F_GETFL) | O_NONBLOCK);
  child->x_memory_kills_before = memory_kills();
  std::future<int> started = startup.error_number.get_future();
  child->x_keeper = std::thread([&child = *child, &startup] { child.keep(startup); });
  if (const int number = started.get(); number != 0)
    return fmt::format("cannot start '{}': {}", name, std::strerror(number));
  return child;
}

ChildProcess::~ChildProcess() {
  signal_group(SIGKILL);
  if (x_keeper.joinable()) x_keeper.join();
}

void ChildProcess::keep(Startup& startup) {
  block_all_signals();
  const auto spawned = spawn({x_options.command, x_options.environment, startup.input.get(),
                              startup.output.get(), startup.errors.get()});
  startup.input.reset();
  startup.output.reset();
  startup.errors.reset();
  if (const SpawnError* error = std::get_if<SpawnError>(&spawned)) {
    startup.error_number.set_value(error->number);
    return;
  }
  const pid_t pid = std::get<pid_t>(spawned);
  x_pidfd.reset(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  {
    const std::lock_guard lock(x_mutex);
    x_pid = pid;
  }
  const int number = x_pidfd.get() < 0 ? errno : 0;
  if (number != 0) signal_group(SIGKILL);
  startup.error_number.set_value(number);  // `startup` is gone from here on
  if (number == 0) keep_watch();
  reap();
}

void ChildProcess::keep_watch() {
  bool errors_open = true;
  while (true) {
    const int64_t resident = x_options.memory_cap_bytes > 0 ? resident_bytes(x_pid) : 0;
    if (x_options.memory_cap_bytes > 0 && resident > x_options.memory_cap_bytes) {
      {
        const std::lock_guard lock(x_mutex);
        x_over_cap_bytes = resident;
      }
      signal_group(SIGKILL);
      return;
    }
    std::array<pollfd, 2> items{pollfd{x_pidfd.get(), POLLIN, 0},
                                pollfd{errors_open ? x_errors.get() : -1, POLLIN, 0}};
    poll(items.data(), items.size(), next_look_ms(resident));
    if (items[1].revents != 0) errors_open = drain_errors();
    if (items[0].revents != 0) return;
  }
}

// Often enough that a leak cannot pass the cap unseen, seldom enough to disturb nobody far below
// it.
int ChildProcess::next_look_ms(int64_t resident) const {
  if (x_options.memory_cap_bytes <= 0) return -1;
  const double room = static_cast<double>(x_options.memory_cap_bytes - resident);
  return static_cast<int>(std::clamp(room / kFastestLeakBytesPerMs, 5.0, 50.0));
}

// A bounded share per call, so that a child that floods cannot keep the keeper from its watch.
bool ChildProcess::drain_errors() {
  std::array<char, 65536> chunk;
  const ssize_t count = read(x_errors.get(), chunk.data(), chunk.size());
  if (count <= 0) return count < 0 && (errno == EAGAIN || errno == EINTR);
  const std::lock_guard lock(x_mutex);
  x_error_tail.append(chunk.data(), static_cast<size_t>(count));
  if (x_error_tail.size() > kErrorTailBytes)
    x_error_tail.erase(0, x_error_tail.size() - kErrorTailBytes);
  return true;
}

void ChildProcess::reap() {
  siginfo_t ignored;
  while (waitid(P_PID, static_cast<id_t>(x_pid), &ignored, WEXITED | WNOWAIT) < 0 &&
         errno == EINTR) {
  }
  // While it is a zombie its number cannot belong to another: now end what it left in its group.
  signal_group(SIGKILL);
  for (int chunk = 0; chunk < kLastChunks && readable(x_errors.get()) && drain_errors(); ++chunk) {
  }
  const bool memory_killer = memory_kills() > x_memory_kills_before;
  const std::lock_guard lock(x_mutex);
  ChildEnd end;
  waitpid(x_pid, &end.status, 0);
  end.over_cap_bytes = x_over_cap_bytes;
  end.by_memory_killer = memory_killer;
  x_end = end;
  x_ended.notify_all();
}

void ChildProcess::signal_group(int signal) {
  const std::lock_guard lock(x_mutex);
  if (x_pid > 0 && !x_end) kill(-x_pid, signal);
}

std::string ChildProcess::error_tail() const {
  const std::lock_guard lock(x_mutex);
  return x_error_tail;
}

std::optional<ChildEnd> ChildProcess::wait(double seconds) const {
  std::unique_lock lock(x_mutex);
  x_ended.wait_for(lock, std::chrono::duration<double>(seconds), [&] { return x_end.has_value(); });
  return x_end;
}

ChildEnd ChildProcess::stop(double grace_seconds) {
  signal_group(SIGTERM);
  if (const auto end = wait(grace_seconds)) return *end;
  signal_group(SIGKILL);
  std::unique_lock lock(x_mutex);
  x_ended.wait(lock, [&] { return x_end.has_value(); });
  return *x_end;
}

}  // namespace assay
