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

REVISION = 2  # raised when the converters are given, or asked for, something else
MOST_BYTES = 10 << 30
IN_USE_SECONDS = 3600  # what was used so recently stays: another process may be about to read it


class Converted:
    """The folder with the engine's file, the model's ports, and the seconds that converting took."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "conversion.json"), encoding="utf-8") as file:
            kept = json.load(file)
        self.seconds, self.why, self.ports = kept["seconds"], kept["why"], kept["ports"]

    def path(self, name):
        return os.path.join(self.folder, name)


def converted(request, converter, convert):
    """`convert(model, ports, folder)` makes the engine's files in `folder` from the ONNX file `model`, or
    raises Unsupported; `converter` names it with its version. `ports` are lists of name, dtype and shape."""
    parent = _cache()
    folder = os.path.join(parent, _key(request, converter))
    if not os.path.isdir(folder):
        os.makedirs(parent, exist_ok=True)
        made = tempfile.mkdtemp(prefix=".making-", dir=parent)
        try:
            _convert(request, made, convert)
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


def run_converter(command, folder):
    """What it prints; ValueError with its last line when it fails."""
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if line.strip()] or ["it says nothing"]
        ended = f"signal {signal.Signals(-done.returncode).name}" if done.returncode < 0 else done.returncode
        raise ValueError(f"{os.path.basename(command[0])} ended with {ended}: {lines[-1]}")
    return done.stdout


def _cache():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "assay", "converted")


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


def _convert(request, folder, convert):
    began, why, ports = time.monotonic(), "", {}
    model = os.path.join(folder, "model.onnx")
    try:
        ports = _write_static_onnx(request, model)
        convert(model, ports, folder)
    except adapter.Unsupported as error:
        why = str(error)
    for name in os.listdir(folder):
        if why or name.startswith("model."):
            os.remove(os.path.join(folder, name))
    kept = {"seconds": time.monotonic() - began, "why": why, "ports": ports}
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
