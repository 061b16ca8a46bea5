# SPDX-License-Identifier: MIT
"""Counts the multiply-adds of torchvision's networks by fvcore, for zoo_speed: fvcore_counts.py NAME...

Prints one line for each network, NAME MACS SECONDS: the seconds are those of the count alone, without making the network.
Exit status 3 and a sentence when a package is missing.
"""
import logging
import sys
import time
import warnings

try:
    import torch
    import torchvision
    from fvcore.nn import FlopCountAnalysis
except ImportError as missing:
    print(f"{missing.name} is not installed", file=sys.stderr)
    sys.exit(3)

SIZES = {"inception_v3": 299, "efficientnet_v2_s": 384}
MATRIX = {"conv", "linear", "matmul", "addmm", "bmm"}


def main():
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    for name in sys.argv[1:]:
        extra = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        network = torchvision.models.get_model(name, weights=None, **extra).eval()
        image = torch.zeros(1, 3, SIZES.get(name, 224), SIZES.get(name, 224))
        start = time.perf_counter()
        counts = FlopCountAnalysis(network, image).unsupported_ops_warnings(False).uncalled_modules_warnings(False)
        macs = sum(count for kind, count in counts.by_operator().items() if kind in MATRIX)
        print(name, int(macs), time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
