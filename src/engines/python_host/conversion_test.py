# SPDX-License-Identifier: MIT
"""conversion.py: once per content, refusals too, and the cache keeps small."""
import os
import subprocess
import tempfile
import unittest

import adapter
import conversion


class Conversion(unittest.TestCase):
    def setUp(self):
        cache = tempfile.TemporaryDirectory()
        self.addCleanup(cache.cleanup)
        os.environ["XDG_CACHE_HOME"] = cache.name
        self.folder = os.path.join(cache.name, "assay", "converted")
        self.calls = 0
        self.operators = ["Conv", "Relu"]
        conversion._write_static_onnx, self.real = self.write, conversion._write_static_onnx
        self.addCleanup(setattr, conversion, "_write_static_onnx", self.real)

    def write(self, request, file):
        if request.path != "model.onnx":
            raise ValueError("cannot read it")
        if file:
            with open(file, "w", encoding="utf-8") as model:
                model.write("model")
        return {"inputs": [], "outputs": [], "operators": self.operators, "reshapes": []}

    def request(self, sha="1", shape=(1, 3)):
        return adapter.Request("model.onnx", {"x": list(shape)}, "cpu", "fp32", 1, {}, sha)

    def convert(self, model, ports, folder):
        self.calls += 1
        with open(os.path.join(folder, "network.bin"), "w", encoding="utf-8") as file:
            file.write("x" * 100)

    def test_the_same_content_is_converted_once(self):
        first = conversion.converted(self.request(), "c 1", self.convert)
        again = conversion.converted(self.request(), "c 1", self.convert)
        self.assertEqual((self.calls, again.folder, again.seconds), (1, first.folder, first.seconds))
        self.assertEqual(sorted(os.listdir(first.folder)), ["conversion.json", "network.bin"])

    def test_another_model_shape_or_version_is_converted_anew(self):
        for request, version in ((self.request(), "c 1"), (self.request("2"), "c 1"),
                                 (self.request(shape=(2, 3)), "c 1"), (self.request(), "c 2")):
            conversion.converted(request, version, self.convert)
        self.assertEqual(self.calls, 4)

    def test_a_refusal_is_kept_with_its_reason(self):
        def refuse(model, ports, folder):
            self.calls += 1
            raise adapter.Unsupported("no operator 'Frobnicate'")

        for _ in range(2):
            with self.assertRaisesRegex(adapter.Unsupported, "Frobnicate"):
                conversion.converted(self.request(), "c 1", refuse)
        self.assertEqual(self.calls, 1)

    def test_a_failure_leaves_nothing_behind(self):
        def fail(model, ports, folder):
            raise ValueError("broken")

        with self.assertRaises(ValueError):
            conversion.converted(self.request(), "c 1", fail)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_converter_that_fails_is_named_with_its_last_line(self):
        with self.assertRaisesRegex(ValueError, "sh ended with 3: the last"):
            conversion.run_converter(["sh", "-c", "echo first; echo the last; exit 3"], ".")
        with self.assertRaisesRegex(ValueError, "sh ended with signal SIGTERM"):
            conversion.run_converter(["sh", "-c", "kill -TERM $$"], ".")

    def crash(self, model, ports, folder):
        self.calls += 1
        conversion.run_converter(["sh", "-c", "kill -SEGV $$"], folder, "toconvert")

    def test_a_converter_that_crashes_is_named_with_the_operators_that_it_may_not_take(self):
        self.operators = ["Conv", "Relu", "LSTM"]
        for _ in range(2):
            with self.assertRaisesRegex(adapter.Unsupported,
                                        r"^toconvert crashed \(SIGSEGV\); .* may not take LSTM$"):
                conversion.converted(self.request(), "c 1", self.crash)
        self.assertEqual(self.calls, 1)

    def test_a_crash_over_usual_operators_names_them_all(self):
        with self.assertRaisesRegex(adapter.Unsupported, "may not take Conv, Relu$"):
            conversion.converted(self.request(), "c 1", self.crash)

    def test_an_operator_that_is_not_taken_is_named_before_anything_is_converted(self):
        self.operators = ["Conv", "QuantizeLinear"]
        with self.assertRaisesRegex(adapter.Unsupported, "does not take QuantizeLinear$"):
            conversion.converted(self.request(), "c 1", self.convert, {"QuantizeLinear", "LSTM"})
        self.assertEqual(self.calls, 0)

    def foreseen(self, request=None, check=lambda model: None):
        return conversion.foreseen(request or self.request(), "c 1", {"LSTM"}, check)

    def refuse(self, model):
        raise adapter.Unsupported(f"not {model['operators'][0]}")

    def test_what_is_not_taken_is_foreseen_without_converting(self):
        self.assertIsNone(self.foreseen())
        self.assertEqual(self.foreseen(check=self.refuse), "not Conv")
        self.operators = ["Conv", "LSTM"]
        self.assertRegex(self.foreseen(), "does not take LSTM$")
        self.assertFalse(os.path.exists(self.folder))

    def test_what_came_of_a_conversion_is_foreseen_whatever_a_check_would_say(self):
        conversion.converted(self.request(), "c 1", self.convert, {"LSTM"})
        self.assertIsNone(self.foreseen(check=self.refuse))
        with self.assertRaises(adapter.Unsupported):
            conversion.converted(self.request("2"), "c 1", self.crash, {"LSTM"})
        self.assertRegex(self.foreseen(self.request("2")), r"^toconvert crashed \(SIGSEGV\)")

    def test_nothing_is_foreseen_of_a_file_that_cannot_be_read(self):
        unreadable = adapter.Request("no.onnx", {}, "cpu", "fp32", 1, {}, "1")
        self.assertIsNone(self.foreseen(unreadable))
        unreadable.sha256 = ""  # so that it is read for the key
        self.assertIsNone(self.foreseen(unreadable))

    def test_what_a_converter_that_died_was_making_is_removed_at_the_next_use(self):
        dead = subprocess.Popen(["true"])
        dead.wait()
        ours = f".making-{os.getpid()}-abc"
        for name in (f".making-{dead.pid}-abc", ours):
            os.makedirs(os.path.join(self.folder, name))
        conversion.converted(self.request(), "c 1", self.convert)
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith(".")], [ours])

    def test_what_was_used_longest_ago_goes_when_the_cache_is_full(self):
        made = [conversion.converted(self.request(str(i)), "c 1", self.convert).folder for i in range(3)]
        for hours, folder in zip((4, 3, 0), made):
            os.utime(folder, (0, os.stat(folder).st_mtime - hours * 3600))
        kept, conversion.MOST_BYTES = conversion.MOST_BYTES, 1
        self.addCleanup(setattr, conversion, "MOST_BYTES", kept)
        conversion._trim(self.folder)
        self.assertEqual([os.path.isdir(folder) for folder in made], [False, False, True])


if __name__ == "__main__":
    unittest.main()
