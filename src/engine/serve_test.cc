// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "engine/engine.h"
#include "engine/messages.h"
#include "engine/wire.h"

namespace assay {
namespace {

struct IdleEngine : Engine {
  EngineInfo info() override {
    return {.name = "idle",
            .version = "1",
            .devices = {"cpu"},
            .precisions = {"fp32"},
            .formats = {"onnx"}};
  }
  struct IdleSession : Session {
    void bind(std::span<const Binding>) override {}
    void run() override {}
    std::vector<Binding> outputs() override { return {}; }
  };
  struct IdleProgram : Program {
    std::unique_ptr<Session> open() override { return std::make_unique<IdleSession>(); }
  };
  std::unique_ptr<Program> load(const LoadRequest&) override {
    return std::make_unique<IdleProgram>();
  }
};

// The host's end of a served engine; `status` is what serve_on() returned, after finish().
class Served {
 public:
  Served() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, x_ends), 0);
    x_thread = std::thread([this] { x_status = serve_on(x_engine, x_ends[1], x_ends[1]); });
  }
  ~Served() {
    finish();
    close(x_ends[0]);
    close(x_ends[1]);
  }
  int wire() const { return x_ends[0]; }
  std::optional<nlohmann::json> receive() { return read_frame(wire(), x_decoder); }
  int finish() {
    shutdown(wire(), SHUT_WR);
    if (x_thread.joinable()) x_thread.join();
    return x_status;
  }

 private:
  IdleEngine x_engine;
  int x_ends[2];
  FrameDecoder x_decoder;
  int x_status = -1;
  std::thread x_thread;
};

TEST(Serve, says_hello_unasked_and_ends_at_end_of_file) {
  Served served;
  EXPECT_EQ(served.receive()->at("protocol"), kProtocolVersion);
  EXPECT_EQ(served.finish(), 0);
}

TEST(Serve, answers_requests_in_order) {
  Served served;
  served.receive();
  write_frame(served.wire(), {{"type", "memory"}});
  write_frame(served.wire(), {{"type", "nothing"}});
  EXPECT_EQ(served.receive()->at("ok"), true);
  EXPECT_EQ(served.receive()->at("outcome"), "run_failed");
  EXPECT_EQ(served.finish(), 0);
}

TEST(Serve, a_stop_ends_the_run_under_way_and_has_no_reply_of_its_own) {
  Served served;
  served.receive();
  write_frame(served.wire(), {{"type", "load"}, {"request", LoadRequest{"m", {}}}});
  write_frame(served.wire(), {{"type", "open"}});
  ASSERT_EQ(served.receive()->at("ok"), true);
  ASSERT_EQ(served.receive()->at("ok"), true);
  nlohmann::json run = RunRequest{.scenario = Scenario::server,
                                  .sessions = {1},
                                  .count = 3,
                                  .starts_ns = {0, 1000, 3'600'000'000'000}};
  run["type"] = "run";
  write_frame(served.wire(), run);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  write_frame(served.wire(), {{"type", "stop"}});
  const auto reply = served.receive()->get<RunReply>();
  EXPECT_EQ(reply.samples_ns.size(), 2u) << "the third was an hour away";
  EXPECT_EQ(reply.unserved, 1);
  write_frame(served.wire(), {{"type", "stop"}});  // nothing to stop
  write_frame(served.wire(), {{"type", "memory"}});
  EXPECT_TRUE(served.receive()->contains("peak_rss"));
  EXPECT_EQ(served.finish(), 0);
}

TEST(Serve, ends_with_3_at_rubbish_and_at_a_truncated_message) {
  for (const std::string rubbish : {"GET / HTTP/1.1\r\n", "\x08"}) {
    Served served;
    served.receive();
    ASSERT_EQ(write(served.wire(), rubbish.data(), rubbish.size()),
              static_cast<ssize_t>(rubbish.size()));
    EXPECT_EQ(served.finish(), 3) << rubbish;
  }
}

}  // namespace
}  // namespace assay
