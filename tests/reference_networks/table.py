# SPDX-License-Identifier: MIT
"""Prints every network of the zoo that has a reference, our counts beside the reference's: table.py PROGRAM

A Markdown table of parameters, multiply-adds and peak live activations (MB, in place in brackets); exit status 1 when a
parameter or multiply-add differs. The references' figures are those of tests/data/zoo.
"""
import csv
import json
import pathlib
import subprocess
import sys

FACTS = pathlib.Path(__file__).parents[1] / "data" / "zoo"
BIANCO = {"googlenet": "bianco/googlenet", "mobilenetv2": "bianco/mobilenet_v2"}


def facts(file):
    with (FACTS / file).open() as lines:
        return list(csv.DictReader(lines))


def rows():
    """(our name, source, parameters, multiply-adds, peak, peak in place) of each reference."""
    peaks = ("peak_live_mb_each_node_own_buffer", "peak_live_mb_inplace_bn_act_add")
    for row in facts("zoo-facts.csv"):
        yield row["model"], row["source"], row["params"], row["mult_adds"], *(row[peak] for peak in peaks)
    for row in facts("zoo-variants.csv"):
        if row["source"].startswith("CeLuigi") and row["source_model"] in BIANCO:
            yield (BIANCO[row["source_model"]], row["source"], row["params"], row["mult_adds"],
                   *(row[peak] for peak in peaks))
    for row in facts("keras-facts.csv"):
        if row["model"] in ("mobilenet_v1", "mobilenet_v2", "inception_v3"):
            yield f"keras/{row['model']}", "keras", row["params_trainable"], row["mult_adds"], "", ""
    for row in facts("park-facts.csv"):
        name = f"park/{row['block']}-{row['norm']}-{row['act']}@{row['input'].split('x')[-1]}".lower()
        yield name, "Park's tables", row["params"], row["macs_conv_linear"], *(row[peak] for peak in peaks)


def inspect(program, name):
    ended = subprocess.run([program, "inspect", name, "--format", "json"], capture_output=True, text=True, check=True)
    return json.loads(ended.stdout)


def grouped(number):
    return f"{int(number):,}".replace(",", " ")


def megabytes(own, in_place):
    return f"{float(own):.2f} ({float(in_place):.2f})" if own else "-"


def main():
    program, different = sys.argv[1], 0
    print("| network | reference | parameters | theirs | MACs | theirs | peak MB | theirs |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, source, parameters, macs, own, in_place in rows():
        ours = inspect(program, name)
        equal = ours["parameters"] == int(parameters) and ours["macs"] == int(macs)
        different += not equal
        peak = megabytes(ours["peak_activation_bytes"] / 1e6, ours["peak_activation_bytes_inplace"] / 1e6)
        print(f"| {name} | {source} | {grouped(ours['parameters'])} | {grouped(parameters)} | {grouped(ours['macs'])} | "
              f"{grouped(macs)} | {peak} | {megabytes(own, in_place)} |{'' if equal else ' DIFFERS'}")
    print(f"\n{different} rows differ in parameters or MACs.")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
