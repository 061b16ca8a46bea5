// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "engine/engine.h"
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
  std::unique_ptr<Program> load(const LoadRequest&) override { throw Unsupported("idle"); }
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
