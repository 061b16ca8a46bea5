// SPDX-License-Identifier: MIT
#include "report/table.h"

#include <gmock/gmock.h>

#include <sstream>

#include "report/text.h"

namespace assay {
namespace {

Measurement ok_measurement(const std::string& model) {
  Measurement measured;
  measured.configuration.model = model;
  measured.configuration.engine = "onnxruntime";
  ProcessSamples& process = measured.processes.emplace_back();
  process.latency_ns.assign(20, 12'345'678);
  process.wall_seconds = 0.25;
  process.peak_rss_bytes = 412'000'000;
  measured.doubts = {Doubt::noisy, Doubt::drifting};
  return measured;
}

Report mixed_report() {
  Report report{"", {}, {ok_measurement("网络" + std::string(60, 'x')), ok_measurement("short")}};
  report.measurements[1].outcome = Outcome::crashed;
  for (int i = 0; i < 50; ++i) report.measurements[1].reason += "again ";
  report.measurements[1].reason += "and for good";
  return report;
}

std::vector<std::string> lines_of(const Report& report, const RenderOptions& options) {
  std::stringstream out;
  renderer("table", options)->render(report, out);
  std::vector<std::string> lines;
  for (std::string line; std::getline(out, line);) lines.push_back(line);
  return lines;
}

TEST(Table, no_line_is_wider_than_the_terminal) {
  for (int width = 60; width <= 140; ++width) {
    for (const std::string& line : lines_of(mixed_report(), {.width = width})) {
      EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(Table, a_row_keeps_model_engine_precision_and_latency_however_narrow) {
  const std::vector<std::string> lines = lines_of(mixed_report(), {.width = 20});
  EXPECT_THAT(lines[0], testing::AllOf(testing::HasSubstr("model"), testing::HasSubstr("engine"),
                                       testing::HasSubstr("prec"), testing::HasSubstr("latency")));
  EXPECT_THAT(lines[2], testing::HasSubstr("12.35"));
}

TEST(Table, nothing_is_cut_or_dropped_without_a_terminal) {
  Report report = mixed_report();
  report.measurements[0].configuration.engine = "an_engine_of_somebody";
  const std::vector<std::string> lines = lines_of(report, {.width = 0});
  EXPECT_THAT(lines[0], testing::HasSubstr("images/s"));
  EXPECT_THAT(lines[2], testing::HasSubstr(report.measurements[0].configuration.model));
  EXPECT_THAT(lines[2], testing::HasSubstr("an_engine_of_somebody"));
  EXPECT_THAT(lines[3], testing::HasSubstr("and for good"));
  for (size_t i = 4; i < lines.size(); ++i) EXPECT_LE(display_width(lines[i]), 100) << lines[i];
}

TEST(Table, rows_as_they_come_make_the_same_table) {
  const Report report = mixed_report();
  std::ostringstream streamed, whole;
  std::vector<Configuration> asked;
  for (const auto& measured : report.measurements) asked.push_back(measured.configuration);
  RowPrinter printer(streamed, {}, asked);
  printer.header();
  for (const Measurement& measured : report.measurements) printer.row(measured);
  printer.footer();
  renderer("table")->render(report, whole);
  EXPECT_EQ(streamed.str(), whole.str());
}

TEST(Table, shows_the_versions_of_an_engine_that_is_measured_beside_a_pinned_one) {
  std::ostringstream out;
  Report report{"", {}, {ok_measurement("m"), ok_measurement("m")}};
  std::vector<Configuration> asked(2);
  asked[0].engine = "onnxruntime";
  asked[1].engine = "onnxruntime@1.30.0";
  RowPrinter printer(out, {.width = 100}, asked);
  for (const char* version : {"1.31.1", "1.30.0"}) {  // as the workers say
    report.measurements[0].configuration.engine_version = version;
    printer.row(report.measurements[0]);
  }
  EXPECT_THAT(out.str(), testing::AllOf(testing::HasSubstr(" onnxruntime@1.31.1 "),
                                        testing::HasSubstr(" onnxruntime@1.30.0 ")));
}

TEST(Table, shows_how_work_arrives_where_a_row_is_not_one_call_after_the_other) {
  Report report = mixed_report();
  EXPECT_EQ(lines_of(report, {})[0].find("scenario"), std::string::npos);
  Configuration& asked = report.measurements[0].configuration;
  asked.scenario = Scenario::server;
  asked.streams = 2;
  asked.rate_per_s = 50;
  const std::vector<std::string> lines = lines_of(report, {.width = 200});
  EXPECT_THAT(lines[0], testing::HasSubstr("scenario"));
  EXPECT_THAT(lines[2], testing::HasSubstr("server 50/s ×2"));
  EXPECT_THAT(lines[3], testing::HasSubstr("single_stream"));
}

TEST(Table, escape_codes_are_there_only_when_asked_for) {
  const auto has_escape = [](const std::vector<std::string>& lines) {
    return std::ranges::any_of(
        lines, [](const std::string& line) { return line.find('\x1b') != std::string::npos; });
  };
  EXPECT_FALSE(has_escape(lines_of(mixed_report(), {})));
  EXPECT_TRUE(has_escape(lines_of(mixed_report(), {.colour = true})));
}

TEST(Table, a_cut_reason_stands_in_full_below) {
  const std::vector<std::string> lines = lines_of(mixed_report(), {});
  EXPECT_THAT(lines[3],
              testing::AllOf(testing::HasSubstr("crashed: again"), testing::EndsWith("…")));
  EXPECT_THAT(lines, testing::Contains(testing::EndsWith("and for good")));
}

TEST(Table, a_reason_that_many_rows_share_is_spelled_once) {
  Report report = mixed_report();
  report.measurements.push_back(report.measurements[1]);
  report.measurements.push_back(report.measurements[1]);
  const std::vector<std::string> lines = lines_of(report, {});
  EXPECT_THAT(lines, testing::Contains(testing::StartsWith("… short and 2 more, onnxruntime")));
  EXPECT_THAT(lines, testing::Contains(testing::EndsWith("and for good")).Times(1));
}

TEST(Table, the_legend_spells_every_mark_and_no_other) {
  const Report report{"", {}, {ok_measurement("m")}};
  const std::vector<std::string> lines = lines_of(report, {.width = 200});
  EXPECT_THAT(lines[2], testing::EndsWith("bc"));
  EXPECT_THAT(lines, testing::Contains(testing::StartsWith("b noisy: ")));
  EXPECT_THAT(lines, testing::Contains(testing::StartsWith("c drifting: ")));
  EXPECT_THAT(lines, testing::Contains(testing::StartsWith("¹ single_process: ")));
  EXPECT_EQ(lines.size(), 7u) << "header, rule, row, empty line and three explanations";
}

TEST(Table, an_empty_report_is_a_header) {
  EXPECT_EQ(lines_of(Report(), {}).size(), 2u);
}

}  // namespace
}  // namespace assay
