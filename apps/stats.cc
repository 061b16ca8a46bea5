// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <memory>

#include "base/error.h"
#include "base/files.h"
#include "command.h"
#include "listing.h"
#include "options.h"
#include "record/doubt.h"
#include "report/caveats.h"
#include "report/json.h"
#include "report/text.h"
#include "run/series_judgement.h"
#include "stats/series.h"

namespace assay {
namespace {

constexpr double kNsPerMs = 1e6;

struct StatsFlags {
  std::string file;
  OutputFlags output;
};

std::string text_of(const std::string& file) {
  if (file != "-") return read_file(file);
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

std::vector<Doubt> doubts_of(const SeriesVerdict& verdict) {
  std::vector<Doubt> doubts;
  if (const auto doubt = doubt_of_width(verdict.summary.median)) doubts.push_back(*doubt);
  if (const auto doubt = doubt_of(verdict.steady_state.verdict)) doubts.push_back(*doubt);
  return doubts;
}

Item as_json(const SeriesVerdict& verdict, const std::vector<Doubt>& doubts) {
  Item levels = Item::array();
  for (const Level& level : verdict.steady_state.levels)
    levels.push_back({{"begin", level.begin}, {"end", level.end}, {"median_ms", level.value}});
  Item names = Item::array();
  for (const Doubt doubt : doubts) names.push_back(info_of(doubt).name);
  const auto& lag1 = verdict.summary.lag1;
  return {{"schema_version", kReportSchemaVersion},
          {"steady_state", name_of(verdict.steady_state.verdict)},
          {"left_out", verdict.left_out},
          {"latency_ms", latency_json(verdict.summary)},
          {"lag1", lag1 ? Item(*lag1) : Item(nullptr)},
          {"levels", levels},
          {"doubts", names}};
}

// One row per figure; what cannot be said of so few samples is "-".
std::vector<Item> figures(const Item& json) {
  std::vector<Item> rows;
  const auto row = [&](std::string name, const Item& value, const Item& ci95 = nullptr) {
    const auto figure = [](const Item& number) {
      return number.is_number_float() ? Item(significant(number.get<double>(), 4)) : number;
    };
    rows.push_back({{"figure", std::move(name)},
                    {"value", figure(value)},
                    {"95 % from", ci95.is_null() ? ci95 : figure(ci95.at(0))},
                    {"95 % to", ci95.is_null() ? ci95 : figure(ci95.at(1))}});
  };
  const Item& latency = json.at("latency_ms");
  row("steady state", json.at("steady_state"));
  row("samples", latency.at("samples"));
  row("left out before them", json.at("left_out"));
  row("median ms", latency.at("median"), latency.at("ci95"));
  for (const char* tail : {"p90", "p95", "p99"})
    row(fmt::format("{} ms", tail), latency.at(tail), latency.at(fmt::format("{}_ci95", tail)));
  for (const char* name : {"mean", "min", "max"}) row(fmt::format("{} ms", name), latency.at(name));
  row("lag-1 autocorrelation", json.at("lag1"));
  return rows;
}

void stats(const StatsFlags& flags) {
  const std::string name = flags.file == "-" ? "standard input" : flags.file;
  std::vector<double> samples = parse_samples(text_of(flags.file), name);
  for (double& sample : samples) sample /= kNsPerMs;
  const std::optional<SeriesVerdict> verdict = judge(samples);
  if (!verdict) throw Error("'{}' holds no samples; write one number a line, in nanoseconds", name);
  const std::vector<Doubt> doubts = doubts_of(*verdict);
  const Item json = as_json(*verdict, doubts);
  Output output(flags.output);
  if (flags.output.format == "json") {
    output.stream() << dump(json) << '\n';
  } else {
    print_listing(figures(json), {"figure", "value", "95 % from", "95 % to"}, flags.output.format,
                  output.stream());
    if (flags.output.format != "csv")
      for (const Doubt doubt : doubts) output.stream() << '\n' << doubt_text(doubt) << '\n';
  }
  output.close();
}

}  // namespace

void declare_stats(CLI::App& app, int&) {
  auto flags = std::make_shared<StatsFlags>();
  app.add_option("FILE", flags->file,
                 "raw samples in the order measured, one number a line, in nanoseconds; - is "
                 "standard input")
      ->required();
  add_output_flags(app, flags->output, listing_formats());
  app.callback([flags] { stats(*flags); });
  app.footer(
      "Only the samples of the steady state are summarized; where there is none, all are, and a "
      "doubt says so. The raw samples of a measurement: assay show ID --samples.");
}

}  // namespace assay
