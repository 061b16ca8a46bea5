// SPDX-License-Identifier: MIT
#include "golden/sample_report.h"

#include <fmt/format.h>

#include "base/random.h"

namespace assay {
namespace {

constexpr const char* kHostile =
    "</script><img src=x onerror=alert(1)>|\"quoted\", it's\n=2+3&amp;";

Context sample_context() {
  Context context;
  context.id = "01JD0000000000000000000CTX";
  context.date = "2026-11-21T10:51:50Z";
  context.host = "bench-1";
  context.machine_fingerprint = "6f1ed002ab559585";
  context.cpu = "Example CPU 9000 <8 cores> & friends";
  context.cores_usable = 2;
  context.memory_bytes = 24'000'000'000;
  context.kernel = "6.1.0";
  context.assay_version = "0.1.0";
  context.engines = {{"onnxruntime", "1.31.1"}, {"openvino", "2026.4.1"}};
  context.doubts = {Doubt::busy_machine};
  return context;
}

// `count` latencies around `ms` that a few percent of noise and a rare outlier spread.
ProcessSamples process(double ms, int count, uint64_t seed) {
  ProcessSamples samples;
  const uint64_t key = stream_key(seed, "latency");
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<uint64_t>(i);
    const double noise = 0.01 * random_uniform(key, 2 * at) * random_uniform(key, 2 * at + 1);
    const double outlier = i % 97 == 41 ? 0.3 : 0;
    samples.latency_ns.push_back(static_cast<int64_t>(ms * 1e6 * (1 + noise + outlier)));
    samples.wall_seconds += static_cast<double>(samples.latency_ns.back()) / 1e9;
  }
  samples.warmup_ns.assign(5, static_cast<int64_t>(ms * 1.2e6));
  samples.load_seconds = 0.25;
  samples.first_run_ms = 3 * ms;
  samples.cpu_seconds = 1.9 * samples.wall_seconds;
  samples.empty_rss_bytes = 60'000'000;
  samples.load_rss_bytes = 160'000'000;
  samples.peak_rss_bytes = 412'300'000;
  return samples;
}

Measurement measurement(int number, const std::string& model, const std::string& engine,
                        const std::string& precision) {
  Measurement measured;
  measured.id = fmt::format("01JD000000000000000000{:04}", number);
  measured.context_id = sample_context().id;
  measured.started_at = "2026-11-21T10:52:00Z";
  measured.configuration.model = model;
  measured.configuration.model_sha256 = std::string(64, 'a');
  measured.configuration.input = {{"x", {1, 3, 224, 224}}};
  measured.configuration.engine = engine;
  measured.configuration.engine_version = engine == "openvino" ? "2026.4.1" : "1.31.1";
  measured.configuration.precision = precision;
  measured.configuration.threads = 2;
  measured.command = "assay bench '" + model + "' --engine " + engine + " --precision " + precision;
  return measured;
}

Measurement failed(int number, const std::string& model, Outcome outcome,
                   const std::string& reason) {
  Measurement measured = measurement(number, model, "openvino", "fp32");
  measured.outcome = outcome;
  measured.reason = reason;
  return measured;
}

Measurement one_process() {
  Measurement measured = measurement(1, "resnet50", "onnxruntime", "fp32");
  measured.processes = {process(31.6, 400, 1)};
  measured.doubts = {Doubt::single_process};
  measured.steady_state = "flat";
  measured.output_check = OutputCheck{"onnxruntime fp32, optimizations off", 2.5e-6, 1e-3, true};
  measured.cost = ModelCost{25'557'032, 4'089'184'256, 11'114'000, 9'633'792};
  measured.artifact_bytes = 102'400'000;
  measured.facts.threads = 2;
  measured.facts.cpu_seconds = 24.1;
  measured.facts.wall_seconds = 12.7;
  measured.facts.precision_executed = {{"fp32", 1.0}};
  measured.facts.providers = {{"CPUExecutionProvider", 1.0}};
  measured.facts.layers = {{"conv1", "Conv", "fp32", "mlas_conv_relu", {"conv1", "relu1"}}};
  return measured;
}

Measurement several_processes() {
  Measurement measured = measurement(2, "resnet50", "openvino", "bf16");
  for (uint64_t i = 0; i < 8; ++i) {
    measured.processes.push_back(process(16.6 + 0.02 * static_cast<double>(i), 50, 10 + i));
  }
  measured.configuration.options = {{"performance_hint", "latency"}};
  measured.cost = one_process().cost;
  measured.facts.precision_executed = {{"bf16", 0.97}, {"fp32", 0.03}};
  return measured;
}

Measurement too_few_samples() {
  Measurement measured = measurement(3, "网络/détecteur.onnx", "onnxruntime", "fp32");
  measured.processes = {process(1234.5, 4, 3)};
  measured.doubts = {Doubt::too_few_samples, Doubt::unchecked_output, Doubt::constant_weights};
  return measured;
}

Measurement hostile() {
  Measurement measured = measurement(4, kHostile, "onnxruntime", "fp32");
  measured.processes = {process(0.01234, 40, 4)};
  measured.doubts = {Doubt::noisy};
  measured.facts.notes = {{kHostile, kHostile}};
  return measured;
}

}  // namespace

Report sample_report() {
  Report report{"Sample <report>", {sample_context()}, {}};
  report.measurements = {
      one_process(),
      several_processes(),
      too_few_samples(),
      hostile(),
      failed(5, "resnet50", Outcome::unsupported, "the engine has no int4 on cpu"),
      failed(6, "vgg16", Outcome::load_failed, kHostile),
      failed(7, "vgg16", Outcome::run_failed, "input 'x' has 3 dimensions, 4 are wanted"),
      failed(8, "vgg16", Outcome::out_of_memory,
             "the worker held 19.4 GB, above its cap of 19.2 GB, and was ended while it loaded the "
             "model for the second time; a smaller batch or another engine may fit"),
      failed(9, "vgg16", Outcome::timed_out, "no answer within 30 s"),
      failed(10, "vgg16", Outcome::crashed, "the worker died of signal 11\x1b[31m (SIGSEGV)\xff"),
      failed(11, "vgg16", Outcome::wrong_output, "error 0.4 is above 0.001"),
  };
  // A context that the report does not have.
  report.measurements.back().context_id = "gone";
  return report;
}

Report crowd_report() {
  struct Network {
    const char* name;
    double ms, mega_macs, mega_parameters;
  };
  constexpr Network kNetworks[] = {
      {"ch_ppocr_mobile_v2.0_cls_infer.onnx", 0.9, 44, 0.14},
      {"ch_PP-OCRv4_det_infer.onnx", 92, 5900, 1.2},
      {"ch_PP-OCRv4_rec_infer.onnx", 21, 1300, 2.7},
      {"light_bvlc_alexnet.onnx", 14, 655, 61},
      {"light_densenet121.onnx", 41, 2834, 8},
      {"light_inception_v1.onnx", 19, 1500, 7},
      {"light_resnet50.onnx", 32, 3858, 25.6},
      {"light_shufflenet.onnx", 4.1, 128, 1.4},
      {"light_squeezenet.onnx", 4.3, 349, 1.2},
      {"light_vgg19.onnx", 171, 19632, 143.7},
      {"light_zfnet512.onnx", 29, 1480, 87},
      {"alexnet", 13, 714, 61.1},
      {"vgg16", 136, 15470, 138.4},
      {"resnet18", 14.2, 1814, 11.7},
      {"resnet50", 31.6, 4089, 25.6},
      {"squeezenet1_1", 3.1, 349, 1.2},
      {"mobilenet_v2", 4.4, 301, 3.5},
  };
  Report report{"Seventeen networks on two engines", {sample_context()}, {}};
  int number = 100;
  for (const Network& network : kNetworks) {
    const std::string name = network.name;
    for (int variant = 0; variant < 4; ++variant) {
      Measurement measured = measurement(++number, name, variant < 2 ? "onnxruntime" : "openvino",
                                         variant % 2 ? "bf16" : "fp32");
      measured.cost = ModelCost{static_cast<int64_t>(network.mega_parameters * 1e6),
                                static_cast<int64_t>(network.mega_macs * 1e6), 0, 0};
      if (variant == 1) {
        measured.outcome = Outcome::unsupported;
        measured.reason = "onnxruntime 1.31.1 has no bf16 convolution on cpu";
      } else {
        const auto seed = static_cast<uint64_t>(number);
        const double factor =
            variant == 0 ? 1 + 0.2 * random_uniform(seed, 0) : (variant == 2 ? 0.95 : 0.55);
        measured.processes = {process(network.ms * factor, 300, seed)};
        measured.doubts = {Doubt::single_process};
        if (name.starts_with("light_")) measured.doubts.push_back(Doubt::constant_weights);
        if (variant == 3 && network.ms < 4) measured.doubts.push_back(Doubt::noisy);
      }
      report.measurements.push_back(measured);
    }
  }
  return report;
}

}  // namespace assay
