# SPDX-License-Identifier: MIT
"""What PyTorch executed, as its compute libraries say: oneDNN names, for each primitive, its kernel, the
types it computes in and its sizes; MKL its matrix products. That is the proof of what ran. Run eagerly, each
operator is a layer with the library's word on it, or its own where PyTorch computes it itself; of a compiled
function only the libraries are heard, because what the compiler generates gives no account."""
import ctypes
import os
import re
import tempfile

PRECISIONS = {"f32": "fp32", "f16": "fp16", "bf16": "bf16", "s8": "int8", "u8": "int8", "tf32": "tf32"}
TYPES = {"float32": "fp32", "bfloat16": "bf16", "float16": "fp16", "float64": "fp64"}
_libc = ctypes.CDLL(None)


def bytes_of(tensor):
    """The memory of a contiguous tensor, as a buffer."""
    size = tensor.numel() * tensor.element_size()
    return (ctypes.c_char * size).from_address(tensor.data_ptr()) if size else b""


class Printed:
    """What the libraries print to standard output while it is open."""

    def __init__(self, torch):
        self._verbose = torch._C._verbose

    def __enter__(self):
        self._file = tempfile.TemporaryFile()
        _libc.fflush(None)
        self._kept = os.dup(1)
        os.dup2(self._file.fileno(), 1)
        self._verbose.mkldnn_set_verbose(1)
        self._verbose.mkl_set_verbose(1)
        self._taken = 0
        return self

    def take(self):
        """Since the last call."""
        _libc.fflush(None)
        size = os.fstat(self._file.fileno()).st_size
        fresh = os.pread(self._file.fileno(), size - self._taken, self._taken)
        self._taken = size
        return fresh.decode("utf-8", "replace")

    def __exit__(self, *_):
        self._verbose.mkldnn_set_verbose(0)
        self._verbose.mkl_set_verbose(0)
        _libc.fflush(None)
        os.dup2(self._kept, 1)
        os.close(self._kept)
        self._file.close()


def convolution_macs(sizes):
    """Of oneDNN's description of a problem: "mb1_ic3oc64_ih224oh112kh7sh2dh0ph3_iw224ow112kw7...". """
    at = {key: int(value) for key, value in re.findall(r"(mb|g|ic|oc|[io][dhw]|k[dhw])(\d+)", sizes)}
    macs = at.get("mb", 1) * at.get("ic", 1) * at.get("oc", 1) // at.get("g", 1)
    for key in ("kd", "kh", "kw", "od", "oh", "ow"):
        macs *= at.get(key, 1)
    return macs


def product_macs(sizes):
    """ "64x512:512x1000[:64x1000]", or of an inner product "mb1ic2048oc1000"."""
    if sizes.startswith("mb"):
        return convolution_macs(sizes)
    left, right = ([int(each) for each in part.split("x")] for part in sizes.split(":")[:2])
    macs = left[-2] * left[-1] * right[-1]
    for a, b in zip(left[:-2], right[:-2]):
        macs *= max(a, b)
    return macs


def onednn_layer(line):
    """onednn_verbose,v1,primitive,exec,cpu,OP,KERNEL,PROPAGATION,src:f32:... wei:...,ATTRIBUTES,...,
    SIZES,MS"""
    fields = line.split(",")
    if "exec" not in fields:
        return None
    fields = fields[fields.index("exec") :]
    if len(fields) < 8 or fields[2] == "reorder":
        return None
    op, kernel, tensors, sizes = fields[2], fields[3], fields[5], fields[-2]
    found = re.search(r"(?:src|src0|src_0)(?::|_)(?:\w:)?([a-z]+\d+)", tensors)
    precision = PRECISIONS.get(found[1], found[1]) if found else ""
    macs = 0
    if "convolution" in op:
        macs = convolution_macs(sizes)
    elif op in ("matmul", "inner_product"):
        macs = product_macs(sizes)
    return {"op": op, "kernel": kernel, "precision": precision, "macs": macs}


def mkl_layer(line):
    """MKL_VERBOSE SGEMM(N,N,1000,64,512,...) 12.3us ...; products in batches do not say their sizes."""
    found = re.match(r"MKL_VERBOSE (\w*GEMM\w*)\((\w,\w,(\d+),(\d+),(\d+),)?", line)
    if not found:
        return None
    precision = "bf16" if "BF16" in found[1] else {"S": "fp32", "D": "fp64"}.get(found[1][0], "")
    macs = int(found[3]) * int(found[4]) * int(found[5]) if found[2] else 0
    return {"op": "matmul", "kernel": "mkl:" + found[1].lower(), "precision": precision, "macs": macs}


def library_layers(printed):
    found = (onednn_layer(line) if line.startswith("onednn") else mkl_layer(line) for line in printed.splitlines())
    return [layer for layer in found if layer]


def operator_macs(name, tensors, result):
    """Of an operator by the shapes of its tensors."""
    if len(tensors) < 2:
        return 0
    if "conv" in name:
        plane = tensors[0] if "transpose" in name else result
        return tensors[1].numel() * plane.numel() // plane.shape[1]
    if name in ("linear", "matmul", "mm", "addmm"):
        return result.numel() * tensors[1 if name == "addmm" else 0].shape[-1]
    return 0


class Recorder:
    """Stands for the operators of a function that is run once, and keeps an account of each call."""

    def __init__(self, torch, operators, printed):
        self._torch, self._operators, self._printed = torch, operators, printed
        self.layers = []

    def __getattr__(self, name):
        operator = getattr(self._operators, name)

        def recorded(*inputs, **options):
            self._printed.take()
            result = operator(*inputs, **options)
            tensors = [each for each in inputs if isinstance(each, self._torch.Tensor)]
            if tensors and isinstance(result, self._torch.Tensor):
                self._keep(name, tensors, result)
            return result

        return recorded

    def _keep(self, name, tensors, result):
        said = library_layers(self._printed.take())
        own = str(tensors[0].dtype).removeprefix("torch.")
        layer = {"op": name, "kernel": f"aten::{name}", "precision": TYPES.get(own, own)}
        if said:
            layer.update(kernel=said[-1]["kernel"], precision=said[-1]["precision"])
        self.layers.append({**layer, "macs": operator_macs(name, tensors, result)})


def facts(layers):
    providers = {}
    for number, layer in enumerate(layers):
        layer.update(name=f"{layer['op']}_{number}", originals=[])
        kernel = layer["kernel"]
        library = "MKL" if kernel.startswith("mkl:") else "ATen" if kernel.startswith("aten::") else "oneDNN"
        providers[library] = providers.get(library, 0) + 1 / len(layers)
    return {"layers": layers, "providers": providers}
