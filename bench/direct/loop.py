# SPDX-License-Identifier: MIT
"""direct/loop.h in Python: what a user would write around an engine's API to time it. Kept free of assay's code."""
import sys
import time


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM"))


def serve(burst):
    """Says that it is ready; then prints what burst(seconds) returns, each call's nanoseconds, for each line of
    standard input, and at its end the peak of resident memory."""
    print("ready", flush=True)
    for line in sys.stdin:
        print(*burst(float(line)), "end", sep="\n", flush=True)
    print("peak", peak_bytes(), sep="\n", flush=True)


def time_loop(call):
    """Calls for half a second, then serves bursts of calls."""
    def burst(seconds):
        samples = []
        end = time.monotonic() + seconds
        while not samples or time.monotonic() < end:
            start = time.perf_counter_ns()
            call()
            samples.append(time.perf_counter_ns() - start)
        return samples

    burst(0.5)
    serve(burst)
