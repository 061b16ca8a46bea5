# SPDX-License-Identifier: MIT
"""ncnn's own shortest program, with fp32 as fp32. Usage: network.param THREADS, with network.bin beside it."""
import sys

import loop
import ncnn
import numpy

net = ncnn.Net()
net.opt.num_threads = int(sys.argv[2])
net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
net.load_param(sys.argv[1])
net.load_model(sys.argv[1].removesuffix("param") + "bin")
x = ncnn.Mat(numpy.random.default_rng(0).random((3, 224, 224), "float32")).clone()


def call():
    extractor = net.create_extractor()
    extractor.input("in0", x)
    return extractor.extract("out0")


loop.time_loop(call)
