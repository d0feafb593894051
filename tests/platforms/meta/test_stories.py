"""Private messages about stories: what each is about, and the story's address, however it comes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from carecli.domain.events import MessageSeen
from carecli.domain.model import MINUTE
from carecli.platforms.base import Account
from carecli.platforms.meta.instagram import InstagramProfile
from carecli.practice import PracticeServer
from carecli.practice.webhooks import WebhookPusher
from tests.platforms.meta.practising import Scene, alone, scene

KEY = "lrp-ig"
STREAM = "conversations"
RECORDED = Path(__file__).parents[2] / "payloads/meta/instagram"

KINDS = pytest.mark.parametrize(
    ("attachment", "text", "kind"),
    [("story_mention", "", "story"), ("story_reply", "Nice!", "story_reply")],
)


def write(ig: Scene, attachment: str, text: str) -> str:
    told = ig.act(act="message", account=KEY, text=text, name="Ola", attachment=attachment)
    return str(told["id"])


def story_of(message: MessageSeen) -> tuple[str, str]:
    [file] = message.attachments
    return file.kind, file.url


@KINDS
@alone
async def test_a_message_that_is_polled_names_its_story(
    practice: PracticeServer, attachment: str, text: str, kind: str
) -> None:
    async with scene(practice, KEY) as ig:
        await ig.pull(STREAM)
        practice.clock.advance(MINUTE)
        id_ = write(ig, attachment, text)
        await ig.pull(STREAM)
        assert story_of(ig.seen[id_]) == (kind, ig.node(id_).story)
        assert ig.seen[id_].text == text


@KINDS
@alone
async def test_a_message_that_is_pushed_names_the_same_story(
    practice: PracticeServer, attachment: str, text: str, kind: str
) -> None:
    pusher = WebhookPusher(practice.world, "http://127.0.0.1:9/", "secret", "word")
    async with scene(practice, KEY) as ig:
        ig.profile.subscribed = ("messages",)
        practice.world.watchers.append(pusher.on_action)
        id_ = write(ig, attachment, text)
        [told] = pusher._waiting
        body = {"object": told["object"], "entry": [told["entry"]]}
        page = ig.connector.read(json.dumps(body).encode(), practice.clock())
        [seen] = [event for event in page.events if isinstance(event, MessageSeen)]
        assert story_of(seen) == (kind, ig.node(id_).story)
        assert seen.text == text


@alone
async def test_where_the_field_is_refused_messages_are_read_without_it(
    practice: PracticeServer,
) -> None:
    async with scene(practice, KEY) as ig:
        await ig.pull(STREAM)
        practice.clock.advance(MINUTE)
        id_ = write(ig, "story_reply", "Nice!")
        ig.connector.unreadable.refuse("conversations", "story", "(#100) nonexisting field (story)")
        await ig.pull(STREAM)
        assert (ig.seen[id_].text, ig.seen[id_].attachments) == ("Nice!", ())


def recorded(file: str) -> list[MessageSeen]:
    ig = InstagramProfile(Account("ig", "instagram", "1", "t"))
    payload: Any = json.loads((RECORDED / file).read_bytes())
    if "rest" in file:
        others = {"data": [{"id": "1", "username": "lrp"}, payload["from"]]}
        payload = {"data": [{"id": "c", "participants": others, "messages": {"data": [payload]}}]}
    events = ig.read(json.dumps(payload).encode(), 1_763_715_600_000).events
    return [event for event in events if isinstance(event, MessageSeen)]


@pytest.mark.parametrize(
    ("file", "address"),
    [
        ("rest/message_story_reply.json", "https://lookaside.fbsbx.com/ig_messaging_cdn/"),
        ("webhooks/messaging_story_reply.json", "https://chatwoot-assets.local/sample.png"),
    ],
)
def test_recorded_answers_to_a_story_keep_its_address(file: str, address: str) -> None:
    [seen] = recorded(file)
    kind, url = story_of(seen)
    assert kind == "story_reply"
    assert url.startswith(address)
    assert seen.text
