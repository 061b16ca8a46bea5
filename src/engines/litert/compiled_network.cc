// SPDX-License-Identifier: MIT
#include "engines/litert/compiled_network.h"

#include <fmt/format.h>

#include <cstring>
#include <new>
#include <stdexcept>

namespace assay {
namespace {

constexpr int kCpu = 1;                // LiteRtHwAccelerators
constexpr uint32_t kForceFp16 = 4;     // TFLITE_XNNPACK_DELEGATE_FLAG_FORCE_FP16
constexpr LiteRtStatus kNoMemory = 2;  // kLiteRtStatusErrorMemoryAllocationFailure
constexpr int kDelegate = 2;           // ProfiledEventSource: XNNPACK

// LiteRT reads options of the CPU and of the runtime as text in TOML.
void add_options(LiteRtOptions options, const char* identifier, const std::string& toml) {
  char* payload = new char[toml.size() + 1];
  std::memcpy(payload, toml.c_str(), toml.size() + 1);
  LiteRtOpaqueOptions opaque = nullptr;
  check_litert(
      LiteRtCreateOpaqueOptions(
          identifier, payload, [](void* text) { delete[] static_cast<char*>(text); }, &opaque),
      "taking options");
  check_litert(LiteRtAddOpaqueOptions(options, opaque), "taking options");
}

template <typename Handle, typename Create, typename... Args>
LitertPointer<Handle> make(const char* what, Create create, Args... args) {
  Handle result = nullptr;
  check_litert(create(args..., &result), what);
  return LitertPointer<Handle>(result);
}

}  // namespace

void check_litert(LiteRtStatus status, const char* what) {
  if (status == 0) return;
  if (status == kNoMemory) throw std::bad_alloc();
  throw std::runtime_error(fmt::format("LiteRT failed at {} (status {})", what, status));
}

CompiledNetwork::CompiledNetwork(std::span<const std::byte> file, const CompileSettings& settings)
    : x_environment(make<LiteRtEnvironment>("starting", LiteRtCreateEnvironment, 0, nullptr)),
      x_model(make<LiteRtModel>("reading the file", LiteRtCreateModelFromBuffer,
                                x_environment.get(), static_cast<const void*>(file.data()),
                                file.size())),
      x_options(make<LiteRtOptions>("taking options", LiteRtCreateOptions)) {
  check_litert(LiteRtSetOptionsHardwareAccelerators(x_options.get(), kCpu), "choosing the CPU");
  add_options(x_options.get(), "xnnpack",
              fmt::format("num_threads = {}\nkernel_mode = \"{}\"\n{}", settings.threads,
                          settings.xnnpack ? "delegate" : "builtin",
                          settings.fp16 ? fmt::format("flags = {}\n", kForceFp16) : ""));
  if (settings.profiled)
    add_options(x_options.get(), "runtime_options_string", "enable_profiling = true\n");
  x_compiled = make<LiteRtCompiledModel>("compiling", LiteRtCreateCompiledModel,
                                         x_environment.get(), x_model.get(), x_options.get());
}

void CompiledNetwork::run(std::vector<LiteRtTensorBuffer>& inputs,
                          std::vector<LiteRtTensorBuffer>& outputs) {
  check_litert(LiteRtRunCompiledModel(x_compiled.get(), 0, inputs.size(), inputs.data(),
                                      outputs.size(), outputs.data()),
               "running");
}

std::vector<std::string> CompiledNetwork::kernels(std::vector<LiteRtTensorBuffer>& inputs,
                                                  std::vector<LiteRtTensorBuffer>& outputs) {
  LiteRtProfiler profiler = nullptr;
  check_litert(LiteRtCompiledModelGetProfiler(x_compiled.get(), &profiler), "profiling");
  check_litert(LiteRtStartProfiler(profiler), "profiling");
  run(inputs, outputs);
  check_litert(LiteRtStopProfiler(profiler), "profiling");
  int count = 0;
  check_litert(LiteRtGetNumProfilerEvents(profiler, &count), "profiling");
  std::vector<LiteRtProfilerEvent> events(static_cast<size_t>(count));
  check_litert(LiteRtGetProfilerEvents(profiler, count, events.data()), "profiling");
  std::vector<std::string> names;
  for (const LiteRtProfilerEvent& event : events) names.emplace_back(event.tag);
  return names;
}

}  // namespace assay
