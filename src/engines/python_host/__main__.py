# SPDX-License-Identifier: MIT
"""The Python worker: `python -I python_host NAME` serves the engine of engine_NAME.py over the
protocol of docs/wire-protocol.md, as src/engine/serve.cc does for engines in C++."""
import ctypes
import fcntl
import importlib
import os
import select
import signal
import struct
import sys

import cbor
import worker

MAX_FRAME_BYTES = 256 << 20
PR_SET_PDEATHSIG = 1


class WireError(Exception):
    """Rubbish, a frame that is cut short or too large, or nobody at the other end."""


def die_with_the_host():
    host = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != host:
        os._exit(0)


def reset_signals():
    """SIGTERM ends the worker even inside engine code, whatever the host had blocked or ignored."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])


def move_away(descriptor):
    """To where foreign code does not look."""
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)


def write_frame(descriptor, message):
    body = cbor.encode(message)
    if len(body) > MAX_FRAME_BYTES:
        raise WireError(f"a message has {len(body)} bytes; at most {MAX_FRAME_BYTES} are allowed")
    rest = memoryview(struct.pack("<I", len(body)) + body)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as error:
        raise WireError(f"the host does not read: {error.strerror}") from None


def read_bytes(descriptor, count):
    """As many bytes, or fewer at end of file."""
    parts = bytearray()
    while len(parts) < count:
        part = os.read(descriptor, min(count - len(parts), 1 << 20))
        if not part:
            break
        parts += part
    return bytes(parts)


def read_frame(descriptor):
    """None at end of file between two frames."""
    head = read_bytes(descriptor, 4)
    if not head:
        return None
    if len(head) < 4:
        raise WireError("the stream ends inside a message")
    (length,) = struct.unpack("<I", head)
    if length > MAX_FRAME_BYTES:
        raise WireError(f"a frame claims {length} bytes; at most {MAX_FRAME_BYTES} are allowed")
    body = read_bytes(descriptor, length)
    if len(body) < length:
        raise WireError("the stream ends inside a message")
    try:
        message = cbor.decode(body)
    except ValueError as error:
        raise WireError(f"a message is no CBOR: {error}") from None
    if not isinstance(message, dict):
        raise WireError("a message is no map")
    return message


def serve(engine, incoming, outgoing):
    def wait(seconds):
        return not select.select([incoming], [], [], seconds)[0]

    try:
        served = worker.Worker(engine, wait)
        write_frame(outgoing, served.hello())
        while (message := read_frame(incoming)) is not None:
            if message.get("type") != "stop":  # it came too late for the run that it was to end
                write_frame(outgoing, served.answer(message))
        return 0
    except WireError as error:
        print(f"worker: {error}", file=sys.stderr)
        return 3


def main():
    # numpy only carries tensors here; its pool would spin beside the engine for some time after the import.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    die_with_the_host()
    reset_signals()
    incoming, outgoing = move_away(0), move_away(1)
    nothing = os.open("/dev/null", os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    engine = importlib.import_module("engine_" + sys.argv[1]).Engine()
    status = serve(engine, incoming, outgoing)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # an engine's threads and finalizers have nothing more to do


if __name__ == "__main__":
    main()
