// SPDX-License-Identifier: MIT
#include "report/columns.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "report/caveats.h"
#include "report/labels.h"
#include "report/text.h"

namespace assay {
namespace {

constexpr unsigned kTerminal = static_cast<unsigned>(View::terminal);
constexpr unsigned kPage = static_cast<unsigned>(View::page);
constexpr unsigned kFile = static_cast<unsigned>(View::file);
constexpr unsigned kAll = kTerminal | kPage | kFile;

template <typename T>
ColumnValue value_of(const std::optional<T>& optional) {
  return optional ? ColumnValue(*optional) : ColumnValue();
}

ColumnValue value_of(const std::string& text) {
  return text.empty() ? ColumnValue() : ColumnValue(text);
}

template <typename Field>
ColumnValue of_latency(const Row& row, Field field) {
  return row.latency_ms ? ColumnValue(field(*row.latency_ms)) : ColumnValue();
}

ColumnValue median_bound(const Row& row, double Interval::*bound) {
  if (!row.latency_ms || !row.latency_ms->median.ci95) return {};
  return (*row.latency_ms->median.ci95).*bound;
}

ColumnValue tail(const Row& row, std::optional<QuantileSummary> Summary::*which) {
  if (!row.latency_ms || !((*row.latency_ms).*which)) return {};
  return ((*row.latency_ms).*which)->value;
}

ColumnValue of_cost(const Row& row, int64_t ModelCost::*which) {
  return row.measurement->cost ? ColumnValue((*row.measurement->cost).*which) : ColumnValue();
}

std::string joined_doubts(const Row& row, bool with_single_process) {
  std::string names;
  for (const Doubt doubt : row.measurement->doubts) {
    if (doubt == Doubt::single_process && !with_single_process) continue;
    names += (names.empty() ? "" : " ") + std::string(info_of(doubt).name);
  }
  return names;
}

ColumnValue doubt_names(const Row& row) {
  return value_of(joined_doubts(row, true));
}

// An interval from a single process carries that doubt's mark already.
std::string doubts_beside_interval(const Row& row, const ColumnValue&) {
  const std::string names = joined_doubts(row, !row.relative_half_width());
  return names.empty() ? "–" : names;
}

ColumnValue doubt_marks(const Row& row) {
  std::string marks;
  for (const Doubt doubt : row.measurement->doubts) {
    // The interval already carries that mark.
    if (doubt != Doubt::single_process) marks += doubt_mark(doubt);
  }
  return marks;
}

ColumnValue options_of(const Row& row) {
  std::string options;
  for (const auto& [name, value] : row.asked().options) {
    options += fmt::format("{}{}={}", options.empty() ? "" : " ", name, value);
  }
  return value_of(options);
}

ColumnValue arrival_of(const Row& row) {
  const int streams = row.asked().streams;
  return arrival_label(row.asked()) + (streams > 1 ? fmt::format(" ×{}", streams) : "");
}

std::string plain(const Row&, const ColumnValue& value) {
  return raw_text(value);
}

double number(const ColumnValue& value) {
  const auto* integer = std::get_if<int64_t>(&value);
  return integer ? static_cast<double>(*integer) : std::get<double>(value);
}

std::string four_digits(const Row&, const ColumnValue& value) {
  return significant(number(value));
}
std::string three_digits(const Row&, const ColumnValue& value) {
  return significant(number(value), 3);
}
std::string mega(const Row&, const ColumnValue& value) {
  return megabytes(std::get<int64_t>(value));
}
std::string counted(const Row&, const ColumnValue& value) {
  return si_count(number(value));
}

std::string model_text(const Row& row, const ColumnValue&) {
  return model_label(row.asked().model);
}

std::string engine_text(const Row& row, const ColumnValue&) {
  return row.engine;
}

std::string half_width(const Row& row, const ColumnValue& value) {
  const double percent = 100 * number(value);
  return fmt::format("±{} %{}",
                     percent < 1 ? fmt::format("{:.2f}", percent) : significant(percent, 2),
                     row.latency_ms->processes == 1 ? kOneProcessMark : "");
}

using R = const Row&;

constexpr std::array kIdentity = {
    Column{"id", "id", "", "Identifier of the measurement; 'assay show ID' prints it whole.", false,
           kFile, 0, 0, [](R r) { return value_of(r.measurement->id); }, plain},
    Column{"context", "context", "", "Which of the report's contexts it was measured in.", true,
           kFile, 0, 0,
           [](R r) {
             return r.context ? ColumnValue(static_cast<int64_t>(*r.context)) : ColumnValue();
           },
           plain},
    Column{"started_at", "started", "", "When the measurement began, in UTC.", false, kFile, 0, 0,
           [](R r) { return value_of(r.measurement->started_at); }, plain},
    Column{"model", "model", "", "The network, by its name in the zoo or its file.", false, kAll,
           22, 0, [](R r) { return value_of(r.asked().model); }, model_text},
    Column{kEngineColumn, "engine", "",
           "The software that executed it, with its version where the report has two of it.", false,
           kAll, 11, 0, [](R r) { return value_of(r.asked().engine); }, engine_text},
    Column{"engine_version", "version", "", "The engine's version, as its worker says.", false,
           kFile, 0, 0, [](R r) { return value_of(r.asked().engine_version); }, plain},
    Column{"device", "device", "", "Where the engine ran it.", false, kFile, 0, 0,
           [](R r) { return value_of(r.asked().device); }, plain},
    Column{"precision", "precision", "",
           "The arithmetic that was asked for; the facts say what ran.", false, kAll, 5, 0,
           [](R r) { return value_of(r.asked().precision); }, plain, "prec"},
    Column{"batch", "batch", "", "Images per call.", true, kAll, 5, 2,
           [](R r) { return ColumnValue(r.asked().batch); }, plain},
    Column{"threads", "threads", "", "Threads that the engine was told to use.", true, kAll, 3, 1,
           [](R r) { return ColumnValue(int64_t{r.asked().threads}); }, plain, "thr"},
    Column{"streams", "streams", "", "Calls in flight at the same time.", true, kFile, 0, 0,
           [](R r) { return ColumnValue(int64_t{r.asked().streams}); }, plain},
    Column{"scenario", "scenario", "", "How work arrives, in MLPerf's meaning.", false, kFile, 0, 0,
           [](R r) { return ColumnValue(std::string(name_of(r.asked().scenario))); }, plain},
    Column{"rate_per_s", "rate", "/s", "Queries that arrive in a second, on average.", true, kFile,
           0, 0,
           [](R r) {
             return r.asked().rate_per_s > 0 ? ColumnValue(r.asked().rate_per_s) : ColumnValue();
           },
           plain},
    Column{"idle_gap_ms", "idle gap", "ms", "Slept before each call.", true, kFile, 0, 0,
           [](R r) {
             const int64_t ns = r.asked().idle_gap_ns;
             return ns > 0 ? ColumnValue(static_cast<double>(ns) / 1e6) : ColumnValue();
           },
           plain},
    Column{"include_transfer", "transfer", "", "Whether copying inputs and outputs counts.", false,
           kFile, 0, 0,
           [](R r) { return r.asked().include_transfer ? ColumnValue("included") : ColumnValue(); },
           plain},
    Column{kArrivalColumn, "scenario", "", "How work arrives, and on how many streams.", false,
           kTerminal, 14, 0, arrival_of, plain},
    Column{"options", "options", "", "Engine options that were set.", false, kFile, 0, 0,
           options_of, plain},
    Column{"outcome", "outcome", "", "How the measurement ended; only ok has figures.", false,
           kPage | kFile, 0, 0,
           [](R r) { return ColumnValue(std::string(name_of(r.measurement->outcome))); }, plain},
};

constexpr std::array kSpeed = {
    Column{"latency_ms_median", "latency", "ms",
           "Median wall time of one call (one batch), or of one query as the scenario defines it.",
           true, kAll, 9, 0,
           [](R r) { return of_latency(r, [](auto& s) { return s.median.value; }); }, four_digits},
    Column{"latency_ms_ci95_relative", "95 %", "",
           "95 % confidence interval of the median, distribution-free; its longer side over the "
           "median. ¹: from one process only, so without the difference between processes.",
           true, kTerminal | kPage, 8, 0, [](R r) { return value_of(r.relative_half_width()); },
           half_width},
    Column{"latency_ms_ci95_low", "95 % from", "ms", "Lower end of the median's 95 % interval.",
           true, kFile, 0, 0, [](R r) { return median_bound(r, &Interval::low); }, four_digits},
    Column{"latency_ms_ci95_high", "95 % to", "ms", "Upper end of the median's 95 % interval.",
           true, kFile, 0, 0, [](R r) { return median_bound(r, &Interval::high); }, four_digits},
    Column{"latency_ms_mean", "mean", "ms", "Mean of all samples; nothing is trimmed.", true, kFile,
           0, 0, [](R r) { return of_latency(r, [](auto& s) { return s.mean; }); }, four_digits},
    Column{"latency_ms_p90", "p90", "ms",
           "90 % of the calls took at most this; needs 29 samples a process.", true, kFile, 0, 0,
           [](R r) { return tail(r, &Summary::p90); }, four_digits},
    Column{"latency_ms_p95", "p95", "ms",
           "95 % of the calls took at most this; needs 59 samples a process.", true, kFile, 0, 0,
           [](R r) { return tail(r, &Summary::p95); }, four_digits},
    Column{"latency_ms_p99", "p99", "ms",
           "99 % of the calls took at most this; needs 299 samples a process.", true, kFile, 0, 0,
           [](R r) { return tail(r, &Summary::p99); }, four_digits},
    Column{"latency_ms_min", "min", "ms", "Fastest call.", true, kFile, 0, 0,
           [](R r) { return of_latency(r, [](auto& s) { return s.min; }); }, four_digits},
    Column{"latency_ms_max", "max", "ms", "Slowest call.", true, kFile, 0, 0,
           [](R r) { return of_latency(r, [](auto& s) { return s.max; }); }, four_digits},
    Column{"samples", "samples", "", "Timed calls, all processes together.", true, kFile, 0, 0,
           [](R r) { return of_latency(r, [](auto& s) { return s.samples; }); }, plain},
    Column{"processes", "processes", "", "Fresh processes measured: the unit of replication.", true,
           kFile, 0, 0, [](R r) { return of_latency(r, [](auto& s) { return s.processes; }); },
           plain},
    Column{"throughput_per_s", "images/s", "", "Images over wall time, idle gaps included.", true,
           kAll, 8, 4, [](R r) { return value_of(r.throughput_per_s); }, four_digits},
    Column{"doubts", "doubts", "", "Reasons to distrust the figures.", false, kPage | kFile, 0, 0,
           doubt_names, doubts_beside_interval},
    Column{"load_seconds", "load", "s", "From the model's file to a compiled program.", true, kFile,
           0, 0, [](R r) { return value_of(r.load_seconds); }, three_digits},
    Column{"first_run_ms", "first run", "ms", "The first call, kept apart from the samples.", true,
           kFile, 0, 0, [](R r) { return value_of(r.first_run_ms); }, four_digits},
    Column{"warmup_runs", "warm-up runs", "", "Calls before the samples, kept apart.", true, kFile,
           0, 0, [](R r) { return value_of(r.warmup_runs); }, plain},
    Column{"steady_state", "steady state", "", "What the series of samples looks like.", false,
           kFile, 0, 0, [](R r) { return value_of(r.measurement->steady_state); }, plain},
};

constexpr std::array kRest = {
    Column{"peak_rss_bytes", "memory", "MB",
           "Peak resident memory of the worker process (10⁶ bytes), engine included.", true, kAll,
           7, 3, [](R r) { return value_of(r.peak_rss_bytes); }, mega},
    Column{"model_rss_bytes", "model memory", "MB", "Resident memory that loading the model added.",
           true, kFile, 0, 0, [](R r) { return value_of(r.model_rss_bytes); }, mega},
    Column{"artifact_bytes", "file", "MB", "Size of the file that the engine loads.", true, kFile,
           0, 0, [](R r) { return value_of(r.measurement->artifact_bytes); }, mega},
    Column{"parameters", "parameters", "", "Learned numbers in the network.", true, kPage | kFile,
           0, 0, [](R r) { return of_cost(r, &ModelCost::parameters); }, counted},
    Column{"macs", "MACs", "",
           "Multiply-and-add pairs of convolutions, linear layers and matrix products in one call; "
           "biases, normalization and activations count nothing. A FLOP count is twice this.",
           true, kPage | kFile, 0, 0, [](R r) { return of_cost(r, &ModelCost::macs); }, counted},
    Column{"output_error", "output error", "",
           "Largest difference from the reference's output over how much the output moves at all.",
           true, kFile, 0, 0,
           [](R r) {
             const auto& check = r.measurement->output_check;
             return check ? ColumnValue(check->error) : ColumnValue();
           },
           three_digits},
    Column{"doubt_marks", "doubts", "", "Letters of the doubts; the legend spells them.", false,
           kTerminal, 6, 0, doubt_marks, plain},
    Column{"reason", "reason", "", "Why there are no figures.", false, kFile, 0, 0,
           [](R r) { return value_of(r.measurement->reason); }, plain},
    Column{"command", "command", "", "Measures it again.", false, kFile, 0, 0,
           [](R r) { return value_of(r.measurement->command); }, plain},
};

constexpr auto kColumns = [] {
  std::array<Column, kIdentity.size() + kSpeed.size() + kRest.size()> all;
  size_t next = 0;
  for (const Column& column : kIdentity) all[next++] = column;
  for (const Column& column : kSpeed) all[next++] = column;
  for (const Column& column : kRest) all[next++] = column;
  return all;
}();

}  // namespace

std::span<const Column> columns() {
  return kColumns;
}

std::vector<const Column*> columns_of(View view) {
  std::vector<const Column*> chosen;
  for (const Column& column : columns()) {
    if (column.views & static_cast<unsigned>(view)) chosen.push_back(&column);
  }
  return chosen;
}

std::string cell_text(const Column& column, const Row& row) {
  const ColumnValue value = column.value(row);
  if (std::holds_alternative<std::monostate>(value)) return "–";
  return single_line(column.text(row, value));
}

std::string raw_text(const ColumnValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* integer = std::get_if<int64_t>(&value)) return fmt::format("{}", *integer);
  const auto* real = std::get_if<double>(&value);
  return real && std::isfinite(*real) ? fmt::format("{}", *real) : "";
}

}  // namespace assay
