"""Webhooks over HTTP: the handshake, the signature, and recorded bodies in any order, any number
of times."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from carecli.platforms.base import Account, Connector
from carecli.platforms.meta.webhooks import MetaWebhooks
from carecli.platforms.registry import create_connector
from carecli.practice.graph.call import APP_SECRET
from carecli.practice.server import PracticeServer
from carecli.store import settings
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild
from carecli.sync import webhook_receiver as listening_module
from carecli.sync.channel_state import ChannelState
from carecli.sync.webhook_receiver import ALIVE_WITHIN, LARGEST, WebhookReceiver
from tests.sync.shop import Shop, wall_clock

PAYLOADS = Path(__file__).parents[1] / "payloads" / "meta"
SECRET, WORD = APP_SECRET, "our-word"
PAGE = "12345654332"
"""The page that most recorded bodies are about."""


@dataclass
class Ear:
    """A listener that runs, and what it stored."""

    shop: Shop
    url: str
    pulled: list[str]

    def push(self, body: bytes, secret: str = SECRET) -> httpx.Response:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={digest}"}
        return httpx.post(f"{self.url}/webhooks/meta", content=body, headers=headers)

    def texts(self) -> list[str]:
        return [str(text) for (text,) in self.shop.all("SELECT text FROM messages ORDER BY text")]


def listening(
    path: Path, accounts: dict[tuple[str, str], str], connectors: dict[str, Connector]
) -> Iterator[Ear]:
    """A listener in a thread of its own, with its own database."""
    shop = Shop(path)
    ids = shop.enrol(*connectors)
    sock = socket.create_server(("127.0.0.1", 0))
    listener = WebhookReceiver([MetaWebhooks(WORD, ("another", SECRET))], sock, accounts)
    pulled: list[str] = []
    listener.attach(
        (
            ChannelState(ids[key], key, one, shop.database, wall_clock)
            for key, one in connectors.items()
        ),
        pull=pulled.append,
    )
    thread = threading.Thread(target=lambda: asyncio.run(listener.serve()), daemon=True)
    thread.start()
    try:
        yield Ear(shop, f"http://127.0.0.1:{sock.getsockname()[1]}", pulled)
    finally:
        listener.stop()
        thread.join(10)


def meta(platform: str, account: str) -> Connector:
    return create_connector(Account("here", platform, account, "token", clock=wall_clock))


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    yield from listening(
        tmp_path / "care.sqlite",
        {("facebook", PAGE): "avon-fb"},
        {"avon-fb": meta("facebook", PAGE)},
    )


REUSED = b"mid.1457764197618:41d102a3e1ae206a38"
"""The id that the platform's documentation gives to several different messages."""


def body(name: str) -> bytes:
    """A recorded body, with an id of its own where the documentation reuses one."""
    return (PAYLOADS / name).read_bytes().replace(REUSED, f"mid.{Path(name).stem}".encode())


BASIC = "facebook/webhooks/messaging-message-basic.json"


def test_the_handshake_repeats_the_challenge_to_who_knows_the_word(ear: Ear) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": WORD}
    answer = httpx.get(f"{ear.url}/webhooks/meta", params=asked)
    assert (answer.status_code, answer.text) == (200, "42")
    for wrong in ({"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}):
        assert httpx.get(f"{ear.url}/webhooks/meta", params=asked | wrong).status_code == 403


def test_only_what_the_platform_signed_is_taken(ear: Ear) -> None:
    good = body(BASIC)
    assert ear.push(good, "guessed").status_code == 403
    assert httpx.post(f"{ear.url}/webhooks/meta", content=good).status_code == 403
    assert ear.texts() == []
    assert ear.push(good).status_code == 200
    assert len(ear.texts()) == 1


def test_the_signature_is_of_the_bytes_as_they_came(ear: Ear) -> None:
    good = body(BASIC)
    digest = hmac.new(SECRET.encode(), good, hashlib.sha256).hexdigest()
    again = json.dumps(json.loads(good)).encode()
    headers = {"X-Hub-Signature-256": f"sha256={digest}"}
    answer = httpx.post(f"{ear.url}/webhooks/meta", content=again, headers=headers)
    assert answer.status_code == 403


def test_what_is_for_others_too_large_or_no_json_does_no_harm(ear: Ear) -> None:
    stranger = json.dumps({"object": "page", "entry": [{"id": "999", "changes": []}]}).encode()
    assert ear.push(stranger).status_code == 200
    assert ear.push(b"not json").status_code == 200
    assert ear.push(b" " * (LARGEST + 1)).status_code == 413
    assert ear.texts() == []


def test_pushes_that_are_held_back_fill_no_memory(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening_module, "AT_ONCE", 100_000)
    host, port = ear.url.removeprefix("http://").split(":")
    head = f"POST /webhooks/meta HTTP/1.1\r\nHost: {host}\r\nContent-Length: 200000\r\n\r\n"
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(head.encode() + b" " * 90_000)
        eventually(lambda: ear.push(b" " * 20_000).status_code == 503)
        assert ear.push(body(BASIC)).status_code == 200
    eventually(lambda: ear.push(b" " * 20_000).status_code == 200)


def test_a_push_that_does_not_arrive_is_given_up(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening_module, "BODY_SECONDS", 0.1)
    host, port = ear.url.removeprefix("http://").split(":")
    head = f"POST /webhooks/meta HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as slow:
        slow.sendall(head.encode() + b"x")
        assert b" 408 " in slow.recv(100)


def eventually(truth: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not truth():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


def test_a_push_that_cannot_be_stored_is_asked_for_again(ear: Ear) -> None:
    blocker = ear.shop.durable
    ear.shop.database.connection.execute("PRAGMA busy_timeout = 50")
    with blocker.write():
        assert ear.push(body(BASIC)).status_code == 503
    assert ear.push(body(BASIC)).status_code == 200
    assert len(ear.texts()) == 1


def test_a_push_that_nothing_was_ready_for_is_asked_for_again(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("nobody thought of this")

    with monkeypatch.context() as patched:
        patched.setattr(WebhookReceiver, "take", broken)
        assert ear.push(body(BASIC)).status_code == 503
    assert ear.push(body(BASIC)).status_code == 200
    assert len(ear.texts()) == 1


def test_health_tells_every_channel(ear: Ear) -> None:
    answer = httpx.get(f"{ear.url}/health")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "engine": True, "channels": {"avon-fb": "well"}}


def test_health_tells_of_an_engine_that_hangs(ear: Ear) -> None:
    with ear.shop.durable.write() as db:
        settings.beat(db, wall_clock() - 2 * ALIVE_WITHIN, 1, None, {})
    answer = httpx.get(f"{ear.url}/health")
    assert answer.status_code == 503
    assert answer.json()["engine"] is False


RECORDED = sorted(
    str(file.relative_to(PAYLOADS))
    for place in ("facebook", "instagram")
    for file in (PAYLOADS / place / "webhooks").glob("*.json")
)


def _accounts() -> dict[tuple[str, str], str]:
    """Every account that a recorded body is about, each as a channel."""
    found: dict[tuple[str, str], str] = {}
    hook = MetaWebhooks(WORD, (SECRET,))
    for name in RECORDED:
        for one in hook.split(body(name)):
            found.setdefault((one.platform, one.account), f"{one.platform}-{len(found)}")
    return found


def know_posts(
    ear: Ear, accounts: dict[tuple[str, str], str], connectors: dict[str, Connector]
) -> None:
    """The posts that recorded bodies are about, as an earlier pull would have told of them."""
    hook = MetaWebhooks(WORD, (SECRET,))
    for name in RECORDED:
        for one in hook.split(body(name)):
            key = accounts[one.platform, one.account]
            for post in connectors[key].read(one.raw, 0).unplaced:
                with ear.shop.database.write() as db:
                    db.execute(
                        "INSERT OR IGNORE INTO posts (channel_id, platform_id, kind) "
                        "SELECT id, ?, 'post' FROM channels WHERE key = ?",
                        (post, key),
                    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_recorded_bodies_twice_and_shuffled_give_the_same(tmp_path: Path, seed: int) -> None:
    accounts = _accounts()
    connectors = {key: meta(*account) for account, key in accounts.items()}
    lines: list[list[tuple[object, ...]]] = []
    names = [*RECORDED, *RECORDED]
    for turn, order in enumerate((RECORDED, random.Random(seed).sample(names, len(names)))):
        for ear in listening(tmp_path / f"{turn}.sqlite", accounts, connectors):
            know_posts(ear, accounts, connectors)
            assert {ear.push(body(name)).status_code for name in order} == {200}
            asked = "SELECT platform_id, text, visibility, contact_id IS NULL FROM messages"
            lines.append(sorted(ear.shop.all(asked), key=repr))
            assert rebuild(ear.shop.database, Policies(ear.shop.database.connection), 0) == []
    once, twice = lines
    assert once == twice
    assert len(once) >= 10


def test_what_happens_on_the_platform_arrives_by_itself(tmp_path: Path) -> None:
    with PracticeServer("ordinary", seed=1) as practice:
        account = next(o for o in practice.world.accounts.values() if o.key == "avon-fb")
        connector = create_connector(
            Account("avon-fb", "facebook", account.id, account.token, f"{practice.url}")
        )
        for ear in listening(
            tmp_path / "care.sqlite",
            {("facebook", account.id): "avon-fb"},
            {"avon-fb": connector},
        ):
            asked = {"url": f"{ear.url}/webhooks/meta", "secret": SECRET, "verify_token": WORD}
            assert httpx.post(f"{practice.url}/practice/webhooks", json=asked).status_code == 200

            on = account.posts[0].id
            know = "INSERT INTO posts (channel_id, platform_id, kind) VALUES (1, ?, 'post')"
            with ear.shop.database.write() as db:
                db.execute(know, (on,))

            def act(**told: object) -> str:
                answer = httpx.post(f"{practice.url}/practice/act", json=told)
                return str(answer.json()["id"])

            comment = act(act="comment", on=on, text="¿Precio?", name="Ana")
            act(act="edit", id=comment, text="¿Precio, por favor?")
            spite = act(act="comment", on=on, text="debil", name="Jan")
            act(act="delete", id=spite)
            ear.shop.until(
                "SELECT group_concat(text || ':' || visibility, ' ') FROM "
                "(SELECT * FROM messages ORDER BY id)",
                "¿Precio, por favor?:visible :withdrawn",
            )


def test_a_comment_under_a_post_nobody_knows_is_left_to_a_pull(ear: Ear) -> None:
    """Under a visitor's post the thread is the post: a push alone cannot tell."""
    pushed = json.dumps(
        {
            "object": "page",
            "entry": [
                {
                    "id": PAGE,
                    "time": 1_790_000_000,
                    "changes": [
                        {
                            "field": "feed",
                            "value": {
                                "item": "comment",
                                "verb": "add",
                                "comment_id": "77_88",
                                "post_id": f"{PAGE}_77",
                                "from": {"id": "5", "name": "Ana"},
                                "message": "hola",
                                "created_time": 1_790_000_000,
                            },
                        }
                    ],
                }
            ],
        }
    ).encode()
    assert ear.push(pushed).status_code == 200
    assert ear.pulled == ["avon-fb"]
    assert ear.texts() == []
    with ear.shop.database.write() as db:
        db.execute(
            "INSERT INTO posts (channel_id, platform_id, kind) VALUES (1, ?, 'post')",
            (f"{PAGE}_77",),
        )
    assert ear.push(pushed).status_code == 200
    assert ear.texts() == ["hola"]
