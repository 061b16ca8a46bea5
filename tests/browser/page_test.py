# SPDX-License-Identifier: MIT
"""Opens rendered pages in a headless Chromium and reads their numbers back.

    page_test.py MAKE_PAGE      the program that writes page.html and page.json of a test's report
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from webdriver import Browser

MAKE_PAGE = sys.argv.pop()

CELLS = """
return [...document.querySelectorAll('#table tbody tr[data-index]')].map(row => {
  const cells = {index: Number(row.dataset.index), hidden: row.hidden};
  for (const cell of row.children) cells[cell.dataset.key] = [cell.dataset.value, cell.innerText];
  return cells;
});"""

TRACES = """
return document.getElementById(arguments[0]).data.map(trace => ({
  x: Array.from(trace.x), y: Array.from(trace.y), rows: Array.from(trace.customdata),
  size: Array.from(trace.marker.size.length ? trace.marker.size : []),
  high: trace.error_x ? Array.from(trace.error_x.array ?? []) : [],
  low: trace.error_x ? Array.from(trace.error_x.arrayminus ?? []) : []}));"""

OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folders = []
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        for folder in cls.folders:
            folder.cleanup()

    def setUp(self):
        self.browser.devtools("Emulation.clearDeviceMetricsOverride")
        self.browser.prefer("light")

    def tearDown(self):
        self.assertEqual(self.browser.log("browser"), [], "the console is silent")
        foreign = [url for url in self.browser.requests()
                   if not url.startswith(("file:", "data:", "blob:"))]
        self.assertEqual(foreign, [], "nothing is asked of the network")

    def show(self, report, *options):
        folder = tempfile.TemporaryDirectory(prefix="assay-page")
        self.folders.append(folder)
        subprocess.run([MAKE_PAGE, report, folder.name, *options], check=True)
        self.browser.open(folder.name + "/page.html")
        self.until("return document.documentElement.dataset.ready === 'true'")
        return json.loads(pathlib.Path(folder.name, "page.json").read_text())["results"]

    def until(self, script):
        for _ in range(100):
            if self.browser.run(script):
                return
            time.sleep(0.1)
        self.fail(f"never became true: {script}")

    def shown(self):
        return [cells for cells in self.browser.run(CELLS) if not cells["hidden"]]

    def test_the_table_has_the_numbers_of_the_json(self):
        results = self.show("sample")
        cells = self.browser.run(CELLS)
        self.assertEqual(len(cells), len(results))
        for row, result in zip(cells, results):
            self.assertEqual(row["engine"][0], result["engine"])
            self.assertEqual(row["outcome"][0], result["outcome"])
            self.assertEqual(row["doubts"][0], " ".join(result["doubts"]))
            latency = (result["latency_ms"] or {}).get("median")
            for key, number in (("latency_ms_median", latency),
                                ("throughput_per_s", result["throughput_per_s"]),
                                ("peak_rss_bytes", result["peak_rss_bytes"])):
                value, text = row[key]
                self.assertEqual(float(value) if value else None, number, key)
                self.assertEqual(text == "–", number is None, key)
            if latency:
                self.assertAlmostEqual(float(row["latency_ms_median"][1]) / latency, 1, delta=1e-3)

    def test_the_charts_draw_the_numbers_of_the_json(self):
        results = self.show("crowd")
        medians = {i: r["latency_ms"] for i, r in enumerate(results) if r["latency_ms"]}
        drawn = {}
        for trace in self.browser.run(TRACES, "chart-latency"):
            for row, x, high, low in zip(trace["rows"], trace["x"], trace["high"], trace["low"]):
                drawn[row] = x
                self.assertAlmostEqual(x + high, medians[row]["ci95"][1], places=9)
                self.assertAlmostEqual(x - low, medians[row]["ci95"][0], places=9)
        self.assertEqual(drawn, {row: latency["median"] for row, latency in medians.items()})
        throughputs = {row: x for trace in self.browser.run(TRACES, "chart-throughput")
                       for row, x in zip(trace["rows"], trace["x"])}
        self.assertEqual(throughputs, {i: results[i]["throughput_per_s"] for i in medians})
        bubbles = self.browser.run(TRACES, "chart-macs")
        self.assertEqual(sum(len(trace["rows"]) for trace in bubbles), len(medians))
        cells = self.browser.run(CELLS)
        for trace in bubbles:
            for row, x, y, size in zip(trace["rows"], trace["x"], trace["y"], trace["size"]):
                self.assertEqual(y, medians[row]["median"])
                self.assertAlmostEqual(x, float(cells[row]["macs"][0]), places=9)
                self.assertEqual(size, float(cells[row]["parameters"][0]))
        for chart in ("chart-latency", "chart-throughput", "chart-macs"):
            points = self.browser.run(
                f"return document.querySelectorAll('#{chart} svg .points path.point').length")
            self.assertEqual(points, len(medians), f"{chart} has a mark for each row")

    def test_a_heading_sorts_numbers_and_leaves_what_is_not_measured_at_the_end(self):
        self.show("sample")
        heading = "th[data-key=latency_ms_median] .sort"
        for reverse in (False, True):
            self.browser.click(heading)
            values = [row["latency_ms_median"][0] for row in self.shown()]
            numbers = [float(value) for value in values if value]
            self.assertEqual(numbers, sorted(numbers, reverse=reverse))
            self.assertEqual(len(numbers), 4)
            self.assertTrue(all(values[:4]) and not any(values[4:]))
        self.assertEqual(self.browser.run("return document.querySelector"
                                          "('th[data-key=latency_ms_median]').ariaSort"), "descending")

    def test_filters_hide_rows_in_table_and_charts(self):
        results = self.show("crowd")
        self.browser.type("#filter-text", "light_ bf16")
        self.browser.run("const s = document.getElementById('filter-outcome'); s.value = 'ok';"
                         "s.dispatchEvent(new Event('input', {bubbles: true}))")
        expected = {i for i, r in enumerate(results)
                    if r["model"].startswith("light_") and r["precision"] == "bf16" and r["outcome"] == "ok"}
        self.assertTrue(expected)
        self.assertEqual({row["index"] for row in self.shown()}, expected)
        charted = {row for trace in self.browser.run(TRACES, "chart-latency") for row in trace["rows"]}
        self.assertEqual(charted, expected)
        text = self.browser.run("return document.getElementById('shown').innerText")
        self.assertEqual(text, f"{len(expected)} of {len(results)} rows")
        self.browser.click("#filters button[type=reset]")
        self.until(f"return document.querySelectorAll('#table tr[data-index]:not([hidden])').length === {len(results)}")

    def test_a_row_opens_its_samples_doubts_and_command(self):
        results = self.show("sample")
        self.browser.click("tr[data-index='0'] .expand")
        text = self.browser.run("return document.querySelector('tr.details').innerText")
        self.assertIn(results[0]["command"], text)
        self.assertIn("--processes", text)
        circles = self.browser.run("return document.querySelectorAll('tr.details circle').length")
        self.assertEqual(circles, results[0]["latency_ms"]["samples"])
        self.browser.click("tr[data-index='5'] .expand")
        self.assertEqual(self.browser.run("return document.querySelectorAll('tr.details').length"), 1)
        self.assertIn(results[5]["reason"].split("\n")[0],
                      self.browser.run("return document.querySelector('tr.details').innerText"))

    def test_hostile_names_are_text(self):
        results = self.show("sample")
        self.assertIn("<img", results[3]["model"])
        self.browser.click("tr[data-index='3'] .expand")
        self.assertEqual(self.browser.run("return document.querySelectorAll('img').length"), 0)
        self.assertEqual(self.browser.run("return document.scripts.length"), 3)
        self.assertIn("<img src=x", self.browser.run("return document.getElementById('findings').innerText"))

    def test_every_outcome_and_doubt_is_explained(self):
        results = self.show("sample")
        failures = self.browser.run("return document.getElementById('failures').innerText")
        doubts = self.browser.run("return document.getElementById('doubts').innerText")
        for result in results:
            if result["outcome"] != "ok":
                self.assertIn(result["outcome"], failures)
            for doubt in result["doubts"]:
                self.assertIn(doubt, doubts)

    def test_dark_follows_the_system_until_the_button_says_otherwise(self):
        self.show("sample")
        theme = "return document.documentElement.dataset.theme"
        background = "return getComputedStyle(document.body).backgroundColor"
        light = self.browser.run(background)
        self.browser.prefer("dark")
        self.until(theme + " === 'dark'")
        self.assertNotEqual(self.browser.run(background), light)
        self.browser.click("#theme")
        self.assertEqual(self.browser.run(theme), "light")

    def test_a_phone_has_no_sideways_scrolling(self):
        for report in ("sample", "crowd"):
            self.show(report)
            self.browser.phone()
            self.browser.run("document.querySelector('.expand').click()")
            self.until("return document.documentElement.clientWidth === 390")
            time.sleep(0.5)  # charts follow the window after a moment
            self.assertEqual(self.browser.run(OVERFLOW), 0)
            outside = self.browser.run("return [...document.querySelectorAll('.chart')].filter("
                                       "c => c.querySelector('svg').getBoundingClientRect().bottom >"
                                       "c.closest('figure').getBoundingClientRect().bottom).length")
            self.assertEqual(outside, 0, "charts stay in their frames")

    def test_without_the_library_the_page_says_so_and_works(self):
        results = self.show("sample", "no-charts")
        self.assertFalse(self.browser.run("return document.getElementById('no-charts').hidden"))
        self.assertEqual(len(self.shown()), len(results))
        self.browser.click("tr[data-index='1'] .expand")
        self.assertTrue(self.browser.run("return document.querySelector('tr.details svg') !== null"))

    def test_an_empty_report_is_a_page(self):
        self.assertEqual(self.show("empty"), [])
        self.assertEqual(self.shown(), [])

    def test_a_script_that_slips_in_does_not_run(self):
        self.show("sample", "no-charts")
        ran = self.browser.run("const s = document.createElement('script'); s.textContent = 'window.slipped = 1';"
                               "document.body.append(s); return window.slipped === 1")
        self.assertFalse(ran)
        messages = self.browser.log("browser")
        self.assertTrue(any("Content Security Policy" in message["message"] for message in messages))


if __name__ == "__main__":
    unittest.main(verbosity=2)
