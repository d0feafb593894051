"""The practice platform's webhooks: pushes signed events to a subscribed address.

As at Meta: a handshake first, several updates in a body, and a push that is not answered with 200
is repeated. Only subscribed fields are pushed, while the app is live; Instagram comments need
Advanced Access as well.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import deque
from dataclasses import dataclass, field

import httpx

from carecli.practice.nodes import BrandAccount, Comment, Message, Post, PracticePerson, Rating
from carecli.practice.world import Watched, World

EVERY = 0.05
"""Seconds between two bodies."""
MOST = 100
"""The most updates in a body."""
TIMES = 8
"""How often a push is tried."""
CHALLENGE = "1158201444"


@dataclass(slots=True)
class WebhookPusher:
    """Pushes the events of a world to one address. `sent` counts accepted bodies."""

    world: World
    url: str
    secret: str
    verify_token: str
    sent: int = 0
    refused: int = 0
    _waiting: deque[dict[str, object]] = field(default_factory=deque)
    _task: asyncio.Task[None] | None = None

    async def begin(self) -> bool:
        """Do the handshake and start pushing; False if the address refused the handshake."""
        query = {
            "hub.mode": "subscribe",
            "hub.challenge": CHALLENGE,
            "hub.verify_token": self.verify_token,
        }
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.get(self.url, params=query)
        if answer.status_code != 200 or answer.text != CHALLENGE:
            return False
        self.world.watchers.append(self.on_action)
        self._task = asyncio.create_task(self._push_all(), name="pushing webhooks")
        return True

    def end(self) -> None:
        """Stop pushing."""
        if self.on_action in self.world.watchers:
            self.world.watchers.remove(self.on_action)
        if self._task is not None:
            self._task.cancel()

    def on_action(self, action: str, item: Watched) -> None:
        """Queue an event to be pushed, if the account is subscribed to it."""
        now = self.world.clock()
        if isinstance(item, Message):
            if (update := _message(action, item)) is not None:
                content = update.get("message")
                is_echo = isinstance(content, dict) and content.get("is_echo") is True
                is_page = item.account.platform == "facebook"
                field_ = "message_echoes" if is_echo and is_page else "messages"
                self._queue(item.account, field_, now, {"messaging": [update]})
        elif (change := _change(action, item)) is not None:
            field_, value = change
            changes: dict[str, object] = {"changes": [{"field": field_, "value": value}]}
            self._queue(item.account, field_, now // 1000, changes)

    def _queue(self, account: BrandAccount, name: str, at: int, content: dict[str, object]) -> None:
        app = self.world.app
        if not app.is_live or name not in account.subscribed:
            return
        if name == "comments" and not app.is_advanced:
            return
        entry = {"id": account.id, "time": at, **content}
        kind = "page" if account.platform == "facebook" else "instagram"
        self._waiting.append({"object": kind, "entry": entry})

    async def _push_all(self) -> None:
        async with httpx.AsyncClient(timeout=10) as client:
            while True:
                if self._waiting:
                    await self._push(client, self._body())
                else:
                    await asyncio.sleep(EVERY)

    def _body(self) -> dict[str, object]:
        kind = self._waiting[0]["object"]
        entries: list[object] = []
        while self._waiting and self._waiting[0]["object"] == kind and len(entries) < MOST:
            entries.append(self._waiting.popleft()["entry"])
        return {"object": kind, "entry": entries}

    async def _push(self, client: httpx.AsyncClient, body: dict[str, object]) -> None:
        raw = json.dumps(body).encode()
        digest = hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
        for turn in range(TIMES):
            try:
                answer = await client.post(self.url, content=raw, headers=headers)
                if answer.status_code == 200:
                    self.sent += 1
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(min(2.0, EVERY * 2**turn))
        self.refused += 1


def _change(action: str, item: Comment | Post | Rating) -> tuple[str, dict[str, object]] | None:
    """The field and value of the event of an action; None if the platform sends none."""
    match item:
        case Comment() if item.account.platform == "instagram":
            return _instagram_comment(item) if action == "add" else None
        case Comment():
            return _comment(action, item)
        case Post() if item.account.platform == "instagram":
            # posts that tag the profile are sent as mentions; own media are not sent
            is_mention = action == "add" and item.kind == "tagged"
            return ("mentions", {"media_id": item.id}) if is_mention else None
        case Post():
            return _post(action, item)
        case Rating():
            return _rating(action, item)


def _comment(action: str, comment: Comment) -> tuple[str, dict[str, object]]:
    value: dict[str, object] = {
        "item": "comment",
        "verb": action,
        "comment_id": comment.id,
        "post_id": comment.post.id,
        "parent_id": comment.parent.id if comment.parent else comment.post.id,
        "created_time": comment.created // 1000,
    }
    person = _person(comment.author)
    if person:
        value["from"] = person
    if action in ("add", "edited"):
        value["message"] = comment.text
    if comment.post.kind == "story":
        value["open_graph_story_id"] = comment.post.id
        return "ratings", value
    if comment.post.kind == "tagged" and comment.account.title in comment.text:
        names = ("item", "verb", "comment_id", "post_id", "created_time", "message")
        return "mention", {name: value[name] for name in names if name in value}
    return "feed", value


def _post(action: str, post: Post) -> tuple[str, dict[str, object]]:
    value: dict[str, object] = {
        "item": "status" if post.author is post.account else "post",
        "verb": action,
        "post_id": post.id,
        "created_time": post.created // 1000,
    }
    if action == "add":
        value["message"] = post.text
        value["published"] = 0 if post.is_dark else 1
    if post.kind == "tagged":  # a mention tells no sender
        return "mention", value | {"item": "post"}
    if person := _person(post.author):
        value["from"] = person
    return "feed", value


def _rating(action: str, rating: Rating) -> tuple[str, dict[str, object]]:
    person = rating.person
    value: dict[str, object] = {
        "item": "rating",
        "verb": action,
        "open_graph_story_id": rating.story.id,
        "recommendation_type": "POSITIVE" if rating.is_positive else "NEGATIVE",
        "review_text": rating.text,
        "created_time": rating.created // 1000,
    }
    if not person.is_nameless:
        value |= {"reviewer_id": person.id, "reviewer_name": person.name}
    return "ratings", value


def _instagram_comment(comment: Comment) -> tuple[str, dict[str, object]]:
    author = comment.author
    if comment.post.kind == "tagged" and f"@{comment.account.username}" in comment.text:
        return "mentions", {"media_id": comment.post.id, "comment_id": comment.id}
    key = author.scoped_id if isinstance(author, PracticePerson) else author.id
    value: dict[str, object] = {
        "id": comment.id,
        "text": comment.text,
        "from": {"id": key, "username": author.username},
        "media": {"id": comment.post.id, "media_product_type": "FEED"},
    }
    if comment.parent is not None:
        value["parent_id"] = comment.parent.id
    return "comments", value


def _message(action: str, message: Message) -> dict[str, object] | None:
    person = message.conversation.person
    them, us = {"id": person.scoped_id}, {"id": message.account.id}
    content: dict[str, object] = {"mid": message.id}
    if action == "remove":
        content["is_deleted"] = True
    elif action == "add":
        if message.text or not message.story:
            content["text"] = message.text
        if message.attachment == "story_mention":
            content["attachments"] = [{"type": "story_mention", "payload": {"url": message.story}}]
        elif message.attachment == "story_reply":
            content["reply_to"] = {"story": {"id": f"180{message.serial}", "url": message.story}}
        if message.is_ours:
            content["is_echo"] = True
        if message.metadata:
            content["metadata"] = message.metadata
    else:
        return None
    update: dict[str, object] = {
        "sender": us if message.is_ours else them,
        "recipient": them if message.is_ours else us,
        "timestamp": message.created,
        "message": content,
    }
    return update


def _person(author: PracticePerson | BrandAccount) -> dict[str, str] | None:
    if isinstance(author, BrandAccount):
        return {"id": author.id, "name": author.title}
    return None if author.is_nameless else {"id": author.id, "name": author.name}
