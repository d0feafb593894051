"""A message that is only an attachment says what came: in rows, opened, as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

BATCHES = Path(__file__).parents[1] / "payloads" / "meta" / "attachments"

CONFIG = """
me: ana
language: en
database: care.sqlite
channels:
  fb: {platform: facebook, account: "104000000000001", token: env:FBT}
  ig:
    platform: instagram
    account: "178000000000001"
    token: env:FBT
    options: {page: "104000000000001"}
moderators:
  ana: {name: Ana}
inbox: {zone: Europe/Warsaw}
"""

SAID = [
    "a link: Shared link",
    "a sticker",
    "shared post: A post",
    "a place: Here",
    "something carecli cannot read: Day cream",
    "with referral",
    "Get started",
    "Talk to a human",
    "something carecli cannot read: not shown by the platform",
    "shared post: Our spring cream",
    "shared post",
    "something carecli cannot read",
    "something carecli cannot read",
    "normal question",
    "mention in a story",
    "shared post: reel",
    "something carecli cannot read",
]


@pytest.fixture
def inbox(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("FBT", "x")
    file = tmp_path / "care.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    for channel in ("fb", "ig"):
        batch = str(BATCHES / f"{channel}-batch.json")
        assert run("import", batch, "--channel", channel, "--config", str(file)).code == 0
    return str(file)


def test_rows_say_what_came(inbox: str, run: Run) -> None:
    rows = run("list", "--json", "--sort", "oldest", "--config", inbox).json()
    assert sorted(row["excerpt"] for row in rows) == sorted(SAID)


def test_an_opened_thread_says_what_came_and_where_it_is(inbox: str, run: Run) -> None:
    rows = run("list", "--json", "--config", inbox).json()
    shown = {row["excerpt"]: run("show", str(row["id"]), "--config", inbox).out for row in rows}
    assert "[mention in a story  https://lookaside.example/4]" in shown["mention in a story"]
    assert "[shared post  https://lookaside.example/3]" in shown["shared post"]
    assert "[a sticker  https://scontent.example/s.png]" in shown["a sticker"]
    for said, out in shown.items():
        assert said.partition(":")[0] in out


def test_a_tap_without_an_id_is_read_once(inbox: str, run: Run) -> None:
    batch = str(BATCHES / "fb-batch.json")
    assert run("import", batch, "--channel", "fb", "--config", inbox).code == 0
    rows = run("list", "--json", "--config", inbox).json()
    assert sum(row["excerpt"] == "Talk to a human" for row in rows) == 1
