// SPDX-License-Identifier: MIT
// Labels say which rows of a report answer the same question (a subject: one model at one batch on
// one machine) and how the answers differ (a variant: engine, precision and whatever else varies in
// this report). Used by findings and charts; nothing that is the same everywhere is repeated.
#pragma once

#include <span>
#include <string>

#include "report/row.h"

namespace assay {

// How work arrives: "single_stream", "server 50/s", "multi_stream, idle 10 ms, with transfer".
std::string arrival_label(const Configuration& asked);

class Labels {
 public:
  Labels(const Report& report, std::span<const Row> rows);

  // "resnet50" or "resnet50, batch 8"; rows with the same key are comparable.
  std::string subject(const Row& row) const;
  std::string subject_key(const Row& row) const;
  // "openvino bf16" or "openvino bf16, 2 threads".
  std::string variant(const Row& row) const;

 private:
  struct Varying {
    bool machine = false, batch = false, scenario = false, device = false, threads = false;
    bool streams = false, options = false;
  };

  std::string machine(const Row& row) const;

  const Report* x_report;
  Varying x_varying;
};

}  // namespace assay
