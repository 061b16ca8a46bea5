// SPDX-License-Identifier: MIT
// Limits that control groups (v1, v2 or both mounted) put on this process: the least over its group
// and all groups above it. In a container the path in /proc/self/cgroup may not be visible; the
// visible ancestors count then.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace assay {

struct CgroupLimits {
  std::optional<double> cpu_quota;               // cores
  std::optional<int64_t> memory_bytes;           // limit
  std::optional<int64_t> memory_headroom_bytes;  // limit less what is used and cannot be dropped
};

CgroupLimits read_cgroup_limits(const std::filesystem::path& root = "/");

// How long a quota has held back processes of this process's group, the most of all levels; 0 where
// there is no quota. Time of different processors adds up.
double throttled_seconds(const std::filesystem::path& root = "/");

}  // namespace assay
