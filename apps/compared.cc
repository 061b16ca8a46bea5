// SPDX-License-Identifier: MIT
#include "compared.h"

#include <fmt/format.h>

#include <algorithm>

#include "command.h"
#include "context.h"
#include "listing.h"
#include "report/caveats.h"
#include "report/json.h"
#include "report/report.h"
#include "report/row.h"
#include "run/measurement_doubts.h"
#include "stats/replication.h"

namespace assay {
namespace {

std::string letter(size_t side) {
  return side < 26 ? std::string(1, static_cast<char>('A' + side))
                   : fmt::format("side {}", side + 1);
}

bool missed(const Against& found) {
  return found.target && !found.target->reason.empty();
}

Item share_json(const Measurement& side) {
  const auto share = idle_cpu_share(side);
  return share ? Item(*share) : Item(nullptr);
}

Item ratio_json(const std::optional<Comparison>& found) {
  Item ratio = {{"median", nullptr}, {"ci95", nullptr}};
  if (found) ratio["median"] = found->ratio;
  if (found && found->ci95) ratio["ci95"] = {found->ci95->low, found->ci95->high};
  return ratio;
}

Item target_json(const std::optional<CiTarget>& target) {
  if (!target) return nullptr;
  return {{"asked", target->asked},
          {"reached", target->reached ? Item(*target->reached) : Item(nullptr)},
          {"reason", target->reason.empty() ? Item(nullptr) : Item(target->reason)}};
}

void add_comparison(Item& json, const Compared& compared, size_t other) {
  const Against& found = compared.against[other - 1];
  const Measurement &a = compared.sides.front(), &b = compared.sides[other];
  json["a"] = result_json(Row(a));
  json["b"] = result_json(Row(b));
  json["ratio"] = ratio_json(found.comparison);
  json["paired"] = found.comparison && found.comparison->paired;
  json["pairs"] = found.comparison ? Item(found.comparison->pairs) : Item(nullptr);
  json["ci_target"] = target_json(found.target);
  json["idle_cpu_share"] = {{"a", share_json(a)}, {"b", share_json(b)}};
  json["doubts"] = Item::array();
  for (const Doubt doubt : doubts_of(compared, other))
    json["doubts"].push_back(std::string(info_of(doubt).name));
  json["baseline"] = compared.baseline.empty() ? Item(nullptr) : Item(compared.baseline);
  json["why_apart"] = compared.why_apart.empty() ? Item(nullptr) : Item(compared.why_apart);
  json["verdict"] = name_of(found.verdict);
  json["threshold"] = compared.threshold;
}

Item as_json(const Compared& compared) {
  Item json = {{"schema_version", kReportSchemaVersion}};
  if (compared.against.size() == 1) {
    add_comparison(json, compared, 1);
    return json;
  }
  json["correction"] = "bonferroni";
  json["comparisons"] = Item::array();
  for (size_t other = 1; other < compared.sides.size(); ++other)
    add_comparison(json["comparisons"].emplace_back(Item::object()), compared, other);
  return json;
}

Item as_row(const Compared& compared, size_t other) {
  const Against& found = compared.against[other - 1];
  Item row = {{"a", compared.sides.front().id},
              {"b", compared.sides[other].id},
              {"verdict", name_of(found.verdict)}};
  if (!found.comparison) return row;
  row["ratio"] = found.comparison->ratio;
  row["pairs"] = found.comparison->pairs;
  if (!found.comparison->ci95) return row;
  row["low"] = found.comparison->ci95->low;
  row["high"] = found.comparison->ci95->high;
  return row;
}

// Why a side cannot be compared; empty when it can.
std::string failed(const Measurement& side, const std::string& name) {
  if (side.outcome == Outcome::ok) return "";
  size_t samples = 0;
  for (const ProcessSamples& process : side.processes) samples += process.latency_ns.size();
  if (samples == 0) return fmt::format("{} has no latency: {}.", name, side.reason);
  return fmt::format("{} died ({}): {}. Its {} samples are stored as {}.", name,
                     name_of(side.outcome), side.reason, samples, side.id);
}

std::string replication(const Compared& compared, const Comparison& found) {
  if (!found.paired)
    return fmt::format(", measured apart{}{}{}",
                       found.pairs == 1 ? " (what processes differ by is not in the interval)" : "",
                       compared.why_apart.empty() ? "" : ": ", compared.why_apart);
  const int64_t claim = claim_pairs(confidence_of_each(compared.against.size()));
  std::string text =
      fmt::format(", {} pair{} of processes", found.pairs, found.pairs > 1 ? "s" : "");
  if (found.pairs < claim)
    text += fmt::format(
        " ({}; a claim takes {})",
        found.pairs > 1 ? "Student's t on their medians" : "the interval of its rounds", claim);
  return text;
}

// Half of its calls or more take no time by the worker's clock.
bool is_below_the_clock(const Measurement& side) {
  const Row row(side);
  return row.latency_ms && row.latency_ms->median.value <= 0;
}

// Why there is nothing to compare although both sides were measured.
std::string no_comparison(const Compared& compared, size_t other) {
  for (const size_t side : {size_t{0}, other})
    if (is_below_the_clock(compared.sides[side]))
      return fmt::format("The clock is too coarse: calls of {} take 0 ns.", letter(side));
  return fmt::format("No round of bursts is common to A and {}.", letter(other));
}

std::string sentence(const Compared& compared, size_t other) {
  const Against& against = compared.against[other - 1];
  const std::string b = letter(other);
  for (const auto& why : {failed(compared.sides.front(), "A"), failed(compared.sides[other], b)})
    if (!why.empty()) return why;
  if (!against.comparison) return no_comparison(compared, other);
  const Comparison& found = *against.comparison;
  std::string text = fmt::format("{} takes {:.4f} times as long as A", b, found.ratio);
  if (found.ci95) text += fmt::format(", 95 % [{:.4f}, {:.4f}]", found.ci95->low, found.ci95->high);
  text += replication(compared, found);
  text += fmt::format(": {}", name_of(against.verdict));
  if (against.verdict == Verdict::same)
    text += fmt::format(" within {:g} %", compared.threshold * 100);
  text += ".";
  if (missed(against))
    text += fmt::format(
        " The target of ±{:g} % was not reached (±{}): {}.", against.target->asked * 100,
        against.target->reached ? fmt::format("{:.2g} %", *against.target->reached * 100) : "?",
        shortfall_text(against.target->reason));
  return text;
}

std::string idle_line(const Compared& compared) {
  std::string text;
  for (size_t i = 0; i < compared.sides.size(); ++i)
    if (const auto share = idle_cpu_share(compared.sides[i]))
      text += fmt::format("{}{} {:.3f} %", text.empty() ? "" : ", ", letter(i), *share * 100);
  return text.empty() ? text : fmt::format("CPU time while idle: {}.\n", text);
}

void print_text(const Compared& compared, const OutputFlags& flags, std::ostream& out) {
  const Report report{"assay compare", {}, compared.sides};
  renderer(flags.format, render_options(flags.file))->render(report, out);
  out << '\n';
  if (!compared.baseline.empty())
    out << fmt::format(
        "A is the baseline '{}', {}.\n", compared.baseline,
        compared.why_apart.empty() ? "measured again beside the others" : "as stored");
  for (size_t other = 1; other < compared.sides.size(); ++other)
    out << sentence(compared, other) << '\n';
  if (compared.against.size() > 1)
    out << "All intervals together hold with 95 % (Bonferroni's correction).\n";
  out << idle_line(compared);
  if (std::ranges::any_of(compared.against, missed))
    out << doubt_text(Doubt::target_not_reached) << '\n';
}

}  // namespace

void judge(Compared& compared) {
  for (Against& found : compared.against)
    if (found.comparison) found.verdict = verdict_of(*found.comparison, compared.threshold);
}

std::vector<Doubt> doubts_of(const Compared& compared, size_t other) {
  std::vector<Doubt> doubts;
  for (const size_t side : {size_t{0}, other})
    for (const Doubt doubt : compared.sides[side].doubts) add_doubt(doubts, doubt);
  if (missed(compared.against[other - 1])) add_doubt(doubts, Doubt::target_not_reached);
  return doubts;
}

void print_compared(const Compared& compared, const OutputFlags& flags) {
  Output output(flags);
  std::ostream& out = output.stream();
  if (flags.format == "json") {
    out << dump(as_json(compared)) << '\n';
  } else if (flags.format == "csv") {
    std::vector<Item> rows;
    for (size_t other = 1; other < compared.sides.size(); ++other)
      rows.push_back(as_row(compared, other));
    print_listing(rows, {"a", "b", "ratio", "low", "high", "pairs", "verdict"}, "csv", out);
  } else {
    print_text(compared, flags, out);
  }
  output.close();
}

int exit_of(const Compared& compared) {
  const auto regressed = [&](const Against& found) {
    return found.comparison && is_regression(*found.comparison, compared.threshold);
  };
  const auto open = [&](const Against& found) {
    return found.verdict == Verdict::cannot_tell || (compared.target_counts && missed(found));
  };
  if (std::ranges::any_of(compared.against, regressed)) return kExitLimit;
  return std::ranges::any_of(compared.against, open) ? kExitTarget : kExitOk;
}

}  // namespace assay
