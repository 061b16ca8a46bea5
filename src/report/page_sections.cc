// SPDX-License-Identifier: MIT
#include "report/page_sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "report/columns.h"
#include "report/findings.h"
#include "report/markup.h"
#include "report/text.h"

namespace assay {
namespace {

std::string term(std::string_view name, const std::string& value) {
  if (value.empty()) return "";
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, html_text(value));
}

// "2026-11-21T10:51:50Z" -> "2026-11-21 10:51 UTC".
std::string minute(const std::string& utc) {
  return utc.size() == 20 ? utc.substr(0, 10) + " " + utc.substr(11, 5) + " UTC" : utc;
}

std::string names_of(const std::vector<Doubt>& doubts) {
  std::string names;
  for (const Doubt doubt : doubts) {
    names += (names.empty() ? "" : ", ") + std::string(info_of(doubt).name);
  }
  return names;
}

constexpr size_t kMostOpenFindings = 8;  // more would push the charts out of sight

// `used` are the engines that the report has rows of, with their versions.
using Engines = std::set<std::pair<std::string, std::string>>;

std::string context_card(const Context& context, const Engines& used) {
  std::string engines;
  for (const auto& [name, version] : context.engines) {
    const std::string engine = without_version(name);
    if (!used.contains({engine, version}) && !used.contains({engine, ""})) continue;
    engines += fmt::format("{}{} {}", engines.empty() ? "" : ", ", engine, version);
  }
  const std::string cores = context.cores_usable > 0 ? std::to_string(context.cores_usable) : "";
  const std::string memory =
      context.memory_bytes > 0
          ? significant(static_cast<double>(context.memory_bytes) / 1e9, 3) + " GB"
          : "";
  return "<dl class=\"facts\">" + term("processor", context.cpu) + term("usable cores", cores) +
         term("usable memory", memory) + term("engines", engines) + term("kernel", context.kernel) +
         term("host", context.host) + term("measured", minute(context.date)) +
         term("assay", context.assay_version) + term("doubts", names_of(context.doubts)) + "</dl>";
}

// What went wrong in the same way for several subjects is said once.
struct Failed {
  std::string variant;
  Outcome outcome;
  std::string reason;
  std::string subjects;  // "vgg16, resnet50"
};

// A long one is folded behind its beginning: engines give whole stack traces.
std::string reason_html(const std::string& reason) {
  constexpr int kMostColumns = 320;
  if (reason.size() <= kMostColumns) return "<p>" + html_text(reason) + "</p>";
  return fmt::format("<details><summary>{}</summary><p>{}</p></details>",
                     html_text(cut(single_line(reason), kMostColumns / 2)), html_text(reason));
}

std::vector<Failed> failures_of(std::span<const Row> rows, const Labels& labels) {
  std::vector<Failed> failures;
  for (const Row& row : rows) {
    if (row.ok()) continue;
    const Measurement& measured = *row.measurement;
    const std::string variant = labels.variant(row);
    auto same = std::ranges::find_if(failures, [&](const Failed& failed) {
      return failed.variant == variant && failed.outcome == measured.outcome &&
             failed.reason == measured.reason;
    });
    if (same == failures.end()) {
      same = failures.insert(same, {variant, measured.outcome, measured.reason, ""});
    }
    same->subjects += (same->subjects.empty() ? "" : ", ") + labels.subject(row);
  }
  return failures;
}

}  // namespace

std::string environment_section(const Report& report) {
  if (report.contexts.empty()) return "<p>Nothing is recorded about the machine.</p>";
  Engines used;
  for (const Measurement& measured : report.measurements)
    used.emplace(measured.configuration.engine, measured.configuration.engine_version);
  std::string html = context_card(report.contexts.back(), used);
  if (report.contexts.size() > 1) {
    html +=
        fmt::format("<details><summary>{} earlier contexts</summary>", report.contexts.size() - 1);
    for (size_t i = report.contexts.size() - 1; i-- > 0;) {
      html += context_card(report.contexts[i], used);
    }
    html += "</details>";
  }
  return html;
}

std::string findings_section(const Report& report) {
  const Findings findings = findings_of(report);
  std::string html = "<ul class=\"overall\">";
  for (const std::string& sentence : findings.overall) {
    html += fmt::format("<li>{}</li>", html_text(sentence));
  }
  html += "</ul>";
  const auto ok = [](const Measurement& measured) { return measured.outcome == Outcome::ok; };
  if (findings.fastest.empty() || std::ranges::none_of(report.measurements, ok)) return html;
  html += fmt::format(
      "<details{}><summary><h3>Fastest for each network</h3> <span "
      "class=\"count\">{}</span></summary>"
      "<dl class=\"fastest\">",
      findings.fastest.size() <= kMostOpenFindings ? " open" : "", findings.fastest.size());
  for (const auto& [subject, sentence] : findings.fastest) {
    html +=
        fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", html_text(subject), html_text(sentence));
  }
  return html + "</dl></details>";
}

std::string failures_section(std::span<const Row> rows, const Labels& labels) {
  std::string html;
  for (const Failed& failed : failures_of(rows, labels)) {
    html += fmt::format(
        "<li><p><strong>{}</strong> <span class=\"outcome bad\">{}</span></p>{}"
        "<p class=\"count\">{}</p></li>",
        html_text(failed.variant), name_of(failed.outcome), reason_html(failed.reason),
        html_text(failed.subjects));
  }
  if (html.empty()) return "";
  return "<section id=\"failures\"><h2>What did not run, and why</h2><ul class=\"cards\">" + html +
         "</ul></section>";
}

std::string doubts_section(const Report& report) {
  std::map<Doubt, int> counts;
  for (const Measurement& measured : report.measurements) {
    for (const Doubt doubt : measured.doubts) ++counts[doubt];
  }
  for (const Context& context : report.contexts) {
    for (const Doubt doubt : context.doubts) counts.try_emplace(doubt, 0);
  }
  if (counts.empty()) return "";
  std::string html;
  for (const auto& [doubt, count] : counts) {
    const DoubtInfo& info = info_of(doubt);
    html += fmt::format(
        "<li><p><strong>{}</strong> <span class=\"count\">{}</span></p><p>{}</p><p "
        "class=\"advice\">{}</p></li>",
        info.name,
        count == 0 ? "the machine" : fmt::format("{} row{}", count, count == 1 ? "" : "s"),
        html_text(info.meaning), html_text(info.advice));
  }
  return "<section id=\"doubts\"><h2>Doubts, and what to do about them</h2><ul class=\"cards\">" +
         html + "</ul></section>";
}

std::string definitions_section() {
  std::string html = "<dl class=\"definitions\">";
  for (const Column& column : columns()) {
    if (column.key == "doubt_marks") continue;
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", heading_with_unit(column),
                        html_text(column.definition));
  }
  return html + "</dl>";
}

}  // namespace assay
