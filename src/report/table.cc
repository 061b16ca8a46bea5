// SPDX-License-Identifier: MIT
#include "report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "report/caveats.h"
#include "report/labels.h"
#include "report/renderers.h"
#include "report/text.h"

namespace assay {
namespace {

constexpr std::string_view kGap = "  ";
constexpr int kLongestModel = 36;
constexpr int kShortenedModel = 22;
constexpr int kShortestModel = 10;
constexpr int kStreamsWidth = 3;  // " ×2"
constexpr int kUncutWidth = 1'000'000;
constexpr int kUncutText = 100;  // where the sentences below an uncut table are wrapped
constexpr const char* kBold = "1";
constexpr const char* kDim = "2";
constexpr const char* kRed = "31";
constexpr const char* kYellow = "33";

bool is_model(const Column& column) {
  return column.key == "model";
}
bool is_first_figure(const Column& column) {
  return column.key == "latency_ms_median";
}

std::string heading(const Column& column) {
  return std::string(column.short_heading.empty() ? column.heading : column.short_heading) +
         (column.unit.empty() ? "" : " " + std::string(column.unit));
}

}  // namespace

RowPrinter::RowPrinter(std::ostream& out, const RenderOptions& options,
                       std::span<const Configuration> asked)
    : x_out(out),
      x_engines(asked),
      x_width(options.width > 0 ? options.width : kUncutWidth),
      x_colour(options.colour) {
  int longest = kShortestModel;
  const std::string usual = arrival_label({});
  int arrival = 0;
  for (const Configuration& configuration : asked) {
    longest = std::max(longest, display_width(single_line(model_label(configuration.model))));
    const std::string label = arrival_label(configuration);
    if (label != usual) arrival = std::max(arrival, display_width(label));
  }
  for (const Column* column : columns_of(View::terminal)) {
    if (column->key == kArrivalColumn && arrival == 0) continue;
    int least = column->key == kArrivalColumn ? arrival + kStreamsWidth : column->width;
    if (column->key == kEngineColumn) least = std::max(least, x_engines.width());
    x_columns.push_back({column, std::max(least, display_width(heading(*column)))});
  }
  fit(options.width > 0 ? std::min(longest, kLongestModel) : longest);
}

// Model names become shorter first, then columns go by rank, then names become shorter still.
void RowPrinter::fit(int longest_model) {
  const auto model = [&]() -> int& {
    return std::ranges::find_if(x_columns, [](const Placed& p) { return is_model(*p.column); })
        ->width;
  };
  const auto shrink_to = [&](int least) {
    model() = std::max(std::min(least, model()), model() - std::max(0, used() - x_width));
  };
  model() = longest_model;
  shrink_to(kShortenedModel);
  while (used() > x_width) {
    const auto last = std::ranges::max_element(
        x_columns, {}, [](const Placed& placed) { return placed.column->rank; });
    if (last->column->rank == 0) break;
    x_columns.erase(last);
  }
  shrink_to(kShortestModel);
}

int RowPrinter::used() const {
  int width = static_cast<int>(kGap.size() * (x_columns.size() - 1));
  for (const Placed& placed : x_columns) width += placed.width;
  return width;
}

std::string RowPrinter::padded(const Placed& placed, const std::string& text) const {
  if (placed.column->numeric) return pad_left(text, placed.width);
  return pad_right(x_width == kUncutWidth ? text : cut(text, placed.width), placed.width);
}

std::string RowPrinter::painted(const std::string& text, const char* code) const {
  return x_colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

void RowPrinter::header() {
  std::string line;
  for (const Placed& placed : x_columns) {
    if (!line.empty()) line += kGap;
    line += padded(placed, heading(*placed.column));
  }
  line.erase(line.find_last_not_of(' ') + 1);
  std::string rule;
  for (int i = 0; i < used(); ++i) rule += "─";
  x_out << painted(line, kBold) << "\n" << painted(rule, kDim) << "\n" << std::flush;
}

void RowPrinter::row(const Measurement& measured) {
  Row row(measured);
  row.engine = x_engines.of(measured.configuration);
  row.ok() ? print_figures(row) : print_failure(row);
  x_out << std::flush;
}

void RowPrinter::print_figures(const Row& row) {
  x_doubts.insert(row.measurement->doubts.begin(), row.measurement->doubts.end());
  x_doubts.erase(Doubt::single_process);
  x_one_process |= row.relative_half_width() && row.latency_ms->processes == 1;
  std::string line, last;
  for (const Placed& placed : x_columns) {
    if (!last.empty()) line += last + std::string(kGap);
    last = padded(placed, cell_text(*placed.column, row));
  }
  last.erase(last.find_last_not_of(' ') + 1);
  line += painted(last, kYellow);
  if (last.empty()) line.erase(line.find_last_not_of(' ') + 1);
  x_out << line << "\n";
}

void RowPrinter::print_failure(const Row& row) {
  std::string line;
  for (const Placed& placed : x_columns) {
    if (is_first_figure(*placed.column)) break;
    line += padded(placed, cell_text(*placed.column, row)) + std::string(kGap);
  }
  const std::string outcome(name_of(row.measurement->outcome));
  const std::string reason = single_line(row.measurement->reason);
  const std::string whole = reason.empty() ? outcome : outcome + ": " + reason;
  const int room = std::max(x_width - display_width(line), display_width(outcome) + 2);
  if (display_width(whole) > room) remember(row, reason);
  x_out << line << painted(cut(whole, room), kRed) << "\n";
}

void RowPrinter::remember(const Row& row, const std::string& reason) {
  const std::string asked = single_line(row.engine + " " + row.asked().precision);
  auto same = std::ranges::find_if(x_cut_reasons, [&](const CutReason& cut) {
    return cut.asked == asked && cut.reason == reason;
  });
  if (same == x_cut_reasons.end()) {
    same = x_cut_reasons.insert(same, {asked, reason, {}});
  }
  same->models.push_back(single_line(model_label(row.asked().model)));
}

void RowPrinter::print_wrapped(const std::string& lead, const std::string& text) {
  const std::string indent(static_cast<size_t>(display_width(lead)), ' ');
  const int text_width = x_width == kUncutWidth ? kUncutText : x_width;
  std::string line = lead;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const bool fresh = line == lead || line == indent;
    if (!fresh && display_width(line) + 1 + display_width(word) > text_width) {
      x_out << painted(line, kDim) << "\n";
      line = indent + word;
    } else {
      line += (fresh ? "" : " ") + word;
    }
  }
  x_out << painted(line, kDim) << "\n";
}

void RowPrinter::footer() {
  if (x_one_process || !x_doubts.empty() || !x_cut_reasons.empty()) x_out << "\n";
  if (x_one_process) {
    print_wrapped(std::string(kOneProcessMark) + " ", doubt_text(Doubt::single_process));
  }
  for (const Doubt doubt : x_doubts) {
    print_wrapped(fmt::format("{} ", doubt_mark(doubt)), doubt_text(doubt));
  }
  for (const auto& [asked, reason, models] : x_cut_reasons) {
    const std::string others =
        models.size() > 1 ? fmt::format(" and {} more", models.size() - 1) : "";
    print_wrapped("… ", fmt::format("{}{}, {}: {}", models.front(), others, asked, reason));
  }
  x_out << std::flush;
}

void TableRenderer::render(const Report& report, std::ostream& out) const {
  std::vector<Configuration> asked;
  for (const Measurement& measured : report.measurements) asked.push_back(measured.configuration);
  RowPrinter printer(out, x_options, asked);
  printer.header();
  for (const Measurement& measured : report.measurements) printer.row(measured);
  printer.footer();
}

}  // namespace assay
