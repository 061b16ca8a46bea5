// SPDX-License-Identifier: MIT
#include <sys/wait.h>
#include <unistd.h>

#include "base/error_of.h"
#include "store/store_test_examples.h"

namespace assay {
namespace {

constexpr uid_t kNobody = 65534;

}  // namespace

Measurement example_measurement(const std::string& id, const std::string& context_id) {
  Measurement value;
  value.id = id;
  value.context_id = context_id;
  value.started_at = "2026-11-21T10:51:50Z";
  value.configuration.model = "resnet18";
  value.configuration.input["x"] = {1, 3, 224, 224};
  value.configuration.engine = "onnxruntime";
  value.configuration.options["graph_level"] = "3";
  value.outcome = Outcome::ok;
  value.doubts = {Doubt::noisy, Doubt::single_process};
  value.processes.resize(2);
  value.processes[0].warmup_ns = {2'000'000'000};
  value.processes[0].latency_ns = {1, -1, INT64_MAX, INT64_MIN, 0, 17'000'123};
  value.processes[0].load_seconds = 0.1;
  value.processes[1].latency_ns = {5};
  value.steady_state = "flat";
  value.output_check = OutputCheck{"onnxruntime fp32, optimizations off", 1e-5, 1e-3, true};
  value.cost = ModelCost{11'689'512, 1'814'073'344, 2'000'000, 6'422'528};
  value.artifact_bytes = 46'758'048;
  value.facts.threads = 1;
  value.facts.precision_executed["fp32"] = 1;
  value.facts.layers = {{"conv1", "Conv", "fp32", "jit:avx512", {"conv1", "relu1"}}};
  value.command = "assay bench resnet18 --engine onnxruntime";
  return value;
}

Context example_context(const std::string& id) {
  Context value;
  value.id = id;
  value.date = "2026-11-21T10:51:50Z";
  value.host = "example";
  value.cores_usable = 2;
  value.engines["onnxruntime"] = "1.31.1";
  value.doubts = {Doubt::busy_machine};
  return value;
}

std::function<std::string()> start_child(const std::function<void()>& act, bool unprivileged) {
  int channel[2];
  ASSAY_CHECK(pipe(channel) == 0);
  const pid_t child = fork();
  ASSAY_CHECK(child >= 0);
  if (child == 0) {
    close(channel[0]);
    if (unprivileged && getuid() == 0 && setuid(kNobody) != 0) _exit(3);
    const std::string sentence = error_of(act);
    const bool told = write(channel[1], sentence.data(), sentence.size()) ==
                      static_cast<ssize_t>(sentence.size());
    _exit(told ? 0 : 2);
  }
  close(channel[1]);
  return [child, out = channel[0]] {
    std::string sentence;
    char buffer[512];
    for (ssize_t got = 0; (got = read(out, buffer, sizeof buffer)) > 0;)
      sentence.append(buffer, static_cast<size_t>(got));
    close(out);
    int status = -1;
    waitpid(child, &status, 0);
    return status == 0 ? sentence : "the child ended with status " + std::to_string(status);
  };
}

std::string sentence_of_child(const std::function<void()>& act, bool unprivileged) {
  return start_child(act, unprivileged)();
}

}  // namespace assay
