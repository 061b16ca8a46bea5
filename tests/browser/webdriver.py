# SPDX-License-Identifier: MIT
"""Headless Chromium through chromedriver, with the standard library only (W3C WebDriver is HTTP and
JSON on the loopback interface). A Browser is a context manager that ends what it started."""
import base64
import json
import re
import subprocess
import urllib.error
import urllib.request

CHROMIUM_FLAGS = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                  "--force-color-profile=srgb", "--hide-scrollbars"]


class Browser:
    def __init__(self, width=1280, height=900):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        started = next(line for line in self.driver.stdout if "started successfully on port" in line)
        port = re.search(r"port (\d+)", started).group(1)
        self.url = f"http://127.0.0.1:{port}"
        capabilities = {
            "goog:chromeOptions": {"args": CHROMIUM_FLAGS + [f"--window-size={width},{height}"]},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.url += "/session/" + session["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"},
                                         method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from None

    def open(self, path):
        self.call("POST", "/url", {"url": f"file://{path}"})

    def run(self, script, *arguments):
        """Runs the body of a function in the page and returns what it returns."""
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})

    def click(self, selector):
        element = next(iter(self.find(selector).values()))
        self.call("POST", f"/element/{element}/click", {})

    def type(self, selector, text):
        element = next(iter(self.find(selector).values()))
        self.call("POST", f"/element/{element}/value", {"text": text})

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def prefer(self, scheme):
        self.devtools("Emulation.setEmulatedMedia",
                      features=[{"name": "prefers-color-scheme", "value": scheme}])

    def phone(self, width=390, height=844):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=2, mobile=True)

    def log(self, kind):
        return self.call("POST", "/se/log", {"type": kind})

    def requests(self):
        """Addresses that the page asked for since the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        return [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]

    def screenshot(self, path, whole_page=True):
        picture = self.devtools("Page.captureScreenshot", captureBeyondViewport=whole_page)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture))
