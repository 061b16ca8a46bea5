#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shows how the output of the last test run differs from tests/golden/, and accepts it.

    tools/approve.py [BUILD]         show the differences of build/dev (or BUILD)
    tools/approve.py --accept [BUILD]  and take them over into tests/golden/
"""
import difflib
import pathlib
import shutil
import sys


def lines(path):
    return path.read_text(errors="replace").splitlines(keepends=True) if path.exists() else []


def main(arguments):
    accept = "--accept" in arguments
    root = pathlib.Path(__file__).resolve().parent.parent
    builds = [argument for argument in arguments if argument != "--accept"]
    received = pathlib.Path(builds[0] if builds else root / "build" / "dev") / "golden"
    approved = root / "tests" / "golden"
    different = sorted(path for path in received.rglob("*") if path.is_file())
    for path in different:
        name = path.relative_to(received)
        sys.stdout.writelines(difflib.unified_diff(
            lines(approved / name), lines(path), f"approved/{name}", f"received/{name}"))
        if accept:
            shutil.move(path, approved / name)
    print(f"{len(different)} files differ" + (", accepted" if accept and different else ""))
    return 0 if accept or not different else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
