// SPDX-License-Identifier: MIT
#include "run/worker_process.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>

#include "base/clock.h"
#include "run/worker_end.h"
#include "run/worker_environment.h"

namespace assay {
namespace {

using nlohmann::json;

constexpr double kGraceSeconds = 0.2;          // between SIGTERM and SIGKILL
constexpr double kEndOfFileSeconds = 0.5;      // from end of file to the end of the process
constexpr int64_t kSliceNs = 50'000'000;       // how late an interrupt is seen
constexpr int64_t kLastBurstNs = 300'000'000;  // given to the request under way when interrupted

int64_t deadline_after(double seconds) {
  return monotonic_ns() + static_cast<int64_t>(seconds * 1e9);
}

}  // namespace

std::variant<std::unique_ptr<WorkerProcess>, Failure> WorkerProcess::start(
    const WorkerOptions& options) {
  std::unique_ptr<WorkerProcess> worker(new WorkerProcess);
  auto child = ChildProcess::start(
      {options.command, worker_environment(options.environment), options.memory_cap_bytes});
  if (const std::string* problem = std::get_if<std::string>(&child))
    return Failure{Outcome::load_failed, *problem};
  worker->x_child = std::move(std::get<std::unique_ptr<ChildProcess>>(child));
  worker->x_memory_cap_bytes = options.memory_cap_bytes;
  worker->x_stop = options.stop;
  if (auto failure = worker->greet(options.hello_deadline_seconds)) return *failure;
  return worker;
}

std::optional<Failure> WorkerProcess::greet(double deadline_seconds) {
  Reply reply = receive("hello", deadline_after(deadline_seconds));
  if (const Failure* failure = std::get_if<Failure>(&reply)) return *failure;
  const json& hello = std::get<json>(reply);
  try {
    if (!hello.value("ok", true))
      return ended_with({Outcome::load_failed, hello.at("reason").get<std::string>()});
    const int protocol = hello.at("protocol").get<int>();
    if (protocol != kProtocolVersion)
      return ended_with(
          {Outcome::load_failed, fmt::format("the worker speaks protocol {}, this assay speaks {}",
                                             protocol, kProtocolVersion)});
    hello.at("info").get_to(x_info);
  } catch (const std::exception& error) {
    return ended_with({Outcome::crashed, fmt::format("answered rubbish: {}", error.what())});
  }
  return std::nullopt;
}

std::string WorkerProcess::last_words() const {
  return last_line(x_child->error_tail());
}

std::optional<int64_t> WorkerProcess::cpu_ns() const {
  clockid_t clock;
  timespec time;
  if (x_end || clock_getcpuclockid(pid(), &clock) != 0 || clock_gettime(clock, &time) != 0)
    return std::nullopt;
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Reply WorkerProcess::request(const json& message, double deadline_seconds) {
  if (x_end) return *x_end;
  const std::string what = message.value("type", "a request");
  const int64_t deadline_ns = deadline_after(deadline_seconds);
  if (auto failure = send(what, message, deadline_ns)) return *failure;
  Reply reply = receive(what, deadline_ns);
  const json* answer = std::get_if<json>(&reply);
  if (!answer) return reply;
  try {
    if (answer->at("ok").get<bool>()) return reply;
    const auto outcome = outcome_from(answer->at("outcome").get<std::string>());
    if (!outcome || *outcome == Outcome::ok) throw WireError("no outcome in a failure");
    return Failure{*outcome, answer->at("reason").get<std::string>()};
  } catch (const std::exception& error) {
    return ended_with({Outcome::crashed, fmt::format("answered rubbish: {}", error.what())});
  }
}

std::optional<Failure> WorkerProcess::send(const std::string& what, const json& message,
                                           int64_t deadline_ns) {
  const std::vector<uint8_t> frame = encode_frame(message);
  for (size_t done = 0; done < frame.size();) {
    const ssize_t count =
        ::send(x_child->input(), frame.data() + done, frame.size() - done, MSG_NOSIGNAL);
    if (count >= 0) {
      done += static_cast<size_t>(count);
    } else if (errno == EAGAIN) {
      if (auto failure = await(what, x_child->input(), POLLOUT, deadline_ns)) return failure;
    } else if (errno != EINTR) {
      return ended_by_itself(what);
    }
  }
  return std::nullopt;
}

Reply WorkerProcess::receive(const std::string& what, int64_t deadline_ns) {
  try {
    while (true) {
      if (auto message = x_decoder.next()) return std::move(*message);
      if (auto failure = await(what, x_child->output(), POLLIN, deadline_ns)) return *failure;
      if (read_available()) continue;
      if (auto message = x_decoder.next()) return std::move(*message);
      return ended_by_itself(what);
    }
  } catch (const WireError& error) {
    return ended_with({Outcome::crashed, fmt::format("answered rubbish: {}", error.what())});
  }
}

std::optional<Failure> WorkerProcess::await(const std::string& what, int descriptor, short events,
                                            int64_t& deadline_ns) {
  const int64_t start_ns = monotonic_ns();
  bool interrupted = false;
  while (true) {
    const int64_t now_ns = monotonic_ns();
    if (!interrupted && x_stop && x_stop->load()) {
      interrupted = true;
      if (what == "run") ask_to_stop();
      deadline_ns = std::min(deadline_ns, now_ns + kLastBurstNs);
    }
    if (now_ns >= deadline_ns) break;
    const int64_t slice_ns = std::min(deadline_ns - now_ns, kSliceNs);
    std::array<pollfd, 2> items{pollfd{descriptor, events, 0},
                                pollfd{x_child->end_event(), POLLIN, 0}};
    poll(items.data(), items.size(), static_cast<int>(slice_ns / 1'000'000) + 1);
    if (items[0].revents != 0 || items[1].revents != 0) return std::nullopt;
  }
  if (interrupted) return ended_with({Outcome::run_failed, kInterrupted});
  // To a hundredth: sending may have taken a moment of it.
  const double seconds = std::round(static_cast<double>(deadline_ns - start_ns) / 1e7) / 100;
  return ended_with(
      {Outcome::timed_out, fmt::format("no answer to {} within {:g} s", what, seconds)});
}

// If this cannot be sent, the deadline does the same.
void WorkerProcess::ask_to_stop() {
  const std::vector<uint8_t> frame = encode_frame({{"type", "stop"}});
  [[maybe_unused]] const ssize_t sent =
      ::send(x_child->input(), frame.data(), frame.size(), MSG_NOSIGNAL);
}

bool WorkerProcess::read_available() {
  std::array<uint8_t, 65536> chunk;
  while (true) {
    const ssize_t count = read(x_child->output(), chunk.data(), chunk.size());
    if (count > 0) {
      x_decoder.feed({chunk.data(), static_cast<size_t>(count)});
      return true;
    }
    if (count < 0 && errno == EINTR) continue;
    // Nothing to read but woken: the child has ended while something it started holds the pipe.
    if (count < 0 && errno == EAGAIN) return !x_child->wait(0);
    return false;
  }
}

Failure WorkerProcess::ended_with(Failure failure) {
  x_child->stop(kGraceSeconds);
  x_end = std::move(failure);
  return *x_end;
}

Failure WorkerProcess::ended_by_itself(const std::string& what) {
  const auto end = x_child->wait(kEndOfFileSeconds);
  if (!end)
    return ended_with(
        {Outcome::crashed, fmt::format("closed its standard output during {}", what)});
  return ended_with(explain_end(*end, {what, last_words(), x_memory_cap_bytes}));
}

}  // namespace assay
