// SPDX-License-Identifier: MIT
#include "report/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/columns.h"
#include "report/text.h"

namespace assay {
namespace {

struct Subject {
  std::string label;
  std::vector<const Row*> rows;  // the latest of each configuration
};

// Subjects in the order in which the report names them.
std::vector<Subject> subjects_of(const std::vector<Row>& rows, const Labels& labels) {
  std::vector<Subject> subjects;
  std::map<std::string, size_t> places;
  for (const Row& row : rows) {
    if (row.measurement->synthetic) continue;
    const auto [place, added] = places.try_emplace(labels.subject_key(row), subjects.size());
    if (added) subjects.push_back({labels.subject(row), {}});
    std::vector<const Row*>& members = subjects[place->second].rows;
    const auto earlier = std::ranges::find_if(
        members, [&](const Row* member) { return member->asked() == row.asked(); });
    if (earlier == members.end())
      members.push_back(&row);
    else
      *earlier = &row;
  }
  return subjects;
}

std::vector<const Row*> fastest_first(const Subject& subject) {
  std::vector<const Row*> ran;
  for (const Row* row : subject.rows) {
    if (row->ok() && row->latency_ms) ran.push_back(row);
  }
  std::ranges::stable_sort(ran, {}, [](const Row* row) { return row->latency_ms->median.value; });
  return ran;
}

constexpr size_t kFewestShared = 3;  // below it the sentences per subject say it all
constexpr size_t kMostContrasts = 6;

std::string latency_with_interval(const Row& row) {
  const QuantileSummary& median = row.latency_ms->median;
  const std::string ms = significant(median.value) + " ms";
  if (!median.ci95) return ms + " (too few samples for an interval)";
  return fmt::format("{} (95 % interval {}{})", ms, range(median.ci95->low, median.ci95->high),
                     row.latency_ms->processes == 1 ? ", one process" : "");
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (size_t i = 0; i < items.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + items[i];
  }
  return text;
}

std::string sentence_on(const Subject& subject, const Labels& labels) {
  const std::vector<const Row*> ran = fastest_first(subject);
  if (ran.empty()) return "No configuration ran.";
  const Row& best = *ran.front();
  std::vector<std::string> tied, unranked;
  const Row* next = nullptr;
  for (const Row* row : ran) {
    if (row == &best) continue;
    const bool behind = order(best, *row) == Order::faster;
    const bool comparable = best.latency_ms->median.ci95 && row->latency_ms->median.ci95;
    if (behind && !next) next = row;
    if (!behind) (comparable ? tied : unranked).push_back(labels.variant(*row));
  }
  std::string sentence =
      fmt::format("{} takes {}", labels.variant(best), latency_with_interval(best));
  if (!tied.empty()) sentence += ", and cannot be told apart from " + joined(tied);
  if (next) {
    sentence +=
        fmt::format("; {} times as fast as {}",
                    significant(next->latency_ms->median.value / best.latency_ms->median.value, 3),
                    labels.variant(*next));
  }
  if (!unranked.empty()) sentence += "; too few samples to compare with " + joined(unranked);
  if (ran.size() == 1) sentence += "; nothing else ran";
  return sentence + ".";
}

std::string sentence_on_outcomes(const std::vector<Row>& rows) {
  std::map<Outcome, int> counts;
  for (const Row& row : rows) ++counts[row.measurement->outcome];
  const int ok = counts[Outcome::ok];
  std::vector<std::string> others;
  for (const auto& [outcome, count] : counts) {
    if (outcome != Outcome::ok) others.push_back(fmt::format("{} {}", count, name_of(outcome)));
  }
  std::string sentence =
      fmt::format("{} of {} {} figures", ok, rows.size(),
                  rows.size() == 1 ? "configuration has" : "configurations have");
  if (!others.empty()) sentence += "; the others: " + joined(others);
  return sentence + ".";
}

// What variant b does to the latency of variant a over the subjects that both ran.
struct Contrast {
  std::vector<double> ratios;  // latency of b over latency of a
  int faster = 0, slower = 0, cannot_tell = 0;
};

using Contrasts = std::map<std::pair<std::string, std::string>, Contrast>;

void add_contrasts(const Subject& subject, const Labels& labels, Contrasts& contrasts) {
  const std::vector<const Row*> ran = fastest_first(subject);
  for (const Row* a : ran) {
    for (const Row* b : ran) {
      const auto key = std::pair(labels.variant(*a), labels.variant(*b));
      if (key.first >= key.second || a->latency_ms->median.value <= 0) continue;
      Contrast& contrast = contrasts[key];
      contrast.ratios.push_back(b->latency_ms->median.value / a->latency_ms->median.value);
      const Order told = order(*b, *a);
      ++(told == Order::faster   ? contrast.faster
         : told == Order::slower ? contrast.slower
                                 : contrast.cannot_tell);
    }
  }
}

std::string sentence_on(const std::string& a, const std::string& b, Contrast contrast) {
  std::ranges::sort(contrast.ratios);
  const auto& ratios = contrast.ratios;
  std::vector<std::string> verdicts;
  const auto add = [&](const char* verdict, int count) {
    if (count > 0) verdicts.push_back(fmt::format("{} on {}", verdict, count));
  };
  add("faster", contrast.faster);
  add("slower", contrast.slower);
  add("not to be told apart", contrast.cannot_tell);
  return fmt::format(
      "{} against {}: {} of {}; its latency is {} times the other's in the median ({}).", b, a,
      joined(verdicts), ratios.size(), significant(quantile(ratios, 0.5), 3),
      range(ratios.front(), ratios.back()));
}

}  // namespace

Order order(const Row& a, const Row& b) {
  if (!a.latency_ms || !b.latency_ms) return Order::cannot_tell;
  const QuantileSummary &left = a.latency_ms->median, &right = b.latency_ms->median;
  if (!left.ci95 || !right.ci95) return Order::cannot_tell;
  const bool one_process = a.latency_ms->processes == 1 || b.latency_ms->processes == 1;
  const double spread = one_process ? 1 + kProcessSpread : 1;
  if (left.ci95->high < right.ci95->low && left.value * spread < right.value) return Order::faster;
  if (right.ci95->high < left.ci95->low && right.value * spread < left.value) return Order::slower;
  return Order::cannot_tell;
}

Findings findings_of(const Report& report) {
  const std::vector<Row> rows = rows_of(report);
  const Labels labels(report, rows);
  Findings findings;
  findings.overall.push_back(sentence_on_outcomes(rows));
  Contrasts contrasts;
  for (const Subject& subject : subjects_of(rows, labels)) {
    findings.fastest.push_back({subject.label, sentence_on(subject, labels)});
    add_contrasts(subject, labels, contrasts);
  }
  std::erase_if(contrasts,
                [](const auto& entry) { return entry.second.ratios.size() < kFewestShared; });
  if (contrasts.size() <= kMostContrasts) {
    for (const auto& [pair, contrast] : contrasts) {
      findings.overall.push_back(sentence_on(pair.first, pair.second, contrast));
    }
  }
  return findings;
}

}  // namespace assay
