"""A real browser without a window: Chromium, driven through ChromeDriver's own HTTP protocol."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.terminal import PATIENCE

INSTALL = "apt-get install chromium chromium-driver"
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",  # which root may not have
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nobody else is reached
)


@dataclass(frozen=True, slots=True)
class Browser:
    """One window. `url` is that of its session."""

    url: str

    def _ask(self, path: str, told: object = None) -> Any:
        body = None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(f"{self.url}{path}", body)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def width(self, wide: int, high: int = 900, *, phone: bool = False) -> None:
        """Look through a window of another size."""
        size = {"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": phone}
        told = {"cmd": "Emulation.setDeviceMetricsOverride", "params": size}
        self._ask("/goog/cdp/execute", told)

    def open(self, file: Path) -> None:
        """Open a file, and forget what was logged before."""
        self.complaints()
        self.requests()
        self._ask("/url", {"url": file.as_uri()})

    def says(self, script: str) -> Any:
        """What a script of ours answers about the page."""
        return self._ask("/execute/sync", {"script": script, "args": []})

    def complaints(self) -> list[str]:
        """What stands on the console since it was asked last."""
        return [str(one["message"]) for one in self._ask("/se/log", {"type": "browser"})]

    def requests(self) -> list[str]:
        """What was asked for since then, as the browser's own tools tell."""
        told = [json.loads(one["message"]) for one in self._ask("/se/log", {"type": "performance"})]
        events = [one["message"] for one in told]
        return [
            str(one["params"]["request"]["url"])
            for one in events
            if one["method"] == "Network.requestWillBeSent"
        ]

    def picture(self) -> bytes:
        """What is seen, as a PNG."""
        return base64.b64decode(self._ask("/screenshot"))

    def printed(self) -> bytes:
        """The page on A4, as a PDF."""
        paper = {"width": 21.0, "height": 29.7}
        return base64.b64decode(self._ask("/print", {"page": paper, "background": True}))

    def close(self) -> None:
        """Close the window."""
        request = urllib.request.Request(self.url, method="DELETE")
        urllib.request.urlopen(request, timeout=PATIENCE).close()


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A window for as long as the block runs; its profile lies in a folder."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver):
        pytest.fail(f"These tests look at pages in a real browser; run: {INSTALL}")
    child = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        port = next(
            line.rpartition("port ")[2].strip(" .\n")
            for line in child.stdout
            if "started successfully on port" in line
        )
        options = {"binary": program, "args": [*ARGUMENTS, f"--user-data-dir={folder}"]}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
        }
        root = f"http://127.0.0.1:{port}"
        session = Browser(root)._ask("/session", {"capabilities": {"alwaysMatch": wanted}})
        window = Browser(f"{root}/session/{session['sessionId']}")
        try:
            yield window
        finally:
            window.close()
    finally:
        child.terminate()
        child.communicate(timeout=PATIENCE)
