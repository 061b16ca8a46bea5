# SPDX-License-Identifier: MIT
"""MNN by its Python wheel, whose own converter makes MNN's file of the ONNX model. An MNN session plans
the memory of its inputs together with everything else, so that running it overwrites them: as in every
program with MNN, a run begins with copying them in."""
import importlib.metadata
import sys

import adapter
import conversion

CONVERT = "import sys, _tools; _tools.mnnconvert(['mnnconvert'] + sys.argv[1:])"
WINOGRAD_MEMORY_LEVEL = 3  # of MNN's Interpreter::HintMode
NOT_TAKEN = {"QuantizeLinear", "DequantizeLinear",  # the session cannot be run
             "LSTM"}  # mnnconvert crashes
# The operators whose account of operations is one of multiplications and additions.
MULTIPLYING = ("Convolution", "Deconvolution", "MatMul", "InnerProduct", "ConvInt8", "Attention")


def check_ports(model):
    """Unsupported for tensors that are bound in no other way here."""
    if {port["dtype"] for port in model["inputs"] + model["outputs"]} != {"f32"}:
        raise adapter.Unsupported("MNN's adapter takes and gives f32 tensors only")


class Session:
    def __init__(self, program):
        self._program = program
        self._inputs = []

    def bind(self, inputs):
        given = {tensor.name: tensor for tensor in inputs}
        bound = []
        for port in self._program.ports["inputs"]:
            if port["name"] not in given:
                raise ValueError(f"input '{port['name']}' is not bound")
            values = self._program.numpy.frombuffer(given[port["name"]].data, dtype="float32")
            bound.append((self._program.input(port), self._program.host_tensor(port, values)))
        self._inputs = bound

    def run(self):
        for ours, theirs in self._inputs:
            ours.copyFrom(theirs)
        self._program.run()

    def outputs(self):
        return [self._program.output(port) for port in self._program.ports["outputs"]]


class Program:
    def __init__(self, mnn, numpy, made, request):
        self._mnn, self.numpy = mnn, numpy
        self.ports, self.seconds = made.ports, made.seconds
        self._net = mnn.Interpreter(made.path("network.mnn"))
        self._net.setSessionHint(WINOGRAD_MEMORY_LEVEL, int(request.options["winograd"]))
        self._session = self._net.createSession({"backend": "CPU", "numThread": request.threads, "precision": "high"})
        for port in self.ports["inputs"]:
            shape = list(self.input(port).getShape())
            if shape != port["shape"]:
                raise ValueError(f"MNN takes input '{port['name']}' as {shape}, the model as {port['shape']}")

    def input(self, port):
        return self._net.getSessionInput(self._session, port["name"])

    def host_tensor(self, port, values):
        mnn, values = self._mnn, values.reshape(port["shape"])
        return mnn.Tensor(tuple(port["shape"]), mnn.Halide_Type_Float, values, mnn.Tensor_DimensionType_Caffe)

    def run(self):
        if self._net.runSession(self._session) != 0:
            raise RuntimeError("MNN could not run the session")

    def output(self, port):
        empty = self.numpy.zeros(port["shape"], dtype="float32")
        host = self.host_tensor(port, empty)
        self._net.getSessionOutput(self._session, port["name"]).copyToHostTensor(host)
        return adapter.Tensor(port["name"], "f32", port["shape"], host.getNumpyData().tobytes())

    def open(self):
        return Session(self)

    def facts(self):
        layers = []

        def executed(tensors, operator):
            layers.append(self._layer(operator, tensors))
            return True

        self._net.runSessionWithCallBackInfo(self._session, lambda tensors, operator: True, executed)
        return {"layers": layers, "providers": {"cpu": 1.0},
                "notes": {"conversion_seconds": f"{self.seconds:.3f}"}}

    def _layer(self, operator, tensors):
        """MNN counts a multiplication with its addition as one operation, in millions."""
        kind, mnn = operator.getType(), self._mnn
        is_float = tensors[0].getDataType() == mnn.Halide_Type_Float
        multiplies = kind.startswith(MULTIPLYING) or kind.endswith("MatMul")
        return {"name": operator.getName(), "op": kind, "kernel": kind, "originals": [],
                "precision": "int8" if "Int8" in kind else "fp32" if is_float else "",
                "macs": round(operator.getFlops() * 1e6) if multiplies else 0}


class Engine:
    modules = ("_mnncengine", "numpy")

    def info(self):
        return {
            "name": "mnn",
            "version": importlib.metadata.version("mnn"),
            "devices": ["cpu"],
            "precisions": ["fp32"],
            "lacking": dict.fromkeys(("fp16", "bf16"), "the wheel's are for ARM, and on x86 it computes in fp32 all "
                                     "the same") | {"int8": "MNN does not run QuantizeLinear and DequantizeLinear"},
            "formats": ["onnx"],
            # MNN's own default is 3, whose largest tiles are wrong by up to 1e-3 of an output.
            "options": [adapter.Option("winograd", "choice", "2", "Memory for Winograd's algorithm; less of it is "
                                       "slower and more exact.", ["0", "1", "2", "3"])],
        }

    def supports(self, request):
        return conversion.foreseen(request, self._converter(), NOT_TAKEN, check_ports)

    def start(self):
        import numpy
        import _mnncengine  # the engine without the package MNN around it

        self._mnn, self._numpy = _mnncengine, numpy

    def convert(self, request):
        self._converted = self._made(request)
        return request

    def load(self, request):
        return Program(self._mnn, self._numpy, self._converted, request)

    def _made(self, request):
        return conversion.converted(request, self._converter(), self._convert, NOT_TAKEN)

    def _converter(self):
        return "mnnconvert " + importlib.metadata.version("mnn")

    def _convert(self, model, ports, folder):
        check_ports(ports)
        command = [sys.executable, "-I", "-c", CONVERT, "-f", "ONNX", "--modelFile", model, "--MNNModel",
                   "network.mnn", "--bizCode", "assay"]
        said = conversion.run_converter(command, folder, "mnnconvert")
        if "Converted Success" not in said:
            reasons = [line.strip() for line in said.splitlines() if "rror" in line or "ot support" in line.lower()]
            raise adapter.Unsupported("mnnconvert: " + (reasons or [said.strip().splitlines()[-1]])[0])
