// SPDX-License-Identifier: MIT
// The order in which a sweep measures its cells. Cells that differ only in how they are executed
// (engine, precision, options) are a group: they are compared with each other, so they are measured
// in turns beside each other, and a drift of the machine falls on all of them alike. Groups and the
// cells within one come in random order, so that no engine is always first, and so that the first
// tenth of a sweep is like the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace assay {

struct Shard {  // part `index` of `count`, from 1
  int index = 1;
  int count = 1;
};

// Cells (by index into `group_of`, which names each cell's group) that are measured together, at
// most `together` at once, of this shard. Every cell is in exactly one shard, and a group is whole.
// Depends on the arguments alone.
std::vector<std::vector<size_t>> sweep_order(std::span<const std::string> group_of, uint64_t seed,
                                             size_t together, Shard shard = {});

}  // namespace assay
