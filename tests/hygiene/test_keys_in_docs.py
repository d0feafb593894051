"""Every key sequence that the docs name is one of the inbox's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli.tui.keys.matcher import sequence
from carecli.tui.keys.table import TABLE

ROOT = Path(__file__).parents[2]

GENERATED = {"keys.md", "command-line.md", "modules.md"}

NAMED = re.compile(r"`([^`\s]) ([^`\s])`")
"""Two keys one after the other, as docs write them: `g r`."""

KNOWN = {sequence(keys) for command in TABLE for keys in command.keys}

WINDOWS = {"=", "d"}
"""Keys that open a window in which the second key chooses."""

SIGNS = {"✚"}
"""What the list shows, and nobody presses."""


def unknown_keys(text: str) -> Iterator[str]:
    """Key sequences in a text that no command has."""
    for match in NAMED.finditer(text):
        first, second = match.groups()
        if first in WINDOWS:
            continue
        if first not in SIGNS and (first, second) not in KNOWN:
            yield f"{first} {second}"


def test_a_sequence_that_no_command_has_is_noticed() -> None:
    assert list(unknown_keys("Press `g r` for a report, `z q` for nothing.")) == ["z q"]


@pytest.mark.parametrize(
    "page",
    [page for page in sorted((ROOT / "docs").glob("*.md")) if page.name not in GENERATED]
    + [ROOT / "README.md"],
    ids=lambda page: page.name,
)
def test_the_docs_name_only_keys_that_exist(page: Path) -> None:
    assert list(unknown_keys(page.read_text(encoding="utf-8"))) == []
