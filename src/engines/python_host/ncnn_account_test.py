# SPDX-License-Identifier: MIT
"""ncnn_account.py: a network as text, and the MACs of its layers."""
import os
import tempfile
import types
import unittest

import ncnn_account

NETWORK = """7767517
4 4
Input            in0     0 1 in0
Convolution      conv    1 1 in0 1 0=4 1=3 11=3 6=108 9=1 -23310=1,6.0
Pooling          pool    1 1 1 2 0=1 4=1
InnerProduct     linear  1 1 2 out0 0=5 1=1 2=20
"""


def mat(w, h=1, c=1, n=1, elempack=1):
    return types.SimpleNamespace(w=w, h=h, d=1, c=c, n=n, elempack=elempack)


class Account(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "network.param")
        with open(path, "w", encoding="utf-8") as file:
            file.write(NETWORK)
        self.layers = ncnn_account.read_layers(path)

    def test_layers_have_their_blobs_and_parameters(self):
        self.assertEqual([layer.type for layer in self.layers], ["Input", "Convolution", "Pooling", "InnerProduct"])
        conv = self.layers[1]
        self.assertEqual((conv.name, conv.bottoms, conv.tops), ("conv", ["in0"], ["1"]))
        self.assertEqual((conv.params["0"], conv.params["6"]), ("4", "108"))

    def test_macs_are_those_of_the_whole_batch_whatever_the_packing(self):
        _, conv, pool, linear = self.layers
        packed = mat(8, 8, 1, n=3, elempack=4)
        self.assertEqual(ncnn_account.macs(conv, [mat(8, 8, 3, n=3)], packed), 108 * 64 * 3)
        self.assertEqual(ncnn_account.macs(pool, [packed], mat(4, n=3)), 0)
        self.assertEqual(ncnn_account.macs(linear, [mat(4, n=3)], mat(5, n=3)), 20 * 3)

    def test_parameters_that_are_expressions_are_no_sizes_of_weights(self):
        reshape = ncnn_account.Layer("Reshape", "flat", ["1"], ["2"], {"6": '"1,1,//(768,0n),0n"'})
        self.assertEqual(ncnn_account.macs(reshape, [mat(4)], mat(4)), 0)

    def test_layers_that_ncnn_lacks_are_named_once(self):
        there = types.SimpleNamespace(layer_to_index=lambda kind: -1 if kind == "Pooling" else 1)
        self.assertEqual(ncnn_account.missing(there, self.layers * 2), ["Pooling"])


if __name__ == "__main__":
    unittest.main()
