"""Hooks: told everything once and in order, by a program or an address; trouble stops nobody."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from carecli.boot.setup import set_up
from carecli.boot.teams import hooks_of
from carecli.domain.commands import Flag, Recolour
from carecli.domain.model import Colour
from carecli.jobs.hooks import HookFailed, HookTarget, look, run_program
from carecli.platforms.hook_calls import HookCallFailed, post_json
from tests.desk.conftest import Shop


def told_of(shop: Shop, hook: HookTarget) -> int:
    return look(shop.database, hook, shop.now)


def test_a_hook_is_told_what_it_asks_for_once_and_in_order(shop: Shop) -> None:
    told: list[Mapping[str, object]] = []
    hook = HookTarget("phone", ["recolour", "message"], told.append)
    before = shop.says("Ewa", "dawno")
    shop.desk().commands.submit(Recolour(before, Colour.YELLOW))
    assert told_of(shop, hook) == 0
    thread = shop.says("Maria", "prawnik")
    shop.desk().commands.submit(Flag(thread))
    shop.desk().commands.submit(Recolour(thread, Colour.RED))
    assert told_of(shop, hook) == 2
    assert told_of(shop, hook) == 0
    recolour, message = told
    assert (recolour["event"], recolour["by"]) == ("recolour", "moderator:ana")
    assert recolour["args"] == {"colour": "red"}
    assert (message["event"], message["text"]) == ("message", "prawnik")
    here = recolour["thread"]
    assert isinstance(here, dict)
    assert (here["id"], here["channel"], here["contact"]) == (thread, "avon-fb", "Maria")
    assert here["deadline"].endswith("+00:00")


def test_the_documented_json_is_what_is_told(shop: Shop) -> None:
    page = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text(encoding="utf-8")
    shown = json.loads(page.partition("```json")[2].partition("```")[0])
    told: list[Mapping[str, object]] = []
    hook = HookTarget("phone", ["recolour", "message"], told.append)
    told_of(shop, hook)
    shop.desk().commands.submit(Recolour(shop.says("Maria", "prawnik"), Colour.RED))
    assert told_of(shop, hook) == 2
    recolour, message = json.loads(json.dumps(told))
    assert list(recolour) == list(shown)
    assert list(recolour["thread"]) == list(shown["thread"])
    assert recolour["args"] == shown["args"]
    assert set(message) == set(shown) - {"args"} | {"text"}


def test_a_hook_that_fails_is_told_again_from_where_it_stood(shop: Shop) -> None:
    told: list[object] = []
    is_down = True

    def tell(one: Mapping[str, object]) -> None:
        if is_down and told:
            raise HookFailed("down")
        told.append(one["id"])

    hook = HookTarget("ledger", ["flag"], tell)
    told_of(shop, hook)
    for name in ("Ela", "Iza", "Ola"):
        shop.desk().commands.submit(Flag(shop.says(name, "?")))
    assert told_of(shop, hook) == 1
    assert told_of(shop, hook) == 0
    assert shop.all("SELECT attempts, error FROM hooks") == [(1, "down")]
    is_down = False
    assert told_of(shop, hook) == 0
    shop.pass_(10_000)
    assert told_of(shop, hook) == 2
    assert len(set(map(str, told))) == 3


def test_only_threads_that_a_filter_holds_for(shop: Shop) -> None:
    told: list[object] = []
    red = shop.says("Maria", "prawnik")
    hook = HookTarget("phone", ["flag"], told.append, lambda thread: thread == red)
    told_of(shop, hook)
    for thread in (red, shop.says("Ela", "?")):
        shop.desk().commands.submit(Flag(thread))
    assert told_of(shop, hook) == 1


def test_a_program_gets_the_json_and_no_shell(tmp_path: Path) -> None:
    file = tmp_path / "got.json"
    code = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"
    run_program([sys.executable, "-c", code, str(file)], 20, {"event": "$(rm -rf /)"})
    assert json.loads(file.read_text()) == {"event": "$(rm -rf /)"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["/nowhere/at-all"], "cannot be run"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "ended with 3"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "took longer"),
    ],
)
def test_a_program_in_trouble_is_told_of(words: list[str], said: str) -> None:
    began = time.monotonic()
    with pytest.raises(HookFailed, match=said):
        run_program(words, 1 if said == "took longer" else 20, {})
    assert time.monotonic() - began < 30


def test_a_program_that_leaves_something_behind_holds_nothing_up(tmp_path: Path) -> None:
    """What it started ran away with the pipe, in a group of its own."""
    away = tmp_path / "pid"
    script = f"setsid sh -c 'echo $$ > {away}; sleep 60' & sleep 60"
    began = time.monotonic()
    try:
        with pytest.raises(HookFailed, match="took longer"):
            run_program(["/bin/sh", "-c", script], 1, {})
        assert time.monotonic() - began < 30
    finally:
        os.kill(int(away.read_text()), signal.SIGKILL)


@pytest.fixture
def address() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    got: list[tuple[str, bytes]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.headers.get("X-Carecli-Signature", ""), body))
            self.send_response(500 if self.path == "/down" else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_address_gets_it_signed(address: tuple[str, list[tuple[str, bytes]]]) -> None:
    url, got = address
    post_json(f"{url}/care", {"event": "flag"}, timeout=10, secret="word")
    ((signature, body),) = got
    assert json.loads(body) == {"event": "flag"}
    assert signature == "sha256=" + hmac.new(b"word", body, hashlib.sha256).hexdigest()
    with pytest.raises(HookCallFailed, match="answered 500"):
        post_json(f"{url}/down", {}, timeout=10)
    with pytest.raises(HookCallFailed, match="cannot be reached"):
        post_json("http://127.0.0.1:9/care", {}, timeout=2)


def test_a_program_is_not_given_what_stands_for_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every variable that the configuration reads a secret from, whatever it is for."""
    for name in ("PAGE_TOKEN", "HOOK_SECRET", "VERIFY", "ORDINARY"):
        monkeypatch.setenv(name, "there")
    seen = tmp_path / "seen"
    code = "import os, sys; open(sys.argv[1], 'w').write(' '.join(sorted(os.environ)))"
    file = tmp_path / "care.yaml"
    file.write_text(
        f"""\
channels:
  avon-fb: {{platform: facebook, account: 104000000000001, token: env:PAGE_TOKEN}}
engine: {{verify_token: env:VERIFY}}
hooks:
  other: {{events: [flag], url: http://127.0.0.1:9/, secret: env:HOOK_SECRET}}
  spy: {{events: [flag], run: {json.dumps([sys.executable, "-c", code, str(seen)])}}}
"""
    )
    [_, spy] = hooks_of(set_up(str(file)))
    spy.tell({})
    told = seen.read_text().split()
    assert "ORDINARY" in told
    assert {"PAGE_TOKEN", "HOOK_SECRET", "VERIFY"} & {*told} == set()
