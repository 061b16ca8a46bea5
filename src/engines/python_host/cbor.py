# SPDX-License-Identifier: MIT
"""CBOR (RFC 8949) as the wire uses it: maps with text keys, lists, text, bytes, numbers, true, false
and null. Decoding trusts nothing: what is cut short, nested too deep or of another kind is a
ValueError; bytes of a text that are no UTF-8 become U+FFFD."""
import struct

MAX_DEPTH = 32

_FLOATS = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}
_SIMPLE = {20: False, 21: True, 22: None, 23: None}
_BREAK = object()


def encode(value):
    out = bytearray()
    _encode(value, out)
    return bytes(out)


def _head(major, number, out):
    if number < 24:
        out.append(major << 5 | number)
        return
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            out.append(major << 5 | code)
            out += number.to_bytes(size, "big")
            return
    raise ValueError(f"{number} has more than 64 bits")


def _encode(value, out):
    if value is None or isinstance(value, bool):
        out.append({None: 0xF6, False: 0xF4, True: 0xF5}[value])
    elif isinstance(value, int):
        _head(*((0, value) if value >= 0 else (1, -1 - value)), out)
    elif isinstance(value, float):
        out += b"\xfb" + struct.pack(">d", value)
    elif isinstance(value, str):
        text = value.encode("utf-8", "replace")
        _head(3, len(text), out)
        out += text
    elif isinstance(value, (list, tuple)):
        _head(4, len(value), out)
        for each in value:
            _encode(each, out)
    elif isinstance(value, dict):
        _head(5, len(value), out)
        for key, each in value.items():
            _encode(str(key), out)
            _encode(each, out)
    else:
        raise TypeError(f"a {type(value).__name__} has no form on the wire")


def decode(data):
    value, end = _decode(memoryview(data), 0, 0)
    if end != len(data) or value is _BREAK:
        raise ValueError("bytes are left over")
    return value


def _take(data, at, count):
    if count > len(data) - at:
        raise ValueError("it ends too early")
    return data[at : at + count], at + count


def _number(data, at, info):
    if info < 24:
        return info, at
    if info > 27:
        raise ValueError("a length is not known")
    raw, at = _take(data, at, 1 << (info - 24))
    return int.from_bytes(raw, "big"), at


def _decode(data, at, depth):
    if depth > MAX_DEPTH:
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    first, at = _take(data, at, 1)
    major, info = first[0] >> 5, first[0] & 31
    if major == 7:
        return _decode_simple(data, at, info)
    if info == 31 and 2 <= major <= 5:
        return _decode_open(data, at, major, depth)
    number, at = _number(data, at, info)
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major in (2, 3):
        raw, at = _take(data, at, number)
        return (bytes(raw) if major == 2 else str(raw, "utf-8", "replace")), at
    if major == 6:
        return _decode(data, at, depth + 1)  # what a tag says is ignored
    items = []
    for _ in range(number * (major - 3)):
        item, at = _decode(data, at, depth + 1)
        items.append(item)
    return _collected(items, major), at


def _decode_simple(data, at, info):
    if info == 31:
        return _BREAK, at
    if info in _SIMPLE:
        return _SIMPLE[info], at
    if info not in _FLOATS:
        raise ValueError(f"a simple value {info} is not known")
    form, size = _FLOATS[info]
    raw, at = _take(data, at, size)
    return struct.unpack(form, raw)[0], at


def _decode_open(data, at, major, depth):
    """A value without a length: its items end with a break."""
    items = []
    while True:
        item, at = _decode(data, at, depth + 1)
        if item is _BREAK:
            break
        items.append(item)
    if major < 4:
        kind = bytes if major == 2 else str
        if not all(isinstance(item, kind) for item in items):
            raise ValueError("a part of a string is of another kind")
        return kind().join(items), at
    return _collected(items, major), at


def _collected(items, major):
    if any(item is _BREAK for item in items):
        raise ValueError("a value ends where none began")
    if major == 4:
        return items
    keys, values = items[::2], items[1::2]
    if len(keys) != len(values) or not all(isinstance(key, str) for key in keys):
        raise ValueError("a map's key is no text")
    return dict(zip(keys, values))
