// SPDX-License-Identifier: MIT
#include "report/report.h"

#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "base/error.h"
#include "report/caveats.h"
#include "report/columns.h"

namespace assay {
namespace {

std::string rendered(const std::string& format, const Report& report) {
  std::ostringstream out;
  renderer(format)->render(report, out);
  return out.str();
}

// A reader of RFC 4180, so that what is written is read as others read it.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> records{{""}};
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    std::string& field = records.back().back();
    if (quoted && text[i] == '"' && text[i + 1] == '"') {
      field += text[++i];
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == ',') {
      records.back().emplace_back();
    } else if (!quoted && text.compare(i, 2, "\r\n") == 0) {
      records.push_back({""});
      ++i;
    } else {
      field += text[i];
    }
  }
  records.pop_back();
  return records;
}

TEST(Report, an_unknown_format_is_an_error_with_the_nearest) {
  try {
    renderer("jsn");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "unknown format 'jsn'; did you mean 'json'?");
  }
}

TEST(Report, every_format_renders_an_empty_report) {
  for (const std::string& format : report_formats()) {
    EXPECT_FALSE(rendered(format, Report()).empty()) << format;
  }
}

TEST(Report, csv_gives_back_every_text_exactly) {
  const std::string odd = "a,\"b\"\r\nc|</script>";
  Report report{"", {}, {Measurement()}};
  report.measurements[0].configuration.model = odd;
  report.measurements[0].reason = "\"";
  const auto records = parse_csv(rendered("csv", report));
  ASSERT_EQ(records.size(), 2u);
  ASSERT_EQ(records[0].size(), records[1].size());
  std::map<std::string, std::string> fields;
  for (size_t i = 0; i < records[0].size(); ++i) fields[records[0][i]] = records[1][i];
  EXPECT_EQ(fields.at("model"), odd);
  EXPECT_EQ(fields.at("reason"), "\"");
  EXPECT_EQ(fields.at("latency_ms_median"), "") << "not measured";
}

Report of_versions(const std::vector<std::string>& versions) {
  Report report;
  for (const std::string& version : versions) {
    Configuration& asked = report.measurements.emplace_back().configuration;
    asked.engine = "openvino";
    asked.engine_version = version;
  }
  return report;
}

TEST(Report, two_versions_of_an_engine_can_be_told_apart_in_every_format) {
  const Report report = of_versions({"2026.4.1", "2026.3.1"});
  for (const std::string format : {"table", "md", "html"}) {
    std::string text = rendered(format, report);
    std::erase(text, '\\');  // Markdown's
    EXPECT_THAT(text, testing::HasSubstr("openvino@2026.4.1")) << format;
    EXPECT_THAT(text, testing::HasSubstr("openvino@2026.3.1")) << format;
  }
  for (const std::string format : {"csv", "json"}) {
    EXPECT_THAT(rendered(format, report), testing::HasSubstr("2026.4.1")) << format;
    EXPECT_THAT(rendered(format, report), testing::HasSubstr("2026.3.1")) << format;
    EXPECT_THAT(rendered(format, report), testing::Not(testing::HasSubstr("openvino@"))) << format;
  }
}

TEST(Report, an_engine_of_one_version_stands_without_it_even_beside_a_row_that_never_learnt_it) {
  for (const std::string& format : report_formats())
    EXPECT_THAT(rendered(format, of_versions({"2026.4.1", "", "2026.4.1"})),
                testing::Not(testing::HasSubstr("openvino@")))
        << format;
}

TEST(Report, markdown_rows_have_as_many_cells_as_the_header) {
  Report report{"", {}, {Measurement()}};
  report.measurements[0].configuration.model = "a|b\n| c |`*_";
  std::istringstream lines(rendered("md", report));
  std::set<long> cells;
  int count = 0;
  for (std::string line; std::getline(lines, line) && !line.empty(); ++count) {
    long bars = 0;
    for (size_t i = 0; i < line.size(); ++i)
      bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    cells.insert(bars);
  }
  EXPECT_EQ(count, 3);
  EXPECT_EQ(cells.size(), 1u);
}

TEST(Columns, are_told_apart_by_key_and_each_is_defined) {
  std::set<std::string_view> keys;
  for (const Column& column : columns()) {
    EXPECT_TRUE(keys.insert(column.key).second) << column.key;
    EXPECT_FALSE(column.definition.empty()) << column.key;
    EXPECT_NE(column.views, 0u) << column.key;
    EXPECT_TRUE(column.value && column.text) << column.key;
  }
}

TEST(Columns, every_doubt_has_a_mark_of_its_own) {
  std::set<char> marks;
  for (const DoubtInfo& info : doubts()) marks.insert(doubt_mark(info.doubt));
  EXPECT_EQ(marks.size(), doubts().size());
  EXPECT_THAT(marks, testing::Each(testing::AllOf(testing::Ge('a'), testing::Le('z'))));
}

}  // namespace
}  // namespace assay
