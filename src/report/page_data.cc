// SPDX-License-Identifier: MIT
#include "report/page_data.h"

#include <algorithm>

#include "report/json.h"

namespace assay {
namespace {

using Json = nlohmann::ordered_json;

double ms(int64_t ns) {
  return static_cast<double>(ns) / 1e6;
}

Json drawn(const std::vector<int64_t>& samples) {
  Json points = Json::array();  // [place in order, ms]
  const size_t stretches = kDrawnSamples / 2;
  if (samples.size() <= kDrawnSamples) {
    for (size_t i = 0; i < samples.size(); ++i) points.push_back({i, ms(samples[i])});
    return points;
  }
  for (size_t k = 0; k < stretches; ++k) {
    const auto begin = samples.begin() + static_cast<long>(k * samples.size() / stretches);
    const auto end = samples.begin() + static_cast<long>((k + 1) * samples.size() / stretches);
    auto [first, second] = std::minmax_element(begin, end);
    if (second < first) std::swap(first, second);
    for (const auto it : {first, second}) points.push_back({it - samples.begin(), ms(*it)});
  }
  return points;
}

Json page_row(const Row& row, const Labels& labels) {
  Json samples = Json::array();
  for (const ProcessSamples& process : row.measurement->processes) {
    samples.push_back({{"count", process.latency_ns.size()}, {"drawn", drawn(process.latency_ns)}});
  }
  const auto& cost = row.measurement->cost;
  return {{"subject", labels.subject(row)},
          {"subject_key", labels.subject_key(row)},
          {"variant", labels.variant(row)},
          {"parameters", cost ? Json(cost->parameters) : Json(nullptr)},
          {"macs", cost ? Json(cost->macs) : Json(nullptr)},
          {"samples", samples}};
}

}  // namespace

Json page_json(const Report& report, std::span<const Row> rows, const Labels& labels) {
  Json json = report_json(report);
  for (Json& result : json["results"]) result["facts"].erase("layers");
  Json page_rows = Json::array();
  for (const Row& row : rows) page_rows.push_back(page_row(row, labels));
  Json texts = Json::object();
  for (const DoubtInfo& info : doubts()) {
    texts[std::string(info.name)] = {{"meaning", info.meaning}, {"advice", info.advice}};
  }
  json["page"] = {{"rows", page_rows}, {"doubts", texts}};
  return json;
}

}  // namespace assay
