// SPDX-License-Identifier: MIT
// Each text format of the sample report, byte by byte against tests/golden/. What differs is left
// in the build's golden/ folder, and tools/approve.py accepts it.
#include <gtest/gtest.h>

#include <sstream>

#include "golden/golden.h"
#include "golden/sample_report.h"
#include "report/details.h"
#include "report/findings.h"

namespace assay {
namespace {

std::string rendered(const std::string& format, const RenderOptions& options = {}) {
  std::ostringstream out;
  renderer(format, options)->render(sample_report(), out);
  return out.str();
}

TEST(Golden, table) {
  expect_golden("report.txt", rendered("table", {.width = 110}));
}
TEST(Golden, table_on_a_narrow_terminal) {
  expect_golden("report-narrow.txt", rendered("table", {.width = 70}));
}
TEST(Golden, table_in_colour) {
  expect_golden("report-colour.txt", rendered("table", {.width = 110, .colour = true}));
}
TEST(Golden, markdown) {
  expect_golden("report.md", rendered("md"));
}
TEST(Golden, csv) {
  expect_golden("report.csv", rendered("csv"));
}
TEST(Golden, json) {
  expect_golden("report.json", rendered("json"));
}

TEST(Golden, details) {
  const Report report = sample_report();
  std::ostringstream out;
  for (const Row& row : rows_of(report)) {
    print_details(row, out);
    out << "\n";
  }
  expect_golden("details.txt", out.str());
}

TEST(Golden, findings) {
  std::string text;
  for (const Report& report : {sample_report(), crowd_report()}) {
    const Findings findings = findings_of(report);
    for (const std::string& sentence : findings.overall) text += sentence + "\n";
    for (const auto& [subject, sentence] : findings.fastest) {
      text += subject + ": " + sentence + "\n";
    }
  }
  expect_golden("findings.txt", text);
}

}  // namespace
}  // namespace assay
