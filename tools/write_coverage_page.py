#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs every network of the zoo once on every installed engine at fp32, checks its output against the
referee's, and writes what came of it to docs/coverage.md. Takes more than an hour.

    tools/write_coverage_page.py [--build DIR] [--models A,B] [--results FILE] [--check]

--results keeps each network's answers, a line of JSON each; those that the file has are not asked for again.
--check writes nothing and fails where an installed engine no longer runs a network that the page says it runs, or the
page has no row of a network.
"""
import argparse
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/coverage.md"
QUICK = ["--precision", "fp32", "--max-time", "1ms", "--warmup", "0s", "--load-deadline", "900s",
         "--run-deadline", "300s", "--format", "json"]
HEAD = """# Which engine runs which network

Made by `tools/write_coverage_page.py`: each network of the zoo once on each engine, at fp32 and batch 1, its output compared with the
referee's (`docs/cli.md` defines the check). "yes" is a run with a right output; a number stands for a reason below.
Networks that are not in the table were not run.
`assay bench --zoo --engine all --dry-run` asks the same of the engines here, for each precision, without running anything: whether they have the
networks' operators. What shows only when a network is converted, compiled or run is here alone.
"""


def engines_to_ask(assay):
    """All that `all` means, each at its own version: not those beside it, which are named engine@version."""
    rows = json.loads(subprocess.check_output(
        [assay, "bench", "alexnet", "--engine", "all", "--dry-run", "--format", "json"]))
    return sorted({row["engine"] for row in rows if "@" not in row["engine"]})


def results_of(assay, model, engines, store):
    command = [assay, "bench", model, "--engine", ",".join(engines), "--store", store, *QUICK]
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode not in (0, 4):
        sys.exit(f"{model}: {ended.stderr}")
    return json.loads(ended.stdout)


def answer(result):
    check = result["output_check"]
    if result["outcome"] != "ok":
        return f"{result['outcome']}: {result['reason']}"
    return "yes" if check and check["passed"] else "its output could not be checked"


def measure(assay, models, results, keep):
    """{model: {engine: answer}} and {engine: version}, given to `keep` after each model, too."""
    found, versions, engines = {}, {}, engines_to_ask(assay)
    for line in results.read_text().splitlines() if results.exists() else []:
        known = json.loads(line)
        found[known["model"]] = known["answers"]
        versions.update(known["versions"])
    with tempfile.TemporaryDirectory() as store, open(results, "a", encoding="utf-8") as file:
        for model in (model for model in models if model not in found):
            document = results_of(assay, model, engines, store)
            found[model] = {r["engine"]: answer(r) for r in document["results"]}
            versions.update({r["engine"]: r["engine_version"] for r in document["results"]})
            print(json.dumps({"model": model, "answers": found[model], "versions": versions}), file=file, flush=True)
            print(model, found[model], file=sys.stderr, flush=True)
            keep({m: found[m] for m in models if m in found}, versions)
    return found, versions


def lists():
    """{"bianco": {models}, ...}: which paper measured what."""
    papers = {}
    with open(ROOT / "tests/data/zoo/zoo-facts.csv", newline="") as file:
        for row in csv.DictReader(file):
            for paper in row["lists"].split():
                papers.setdefault(paper.split("(")[0], set()).add(row["model"])
    del papers["extra"]  # measured by none
    return papers


def page_of(found, versions):
    engines, reasons, lines = sorted(versions), [], [HEAD]
    lines += ["| paper | " + " | ".join(engines) + " |", "| --- |" + " --- |" * len(engines)]
    for paper, models in sorted(lists().items()):
        there = [m for m in found if m in models]
        counts = [sum(found[m].get(e) == "yes" for m in there) for e in engines]
        lines.append(f"| {paper} | " + " | ".join(f"{c} of {len(there)}" for c in counts) + " |")
    lines += ["", "| network | " + " | ".join(f"{e} {versions[e]}" for e in engines) + " |",
              "| --- |" + " --- |" * len(engines)]
    for model, answers in found.items():
        cells = []
        for engine in engines:
            text = answers.get(engine, "not measured")
            if text != "yes":
                reasons += [] if text in reasons else [text]
                text = f"no ({reasons.index(text) + 1})"
            cells.append(text)
        lines.append(f"| {model} | " + " | ".join(cells) + " |")
    lines += [""] + [f"({i}) {reason}  " for i, reason in enumerate(reasons, 1)]
    return "\n".join(lines).rstrip() + "\n"


def promised(page):
    """{(model, engine)} that the page says yes to."""
    rows = [re.split(r"\s*\|\s*", line.strip("| \n")) for line in page.splitlines() if line.startswith("|")]
    start = next(i for i, row in enumerate(rows) if row[0] == "network")
    engines = [heading.split()[0] for heading in rows[start][1:]]
    return {(row[0], engine) for row in rows[start + 2:]
            for engine, cell in zip(engines, row[1:]) if cell == "yes"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=ROOT / "build/release", type=pathlib.Path)
    parser.add_argument("--models", default="")
    parser.add_argument("--results", default=os.devnull, type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    flags = parser.parse_args()
    assay = str(flags.build / "bin/assay")
    listed = json.loads(subprocess.check_output([assay, "list", "models", "--format", "json"]))
    models = flags.models.split(",") if flags.models else [entry["name"] for entry in listed]
    promises = promised(PAGE.read_text()) if flags.check else set()  # before the hour that it takes
    write = lambda *measured: flags.check or PAGE.write_text(page_of(*measured))
    found, versions = measure(assay, models, flags.results, write)
    broken = sorted((m, e) for m, e in promises
                    if m in found and e in versions and found[m].get(e) != "yes")
    missing = [m for m in models if flags.check and f"\n| {m} |" not in PAGE.read_text()]
    for model, engine in broken:
        print(f"{model} on {engine}: {found[model].get(engine)}", file=sys.stderr)
    for model in missing:
        print(f"{model} has no row", file=sys.stderr)
    return 1 if broken or missing else 0


if __name__ == "__main__":
    sys.exit(main())
