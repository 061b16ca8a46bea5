# SPDX-License-Identifier: MIT
"""ncnn by its Python wheel. Its own converter pnnx makes ncnn's network (network.param, network.bin)
of the ONNX model. ncnn knows no batch dimension inside its layers: pnnx says, for each input and
output, which of ONNX's dimensions is ncnn's batch (233: none)."""
import importlib.metadata
import os
import re

import adapter
import conversion
import ncnn_account

NO_BATCH = 233
NOT_TAKEN = {"QuantizeLinear", "DequantizeLinear",  # pnnx leaves them as they are
             "LSTM"}  # ncnn does not load what pnnx makes of it


def check_ports(model):
    """Unsupported for tensors that ncnn has not."""
    ports = model["inputs"] + model["outputs"]
    if {port["dtype"] for port in ports} != {"f32"}:
        raise adapter.Unsupported("ncnn takes and gives f32 tensors only")
    if any(len(port["shape"]) > 4 for port in ports):
        raise adapter.Unsupported("ncnn's tensors have at most four dimensions")


def check(model):
    """Unsupported also for what pnnx is known to leave as it is: rows that become more than ncnn's four
    dimensions, none of which is a batch that it could take away."""
    check_ports(model)
    for name, before, after in model["reshapes"]:
        if len(before) == 2 and before[0] != 1 and len(after) > 4:
            raise adapter.Unsupported("ncnn's tensors have at most four dimensions beside the batch, and operator "
                                      f"Reshape (node '{name}') makes {len(after)} of rows")


def batch_indices(program, pattern):
    """By blob, from the program that pnnx writes for its users: ex.input("in0", ncnn.Mat(in0.numpy(),
    batch_index=0).clone()) and torch.from_numpy(out0.numpy(batch_index=0))."""
    return {blob: int(index) for blob, index in re.findall(pattern, program)}


class Session:
    def __init__(self, program):
        self._program = program
        self._inputs, self._outputs = [], []

    def bind(self, inputs):
        given = {tensor.name: tensor for tensor in inputs}
        bound = []
        for number, port in enumerate(self._program.ports["inputs"]):
            if port["name"] not in given:
                raise ValueError(f"input '{port['name']}' is not bound")
            bound.append((f"in{number}", given[port["name"]]))
        self._inputs = [(blob, self._program.mat(blob, tensor.data, tensor.shape)) for blob, tensor in bound]

    def run(self):
        extractor = self._program.net.create_extractor()
        for blob, mat in self._inputs:
            extractor.input(self._program.input_blobs[blob], mat)
        self._outputs = [extractor.extract(blob) for blob in self._program.output_blobs]

    def outputs(self):
        if any(failed for failed, _ in self._outputs):
            raise RuntimeError("ncnn could not compute an output")
        tensors = []
        for blob, port, (_, mat) in zip(self._program.output_blobs, self._program.ports["outputs"], self._outputs):
            values = self._program.values(blob, mat)
            tensors.append(adapter.Tensor(port["name"], "f32", port["shape"], values.tobytes()))
        return tensors


class Program:
    def __init__(self, ncnn, numpy, made, request):
        self._ncnn, self._numpy = ncnn, numpy
        self.ports, self.seconds = made.ports, made.seconds
        with open(made.path("network.py"), encoding="utf-8") as file:
            program = file.read()
        self._batch = batch_indices(program, r'ex\.input\("(\w+)".*?batch_index=(\d+)')
        self._batch.update(batch_indices(program, r"(out\d+)\.numpy\(batch_index=(\d+)"))
        self._layers = ncnn_account.read_layers(made.path("network.param"))
        self.input_blobs = {layer.name: layer.tops[0] for layer in self._layers if layer.type == "Input"}
        self.output_blobs = [f"out{number}" for number in range(len(self.ports["outputs"]))]
        self.net = ncnn.Net()
        self._set_options(request)
        if self.net.load_param(made.path("network.param")) or self.net.load_model(made.path("network.bin")):
            raise adapter.Unsupported("ncnn does not load what pnnx made of the model; of its operators ncnn may not "
                                      f"take {conversion.unusual(made.operators)}")

    def _set_options(self, request):
        options = self.net.opt
        options.use_vulkan_compute = False
        options.num_threads = request.threads
        options.use_winograd_convolution = request.options["winograd"]
        options.use_sgemm_convolution = request.options["sgemm"]
        options.use_fp16_packed = options.use_fp16_storage = options.use_fp16_arithmetic = False
        options.use_bf16_packed = options.use_bf16_storage = False

    def mat(self, blob, data, shape):
        """A copy in ncnn's own layout."""
        array = self._numpy.frombuffer(data, dtype="float32").reshape(shape)
        return self._ncnn.Mat(array, batch_index=self._batch.get(blob, NO_BATCH)).clone()

    def values(self, blob, mat):
        return self._numpy.asarray(mat.numpy(batch_index=self._batch.get(blob, NO_BATCH)))

    def open(self):
        return Session(self)

    def facts(self):
        inputs = {}
        for number, port in enumerate(self.ports["inputs"]):
            zeros = self._numpy.zeros(port["shape"], dtype="float32")
            inputs[self.input_blobs[f"in{number}"]] = self.mat(f"in{number}", zeros, port["shape"])
        layers = ncnn_account.executed(self.net, self._layers, inputs)
        return {"layers": layers, "providers": {"cpu": 1.0},
                "notes": {"conversion_seconds": f"{self.seconds:.3f}"}}


class Engine:
    modules = ("ncnn", "numpy", "pnnx")

    def info(self):
        return {
            "name": "ncnn",
            "version": importlib.metadata.version("ncnn"),
            "devices": ["cpu"],
            "precisions": ["fp32"],
            "lacking": {"bf16": "NaN in two networks of the zoo, and the last layers of others stay in fp32",
                        "fp16": "on x86 ncnn stores it and computes in fp32",
                        "int8": "ncnn's quantizer is not in the wheel, and pnnx leaves QDQ operators as they are"},
            "formats": ["onnx"],
            "options": [
                adapter.Option("winograd", "bool", "true", "Winograd's algorithm for 3x3 convolutions."),
                adapter.Option("sgemm", "bool", "true", "Convolutions as matrix products where ncnn prefers it."),
                adapter.Option("wait", "choice", "brief",
                               "How threads of OpenMP wait for work: spinning briefly, always, or not at all.",
                               ["brief", "active", "passive"], environment="OMP_WAIT_POLICY"),
            ],
        }

    def supports(self, request):
        return conversion.foreseen(request, self._converter(), NOT_TAKEN, check)

    def start(self):
        import ncnn
        import numpy

        self._ncnn, self._numpy = ncnn, numpy
        self._pnnx = os.path.join(os.path.dirname(os.path.dirname(ncnn.__file__)), "pnnx", "pnnx")

    def convert(self, request):
        self._converted = self._made(request)
        return request

    def load(self, request):
        return Program(self._ncnn, self._numpy, self._converted, request)

    def _made(self, request):
        return conversion.converted(request, self._converter(), self._convert, NOT_TAKEN)

    def _converter(self):
        return "pnnx " + importlib.metadata.version("pnnx")

    def _convert(self, model, ports, folder):
        check_ports(ports)
        shapes = ",".join(str(port["shape"]).replace(" ", "") for port in ports["inputs"])
        files = {"pnnxparam": "model.pnnx.param", "pnnxbin": "model.pnnx.bin", "pnnxpy": "model.pnnx.py",
                 "pnnxonnx": "model.pnnx.onnx", "ncnnparam": "network.param", "ncnnbin": "network.bin",
                 "ncnnpy": "network.py"}
        command = [self._pnnx, model, f"inputshape={shapes}", "fp16=0"]
        conversion.run_converter(command + [f"{key}={file}" for key, file in files.items()], folder)
        missing = ncnn_account.missing(self._ncnn, ncnn_account.read_layers(os.path.join(folder, "network.param")))
        if missing:
            raise adapter.Unsupported(f"ncnn has no layer for what pnnx left of the model: {', '.join(missing)}")
