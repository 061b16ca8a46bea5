# SPDX-License-Identifier: MIT
"""What the Python worker says of itself, of its process and of a module that is missing."""
import os
import threading
import unittest

import usage
import worker


class Engine:
    modules = ("os",)

    def info(self):
        return {"name": "test", "version": "1", "devices": ["cpu"], "precisions": ["fp32"], "formats": ["onnx"]}

    def load(self, _):
        return object()


def loaded(engine):
    served = worker.Worker(engine, lambda _: True)
    served.hello()
    served.answer({"type": "load", "request": {"path": "", "configuration": {}}})
    return served


class WorkerTest(unittest.TestCase):
    def test_a_missing_module_is_named_before_anything_is_loaded(self):
        engine = Engine()
        engine.modules = ("os", "no_such_module")
        hello = worker.Worker(engine, lambda _: True).hello()
        self.assertEqual((hello["ok"], hello["outcome"]), (False, "load_failed"))
        self.assertEqual(hello["reason"], "the Python module no_such_module is missing")
        self.assertTrue(worker.Worker(Engine(), lambda _: True).hello()["ok"])

    def test_a_precision_that_an_engine_lacks_is_refused_with_its_reason(self):
        engine = Engine()
        engine.info = lambda: {**Engine.info(engine), "lacking": {"bf16": "the wheel's is for ARM"}}
        served = worker.Worker(engine, lambda _: True)
        served.hello()
        for precision, reason in (("bf16", "test does not execute bf16 here: the wheel's is for ARM; it executes fp32"),
                                  ("int8", "test does not execute int8 here; it executes fp32"), ("fp32", None)):
            asked = {"type": "supports", "request": {"path": "", "configuration": {"precision": precision}}}
            self.assertEqual(served.answer(asked)["why"], reason)

    def test_facts_state_the_engine_variables_of_this_process_and_no_others(self):
        os.environ["OPENBLAS_PLANTED"], os.environ["HOPENBLAS"] = "1", "2"
        environment = loaded(Engine()).answer({"type": "facts"})["facts"]["environment"]
        self.assertEqual(environment["OPENBLAS_PLANTED"], "1")
        self.assertNotIn("HOPENBLAS", environment)
        self.assertNotIn("PATH", environment)

    def test_the_caller_of_a_pool_counts_only_when_it_works_beside_the_pool(self):
        caller = threading.get_native_id()
        self.assertEqual(usage.busy_threads({}, {caller: 300, 1: 900, 2: 800}, 1000), 2)
        self.assertEqual(usage.busy_threads({}, {caller: 500, 1: 900, 2: 800}, 1000), 3)
        self.assertEqual(usage.busy_threads({}, {caller: 900, 1: 40}, 1000), 1)
        self.assertEqual(usage.busy_threads({}, {caller: 300}, 1000), 1)


if __name__ == "__main__":
    unittest.main()
