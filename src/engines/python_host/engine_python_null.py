# SPDX-License-Identifier: MIT
"""The engine that does nothing: what the Python host itself costs a measurement."""
import array

import adapter


class Session:
    def bind(self, inputs):
        pass

    def run(self):
        pass

    def outputs(self):
        return [adapter.Tensor("output", "f32", [1, 10], array.array("f", [0] * 10))]


class Program:
    def open(self):
        return Session()


class Engine:
    def info(self):
        return {"name": "python_null", "version": "1", "devices": ["cpu"], "precisions": ["fp32"],
                "formats": ["onnx"], "synthetic": True, "on_request": True}

    def load(self, request):
        return Program()
