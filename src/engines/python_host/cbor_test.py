# SPDX-License-Identifier: MIT
"""The wire's CBOR in Python, against RFC 8949's own examples and against rubbish."""
import math
import random
import unittest

import cbor

# Appendix A of RFC 8949: bytes and what they mean.
EXAMPLES = [
    ("00", 0), ("17", 23), ("1818", 24), ("1903e8", 1000), ("1bffffffffffffffff", 2**64 - 1),
    ("20", -1), ("3903e7", -1000), ("3bffffffffffffffff", -(2**64)), ("fb3ff199999999999a", 1.1),
    ("f4", False), ("f5", True), ("f6", None), ("60", ""), ("6449455446", "IETF"),
    ("62c3bc", "\u00fc"), ("80", []), ("83010203", [1, 2, 3]), ("a0", {}),
    ("a26161016162820203", {"a": 1, "b": [2, 3]}),
]
ONLY_DECODED = [
    ("f93c00", 1.0), ("fa47c35000", 100000.0), ("f97c00", math.inf), ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
    ("7f657374726561646d696e67ff", "streaming"), ("bf6346756ef563416d7421ff", {"Fun": True, "Amt": -2}),
    ("c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z"), ("61ff", "\ufffd"),
]


class Cbor(unittest.TestCase):
    def test_writes_and_reads_the_examples_of_the_standard(self):
        for text, value in EXAMPLES:
            self.assertEqual(cbor.encode(value).hex(), text)
            self.assertEqual(cbor.decode(bytes.fromhex(text)), value)

    def test_reads_what_others_may_write(self):
        for text, value in ONLY_DECODED:
            self.assertEqual(cbor.decode(bytes.fromhex(text)), value)

    def test_refuses_what_is_cut_short_anywhere(self):
        whole = cbor.encode({"a": [1, -1000, 1.5, "text", None, True, {"b": 2**40}]})
        for end in range(len(whole)):
            with self.assertRaises(ValueError):
                cbor.decode(whole[:end])

    def test_refuses_bytes_that_are_left_over(self):
        with self.assertRaises(ValueError):
            cbor.decode(cbor.encode(1) + b"\x00")

    def test_refuses_a_value_that_is_nested_too_deep(self):
        cbor.decode(b"\x81" * cbor.MAX_DEPTH + b"\x00")
        for deep in (b"\x81", b"\xc0", b"\x9f"):
            with self.assertRaises(ValueError):
                cbor.decode(deep * 100000)

    def test_refuses_strange_kinds_and_keys(self):
        for text in ("ff", "f0", "1c", "a101", "a1f600", "82ff00", "a161", "bf6161ff", "7f01ff", "9bffffffffffffffff"):
            with self.assertRaises(ValueError, msg=text):
                cbor.decode(bytes.fromhex(text))

    def test_ends_in_a_value_or_a_value_error_whatever_it_reads(self):
        chance = random.Random(1)
        for _ in range(20000):
            rubbish = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 24)))
            try:
                cbor.decode(rubbish)
            except ValueError:
                continue

    def test_does_not_write_what_has_no_form(self):
        for strange in (object(), 2**64, -(2**65)):
            with self.assertRaises((TypeError, ValueError)):
                cbor.encode(strange)


if __name__ == "__main__":
    unittest.main()
