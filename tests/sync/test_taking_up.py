"""A running engine takes up a changed configuration and a replaced token, or says why not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from carecli.boot.demo import write_configuration
from carecli.practice import PracticeServer, channels
from carecli.practice.graph.call import SYSTEM_TOKEN
from carecli.store.db import Database
from tests.support.terminal import CARECLI, PATIENCE, until

LRP = next(one for one in channels() if one.key == "lrp-fb")


@pytest.fixture
def own() -> Iterator[PracticeServer]:
    with PracticeServer("lessons", seed=1) as server:
        yield server


@pytest.fixture
def engine(own: PracticeServer, tmp_path: Path) -> Iterator[Path]:
    """An engine that serves the two pages of the lessons; its configuration."""
    file = write_configuration(tmp_path / "team", own.url, "lessons", "ana")
    environ = {**os.environ, "CARECLI_CONFIG": str(file), "XDG_STATE_HOME": str(tmp_path)}
    child = subprocess.Popen([*CARECLI, "daemon"], env=environ, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: synced(file) == {"lrp-fb", "avon-fb"}, "both pages were pulled", 90)
        yield file
        assert child.poll() is None, "the engine ended by itself"
        child.send_signal(signal.SIGTERM)
        assert child.wait(PATIENCE) == 0
    finally:
        child.kill()
        child.wait(PATIENCE)
        assert child.stderr is not None
        child.stderr.close()


def synced(file: Path) -> set[str]:
    database = file.parent / "lessons.sqlite"
    if not database.exists():
        return set()
    with closing(Database(database)) as store:
        rows = store.connection.execute(
            "SELECT key FROM channels WHERE synced_at IS NOT NULL AND error = ''"
        )
        return {str(row[0]) for row in rows}


def doctor(file: Path) -> list[dict[str, Any]]:
    environ = {**os.environ, "CARECLI_CONFIG": str(file)}
    done = subprocess.run(
        [*CARECLI, "doctor", "--offline", "--json"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE * 2,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def test_a_new_channel_is_served_and_a_mistake_is_said(engine: Path, own: PracticeServer) -> None:
    before = engine.read_text()
    vichy = next(one for one in channels() if one.key == "vichy-fb")
    token = engine.parent / "tokens" / "extra"
    token.write_text(LRP.token)
    token.chmod(0o600)
    assert vichy.key not in before
    extra = f"""  extra-fb:
    brand: lrp
    platform: facebook
    account: "{LRP.account}"
    base_url: {own.url}
    token: file:{token}
"""
    engine.write_text(before.rstrip("\n") + "\n" + extra)
    until(lambda: "extra-fb" in synced(engine), "the new channel was pulled", 90)

    engine.write_text(before + "\nnonsense: yes\n")
    until(lambda: is_told(engine), "the mistake is said", 60)
    # what it served before, it goes on serving
    own.do(
        lambda: own.world.add_comment(
            own.world.accounts["lrp-fb"].posts[-1], person(own), "¿Y?", own.clock()
        )
    )
    until(lambda: is_stored(engine, "¿Y?"), "a comment is pulled all the same", 90)

    engine.write_text(before)
    until(lambda: not is_told(engine), "this text is empty once it is mended", 60)


def person(own: PracticeServer) -> Any:
    return own.world.add_person(own.world.accounts["lrp-fb"], "Eva")


def is_told(file: Path) -> bool:
    with closing(Database(file.parent / "lessons.sqlite")) as store:
        row = store.connection.execute(
            "SELECT value FROM settings WHERE key = 'engine_stale'"
        ).fetchone()
    return bool(row and "nonsense" in row[0])


def is_stored(file: Path, text: str) -> bool:
    with closing(Database(file.parent / "lessons.sqlite")) as store:
        row = store.connection.execute("SELECT 1 FROM messages WHERE text = ?", (text,)).fetchone()
    return row is not None


def test_a_replaced_token_is_taken_up(engine: Path, own: PracticeServer) -> None:
    renewed = "practice-page-renewed"

    def renew() -> None:
        own.world.app.refused.add(LRP.token)
        own.world.accounts["lrp-fb"].token = renewed

    own.do(renew)
    until(lambda: "lrp-fb" not in synced(engine), "the old token is refused", 120)
    environ = {**os.environ, "CARECLI_CONFIG": str(engine), "NEW": SYSTEM_TOKEN}
    subprocess.run([*CARECLI, "token", "lrp-fb", "--token-env", "NEW"], env=environ, check=True)
    assert (engine.parent / "tokens" / "lrp-fb").read_text().strip() == renewed
    until(lambda: "lrp-fb" in synced(engine), "the new token is used", 60)
