"""Pushes to the real daemon, which is killed while people write: polling finds the rest."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from carecli.practice import channels
from carecli.practice.graph.call import APP_SECRET
from carecli.store.db import Database
from carecli.sync.lock import is_engine_running
from tests.support.care import Care, Practice, practice_care
from tests.support.terminal import CARECLI, PATIENCE, ROOT, until

SECRET, WORD = APP_SECRET, "our-word"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def listening_care(folder: Path, practice: Practice, port: int) -> Care:
    """The demo's configuration with webhooks, and polls that come too late to matter."""
    care = practice_care(folder, practice.url)
    text = re.sub(
        r"^(\s+)account: (.*)$",
        r"\g<0>\n\1secret: env:SECRET_NAME",
        care.file.read_text(),
        flags=re.MULTILINE,
    )
    assert "env:SECRET_NAME" in text
    text += f"\nengine:\n  listen: 127.0.0.1:{port}\n  verify_token: env:VERIFY_WORD\n"
    text += "  fastest: 10m\n  slowest: 10m\n"
    care.file.write_text(text)
    own = {**care.environ, "SECRET_NAME": SECRET, "VERIFY_WORD": WORD}
    return Care(care.folder, care.file, own)


@contextmanager
def daemon(care: Care) -> Iterator[subprocess.Popen[bytes]]:
    """The engine, killed without warning at the end."""
    child = subprocess.Popen(
        [*CARECLI, "--config", str(care.file), "daemon"], env=care.environ, cwd=ROOT
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait(PATIENCE)


def asked(url: str, told: dict[str, str] | None = None) -> Any:
    body = None if told is None else json.dumps(told).encode()
    with urllib.request.urlopen(url, body, PATIENCE) as answer:
        return json.load(answer)


def is_well(port: int) -> bool:
    try:
        return bool(asked(f"http://127.0.0.1:{port}/health")["ok"])
    except urllib.error.URLError:
        return False


def test_pushes_and_polls_together_miss_nobody(tmp_path: Path, practice: Practice) -> None:
    port = free_port()
    care = listening_care(tmp_path, practice, port)
    database = tmp_path / "ordinary.sqlite"
    [page] = [one for one in channels() if one.key == "avon-fb"]
    post = next(
        one["id"] for one in practice.get(f"{page.account}/feed", page.token, fields="id")["data"]
    )

    def writes(text: str) -> None:
        practice.act("comment", on=post, text=text, name="Ana")

    def is_stored(*texts: str) -> bool:
        with closing(Database(database)) as store:
            marks = ",".join("?" * len(texts))
            found = store.connection.execute(
                f"SELECT count(*) FROM messages WHERE text IN ({marks})", texts
            ).fetchone()
        return bool(found == (len(texts),))

    def is_pulled() -> bool:
        with closing(Database(database)) as store:
            (pulled,) = store.connection.execute(
                "SELECT count(*) FROM channels WHERE synced_at IS NOT NULL"
            ).fetchone()
        return bool(pulled >= len(channels()))

    with daemon(care):
        until(lambda: is_well(port), "it listens")
        until(is_pulled, "every channel was pulled once")
        address = {"url": f"http://127.0.0.1:{port}/webhooks/meta"}
        asked(
            f"{practice.url}/practice/webhooks", address | {"secret": SECRET, "verify_token": WORD}
        )
        writes("pushed at once")
        until(lambda: is_stored("pushed at once"), "the push is stored")
        for n in range(20):
            writes(f"about the kill {n}")
    assert not is_engine_running(database)
    for n in range(20):
        writes(f"while it is down {n}")
    urllib.request.urlopen(
        urllib.request.Request(f"{practice.url}/practice/webhooks", method="DELETE"),
        timeout=PATIENCE,
    ).close()
    texts = [f"about the kill {n}" for n in range(20)] + [
        f"while it is down {n}" for n in range(20)
    ]
    with daemon(care):
        until(lambda: is_well(port), "it listens again")
        until(lambda: is_stored(*texts), "polling found what nobody pushed")
        looked = care.run("doctor", "--offline", "--json").json()["findings"]
        [webhooks] = [one["text"] for one in looked if one["about"] == "webhooks"]
        assert f"127.0.0.1:{port}" in webhooks
        verified = care.run("verify", "--json").json()
    assert verified["is_same"], [one["what"] for one in verified["differences"]]
    assert verified["differences"] == []


@pytest.mark.pty
def test_the_inbox_tells_at_once_why_its_engine_cannot_start(
    tmp_path: Path, practice: Practice
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        care = listening_care(tmp_path, practice, taken.getsockname()[1])
        with care.inbox() as terminal:
            terminal.wait_for("engine stopped")
            terminal.wait_for("The engine has stopped: carecli cannot")
            assert "starting" not in terminal.lines[0]
            terminal.press("ctrl-q")
            assert terminal.wait_for_end() == 0
