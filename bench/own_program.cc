// SPDX-License-Identifier: MIT
#include "own_program.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <variant>

#include "base/error.h"

namespace assay {
namespace {

constexpr int kPatience_ms = 300'000;  // TensorFlow's start, on a slow day

std::vector<std::string> this_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable; ++variable) variables.emplace_back(*variable);
  return variables;
}

// Of the command and what it started.
void signal_group(const ChildProcess& child, int number) {
  ::kill(-child.pid(), number);
}

}  // namespace

OwnProgram::OwnProgram(std::vector<std::string> command) {
  auto started = ChildProcess::start({std::move(command), this_environment(), 0});
  if (const auto* reason = std::get_if<std::string>(&started)) throw Error("{}", *reason);
  x_child = std::move(std::get<std::unique_ptr<ChildProcess>>(started));
  numbers_until("ready");
  signal_group(*x_child, SIGSTOP);
}

std::vector<double> OwnProgram::burst(double seconds) {
  signal_group(*x_child, SIGCONT);
  const std::string order = fmt::format("{}\n", seconds);
  ASSAY_CHECK(::send(x_child->input(), order.data(), order.size(), MSG_NOSIGNAL) ==
              static_cast<ssize_t>(order.size()));
  const std::vector<double> samples = numbers_until("end");
  signal_group(*x_child, SIGSTOP);
  if (samples.empty()) throw Error("it timed no call");
  return samples;
}

double OwnProgram::peak_bytes() {
  signal_group(*x_child, SIGCONT);
  ::shutdown(x_child->input(), SHUT_WR);
  numbers_until("peak");
  return std::stod(line());
}

std::string OwnProgram::line() {
  size_t end = 0;
  while ((end = x_unread.find('\n')) == std::string::npos) {
    pollfd output{x_child->output(), POLLIN, 0};
    char buffer[4096];
    const ssize_t got = ::poll(&output, 1, kPatience_ms) == 1
                            ? ::read(x_child->output(), buffer, sizeof buffer)
                            : 0;
    if (got <= 0) throw Error("it ended; its last words: {}", x_child->error_tail());
    x_unread.append(buffer, static_cast<size_t>(got));
  }
  const std::string text = x_unread.substr(0, end);
  x_unread.erase(0, end + 1);
  return text;
}

// Engines may print words of their own in between.
std::vector<double> OwnProgram::numbers_until(const std::string& word) {
  std::vector<double> numbers;
  for (std::string text = line(); text != word; text = line())
    if (!text.empty() && text.find_first_not_of("0123456789.") == std::string::npos)
      numbers.push_back(std::stod(text));
  return numbers;
}

}  // namespace assay
