# SPDX-License-Identifier: MIT
"""What this process uses, as the operating system counts it: src/engine/usage.cc in Python."""
import os
import threading
import time


def _bytes_in(file, key):
    try:
        with open(file, encoding="ascii", errors="replace") as lines:
            for line in lines:
                if line.startswith(key):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def rss_bytes():
    return _bytes_in("/proc/self/smaps_rollup", "Rss:") or _bytes_in("/proc/self/status", "VmRSS:")


def peak_rss_bytes():
    return _bytes_in("/proc/self/status", "VmHWM:")


def reset_peak_rss():
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:
            refs.write("5")
    except OSError:
        pass


def process_cpu_ns():
    return time.clock_gettime_ns(time.CLOCK_PROCESS_CPUTIME_ID)


def thread_cpu_ns():
    """CPU time of every live thread by its id, also of those that are running now."""
    result = {}
    for name in os.listdir("/proc/self/task"):
        try:
            result[int(name)] = time.clock_gettime_ns(~int(name) << 3 | 6)
        except OSError:  # it has ended
            continue
    return result


def busy_threads(before, after, wall_ns):
    """As src/engine/usage.h says: the calling thread counts unless it mostly waits for the others."""
    used = {tid: cpu - before.get(tid, 0) for tid, cpu in after.items()}
    caller = used.pop(threading.get_native_id(), 0)
    busy = sum(cpu * 20 > wall_ns for cpu in used.values())
    return busy + (caller * 20 > wall_ns and caller * 2 >= max(used.values(), default=0))


def machine_steal_ns():
    try:
        with open("/proc/stat", encoding="ascii") as stat:
            return int(stat.readline().split()[8]) * (10**9 // os.sysconf("SC_CLK_TCK"))
    except (OSError, IndexError, ValueError):
        return 0
