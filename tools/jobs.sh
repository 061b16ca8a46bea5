#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Prints how many compilers may run at once here: one per usable core, and 2 GiB of memory for each
# (an optimized and sanitized file takes up to that).
set -euo pipefail
kib=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
if [[ $limit != max ]] && ((limit / 1024 < kib)); then kib=$((limit / 1024)); fi
jobs=$((kib / (2 << 20)))
cores=$(nproc)
if ((jobs > cores)); then jobs=$cores; fi
if ((jobs < 1)); then jobs=1; fi
echo "$jobs"
