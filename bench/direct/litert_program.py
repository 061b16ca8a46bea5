# SPDX-License-Identifier: MIT
"""LiteRT's own shortest program: its interpreter. Usage: NETWORK.tflite THREADS."""
import sys

import loop
import numpy
from ai_edge_litert.interpreter import Interpreter

interpreter = Interpreter(sys.argv[1], num_threads=int(sys.argv[2]))
interpreter.allocate_tensors()
port = interpreter.get_input_details()[0]
interpreter.set_tensor(port["index"], numpy.random.default_rng(0).random(port["shape"], "float32"))
loop.time_loop(interpreter.invoke)
