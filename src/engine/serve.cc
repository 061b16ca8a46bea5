// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "engine/engine.h"
#include "engine/wire.h"
#include "engine/worker.h"

namespace assay {
namespace {

// No orphan may outlive its host. A host that died before the call is noticed by end of file, or by
// the broken pipe when hello is written; getppid() == 1 would be wrong in a container.
void die_with_the_host() {
  const pid_t host = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != host) std::_Exit(0);
}

// SIGTERM must end the worker even inside engine code, whatever the host had blocked or ignored; a
// Ctrl-C on the terminal is the host's to decide about; a broken pipe is an error to report.
void reset_signals() {
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_UNBLOCK, &term, nullptr);
}

// Moves a descriptor where foreign code does not look, and its children do not inherit it.
int move_away(int descriptor) {
  return fcntl(descriptor, F_DUPFD_CLOEXEC, 10);
}

// What is said during a run is "stop", or the end: either way the run ends early.
bool has_more_to_say(int in, const FrameDecoder& decoder) {
  pollfd item{in, POLLIN, 0};
  return decoder.pending() > 0 || poll(&item, 1, 0) > 0;
}

bool is_stop(const nlohmann::json& request) {
  const auto type = request.find("type");
  return type != request.end() && *type == "stop";
}

}  // namespace

int serve_on(Engine& engine, int in, int out) {
  try {
    FrameDecoder decoder;
    Worker worker(engine, [&] { return has_more_to_say(in, decoder); });
    write_frame(out, worker.hello());
    while (const auto request = read_frame(in, decoder))
      if (!is_stop(*request)) write_frame(out, worker.answer(*request));
    return 0;
  } catch (const WireError& error) {
    std::fprintf(stderr, "worker: %s\n", error.what());
    return 3;
  }
}

int serve(Engine&& engine) {
  die_with_the_host();
  reset_signals();
  const int in = move_away(0);
  const int out = move_away(1);
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nothing, 0);
  if (dup2(2, 1) < 0) dup2(nothing, 1);
  return serve_on(engine, in, out);
}

}  // namespace assay
