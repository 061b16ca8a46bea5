// SPDX-License-Identifier: MIT
#include "run/worker_end.h"

#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "engine/wire.h"

namespace assay {
namespace {

constexpr size_t kLineBytes = 200;

std::string megabytes(int64_t bytes) {
  return fmt::format("{:.0f} MB", static_cast<double>(bytes) / 1e6);
}

// How the system's loader, and a shell, say that there is something that they do not find.
constexpr int kNotFound = 127;
constexpr std::string_view kLoader = "error while loading shared libraries: ";

std::string in_the_loaders_words(const std::string& last_words) {
  if (last_words.empty()) return "the worker or a library of it is missing";
  const size_t at = last_words.find(kLoader);
  return at == std::string::npos ? last_words : last_words.substr(at + kLoader.size());
}

std::string quoting(const EndContext& context) {
  return context.last_words.empty() ? std::string()
                                    : fmt::format("; its last words: {}", context.last_words);
}

}  // namespace

Failure explain_end(const ChildEnd& end, const EndContext& context) {
  if (end.over_cap_bytes > 0)
    return {Outcome::out_of_memory,
            fmt::format("ended by assay during {}: {} resident, above the cap of {}", context.what,
                        megabytes(end.over_cap_bytes), megabytes(context.memory_cap_bytes))};
  if (WIFSIGNALED(end.status)) {
    const int signal = WTERMSIG(end.status);
    if (signal == SIGKILL && end.by_memory_killer)
      return {Outcome::out_of_memory,
              fmt::format("killed by the kernel's memory killer during {}", context.what)};
    const char* name = sigabbrev_np(signal);
    return {Outcome::crashed,
            fmt::format("killed by SIG{} during {}{}{}", name ? name : std::to_string(signal),
                        context.what, signal == SIGKILL ? ", not by assay" : "", quoting(context))};
  }
  if (WEXITSTATUS(end.status) == kNotFound && context.what == "hello")
    return {Outcome::load_failed, in_the_loaders_words(context.last_words)};
  return {Outcome::crashed, fmt::format("exited with {} before answering {}{}",
                                        WEXITSTATUS(end.status), context.what, quoting(context))};
}

std::string last_line(const std::string& text) {
  const size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return {};
  const size_t before = text.find_last_of('\n', end);
  const size_t start = before == std::string::npos ? 0 : before + 1;
  return printable(text.substr(start, std::min(end - start + 1, kLineBytes)));
}

}  // namespace assay
