# SPDX-License-Identifier: MIT
"""OpenVINO's own benchmark_app, with the settings of a single stream: latency, one request, the calling thread
waits. Usage: NETWORK.onnx THREADS SECONDS. Prints the least, the median and the most that it reports."""
import contextlib
import io
import re
import sys

import loop

# It takes no number of threads beside `-hint latency`; one stream without a hint is the same.
sys.argv[1:] = ["-m", sys.argv[1], "-hint", "none", "-nstreams", "1", "-nthreads", sys.argv[2], "-api", "sync", "-nireq", "1",
                "-infer_precision", "f32", "-ip", "f32", "-t", str(max(1, round(float(sys.argv[3]))))]
with contextlib.redirect_stdout(io.StringIO()) as said:
    from openvino.tools.benchmark.main import main  # whose log goes to what standard output is now
    main()
found = dict(re.findall(r"(Min|Median|Max): +([0-9.]+) ms", said.getvalue()))
if len(found) < 3:
    sys.exit("benchmark_app printed no latency: " + said.getvalue()[-500:])
for which in ("Min", "Median", "Max"):
    print(float(found[which]) * 1e6)
print("peak", loop.peak_bytes())
