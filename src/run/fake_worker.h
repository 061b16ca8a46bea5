// SPDX-License-Identifier: MIT
// A worker for tests, made of a shell script: it says hello, then does what the test's script says.
// `answer NAME` in the script waits for one request and sends the prepared reply NAME.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/files.h"
#include "engine/messages.h"
#include "engine/wire.h"
#include "run/worker_process.h"

namespace assay {

class FakeWorker {
 public:
  explicit FakeWorker(const std::string& script, int protocol = kProtocolVersion) {
    EngineInfo info;
    info.name = "fake";
    info.version = "1";
    info.devices = {"cpu"};
    info.precisions = {"fp32"};
    info.formats = {"onnx"};
    put_frame("hello", {{"ok", true}, {"protocol", protocol}, {"info", info}});
    put_frame("done", {{"ok", true}});
    std::ofstream(path()) << "#!/bin/sh\n"
                          << "cd " << x_folder.path().string() << "\n"
                          << "answer() { dd bs=4096 count=1 of=/dev/null 2>/dev/null; cat $1; }\n"
                          << script << "\n";
    std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
  }
  void put_frame(const std::string& name, const nlohmann::json& message) {
    const auto frame = encode_frame(message);
    std::ofstream(x_folder.path() / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(frame.data()),
               static_cast<std::streamsize>(frame.size()));
  }
  std::filesystem::path path() const { return x_folder.path() / "fake"; }
  const std::filesystem::path& folder() const { return x_folder.path(); }

 private:
  TempDir x_folder;
};

inline WorkerOptions options_for(const FakeWorker& fake) {
  WorkerOptions options;
  options.command = {fake.path().string()};
  options.hello_deadline_seconds = 5;
  return options;
}

// Fails the test when it does not say hello.
inline std::unique_ptr<WorkerProcess> live(const WorkerOptions& options) {
  auto started = WorkerProcess::start(options);
  if (const Failure* failure = std::get_if<Failure>(&started)) {
    ADD_FAILURE() << failure->reason;
    return nullptr;
  }
  return std::move(std::get<std::unique_ptr<WorkerProcess>>(started));
}

}  // namespace assay
