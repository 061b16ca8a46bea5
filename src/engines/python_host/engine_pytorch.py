# SPDX-License-Identifier: MIT
"""PyTorch's Python package: eagerly, as most users run it, or compiled by torch.compile. The model is
the function that write_torchscript makes of it (src/torchscript/), which is Python with PyTorch's
own operators, so what runs is what a hand-written module in inference mode would run."""
import importlib.metadata
import json
import os
import re
import subprocess
import tempfile
import types
import warnings

import adapter
import torch_account
import torch_function

DTYPES = {"f32": "float32", "f16": "float16", "bf16": "bfloat16", "f64": "float64", "i8": "int8", "u8": "uint8",
          "i16": "int16", "i32": "int32", "i64": "int64", "bool": "bool"}


def operators(torch, source):
    """The operators that the source names as torch.NAME, where Python has them elsewhere than TorchScript."""
    by_number = {0: torch.uint8, 1: torch.int8, 2: torch.int16, 3: torch.int32, 4: torch.int64, 5: torch.float16,
                 6: torch.float32, 7: torch.float64, 11: torch.bool, 15: torch.bfloat16}
    formats = {0: torch.contiguous_format, 2: torch.channels_last}
    ours = types.SimpleNamespace(
        to=lambda x, number: x.to(by_number[number]),
        contiguous=lambda x, memory_format=0: x.contiguous(memory_format=formats[memory_format]),
        slice=torch.ops.aten.slice)
    found = types.ModuleType("operators")
    for name in set(re.findall(r"torch\.(\w+)\(", source)):
        places = [place for place in (ours, torch, torch.nn.functional, torch.ops.aten) if hasattr(place, name)]
        if not places:
            raise adapter.Unsupported(f"this PyTorch has no operator '{name}'")
        setattr(found, name, getattr(places[0], name))
    return found


def defined(torch, source, named):
    """The function that the source defines."""
    names = {"torch": named, "Tensor": torch.Tensor}
    exec(compile(torch_function.freeing(source), "<model>", "exec"), names)
    return names["forward"]


class Weights:
    """What the function calls self: an attribute for each weight."""


class Session:
    def __init__(self, program):
        self._program = program
        self._inputs, self._outputs = [], ()

    def bind(self, inputs):
        torch, given = self._program.torch, {tensor.name: tensor for tensor in inputs}
        bound = []
        for port in self._program.ports["inputs"]:
            if port["name"] not in given:
                raise ValueError(f"input '{port['name']}' is not bound")
            tensor = given[port["name"]]
            flat = torch.frombuffer(tensor.data, dtype=getattr(torch, DTYPES[tensor.dtype]))
            bound.append(flat.reshape(tensor.shape))
        self._inputs = bound

    def run(self):
        self._outputs = self._program.function(*self._inputs)

    def outputs(self):
        ports = self._program.ports["outputs"]
        return [adapter.Tensor(port["name"], port["dtype"], list(tensor.shape), torch_account.bytes_of(tensor))
                for port, tensor in zip(ports, self._outputs)]


class Program:
    def __init__(self, torch, folder, request):
        self.torch = torch
        self._folder = folder  # holds the weights' file as long as they are mapped
        with open(os.path.join(folder.name, "function.json"), encoding="utf-8") as file:
            self.ports = json.load(file)
        self._weights = self._read_weights(request)
        self._compiled = request.options["mode"] == "compile"
        torch.set_num_threads(request.threads)
        torch.set_float32_matmul_precision("highest")
        self._operators = operators(torch, self.ports["source"])
        forward = defined(torch, self.ports["source"], self._operators)
        self.function = torch.inference_mode()(self._made(forward))

    def _made(self, forward):
        weights = self._weights

        def function(*inputs):
            return forward(weights, *inputs)

        if not self._compiled:
            return function
        self.torch._dynamo.reset()
        compiled = self.torch.compile(function, dynamic=False)
        with self.torch.inference_mode():
            compiled(*self._zeros())
        return compiled

    def _zeros(self):
        return [self.torch.zeros(port["shape"], dtype=getattr(self.torch, DTYPES[port["dtype"]]))
                for port in self.ports["inputs"]]

    def _read_weights(self, request):
        torch, weights = self.torch, Weights()
        path = os.path.join(self._folder.name, "weights.bin")
        size = os.path.getsize(path)
        data = torch.from_file(path, shared=False, size=size, dtype=torch.uint8) if size else None
        for name, port in self.ports["weights"].items():
            dtype = getattr(torch, DTYPES[port["dtype"]])
            count = dtype.itemsize
            for each in port["shape"]:
                count *= each
            tensor = data[port["offset"] : port["offset"] + count].view(dtype).reshape(port["shape"])
            if port["dtype"] == "f32" and request.precision == "bf16":
                tensor = tensor.to(torch.bfloat16)
            if request.options["memory_format"] == "channels_last" and tensor.dim() == 4:
                tensor = tensor.contiguous(memory_format=torch.channels_last)
            setattr(weights, name, tensor)
        return weights

    def open(self):
        return Session(self)

    def facts(self):
        inputs = self._zeros()
        with torch_account.Printed(self.torch) as printed:
            if self._compiled:
                printed.take()
                self.function(*inputs)
                return torch_account.facts(torch_account.library_layers(printed.take()))
            recorder = torch_account.Recorder(self.torch, self._operators, printed)
            with self.torch.inference_mode():
                defined(self.torch, self.ports["source"], recorder)(self._weights, *inputs)
            return torch_account.facts(recorder.layers)


class Engine:
    modules = ("torch",)

    def info(self):
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            native = "avx512_bf16" in file.read()
        return {
            "name": "pytorch",
            "version": importlib.metadata.version("torch"),
            "devices": ["cpu"],
            "precisions": ["fp32", "bf16"] if native else ["fp32"],
            "lacking": {"bf16": "this CPU has no bf16 instructions, and PyTorch would emulate it",
                        "fp16": "PyTorch emulates it on most CPUs",
                        "int8": "QDQ models are not written for PyTorch here"},
            "formats": ["onnx"],
            "options": [
                adapter.Option("mode", "choice", "eager", "Operator by operator, or compiled by torch.compile.",
                               ["eager", "compile"]),
                adapter.Option("memory_format", "choice", "contiguous", "Layout of images between operators.",
                               ["contiguous", "channels_last"]),
                adapter.Option("wait", "choice", "brief",
                               "How threads of OpenMP wait for work: spinning briefly, always, or not at all.",
                               ["brief", "active", "passive"], environment="OMP_WAIT_POLICY"),
            ],
        }

    def start(self):
        warnings.filterwarnings("ignore", message="Failed to initialize NumPy")  # not needed here
        import torch

        torch.set_num_interop_threads(1)
        self._torch = torch

    def supports(self, request):
        try:
            self._write(request, "")
        except ValueError:
            pass  # load() says what is wrong with the file

    def convert(self, request):
        folder = tempfile.TemporaryDirectory(prefix="assay-pytorch-")
        self._write(request, folder.name)
        self._folder = folder
        return request

    def load(self, request):
        folder, self._folder = self._folder, None
        return Program(self._torch, folder, request)

    def _write(self, request, folder):
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "write_torchscript")
        asked = {"path": request.path, "input": request.input, "folder": folder, "precision": request.precision,
                 "channels_last": request.options["memory_format"] == "channels_last"}
        done = subprocess.run([program], input=json.dumps(asked), capture_output=True, text=True, check=False)
        if done.returncode == 3:
            raise adapter.Unsupported(done.stderr.strip())
        if done.returncode != 0:
            raise ValueError(done.stderr.strip() or f"write_torchscript ended with {done.returncode}")
