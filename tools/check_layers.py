#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fails when a folder includes one that docs/design.md does not allow it to.

The table is the block of docs/design.md that has the arrows. An edge is allowed if the table leads
there in one or more steps; `base` may be included by all. Also: only src/onnx names protobuf (and the
engines whose interface takes its messages), only src/store names SQL, and src/CMakeLists.txt links no more than the table.

    tools/check_layers.py [ROOT]
"""
import pathlib
import re
import sys

OWNERS = {  # what only one folder may name: (folder, what, pattern)
    "onnx": ("protobuf", re.compile(r"google::protobuf|google/protobuf|\.pb\.h\b")),
    "store": ("SQL", re.compile(r"sqlite3|\"\s*(SELECT|INSERT|UPDATE|DELETE FROM|CREATE TABLE)\s")),
}

# Other folders that may: TensorFlow and Caffe2 take and give messages of protobuf as bytes.
GUESTS = {"onnx": {"engines/tensorflow", "engines/caffe2"}, "store": set()}


def read_table(design):
    """{folder: set of folders}, as written; `engines/*` stands for each engine."""
    table = {}
    for line in design.read_text().splitlines():
        match = re.fullmatch(r"([\w/*, ]+?)\s+-> ([\w/*, ]+?)\s*(\(.*\))?", line)
        if not match:
            continue
        allowed = set(re.split(r",\s*", match[2]))
        for folder in re.split(r",\s*", match[1]):
            table[folder] = allowed
    if "apps" not in table:
        raise SystemExit(f"{design}: the block that says what may include what was not found")
    table["apps"] = {f for f in table if f not in ("apps", "engines/*")}
    return table


def closure(table, folder):
    """What `folder` may include, itself and base included."""
    found, todo = {folder, "base"}, [folder]
    while todo:
        for other in table.get(todo.pop(), ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def folder_of(parts):
    """engines are layers of their own: engines/null may not include engines/chaos."""
    return "/".join(parts[:2]) if parts[0] == "engines" and len(parts) > 2 else parts[0]


def without_comments(line):
    return re.sub(r"//.*", "", line)


def check_file(path, folder, table):
    key = "engines/*" if folder.startswith("engines/") else folder
    if key not in table and key != "base":
        yield f"{path}: the folder {folder} is not in the table of docs/design.md"
        return
    allowed = closure(table, key) | {folder}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        include = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if include and "/" in include[1]:
            target = folder_of(include[1].split("/"))
            if target not in allowed:
                yield f"{path}:{number}: {folder} may not include {target}"
        for owner, (what, pattern) in OWNERS.items():
            if folder != owner and folder not in GUESTS[owner] and pattern.search(without_comments(line)):
                yield f"{path}:{number}: only {owner} may name {what}"


def check_links(cmake, table):
    for folder, links in re.findall(r"assay_library\((\w+) LINKS ([^)]*)\)", cmake.read_text()):
        for link in set(links.split()) & (set(table) | {"base"}):
            if link not in closure(table, folder):
                yield f"{cmake}: {folder} may not link {link}"


def check(root):
    table = read_table(root / "docs/design.md")
    sources = [p for p in sorted(root.rglob("*")) if p.suffix in (".h", ".cc")]
    for path in sources:
        parts = path.relative_to(root).parts
        if parts[0] == "src":
            yield from check_file(path, folder_of(parts[1:]), table)
        elif parts[0] == "apps":
            yield from check_file(path, "apps", table)
    if (root / "src/CMakeLists.txt").exists():
        yield from check_links(root / "src/CMakeLists.txt", table)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    errors = list(check(root))
    print("\n".join(errors) or "every include is one that docs/design.md allows")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
