from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hygiene.pages import ROOT

MAX_LINES = 500
"""The most lines of a file. From 400 on, look whether it is one thing: cohesion decides a cut."""
OURS = ("carecli", "tests", "benchmarks", "docs", ".ci")
NOT_OURS = {"__pycache__", "node_modules"}
TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".tcss", ".sql", ".sh", ".lock", ""}


def files() -> Iterator[Path]:
    """Every text file of the project, but for recorded payloads."""
    top = (path for path in ROOT.iterdir() if path.is_file())
    for path in [*top, *(path for part in OURS for path in (ROOT / part).rglob("*"))]:
        is_ours = path.name != ".git" and not NOT_OURS.intersection(path.parts)
        if path.is_file() and path.suffix in TEXT and is_ours:
            yield path


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_no_module_is_long() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in files()
        if path.suffix == ".py" and (count := len(text_of(path).splitlines())) > MAX_LINES
    }
    assert long == {}


# written in pieces, so that this file does not find itself
FORBIDDEN = {
    "a note to oneself": rf"\b({'TO' + 'DO'}|{'FIX' + 'ME'}|{'X' * 3})\b",
    "a stub": r"raise " + "NotImplementedError",
    "a machine's path": r"(?<![\w.])/(" + "work|root|home/[a-z]+" + r")/",
    "a package registry": r"pypi" + r"\.org|python" + r"hosted|registry\.npm" + "js",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_repository_is_free_of(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files()
        if (match := pattern.search(text_of(path)))
    ]
    assert found == []


def test_every_lint_exception_has_a_reason() -> None:
    bare = re.compile(r"#\s*(noqa(: [A-Z0-9, ]+)?|type: ignore(\[[a-z-, ]+\])?)\s*$", re.MULTILINE)
    found = [str(path.relative_to(ROOT)) for path in files() if bare.search(text_of(path))]
    assert found == []


def test_every_dependency_is_locked_and_has_a_reason() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    locked = text_of(ROOT / "requirements.lock") + text_of(ROOT / "requirements-dev.lock")
    names = {line.partition("==")[0].lower().replace("_", "-") for line in locked.splitlines()}
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    plain = {re.split(r"[^A-Za-z0-9-]", line)[0].lower() for line in wanted}
    assert plain - names == set()
    for line in text_of(ROOT / "pyproject.toml").partition("dependencies = [")[2].splitlines():
        if line == "]":
            break
        assert not line.strip() or "#" in line, line


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_hold_exact_versions_and_nothing_else(lock: str) -> None:
    for line in text_of(ROOT / lock).splitlines():
        assert re.fullmatch(r"#.*|-r requirements\.lock|[\w.-]+==[\w.!+-]+", line), line


def test_every_target_of_make_says_what_it_does() -> None:
    text = text_of(ROOT / "Makefile")
    targets = re.findall(r"^([a-z-]+):", text, re.MULTILINE)
    assert {"demo", "test", "check", "bench", "torture", "synapse"} <= set(targets)
    told = re.findall(r"^([a-z-]+):.* ## \S", text, re.MULTILINE)
    assert told == targets
    done = subprocess.run(
        ["make", "-n", "help"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout


def test_the_changelog_knows_this_version() -> None:
    from carecli import __version__

    assert f"## [{__version__}]" in text_of(ROOT / "CHANGELOG.md")
