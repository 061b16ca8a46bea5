# SPDX-License-Identifier: MIT
"""OpenVINO's own benchmark_app, with the settings of a single stream: latency, one request, the calling thread
waits. Usage: NETWORK.onnx THREADS. Its measuring loop runs for each burst, in place of once; the times are its own."""
import sys

import loop
import openvino.tools.benchmark.main as app


class Bursts(app.Benchmark):
    def main_loop(self, requests, data_queue, *unused):
        def burst(seconds):
            self.duration_seconds = seconds
            times_ms, _, _ = self.sync_inference(requests[0], data_queue)
            return [round(1e6 * time) for time in times_ms]

        burst(0.5)
        loop.serve(burst)
        sys.exit()


app.Benchmark = Bursts
# It takes no number of threads beside `-hint latency`; one stream without a hint is the same.
sys.argv[1:] = ["-m", sys.argv[1], "-hint", "none", "-nstreams", "1", "-nthreads", sys.argv[2], "-api", "sync", "-nireq", "1",
                "-infer_precision", "f32", "-ip", "f32"]
app.main()
