#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The checks find what is planted for them, and nothing in a tree that is right."""
import pathlib
import tempfile
import unittest

import check_files
import check_layers

TABLE = """
graph, stats   -> base
onnx           -> graph
store          -> stats
report         -> onnx
engines/*      -> graph        (separate executables)
apps           -> all but engines/*
"""
SPDX = "// SPDX-License-Identifier: MIT\n"


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("docs/design.md", TABLE)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def layers(self, path, text):
        self.write(path, text)
        return [error.split(": ", 1)[1] for error in check_layers.check(self.root)]


class Layers(Tree):
    def test_an_allowed_edge_passes_also_over_two_steps(self):
        self.assertEqual(self.layers("src/report/a.h", '#include "onnx/x.h"\n#include "graph/y.h"\n'), [])

    def test_everyone_may_include_base_and_itself(self):
        self.assertEqual(self.layers("src/stats/a.h", '#include "base/x.h"\n#include "stats/y.h"\n'), [])

    def test_an_edge_upward_fails(self):
        self.assertEqual(self.layers("src/graph/a.cc", '#include "onnx/x.h"\n'),
                         ["graph may not include onnx"])

    def test_base_includes_nobody(self):
        self.assertEqual(self.layers("src/base/a.cc", '#include "graph/x.h"\n'),
                         ["base may not include graph"])

    def test_an_edge_from_a_test_fails_too(self):
        self.assertEqual(self.layers("src/stats/a_test.cc", '  #  include "graph/x.h"\n'),
                         ["stats may not include graph"])

    def test_an_engine_may_not_include_another_engine(self):
        self.assertEqual(self.layers("src/engines/null/a.cc",
                                     '#include "engines/null/b.h"\n#include "engines/chaos/b.h"\n'),
                         ["engines/null may not include engines/chaos"])

    def test_apps_may_not_include_an_engine(self):
        self.assertEqual(self.layers("apps/a.cc", '#include "engines/null/b.h"\n#include "store/s.h"\n'),
                         ["apps may not include engines/null"])

    def test_a_folder_that_the_table_does_not_know_fails(self):
        self.assertEqual(self.layers("src/extra/a.h", ""),
                         ["the folder extra is not in the table of docs/design.md"])

    def test_only_store_names_sql_and_only_onnx_protobuf(self):
        self.assertEqual(self.layers("src/stats/a.cc", '#include <sqlite3.h>\n'), ["only store may name SQL"])
        self.assertEqual(self.layers("src/stats/a.cc", 'q("SELECT 1");\n'), ["only store may name SQL"])
        self.assertEqual(self.layers("src/stats/a.cc", '#include "onnx.pb.h"\n'),
                         ["only onnx may name protobuf"])
        self.assertEqual(self.layers("src/stats/a.cc", "// as sqlite3 does\n"), [])
        self.assertEqual(self.layers("src/store/a.cc", "#include <sqlite3.h>\n"), [])

    def test_a_wrong_link_fails(self):
        self.assertEqual(self.layers("src/CMakeLists.txt", "assay_library(stats LINKS base graph fmt::fmt)"),
                         ["stats may not link graph"])

    def test_a_design_without_the_table_is_an_error(self):
        self.write("docs/design.md", "nothing here")
        with self.assertRaises(SystemExit):
            list(check_layers.check(self.root))


class Files(Tree):
    def files(self, path, text):
        return [error.split(": ", 1)[1] for error in check_files.check_file(self.write(path, text))]

    def test_a_file_that_keeps_the_rules_passes(self):
        self.assertEqual(self.files("src/a/noun.h", SPDX + "\n" * 499), [])
        self.assertEqual(self.files("tools/a.sh", "#!/bin/sh\n" + SPDX), [])

    def test_too_long_a_file_fails(self):
        self.assertEqual(self.files("src/a/noun.h", SPDX + "\n" * 500), ["501 lines; at most 500"])

    def test_a_missing_spdx_line_fails(self):
        self.assertEqual(self.files("src/a/noun.h", "\n" + SPDX), ["the first line is not its SPDX line"])
        self.assertEqual(self.files("src/a/noun.h", ""), ["the first line is not its SPDX line"])

    def test_a_name_that_says_nothing_fails(self):
        self.assertEqual(self.files("src/a/utils.h", SPDX), ["name the file for the noun that it holds"])
        self.assertEqual(self.files("src/a/NounFile.h", SPDX), ["a file's name is snake_case"])

    def test_a_header_that_its_source_does_not_include_first_fails(self):
        self.write("src/a/noun.h", SPDX)
        self.assertEqual(self.files("src/a/noun.cc", SPDX + '\n#include "a/noun.h"\n#include <map>'), [])
        late = SPDX + '\n#include <map>\n#include "a/noun.h"'
        self.assertEqual(self.files("src/a/noun.cc", late), ["the first include is not noun.h"])

    def test_every_source_is_looked_at_and_data_is_not(self):
        self.write("src/a/b/c.cc", "")
        self.write("tests/data/d.py", "")
        self.write("demo.sh", "")
        found = [str(p.relative_to(self.root)) for p in check_files.sources(self.root)]
        self.assertEqual(found, ["demo.sh", "src/a/b/c.cc"])


if __name__ == "__main__":
    unittest.main()
