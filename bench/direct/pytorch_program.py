# SPDX-License-Identifier: MIT
"""PyTorch's own shortest program. Usage: NETWORK.onnx THREADS; the file's name names the network. With
`save` in place of the number: traces it into NETWORK.pt, for direct/libtorch.cc."""
import pathlib
import sys

import loop
import torch
from networks import NETWORKS

file = pathlib.Path(sys.argv[1])
model = NETWORKS[file.stem]().eval()
x = torch.rand(1, 3, 224, 224)  # equal values are quicker
with torch.inference_mode():
    if sys.argv[2] == "save":
        torch.jit.trace(model, x).save(file.with_suffix(".pt"))
    else:
        torch.set_num_threads(int(sys.argv[2]))
        loop.time_loop(lambda: model(x))
