#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fails when a source file breaks a rule that a look at the file alone can check: an SPDX line at
the top, at most 500 lines, a name in snake_case, none of the names that mean nothing, and in src/
a .cc that includes the header of its name first, so that each header is compiled alone somewhere.

    tools/check_files.py [ROOT]
"""
import pathlib
import re
import sys

FOLDERS = ["src", "apps", "tests", "bench", "cmake", "tools", "examples"]
SUFFIXES = {".h", ".cc", ".py", ".sh", ".cmake", ".js", ".css"}
MAX_LINES = 500
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def check_file(path):
    lines = path.read_text().splitlines()
    if len(lines) > MAX_LINES:
        yield f"{path}: {len(lines)} lines; at most {MAX_LINES}"
    head = lines[1:2] if lines and lines[0].startswith("#!") else lines[:1]
    if not head or "SPDX-License-Identifier: MIT" not in head[0]:
        yield f"{path}: the first line is not its SPDX line"
    if path.name != "CMakeLists.txt" and not re.fullmatch(r"[a-z0-9_]+(\.\w+)+", path.name):
        yield f"{path}: a file's name is snake_case"
    if path.stem in NO_NAMES:
        yield f"{path}: name the file for the noun that it holds"
    if path.suffix == ".cc" and path.with_suffix(".h").exists():
        first = next((line for line in lines if line.startswith("#include")), "")
        if not re.search(rf'["/]{path.stem}\.h"', first):
            yield f"{path}: the first include is not {path.stem}.h"


def sources(root):
    for path in sorted(root.glob("*.sh")) + [p for f in FOLDERS for p in sorted((root / f).rglob("*"))]:
        parts = path.relative_to(root).parts
        generated = parts[0] == "tests" and {"data", "corpus", "golden"} & set(parts)
        if path.is_file() and not generated:
            if path.suffix in SUFFIXES or path.name == "CMakeLists.txt":
                yield path


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    files = list(sources(root))
    errors = [error for path in files for error in check_file(path)]
    print("\n".join(errors) or f"{len(files)} files keep the rules")
    return 1 if errors or not files else 0


if __name__ == "__main__":
    sys.exit(main())
