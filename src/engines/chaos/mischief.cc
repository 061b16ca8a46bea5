// SPDX-License-Identifier: MIT
#include "engines/chaos/mischief.h"

#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <new>

namespace assay {
namespace {

constexpr size_t kLeakBytes = size_t{64} << 20;  // each time
constexpr auto kSlow = std::chrono::milliseconds(300);
constexpr int kLyingThreads = 2;
constexpr std::string_view kRubbish = "Segmentation fault (core dumped)\n";

[[noreturn]] void hang() {
  while (true) pause();
}

// Not malloc: a leak checker would find it, and an allocator might give the same pages again.
void leak() {
  void* memory =
      mmap(nullptr, kLeakBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  std::memset(memory, 1, kLeakBytes);
}

void print() {
  std::cout << "chaos prints to standard output\n" << std::flush;
  std::puts("and again");
  std::fflush(stdout);
  [[maybe_unused]] const auto written = write(1, "and again\n", 10);
}

}  // namespace

std::vector<OptionInfo> Mischief::declared_options() {
  return {
      {"mode",
       "choice",
       "none",
       "What goes wrong.",
       {"none", "crash", "hang", "exit", "leak", "garbage", "stdout", "wrong_output", "slow_once",
        "lie_precision", "lie_threads", "throw", "oom", "ignore_term", "one_session"}},
      {"when",
       "choice",
       "run",
       "At which moment; 'run' is every run but the first.",
       {"load", "first_run", "run", "unload"}},
      {"lacks", "string", "", "An operator that it says it has not."}};
}

void Mischief::at(std::string_view moment) {
  if (is("lie_threads") && moment == "load")
    for (int i = 0; i < kLyingThreads; ++i)
      x_threads.emplace_back([](const std::stop_token& stop) {
        while (!stop.stop_requested()) continue;
      });
  if (is("slow_once") && moment == "run" && !x_was_slow.exchange(true))
    std::this_thread::sleep_for(kSlow);
  if (moment == x_when) act();
}

void Mischief::act() {
  if (is("crash")) {
    std::signal(SIGSEGV, SIG_DFL);  // a sanitizer would turn it into an exit
    raise(SIGSEGV);
  }
  if (is("hang")) hang();
  if (is("exit")) std::_Exit(0);
  if (is("leak")) leak();
  if (is("garbage") && write(x_wire, kRubbish.data(), kRubbish.size()) < 0) std::abort();
  if (is("stdout")) print();
  if (is("throw")) throw std::runtime_error("chaos was asked to fail");
  if (is("oom")) throw std::bad_alloc();
  if (is("ignore_term")) {
    std::signal(SIGTERM, SIG_IGN);
    hang();
  }
}

}  // namespace assay
