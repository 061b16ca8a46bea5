// SPDX-License-Identifier: MIT
#include "engines/tensorflow/config.h"

#include "messages.pb.h"

namespace assay {

std::string session_config(const SessionSettings& settings) {
  tf::ConfigProto config;
  config.set_intra_op_parallelism_threads(settings.threads);
  // Negative: no thread of its own for operations.
  config.set_inter_op_parallelism_threads(settings.inter_op_threads > 1 ? settings.inter_op_threads
                                                                        : -1);
  config.set_use_per_session_threads(settings.inter_op_threads > 1);
  config.mutable_experimental()->set_disable_thread_spinning(!settings.spinning);
  // The graph does not change after the first run, so TensorFlow keeps one copy less.
  config.mutable_experimental()->set_optimize_for_static_graph(true);
  auto& rewrites = *config.mutable_graph_options()->mutable_rewrite_options();
  rewrites.set_disable_meta_optimizer(!settings.optimize && !settings.bf16);
  rewrites.set_auto_mixed_precision_onednn_bfloat16(settings.bf16 ? tf::ON : tf::OFF);
  return config.SerializeAsString();
}

std::string traced_run() {
  tf::RunOptions options;
  options.set_trace_level(tf::RunOptions::SOFTWARE_TRACE);
  return options.SerializeAsString();
}

}  // namespace assay
