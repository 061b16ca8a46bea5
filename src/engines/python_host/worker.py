# SPDX-License-Identifier: MIT
"""Answers requests with one engine: the protocol without its transport, as src/engine/worker.cc.
Whatever the engine raises becomes a failed reply here."""
import importlib.util
import mmap
import os
import time

import adapter
import steering
import timed_loop
import usage

PROTOCOL = 2
SCENARIOS = ("single_stream", "multi_stream", "offline", "server")


class WrongMessage(Exception):
    pass


def _failure(outcome, reason):
    words = " ".join(str(reason).split()) or "it does not say why"
    return {"ok": False, "outcome": outcome, "reason": words}


def _guarded(otherwise, work):
    try:
        return {"ok": True, **work()}
    except adapter.Unsupported as error:
        return _failure("unsupported", error)
    except WrongMessage as error:
        return _failure("run_failed", f"wrong message: {error}")
    except MemoryError:
        return _failure("out_of_memory", "the engine could not allocate memory")
    except Exception as error:  # an engine may raise anything
        memory = "bad_alloc" in str(error) or "not enough memory" in str(error)
        words = str(error) or type(error).__name__
        return _failure("out_of_memory" if memory else otherwise, words)


def _field(message, key, kind):
    if not isinstance(message, dict) or not isinstance(message.get(key), kind):
        raise WrongMessage(f"no field '{key}' of the right type")
    return message[key]


def read_tensor(wanted):
    """A copy of the file, aligned to a page; it stays as long as the tensor."""
    dtype, shape = _field(wanted, "dtype", str), _field(wanted, "shape", list)
    name, path = _field(wanted, "name", str), _field(wanted, "path", str)
    if dtype not in adapter.SIZES:
        raise WrongMessage(f"unknown element type '{dtype}'")
    size = adapter.SIZES[dtype]
    for each in shape:
        size *= each
    there = os.path.getsize(path)
    if size != there:
        raise ValueError(
            f"input '{name}' is {shape} of {dtype}: {size} bytes, but '{path}' has {there}")
    memory = mmap.mmap(-1, max(size, 1))
    with open(path, "rb") as file:
        if file.readinto(memoryview(memory)[:size]) != size:
            raise ValueError(f"input '{name}' cannot be read from '{path}'")
    return adapter.Tensor(name, dtype, shape, memoryview(memory)[:size])


class OpenSession:
    """A session with the inputs that it reads."""

    def __init__(self, session):
        self.session, self._inputs, self._bound = session, [], 0
        self.run = session.run

    def bind(self, files, further):
        tensors = [read_tensor(each) for each in files]
        self.session.bind(tensors)
        former = self._inputs if further else []
        self._bound = len(former)
        self._inputs = [*former, (tensors, [bytes(tensor.data) for tensor in tensors])]

    def bind_next(self):
        if len(self._inputs) > 1:
            self._bound = (self._bound + 1) % len(self._inputs)
            self.session.bind(self._inputs[self._bound][0])

    def run_with_transfer(self):
        tensors, sources = self._inputs[self._bound] if self._inputs else ([], [])
        for tensor, source in zip(tensors, sources):
            tensor.data[:] = source
        self.session.bind(tensors)
        self.session.run()
        for tensor in self.session.outputs():
            bytes(tensor.data)


class Worker:
    """`wait(seconds)` sleeps, and says False when the host has more to say."""

    def __init__(self, engine, wait):
        self._engine = engine
        self._wait = wait
        self._info = {}
        self._started = False
        self._unload()
        self._next_session = 1
        self._handlers = {
            "supports": (self._supports, "run_failed"),
            "load": (self._load, "load_failed"),
            "open": (self._open, "load_failed"),
            "bind": (self._bind, "run_failed"),
            "run": (self._run, "run_failed"),
            "outputs": (self._outputs, "run_failed"),
            "facts": (self._facts, "run_failed"),
            "memory": (self._memory, "run_failed"),
            "unload": (self._unload, "run_failed"),
        }

    def hello(self):
        def describe():
            missing = [name for name in getattr(self._engine, "modules", ()) if not importlib.util.find_spec(name)]
            if missing:
                raise ImportError(f"the Python module {missing[0]} is missing")
            self._info = {"host": "python", **self._engine.info()}
            self._options = self._info.pop("options", [])
            self._lacking = self._info.pop("lacking", {})
            shown = [vars(option) | {"default": option.default} for option in self._options]
            return {"protocol": PROTOCOL, "info": {**self._info, "options": shown}}

        return _guarded("load_failed", describe)

    def answer(self, message):
        kind = message.get("type")
        if not isinstance(kind, str):
            return _failure("run_failed", "wrong message: no field 'type' with a name")
        if kind not in self._handlers:
            return _failure("run_failed", f"wrong message: unknown type '{kind}'")
        handler, otherwise = self._handlers[kind]
        return _guarded(otherwise, lambda: handler(message))

    def _start(self):
        if not self._started and hasattr(self._engine, "start"):
            self._engine.start()
        self._started = True

    def _request(self, message):
        """The load request; Unsupported for what the engine's own declaration excludes."""
        given = _field(message, "request", dict)
        wanted = _field(given, "configuration", dict)
        device, precision = wanted.get("device", "cpu"), wanted.get("precision", "fp32")
        self._require("device", device, self._info["devices"])
        self._require_precision(precision)
        values = wanted.get("options", {})
        for name in values:
            self._require("option", name, [option.name for option in self._options])
        options = {each.name: each.value(values.get(each.name, each.default))
                   for each in self._options}
        return adapter.Request(_field(given, "path", str), wanted.get("input", {}), device,
                               precision, wanted.get("threads", 1), options, wanted.get("model_sha256", ""))

    def _require(self, what, name, known):
        if name not in known:
            engine, there = self._info["name"], ", ".join(known) or "none"
            raise adapter.Unsupported(f"{engine} has no {what} '{name}' here; it has {there}")

    def _require_precision(self, name):
        """In the words of src/engine/lacking.cc."""
        known = self._info["precisions"]
        if name not in known:
            why = f": {self._lacking[name]}" if name in self._lacking else ""
            raise adapter.Unsupported(f"{self._info['name']} does not execute {name} here{why}; "
                                      f"it executes {', '.join(known)}")

    def _why_not(self, message):
        try:
            request = self._request(message)
            return getattr(self._engine, "supports", lambda _: None)(request)
        except adapter.Unsupported as why:
            return str(why)

    def _supports(self, message):
        return {"why": self._why_not(message)}

    def _load(self, message):
        if self._program is not None:
            raise ValueError("a program is loaded already: unload it first")
        why = self._why_not(message)
        if why is not None:
            raise adapter.Unsupported(why)
        self._start()
        request = self._request(message)
        began = time.monotonic_ns()
        if hasattr(self._engine, "convert"):
            request = self._engine.convert(request)
            self._converted_seconds = (time.monotonic_ns() - began) / 1e9
        rss_before, began = usage.rss_bytes(), time.monotonic_ns()
        self._program = self._engine.load(request)
        self._streams = message["request"]["configuration"].get("streams", 1)
        load_ns = time.monotonic_ns() - began
        return {"load_ns": load_ns, "rss_before": rss_before, "rss_after": usage.rss_bytes()}

    def _open(self, _):
        self._loaded()
        if self._sessions and self._streams > 1:
            raise adapter.Unsupported("engines of the Python host cannot run several streams: "
                                      "they would share Python's interpreter lock")
        number, self._next_session = self._next_session, self._next_session + 1
        self._sessions[number] = OpenSession(self._program.open())
        return {"session": number}

    def _bind(self, message):
        session = self._session(_field(message, "session", int))
        session.bind(_field(message, "inputs", list), message.get("further", False))
        return {}

    def _run(self, message):
        numbers = _field(message, "sessions", list)
        scenario = message.get("scenario", "single_stream")
        if scenario not in SCENARIOS:
            raise WrongMessage(f"unknown scenario '{scenario}'")
        if len(numbers) != 1:
            raise ValueError(f"{len(numbers)} sessions cannot run at once in the Python host")
        session = self._session(numbers[0])
        burst = timed_loop.Burst(
            scenario, _field(message, "count", int), message.get("max_ns", 0),
            message.get("idle_gap_ns", 0), message.get("starts_ns", []), self._wait)
        if message.get("fresh_inputs", False):
            if scenario != "single_stream":
                raise ValueError(f"fresh inputs are for single_stream, not for {scenario}")
            burst.before = session.bind_next
        transfer = message.get("include_transfer", False)
        reply = timed_loop.timed_loop(session.run_with_transfer if transfer else session.run, burst)
        if reply["wall_ns"] > self._longest_burst_ns:
            self._longest_burst_ns = reply["wall_ns"]
            self._busy_threads = reply["busy_threads"]
        return reply

    def _outputs(self, message):
        folder, files = _field(message, "folder", str), []
        for tensor in self._session(_field(message, "session", int)).session.outputs():
            path = os.path.join(folder, f"output_{len(files)}.raw")
            with open(path, "wb") as file:
                file.write(tensor.data)
            files.append({"name": tensor.name, "dtype": tensor.dtype, "shape": tensor.shape,
                          "path": path})
        return {"outputs": files}

    def _facts(self, _):
        self._loaded()
        facts = getattr(self._program, "facts", dict)()
        notes = facts.setdefault("notes", {})
        notes["python_call_overhead_ns"] = str(timed_loop.call_overhead_ns())
        if self._converted_seconds is not None:
            notes.setdefault("conversion_seconds", f"{self._converted_seconds:.3f}")
        facts.setdefault("precision_executed", precision_shares(facts.get("layers", [])))
        if self._longest_burst_ns > 0:
            facts["threads"] = self._busy_threads
        facts["environment"] = steering.environment()
        return {"facts": facts}

    def _memory(self, message):
        rss = usage.rss_bytes()
        reply = {"rss": rss, "peak_rss": max(rss, usage.peak_rss_bytes())}
        if message.get("reset", False):
            usage.reset_peak_rss()
        return reply

    def _unload(self, _=None):
        self._sessions = {}
        self._program = None
        self._converted_seconds = None
        self._streams = 1
        self._longest_burst_ns = self._busy_threads = 0
        return {}

    def _loaded(self):
        if self._program is None:
            raise ValueError("no program is loaded")

    def _session(self, number):
        if number not in self._sessions:
            raise ValueError(f"session {number} is not open")
        return self._sessions[number]


def precision_shares(layers):
    """Share of the MACs by precision; empty where nothing multiplies."""
    shares = {}
    for layer in layers:
        if layer.get("macs", 0) > 0:
            shares[layer["precision"]] = shares.get(layer["precision"], 0) + layer["macs"]
    total = sum(shares.values())
    return {precision: macs / total for precision, macs in shares.items()}
