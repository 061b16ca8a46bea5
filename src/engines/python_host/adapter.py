# SPDX-License-Identifier: MIT
"""What an engine's adapter is made of. An adapter is one module, NAME.py, with a class Engine:

    class Engine:
        modules = ("name",)              # optional: what it imports; without them it is not installed
        def info(self):                  # as docs/wire-protocol.md; quick: import nothing heavy here
                                         # "lacking": {precision: why it is none of "precisions"}
        def start(self):                 # optional: import the engine; once, before any load, untimed
        def supports(self, request):     # optional: why not, in one sentence, or None; quick, and
                                         # before start()
        def convert(self, request):      # optional: the model as the engine's own file; before load's
                                         # time begins; its seconds become a note of the facts
        def load(self, request):         # -> Program; everything that is slow, once

    class Program:
        def open(self):                  # -> Session; several share the weights
        def facts(self):                 # optional: what really ran

    class Session:
        def bind(self, inputs):          # Tensors, whose memory stays until the next bind
        def run(self):                   # one inference and nothing else
        def outputs(self):               # -> Tensors

Raise Unsupported for what the engine cannot do; any other exception becomes `load_failed` or
`run_failed` with its text. `request` is the load request with the configuration's options filled in.
"""
import dataclasses
import typing


class Unsupported(Exception):
    """What the engine or the device cannot do, in one sentence."""


@dataclasses.dataclass
class Option:
    """An option that an engine declares."""

    name: str
    type: str  # int float bool string choice
    default: str
    help: str  # one sentence
    choices: typing.List[str] = dataclasses.field(default_factory=list)
    environment: str = ""  # the variable that the host starts the worker with, for another value than the default

    def value(self, text):
        """The text as a value of this type; Unsupported when it does not fit."""
        try:
            if self.type == "choice":
                return self.choices[self.choices.index(text)]
            if self.type == "bool":
                flags = {"true": True, "on": True, "1": True}
                return {**flags, "false": False, "off": False, "0": False}[text]
            return {"int": int, "float": float, "string": str}[self.type](text)
        except (ValueError, KeyError):
            kinds = {"int": "a whole number", "float": "a number", "bool": "true or false"}
            kind = kinds.get(self.type, "one of " + ", ".join(self.choices))
            raise Unsupported(f"option {self.name} is {kind}, not '{text}'") from None


@dataclasses.dataclass
class Request:
    """A load request; options by name, with defaults, as values of their types."""

    path: str
    input: typing.Dict[str, typing.List[int]]
    device: str
    precision: str
    threads: int
    options: typing.Dict[str, object]
    sha256: str = ""  # of the model; empty when the host did not say


# Bytes of an element.
SIZES = {"f32": 4, "f16": 2, "bf16": 2, "f64": 8, "i8": 1, "u8": 1, "i16": 2, "u16": 2, "i32": 4,
         "u32": 4, "i64": 8, "u64": 8, "bool": 1}


@dataclasses.dataclass
class Tensor:
    """A named array; `data` is a contiguous buffer, row-major, little endian."""

    name: str
    dtype: str
    shape: typing.List[int]
    data: object
