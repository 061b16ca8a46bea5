# SPDX-License-Identifier: MIT
"""The timed loops of docs/wire-protocol.md for one session: a clock reading before and after each
call and nothing else between them, as src/engine/timed_loop.cc. The call from Python is part of each
sample; call_overhead_ns() says what that is here."""
import gc
import time

import usage

MAX_BURST = 131072
NO_LIMIT = 1 << 62


class Burst:
    """What a run asks for; `wait(seconds)` sleeps, and says False when the host has more to say."""

    def __init__(self, scenario, count, max_ns, idle_gap_ns, starts_ns, wait):
        if count < 1:
            raise ValueError(f"a burst of {count} runs; at least 1 is needed")
        self.count = min(count, MAX_BURST)
        self.max_ns = max_ns or NO_LIMIT
        self.gap_ns = idle_gap_ns if scenario in ("single_stream", "multi_stream") else 0
        self.starts_ns = starts_ns[: self.count] if scenario == "server" else None
        self.wait = wait
        self.before = None  # called before each call, outside its time


def timed_loop(call, burst):
    threads_before, steal_before = usage.thread_cpu_ns(), usage.machine_steal_ns()
    cpu_before = usage.process_cpu_ns()
    collecting = gc.isenabled()
    gc.disable()  # a pause of the collector is Python's, not the engine's
    try:
        reply = _calls(call, burst) if burst.starts_ns is None else _served(call, burst)
    finally:
        if collecting:
            gc.enable()
    reply["cpu_ns"] = usage.process_cpu_ns() - cpu_before
    reply["steal_ns"] = usage.machine_steal_ns() - steal_before
    reply["busy_threads"] = usage.busy_threads(
        threads_before, usage.thread_cpu_ns(), reply["service_ns"])
    reply["peak_rss"] = usage.peak_rss_bytes()
    return reply


def _calls(call, burst):
    """One call after the other, with pauses where they are asked for."""
    samples, done = [0] * burst.count, 0
    clock, gap_ns, max_ns, room = time.monotonic_ns, burst.gap_ns, burst.max_ns, burst.count
    first = start = last = clock()
    while True:
        if gap_ns:
            if not burst.wait(gap_ns * 1e-9):
                break
            start = clock()
        if burst.before:
            burst.before()
            start = clock()
        call()
        last = clock()
        samples[done] = last - start
        done += 1
        start = clock()
        if done == room or start + gap_ns - first >= max_ns:
            break
    del samples[done:]
    return {"samples_ns": samples, "service_ns": sum(samples), "wall_ns": last - first}


def _served(call, burst):
    """Queries that are meant to start at their times; each waits for the session."""
    samples, service_ns, clock = [], 0, time.monotonic_ns
    first = last = clock()
    for meant in burst.starts_ns:
        left = first + meant - clock()
        if left > 0 and meant < burst.max_ns and not burst.wait(left * 1e-9):
            break
        start = clock()
        if max(start - first, meant) >= burst.max_ns:
            break
        call()
        last = clock()
        samples.append(last - first - meant)
        service_ns += last - start
    return {"samples_ns": samples, "service_ns": service_ns, "wall_ns": last - first,
            "unserved": len(burst.starts_ns) - len(samples)}


def call_overhead_ns(runs=10000):
    """The median sample of a run that does nothing: what Python adds to each sample."""
    burst = Burst("single_stream", runs, 0, 0, [], lambda _: True)
    return sorted(_calls(lambda: None, burst)["samples_ns"])[runs // 2]
