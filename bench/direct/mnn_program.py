# SPDX-License-Identifier: MIT
"""MNN's own shortest program, as exact as assay asks MNN to be (docs/engines.md). Usage: network.mnn THREADS."""
import sys

import loop
import MNN
import numpy

net = MNN.Interpreter(sys.argv[1])
net.setSessionHint(3, 2)  # Winograd's algorithm: the memory it may take
session = net.createSession({"backend": "CPU", "numThread": int(sys.argv[2]), "precision": "high"})
theirs, shape = net.getSessionInput(session), (1, 3, 224, 224)
values = numpy.random.default_rng(0).random(shape, "float32")
x = MNN.Tensor(shape, MNN.Halide_Type_Float, values, MNN.Tensor_DimensionType_Caffe)


def call():
    theirs.copyFrom(x)  # a run overwrites its inputs
    net.runSession(session)


loop.time_loop(call)
