# SPDX-License-Identifier: MIT
"""direct/loop.h in Python: what a user would write around an engine's API to time it. Kept free of assay's code."""
import time


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM"))


def time_loop(seconds, call):
    """Warms up, then prints each call's nanoseconds, in order, and the peak of resident memory."""
    begin, samples = time.monotonic(), []
    while time.monotonic() < begin + 0.5:
        call()
    begin = time.monotonic()
    while time.monotonic() < begin + seconds:
        start = time.perf_counter_ns()
        call()
        samples.append(time.perf_counter_ns() - start)
    print(*samples, sep="\n")
    print("peak", peak_bytes())
