# SPDX-License-Identifier: MIT
"""PyTorch's own shortest program, timed and printed as direct/loop.h does. Usage: pytorch.py NETWORK.onnx THREADS SECONDS; the file's name names
the network. With `save FILE.pt` in place of the two numbers: traces it for direct/libtorch.cc."""
import pathlib
import sys
import time

import torch
from networks import NETWORKS

model = NETWORKS[pathlib.Path(sys.argv[1]).stem]().eval()
x = torch.full((1, 3, 224, 224), 0.5)


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM"))


with torch.inference_mode():
    if sys.argv[2] == "save":
        torch.jit.trace(model, x).save(sys.argv[3])
        sys.exit()
    torch.set_num_threads(int(sys.argv[2]))
    begin, samples = time.monotonic(), []
    while time.monotonic() < begin + 0.5:
        model(x)
    begin = time.monotonic()
    while time.monotonic() < begin + float(sys.argv[3]):
        start = time.perf_counter_ns()
        model(x)
        samples.append(time.perf_counter_ns() - start)
print(*samples, sep="\n")
print("peak", peak_bytes())
