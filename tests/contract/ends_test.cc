// SPDX-License-Identifier: MIT
// How every worker ends: by itself, when told to, and when its host is gone. These workers are
// started bare, without the host's code, which would end them too.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "contract/models.h"
#include "contract/subject.h"
#include "engine/wire.h"

namespace assay {
namespace {

using nlohmann::json;

constexpr double kPromptly = 1.0;  // seconds

class BareWorker {
 public:
  // With a host in between, the worker is not this process's child, but its host's.
  BareWorker(const std::string& engine, const std::filesystem::path& errors, bool with_host) {
    EXPECT_EQ(pipe2(x_in, O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(x_out, O_CLOEXEC), 0);
    int pids[2];
    EXPECT_EQ(pipe2(pids, O_CLOEXEC), 0);
    const std::string path = worker_path(engine);
    x_child = fork();
    if (x_child == 0) {
      if (!with_host) execute(path.c_str(), errors.c_str());
      const pid_t worker = fork();
      if (worker == 0) execute(path.c_str(), errors.c_str());
      if (write(pids[1], &worker, sizeof worker) < 0) _exit(1);
      while (true) pause();
    }
    x_worker = x_child;
    if (with_host) {
      EXPECT_EQ(read(pids[0], &x_worker, sizeof x_worker), ssize_t{sizeof x_worker});
    }
    for (const int end : {pids[0], pids[1], x_in[0], x_out[1]}) close(end);
  }
  ~BareWorker() {
    kill(x_child, SIGKILL);
    kill(x_worker, SIGKILL);
    while (waitpid(x_child, nullptr, 0) > 0) continue;
    while (waitpid(x_worker, nullptr, 0) > 0) continue;
    close(x_in[1]);
    close(x_out[0]);
  }

  pid_t worker() const { return x_worker; }
  pid_t host() const { return x_child; }
  void send(const json& message) { write_frame(x_in[1], message); }
  void send_bytes(const std::string& bytes) {
    EXPECT_EQ(write(x_in[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void close_input() {
    close(x_in[1]);
    x_in[1] = -1;
  }
  bool has_answered() const {
    pollfd answer{x_out[0], POLLIN, 0};
    return poll(&answer, 1, 0) > 0;
  }
  json receive() { return read_frame(x_out[0], x_decoder).value(); }

  // Status as of waitpid(2); nothing when it still lives after so long.
  std::optional<int> end_within(double seconds) {
    const auto deadline = monotonic_ns() + static_cast<int64_t>(seconds * 1e9);
    while (monotonic_ns() < deadline) {
      int status = 0;
      if (waitpid(x_worker, &status, WNOHANG) == x_worker) return status;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return std::nullopt;
  }

  // Loads a model, and is in engine code for minutes afterwards.
  void keep_busy(const LoadRequest& request, const Tensors& inputs, const TempDir& folder) {
    receive();
    send({{"type", "load"}, {"request", request}});
    ASSERT_EQ(receive().at("ok"), true);
    send({{"type", "open"}});
    const json session = receive().at("session");
    const auto files = write_tensors(inputs, folder.path(), "in");
    send({{"type", "bind"}, {"session", session}, {"inputs", files}});
    ASSERT_EQ(receive().at("ok"), true);
    for (int i = 0; i < 1000; ++i)
      send({{"type", "run"}, {"sessions", {session}}, {"count", kMaxBurst}, {"max_ns", 0}});
    ASSERT_EQ(end_within(0.1), std::nullopt) << "it is busy";
  }

 private:
  [[noreturn]] void execute(const char* path, const char* errors) {
    dup2(x_in[0], 0);
    dup2(x_out[1], 1);
    dup2(open(errors, O_WRONLY | O_CREAT, 0600), 2);
    signal(SIGTERM, SIG_IGN);  // as a careless host might have left it
    execl(path, path, nullptr);
    _exit(127);
  }

  int x_in[2], x_out[2];
  pid_t x_child = -1, x_worker = -1;
  FrameDecoder x_decoder;
};

struct Ends : testing::TestWithParam<std::string> {
  Ends() { setenv("XDG_CACHE_HOME", folder.path().c_str(), 1); }  // for what is converted
  TempDir folder;
  std::filesystem::path errors = folder.path() / "errors";
  const Graph graph = small_network();
  LoadRequest request = request_for(graph, folder);
};

TEST_P(Ends, with_0_at_end_of_file) {
  BareWorker worker(GetParam(), errors, false);
  worker.receive();
  worker.close_input();
  const auto status = worker.end_within(5);
  ASSERT_TRUE(status.has_value());
  EXPECT_TRUE(WIFEXITED(*status));
  EXPECT_EQ(WEXITSTATUS(*status), 0);
}

TEST_P(Ends, with_3_and_a_sentence_at_rubbish) {
  BareWorker worker(GetParam(), errors, false);
  worker.receive();
  worker.send_bytes("rubbish, not a frame");
  const auto status = worker.end_within(5);
  ASSERT_TRUE(status.has_value());
  EXPECT_TRUE(WIFEXITED(*status));
  EXPECT_EQ(WEXITSTATUS(*status), 3);
  EXPECT_THAT(read_file(errors), testing::HasSubstr("a frame claims"));
}

TEST_P(Ends, promptly_by_sigterm_inside_engine_code) {
  BareWorker worker(GetParam(), errors, false);
  worker.keep_busy(request, inputs_of(graph, 1), folder);
  kill(worker.worker(), SIGTERM);
  const auto status = worker.end_within(kPromptly);
  ASSERT_TRUE(status.has_value());
  EXPECT_TRUE(WIFSIGNALED(*status));
  EXPECT_EQ(WTERMSIG(*status), SIGTERM);
}

TEST_P(Ends, promptly_by_sigterm_while_it_loads) {
  const LoadRequest large = request_for(large_layer(4096), folder);
  BareWorker worker(GetParam(), errors, false);
  worker.receive();
  worker.send({{"type", "load"}, {"request", large}});
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (worker.has_answered()) GTEST_SKIP() << "it loads nothing";
  kill(worker.worker(), SIGTERM);
  const auto status = worker.end_within(kPromptly);
  ASSERT_TRUE(status.has_value());
  EXPECT_TRUE(WIFSIGNALED(*status));
  EXPECT_EQ(WTERMSIG(*status), SIGTERM);
}

TEST_P(Ends, promptly_when_its_host_is_killed_though_its_input_stays_open) {
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);  // the orphan becomes ours, so we see its end
  BareWorker worker(GetParam(), errors, true);
  worker.keep_busy(request, inputs_of(graph, 1), folder);
  kill(worker.host(), SIGKILL);
  EXPECT_TRUE(worker.end_within(kPromptly).has_value());
}

INSTANTIATE_TEST_SUITE_P(Worker, Ends, testing::ValuesIn(built_workers()), engine_name);

}  // namespace
}  // namespace assay
