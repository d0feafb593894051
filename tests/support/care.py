"""A place of work for tests that use the real program: its folders, its platform, its processes."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carecli.boot.demo import write_configuration
from carecli.practice.server import PracticeServer
from tests.support.here import run_here
from tests.support.terminal import CARECLI, PATIENCE, ROOT, Terminal, until

OWN = ("CARECLI_CONFIG", "CARECLI_DB", "CARECLI_ME", "NO_COLOR", "CI", "COLUMNS", "LINES")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command line did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it wrote, which must be one JSON document."""
        assert self.err == "", self.err
        return json.loads(self.out)


def home(folder: Path) -> dict[str, str]:
    """An environment in which nothing of the person who runs the tests is read or written."""
    own = {name: value for name, value in os.environ.items() if name not in OWN}
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        own[name] = str(folder / "home" / name.lower())
    return {
        **own,
        "TZ": "UTC",
        "BROWSER": "true",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice platform, spoken to as programs speak to it: by HTTP."""

    url: str

    def _ask(self, path: str, told: Mapping[str, object] | None = None) -> Any:
        body = None if told is None else json.dumps(told).encode()
        with urllib.request.urlopen(f"{self.url}/practice{path}", body, PATIENCE) as answer:
            return json.load(answer)

    def act(self, kind: str, **told: object) -> dict[str, str]:
        """Let somebody do one thing now."""
        found: dict[str, str] = self._ask("/act", {"act": kind, **told})
        return found

    def received(self) -> list[dict[str, Any]]:
        """Every write that took effect, in order."""
        writes = self._ask("/received")["received"]
        return [write for write in writes if write["took_effect"]]

    def waiting(self) -> list[dict[str, Any]]:
        """Who is unanswered there."""
        found: list[dict[str, Any]] = self._ask("/waiting")["waiting"]
        return found

    def get(self, node: str, token: str, **asked: str) -> dict[str, Any]:
        """A node as a client of the Graph API sees it."""
        words = urllib.parse.urlencode({**asked, "access_token": token})
        with urllib.request.urlopen(f"{self.url}/{node}?{words}", timeout=PATIENCE) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


@contextmanager
def practice_platform(scenario: str = "ordinary") -> Iterator[Practice]:
    """A practice platform whose people keep still unless a test lets them act."""
    with PracticeServer(scenario) as server:
        yield Practice(server.url)


@dataclass(frozen=True, slots=True)
class Care:
    """A configuration and its database, used by real processes. `me` is whose it is."""

    folder: Path
    file: Path
    environ: Mapping[str, str]

    def run(self, *words: object, stdin: str = "", **environ: str) -> Ran:
        """Run a command line to its end."""
        done = subprocess.run(
            [*CARECLI, "--config", str(self.file), *(str(word) for word in words)],
            input=stdin,
            capture_output=True,
            env={**self.environ, **environ},
            cwd=ROOT,
            text=True,
            timeout=PATIENCE * 2,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def look(self, *words: object, stdin: str = "") -> Ran:
        """Run a command line in this process, where the process is not the point."""
        line = ["--config", str(self.file), *(str(word) for word in words)]
        return Ran(*run_here(line, self.environ, stdin))

    def inbox(self, size: tuple[int, int] = (140, 40)) -> Terminal:
        """The inbox in a terminal."""
        return Terminal("--config", self.file, size=size, environ=self.environ)

    def terminal(self, *words: object, size: tuple[int, int] = (140, 40)) -> Terminal:
        """A command in a terminal."""
        return Terminal("--config", self.file, *words, size=size, environ=self.environ)

    def listed(self, wanted: str) -> list[dict[str, Any]]:
        """What `carecli list` finds."""
        rows: list[dict[str, Any]] = self.look("list", wanted, "--json", "--limit", 5000).json()
        return rows

    def thread(self, wanted: str) -> dict[str, Any]:
        """The one thread that a filter finds."""
        [row] = self.listed(wanted)
        return row

    def shown(self, thread: int) -> dict[str, Any]:
        """What `carecli show` says of a thread."""
        found: dict[str, Any] = self.look("show", thread, "--json").json()
        return found

    def settled(self) -> None:
        """Wait until nothing is left to send."""
        until(lambda: self.look("outbox", "--json").json() == [], "the outbox drains")


def practice_care(folder: Path, url: str, me: str = "ana", more: str = "") -> Care:
    """The demo's configuration in a folder; `more` YAML is added."""
    file = write_configuration(folder, url, "ordinary", me)
    file.write_text(file.read_text() + more)
    return Care(folder, file, home(folder))


def care_of(folder: Path, text: str) -> Care:
    """A configuration of one's own."""
    file = folder / "care.yaml"
    file.write_text(text)
    return Care(folder, file, home(folder))
