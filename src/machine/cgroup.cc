// SPDX-License-Identifier: MIT
#include "machine/cgroup.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "machine/proc_files.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

// v1 says "no limit" with the largest multiple of the page size.
constexpr int64_t kUnlimitedBytes = int64_t{1} << 60;

struct Group {
  fs::path mount;
  fs::path path;                         // of this process's group, below the mount
  std::vector<std::string> controllers;  // empty: v2
};

std::vector<std::string> split_at(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

fs::path first_existing(const std::vector<fs::path>& candidates) {
  std::error_code ignored;
  for (const fs::path& path : candidates)
    if (fs::exists(path, ignored)) return path;
  return {};
}

std::vector<Group> groups_of_this_process(const fs::path& root) {
  const fs::path base = root / "sys/fs/cgroup";
  std::vector<Group> groups;
  for (const std::string& line : lines_of(read_proc(root / "proc/self/cgroup"))) {
    const std::vector<std::string> parts = split_at(line, ':');
    if (parts.size() < 3) continue;
    Group group;
    group.path = fs::path(parts[2]).relative_path();
    if (parts[1].empty()) {
      group.mount = first_existing({base / "cgroup.controllers", base / "unified"});
      if (group.mount.filename() == "cgroup.controllers") group.mount = base;
    } else {
      group.controllers = split_at(parts[1], ',');
      group.mount = first_existing({base / parts[1], base / group.controllers.front()});
    }
    if (!group.mount.empty()) groups.push_back(group);
  }
  return groups;
}

// The group's own folder and those of all groups above it, as far as they are visible.
void for_each_level(const Group& group, const std::function<void(const fs::path&)>& visit) {
  std::error_code ignored;
  for (fs::path path = group.path;; path = path.parent_path()) {
    if (fs::is_directory(group.mount / path, ignored)) visit(group.mount / path);
    if (path.empty()) return;
  }
}

template <typename T>
void lower(std::optional<T>& limit, T value) {
  if (!limit || value < *limit) limit = value;
}

std::optional<double> cpu_quota_of(const fs::path& folder) {
  const std::vector<std::string> v2 = split_at(read_proc(folder / "cpu.max"), ' ');
  if (v2.size() == 2 && v2[0] != "max") {
    const double period = std::atof(v2[1].c_str());
    if (period > 0) return std::atof(v2[0].c_str()) / period;
  }
  const auto quota = read_number(folder / "cpu.cfs_quota_us");
  const auto period = read_number(folder / "cpu.cfs_period_us");
  if (quota && period && *quota > 0 && *period > 0)
    return static_cast<double>(*quota) / static_cast<double>(*period);
  return std::nullopt;
}

void lower_memory(const fs::path& folder, CgroupLimits& limits) {
  auto limit = read_number(folder / "memory.max");
  auto used = read_number(folder / "memory.current");
  if (!limit) {
    limit = read_number(folder / "memory.limit_in_bytes");
    used = read_number(folder / "memory.usage_in_bytes");
  }
  if (!limit || *limit >= kUnlimitedBytes) return;
  lower(limits.memory_bytes, *limit);
  if (!used) return;
  const auto stat = read_fields(folder / "memory.stat");
  const auto droppable = stat.find("inactive_file");
  const int64_t cached = droppable == stat.end() ? 0 : std::atoll(droppable->second.c_str());
  lower(limits.memory_headroom_bytes, std::max<int64_t>(0, *limit - *used + cached));
}

double throttled_of(const fs::path& folder) {
  const auto stat = read_fields(folder / "cpu.stat");
  if (const auto v2 = stat.find("throttled_usec"); v2 != stat.end())
    return std::atof(v2->second.c_str()) / 1e6;
  if (const auto v1 = stat.find("throttled_time"); v1 != stat.end())
    return std::atof(v1->second.c_str()) / 1e9;
  return 0;
}

bool controls(const Group& group, const char* controller) {
  return group.controllers.empty() || std::find(group.controllers.begin(), group.controllers.end(),
                                                controller) != group.controllers.end();
}

}  // namespace

CgroupLimits read_cgroup_limits(const fs::path& root) {
  CgroupLimits limits;
  for (const Group& group : groups_of_this_process(root)) {
    for_each_level(group, [&](const fs::path& folder) {
      if (controls(group, "cpu"))
        if (const auto quota = cpu_quota_of(folder)) lower(limits.cpu_quota, *quota);
      if (controls(group, "memory")) lower_memory(folder, limits);
    });
  }
  return limits;
}

double throttled_seconds(const fs::path& root) {
  double seconds = 0;
  for (const Group& group : groups_of_this_process(root)) {
    if (!controls(group, "cpu")) continue;
    for_each_level(
        group, [&](const fs::path& folder) { seconds = std::max(seconds, throttled_of(folder)); });
  }
  return seconds;
}

}  // namespace assay
