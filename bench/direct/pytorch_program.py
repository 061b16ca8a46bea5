# SPDX-License-Identifier: MIT
"""PyTorch's own shortest program. Usage: NETWORK.pth THREADS; the file's name names the network. With `save` after
NETWORK.onnx: makes that file, and NETWORK.pt for direct/libtorch.cc, a trace, both with the values in NETWORK.weights.
PyTorch's max pool branches on each comparison: with PyTorch's initial weights SqueezeNet is 8 % quicker, whoever runs it."""
import pathlib
import sys

import loop
import torch
from networks import NETWORKS


def fill(model, file):
    """From all floats of the ONNX file, which has the layers in the same order."""
    tensors = [tensor for tensor in model.state_dict().values() if tensor.is_floating_point()]
    weights = torch.from_file(str(file), size=file.stat().st_size // 4)
    for tensor, values in zip(tensors, weights.split([tensor.numel() for tensor in tensors])):
        tensor.copy_(values.view_as(tensor))


file = pathlib.Path(sys.argv[1])
x = torch.rand(1, 3, 224, 224)  # equal values are quicker
with torch.inference_mode():
    if sys.argv[2] == "save":
        model = NETWORKS[file.stem]().eval()
        fill(model, file.with_suffix(".weights"))
        torch.save(model.state_dict(), file.with_suffix(".pth"))
        torch.jit.trace(model, x).save(file.with_suffix(".pt"))
    else:
        torch.set_num_threads(int(sys.argv[2]))
        with torch.device("meta"):  # no weights of its own
            model = NETWORKS[file.stem]().eval()
        model.load_state_dict(torch.load(file), assign=True)
        loop.time_loop(lambda: model(x))
