// SPDX-License-Identifier: MIT
#include "record/doubt.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace assay {
namespace {

// In the order of the enumeration, so that a doubt indexes its row.
constexpr std::array kDoubts = {
    DoubtInfo{Doubt::too_few_samples, "too_few_samples",
              "There are too few samples for an interval of the median.",
              "Give it more time with --max-time."},
    DoubtInfo{Doubt::noisy, "noisy",
              "The samples scatter so much that the interval is wider than is useful.",
              "Close other programs, or sample longer with --max-time and more --processes."},
    DoubtInfo{Doubt::drifting, "drifting", "The latency kept moving in one direction to the end.",
              "Let the machine cool down or settle, then measure longer with --max-time."},
    DoubtInfo{Doubt::no_steady_state, "no_steady_state",
              "The latency jumped between levels and never settled.",
              "Measure longer with --max-time, or see with --processes whether it is the same each "
              "time."},
    DoubtInfo{Doubt::target_not_reached, "target_not_reached",
              "Sampling ended before the interval was as narrow as asked.",
              "Raise --max-time, or ask for less with --ci-target."},
    DoubtInfo{Doubt::throttled, "throttled",
              "The processor's speed changed while samples were taken.",
              "Let the machine cool down, leave pauses with --idle-gap, or use fewer cores with "
              "--threads."},
    DoubtInfo{Doubt::busy_machine, "busy_machine",
              "Other work used the processor while the samples were taken.",
              "Stop it, see 'assay doctor', or use fewer cores with --threads."},
    DoubtInfo{Doubt::cpu_limited, "cpu_limited",
              "A quota or an affinity mask gives fewer cores than there are threads.",
              "Ask for no more threads than 'assay doctor' counts as usable, with --threads."},
    DoubtInfo{Doubt::silent_fallback, "silent_fallback",
              "Part of the model ran on another execution provider than was asked.",
              "Look at the providers with 'assay show', and choose another --device or --engine."},
    DoubtInfo{Doubt::precision_mismatch, "precision_mismatch",
              "Part of the model ran in another precision than was asked.",
              "Read the row as the precision that ran, or choose another --precision or --engine."},
    DoubtInfo{
        Doubt::unproven_precision, "unproven_precision",
        "The engine does not say in which precision a part of the model's arithmetic ran.",
        "See with 'assay show' what it accounts for, and read the row as a precision that was "
        "asked for and not proved."},
    DoubtInfo{Doubt::threads_mismatch, "threads_mismatch",
              "Another number of threads was busy than was asked.",
              "Read the row as that number of threads, or ask for it with --threads."},
    DoubtInfo{Doubt::unchecked_output, "unchecked_output",
              "The output could not be compared with a reference.",
              "Give a real input with --input, or check it once with 'assay run --expect'."},
    DoubtInfo{Doubt::mostly_constant_output, "mostly_constant_output",
              "The output hardly depends on the input, so comparing it proves little.",
              "Measure a network that was trained, or give one of the zoo trained weights with "
              "--weights."},
    DoubtInfo{Doubt::constant_weights, "constant_weights",
              "The model's weights are constants, so a right output proves the import and little "
              "more.",
              "Measure a network that was trained, or give one of the zoo trained weights with "
              "--weights."},
    DoubtInfo{Doubt::accuracy_assumed, "accuracy_assumed",
              "The accuracy is a published figure and was not measured here.",
              "See what it says of pictures of your own with 'assay run --input'."},
    DoubtInfo{Doubt::single_process, "single_process",
              "All samples are from one process, and processes differ by more than their samples "
              "show.",
              "Repeat it in fresh processes with --processes 6."},
    DoubtInfo{Doubt::debug_build, "debug_build", "A part of what was measured is a debug build.",
              "Build with --preset release."},
    DoubtInfo{Doubt::overloaded, "overloaded",
              "Queries arrived faster than they were answered, so the latency grows for as long as "
              "they do.",
              "Lower --rate, or serve it with more --streams."},
    DoubtInfo{Doubt::stolen_time, "stolen_time",
              "The hypervisor gave the processor to other machines meanwhile.",
              "Measure at another time or on a machine of your own; 'assay doctor' shows how much "
              "it takes."},
    DoubtInfo{Doubt::power_saving, "power_saving",
              "The frequency governor lets the processor's speed follow the load.",
              "Set it with 'cpupower frequency-set -g performance', and see 'assay doctor'."},
    DoubtInfo{Doubt::fixed_addresses, "fixed_addresses",
              "Processes are not given random addresses, so all have the luck of one layout.",
              "Write 2 to /proc/sys/kernel/randomize_va_space, do not start it under 'setarch -R', "
              "and see 'assay doctor'."},
    DoubtInfo{Doubt::shared_cores, "shared_cores",
              "There are more threads than cores, so some are two to a core.",
              "Ask for no more threads than 'assay doctor' counts as cores, with --threads."},
    DoubtInfo{Doubt::spread_over_nodes, "spread_over_nodes",
              "The threads are more than one NUMA node has, so some reach memory of another node.",
              "Use fewer --threads, or bind it to one node with numactl."},
    DoubtInfo{
        Doubt::restless, "restless",
        "It used the processor while it was meant to be idle, beside the bursts of the others.",
        "Turn off what spins after a call with an --option of the engine, or let it rest "
        "longer with --quiet-time."},
    DoubtInfo{Doubt::slowed_down, "slowed_down",
              "The latency came to rest on a slower level than it had before.",
              "See with --processes whether it is the same each time; if not, let the machine cool "
              "down, or leave pauses with --idle-gap."},
};

}  // namespace

std::span<const DoubtInfo> doubts() {
  return kDoubts;
}

const DoubtInfo& info_of(Doubt doubt) {
  const auto index = static_cast<size_t>(doubt);
  ASSAY_CHECK(index < kDoubts.size() && kDoubts[index].doubt == doubt);
  return kDoubts[index];
}

std::optional<Doubt> doubt_from(std::string_view name) {
  const auto row = std::ranges::find(kDoubts, name, &DoubtInfo::name);
  if (row == kDoubts.end()) return std::nullopt;
  return row->doubt;
}

}  // namespace assay
