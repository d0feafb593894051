"""Platforms to hold connectors against: each behind a proxy that fails when told to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

import httpx

from carecli.platforms.base import Account, Target
from carecli.practice.server import PracticeServer
from tests.practice.graph import plain_client
from tests.support.faulty_proxy import Answer, Asked, FaultyProxy
from tests.support.follower import Follower, now
from tests.support.synapse import Synapse


class Stand(Protocol):
    """A channel, the platform behind it, and a contact who writes there."""

    proxy: FaultyProxy
    follower: Follower
    many: int
    """More questions than fit a page of the platform."""
    throttled: Answer
    """How the platform asks for five minutes' silence, in its own words."""

    def ask(self, texts: Sequence[str]) -> None:
        """A contact writes top-level messages."""
        ...

    def standing(self, text: str) -> int:
        """How often a text of the brand stands on the platform."""
        ...

    def is_reply(self, asked: Asked) -> bool:
        """Whether a request would write a reply."""
        ...

    def is_like(self, asked: Asked) -> bool:
        """Whether a request would like something."""
        ...

    def nowhere(self, target: Target) -> Target:
        """The target, if it lay where the platform lets nobody answer."""
        ...


class MatrixStand:
    """A room on a real Synapse."""

    many = 170
    throttled = Answer(
        429, b'{"errcode":"M_LIMIT_EXCEEDED","error":"Too many","retry_after_ms":300000}'
    )

    def __init__(self, synapse: Synapse, proxy: FaultyProxy) -> None:
        tag = os.urandom(4).hex()
        self.care, self._ana = synapse.person(f"care-{tag}"), synapse.person(f"ana-{tag}")
        self._room = self.care.create_room(self._ana, name="Club")
        self.proxy = proxy
        account = Account(
            "community", "matrix", self.care.user, self.care.token, proxy.url, clock=now
        )
        self.follower = Follower(account, "sync")

    def ask(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._ana.say(self._room, text)

    def standing(self, text: str) -> int:
        return self._ana.texts(self._room).count(text)

    def is_reply(self, asked: Asked) -> bool:
        return asked.method == "PUT" and "/send/m.room.message/" in asked.path

    def is_like(self, asked: Asked) -> bool:
        return asked.method == "PUT" and "/send/m.reaction/" in asked.path

    def nowhere(self, target: Target) -> Target:
        return replace(target, post="!nowhere:care.test")


class MetaStand:
    """A page or a profile of the practice platform."""

    many = 130
    throttled = Answer(
        400,
        b'{"error":{"message":"(#80001) Too many calls to this Page","code":80001}}',
        {
            "X-Business-Use-Case-Usage": json.dumps(
                {
                    "1": [
                        {
                            "type": "pages",
                            "call_count": 100,
                            "total_cputime": 1,
                            "total_time": 1,
                            "estimated_time_to_regain_access": 5,
                        }
                    ]
                }
            )
        },
    )

    def __init__(self, client: httpx.Client, proxy: FaultyProxy, platform: str) -> None:
        self._client = client
        channels = client.get("/practice").json()["channels"]
        channel = next(one for one in channels if one["platform"] == platform)
        self._post = self._act(act="post", account=channel["key"], text="¿Qué te parece?")["id"]
        self.proxy = proxy
        account = Account(
            channel["key"],
            platform,
            channel["account"],
            channel["token"],
            proxy.url,
            options={"page": channel["page"]},
            clock=now,
        )
        self.follower = Follower(account, "comments")

    def _act(self, **told: str) -> dict[str, Any]:
        answer = self._client.post("/practice/act", json=told)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def ask(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._act(act="comment", on=self._post, text=text, name="Ana López")

    def standing(self, text: str) -> int:
        received = self._client.get("/practice/received").json()["received"]
        return sum(
            write["took_effect"] and write["parameters"].get("message") == text
            for write in received
        )

    def is_reply(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path.endswith(("/comments", "/replies"))

    def is_like(self, asked: Asked) -> bool:
        return asked.method == "POST" and "/likes" in asked.path

    def nowhere(self, target: Target) -> Target:
        gone = f"{self._post}404"
        return replace(target, message=gone, address=gone, root_address=gone, thread=gone)


@contextmanager
def matrix_stand(synapse: Synapse) -> Iterator[Stand]:
    """The Matrix connector before a real homeserver."""
    with FaultyProxy(synapse.base_url) as proxy:
        yield MatrixStand(synapse, proxy)


@contextmanager
def meta_stand(platform: str) -> Iterator[Stand]:
    """The Facebook or Instagram connector before the practice platform."""
    with (
        PracticeServer() as practice,
        plain_client(practice.url) as client,
        FaultyProxy(practice.url) as proxy,
    ):
        yield MetaStand(client, proxy, platform)
