# SPDX-License-Identifier: MIT
import ast
import unittest

import torch_function

SOURCE = """
def forward(self, x):
  a = self.made(x)
  b, unused = self.two(a)
  c = self.sum(a, b)
  return (c, )
"""


class Counted:
    """Operators whose results count how many of them are alive."""

    def __init__(self):
        self.alive = self.most = 0

    def made(self, *_):
        return Result(self)

    def two(self, *_):
        return Result(self), Result(self)

    sum = made


class Result:
    def __init__(self, counted):
        self._counted = counted
        counted.alive += 1
        counted.most = max(counted.most, counted.alive)

    def __del__(self):
        self._counted.alive -= 1


def most_alive(tree):
    names = {}
    exec(compile(tree, "<model>", "exec"), names)
    counted = Counted()
    names["forward"](counted, 0)
    return counted.most


class Freeing(unittest.TestCase):
    def test_frees_what_is_used_no_more_also_what_never_was(self):
        self.assertEqual(most_alive(SOURCE), 4)
        self.assertEqual(most_alive(torch_function.freeing(SOURCE)), 3)

    def test_keeps_arguments_and_what_is_returned(self):
        text = ast.unparse(torch_function.freeing(SOURCE))
        self.assertEqual([line.strip() for line in text.splitlines() if "del " in line], ["del unused", "del a, b"])


if __name__ == "__main__":
    unittest.main()
