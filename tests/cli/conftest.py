"""The command line on a practice platform whose people keep still."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from carecli.boot.demo import write_configuration
from carecli.cli import main
from carecli.practice.server import PracticeServer
from tests.support.here import logging_as_before

GROUP = """
  avon-group:
    brand: avon
    platform: manual
    title: Klub Avon
"""

CAMPAIGN = """
campaigns:
  contest:
    title: Christmas contest
    posts: [somewhere_else]
"""


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of the person who runs the tests is read or written; logging stays as it was."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home" / name.lower()))
    for name in ("CARECLI_CONFIG", "CARECLI_DB", "CARECLI_ME"):
        monkeypatch.delenv(name, raising=False)
    with logging_as_before():
        yield


@pytest.fixture(scope="session")
def practice() -> Iterator[PracticeServer]:
    """An ordinary day; nobody writes unless a test lets them."""
    with PracticeServer("ordinary", seed=1) as server:
        yield server


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command line did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it wrote, which must be one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process; `stdin` is what it may read."""

    def go(*words: object, stdin: str = "") -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = main([str(word) for word in words])
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return go


@pytest.fixture(scope="session")
def synced(practice: PracticeServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's configuration and a database that has pulled everything once."""
    folder = tmp_path_factory.mktemp("synced")
    file = write_configuration(folder, practice.url, "ordinary", "ana")
    file.write_text(file.read_text() + GROUP.lstrip("\n") + CAMPAIGN)
    assert main(["sync", "--once", "--config", str(file)]) == 0
    return folder


@pytest.fixture
def care(synced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the synced folder for one test, named by the environment; its database's path."""
    folder = tmp_path / "care"
    shutil.copytree(synced, folder)
    monkeypatch.setenv("CARECLI_CONFIG", str(folder / "ana.yaml"))
    return folder / "ordinary.sqlite"
