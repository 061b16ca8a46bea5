# SPDX-License-Identifier: MIT
"""Models in the engines' own formats, made by the ecosystem's own converters, once per content: the
result lies in the user's cache under the hash of the model, its shapes and the converter's version.
What the converter cannot take is kept there too, as the reason."""
import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

import adapter

REVISION = 3  # raised when the converters are given, or asked for, something else
MOST_BYTES = 10 << 30
IN_USE_SECONDS = 3600  # what was used so recently stays: another process may be about to read it
MAKING = ".making-"  # of a process that converts, with its id
CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)
# What the zoo's networks have, so that converters are known to take it.
USUAL = frozenset("""Add AveragePool BatchNormalization Clip Concat Conv Div Dropout Flatten Gather Gemm GlobalAveragePool
    HardSigmoid HardSwish Identity LRN MatMul MaxPool Mul Pad Reciprocal ReduceMean Relu Reshape Shape Sigmoid Slice Softmax
    Split Sqrt Squeeze Sub Transpose Unsqueeze""".split())


class Crashed(ValueError):
    """A converter that ended by a fault of its own."""


class Converted:
    """The folder with the engine's file, the model's ports and operators, and the seconds that converting took."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "conversion.json"), encoding="utf-8") as file:
            kept = json.load(file)
        self.seconds, self.why, self.ports = kept["seconds"], kept["why"], kept["ports"]
        self.operators = kept["operators"]

    def path(self, name):
        return os.path.join(self.folder, name)


def converted(request, converter, convert, not_taken=()):
    """`convert(model, ports, folder)` makes the engine's files in `folder` from the ONNX file `model`, or
    raises Unsupported; `converter` names it with its version. `ports` are lists of name, dtype and shape.
    A model with one of the operators `not_taken` is refused without converting it."""
    parent = _cache()
    folder = os.path.join(parent, _key(request, [converter, sorted(not_taken)]))
    os.makedirs(parent, exist_ok=True)
    _remove_abandoned(parent)
    if not os.path.isdir(folder):
        made = tempfile.mkdtemp(prefix=f"{MAKING}{os.getpid()}-", dir=parent)
        try:
            _convert(request, made, convert, not_taken)
            os.rename(made, folder)
        except OSError:
            if not os.path.isdir(folder):  # nobody else has made it meanwhile
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
        _trim(parent)
    os.utime(folder)
    result = Converted(folder)
    if result.why:
        raise adapter.Unsupported(result.why)
    return result


def foreseen(request, converter, not_taken, check):
    """Why converted() will refuse, as far as it is known without converting: it did before, or the model, without
    its large weights, has one of the operators `not_taken`, or `check(model)` raises Unsupported. `model` has the
    fields that write_static_onnx names. None, too, for a file that cannot be read."""
    try:
        folder = os.path.join(_cache(), _key(request, [converter, sorted(not_taken)]))
        if os.path.isdir(folder):
            return Converted(folder).why or None
        model = _write_static_onnx(request, "")
        _refuse(model["operators"], not_taken)
        check(model)
    except adapter.Unsupported as why:
        return str(why)
    except (OSError, ValueError):
        pass  # the load says what is wrong
    return None


def unusual(operators):
    """The operators that a converter or its engine may not take; all, when each of them is usual."""
    return ", ".join(sorted(set(operators) - USUAL) or sorted(operators)) or "unknown"


def run_converter(command, folder, name=""):
    """What it prints; ValueError with its last line when it fails, Crashed when it ends by a fault."""
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    name = name or os.path.basename(command[0])
    if -done.returncode in CRASHES:
        raise Crashed(f"{name} crashed ({signal.Signals(-done.returncode).name})")
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if line.strip()] or ["it says nothing"]
        ended = f"signal {signal.Signals(-done.returncode).name}" if done.returncode < 0 else done.returncode
        raise ValueError(f"{name} ended with {ended}: {lines[-1]}")
    return done.stdout


def _cache():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "assay", "converted")


def _remove_abandoned(parent):
    """Removes what processes were making that are gone, or have been at it for too long."""
    for name in os.listdir(parent):
        if not name.startswith(MAKING):
            continue
        path, maker = os.path.join(parent, name), name[len(MAKING):].split("-")[0]
        try:
            old = os.stat(path).st_mtime < time.time() - IN_USE_SECONDS
        except OSError:  # it was just finished
            continue
        if old or (maker.isdecimal() and not os.path.exists(f"/proc/{maker}")):
            shutil.rmtree(path, ignore_errors=True)


def _trim(parent):
    """Removes what was used longest ago until the rest is small enough."""
    there = []
    for entry in os.scandir(parent):
        try:
            files = [each.stat().st_size for each in os.scandir(entry.path)]
            there.append((entry.stat().st_mtime, entry.path, sum(files)))
        except OSError:  # another process is removing it
            continue
    size = sum(bytes for _, _, bytes in there)
    for used, path, bytes in sorted(there):
        if size <= MOST_BYTES or used > time.time() - IN_USE_SECONDS:
            return
        shutil.rmtree(path, ignore_errors=True)
        size -= bytes


def _key(request, converter):
    digest = hashlib.sha256(json.dumps([REVISION, converter, request.input], sort_keys=True).encode())
    if request.sha256:  # the host has read the whole file already
        digest.update(request.sha256.encode())
    else:
        with open(request.path, "rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)
    return digest.hexdigest()[:32]


def _refuse(operators, not_taken):
    refused = sorted(set(operators) & set(not_taken))
    if refused:
        raise adapter.Unsupported(f"the engine or its converter does not take {', '.join(refused)}")


def _convert(request, folder, convert, not_taken):
    began, why, ports, operators = time.monotonic(), "", {}, []
    model = os.path.join(folder, "model.onnx")
    try:
        written = _write_static_onnx(request, model)
        operators = written["operators"]
        ports = {side: written[side] for side in ("inputs", "outputs")}
        _refuse(operators, not_taken)
        convert(model, ports, folder)
    except adapter.Unsupported as error:
        why = str(error)
    except Crashed as error:
        why = f"{error}; of the model's operators it may not take {unusual(operators)}"
    for name in os.listdir(folder):
        if why or name.startswith("model."):
            os.remove(os.path.join(folder, name))
    kept = {"seconds": time.monotonic() - began, "why": why, "ports": ports, "operators": operators}
    with open(os.path.join(folder, "conversion.json"), "w", encoding="utf-8") as file:
        json.dump(kept, file)


def _write_static_onnx(request, file):
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "write_static_onnx")
    asked = json.dumps({"path": request.path, "input": request.input, "file": file})
    done = subprocess.run([program], input=asked, capture_output=True, text=True, check=False)
    if done.returncode == 3:
        raise adapter.Unsupported(done.stderr.strip())
    if done.returncode != 0:
        raise ValueError(done.stderr.strip() or f"write_static_onnx ended with {done.returncode}")
    return json.loads(done.stdout)
