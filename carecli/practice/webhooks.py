"""The practice platform's webhooks: events are pushed, signed, to a subscribed address.

As Meta does it: a handshake first, several updates in a body, a push that is not answered with 200
is repeated, and repeats may come twice. Told is only what the account's subscription names, while
the app is live; Instagram comments want Advanced Access as well.
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
"""Updates in a body."""
TIMES = 8
"""How often a push is tried."""
CHALLENGE = "1158201444"


@dataclass(slots=True)
class WebhookPusher:
    """Pushes what happens in a world to one address. `sent` counts bodies that were taken."""

    world: World
    url: str
    secret: str
    verify_token: str
    sent: int = 0
    refused: int = 0
    _waiting: deque[dict[str, object]] = field(default_factory=deque)
    _task: asyncio.Task[None] | None = None

    async def begin(self) -> bool:
        """Shake hands and push from now on; False when the address does not know the word."""
        query = {
            "hub.mode": "subscribe",
            "hub.challenge": CHALLENGE,
            "hub.verify_token": self.verify_token,
        }
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.get(self.url, params=query)
        if answer.status_code != 200 or answer.text != CHALLENGE:
            return False
        self.world.watchers.append(self.saw)
        self._task = asyncio.create_task(self._pushing(), name="pushing webhooks")
        return True

    def end(self) -> None:
        """Push no more."""
        if self.saw in self.world.watchers:
            self.world.watchers.remove(self.saw)
        if self._task is not None:
            self._task.cancel()

    def saw(self, deed: str, item: Watched) -> None:
        """Something happened; it is pushed soon, if the account is subscribed to that."""
        now = self.world.clock()
        if isinstance(item, Message):
            if (update := _message(deed, item)) is not None:
                told = update.get("message")
                is_echo = isinstance(told, dict) and told.get("is_echo") is True
                is_page = item.account.platform == "facebook"
                field_ = "message_echoes" if is_echo and is_page else "messages"
                self._tell(item.account, field_, now, {"messaging": [update]})
        elif (change := _change(deed, item)) is not None:
            field_, value = change
            told_: dict[str, object] = {"changes": [{"field": field_, "value": value}]}
            self._tell(item.account, field_, now // 1000, told_)

    def _tell(self, account: BrandAccount, name: str, at: int, told: dict[str, object]) -> None:
        app = self.world.app
        if not app.is_live or name not in account.subscribed:
            return
        if name == "comments" and not app.is_advanced:
            return
        entry = {"id": account.id, "time": at, **told}
        kind = "page" if account.platform == "facebook" else "instagram"
        self._waiting.append({"object": kind, "entry": entry})

    async def _pushing(self) -> None:
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


def _change(deed: str, item: Comment | Post | Rating) -> tuple[str, dict[str, object]] | None:
    """The field a deed is told under, and its value; None for what the platform does not tell."""
    match item:
        case Comment() if item.account.platform == "instagram":
            return _instagram_comment(item) if deed == "add" else None
        case Comment():
            return _comment(deed, item)
        case Post() if item.account.platform == "instagram":
            # who tags the profile in a caption is told as a mention; own media are not told
            is_mention = deed == "add" and item.kind == "tagged"
            return ("mentions", {"media_id": item.id}) if is_mention else None
        case Post():
            return _post(deed, item)
        case Rating():
            return _rating(deed, item)


def _comment(deed: str, comment: Comment) -> tuple[str, dict[str, object]]:
    value: dict[str, object] = {
        "item": "comment",
        "verb": deed,
        "comment_id": comment.id,
        "post_id": comment.post.id,
        "parent_id": comment.parent.id if comment.parent else comment.post.id,
        "created_time": comment.created // 1000,
    }
    person = _person(comment.author)
    if person:
        value["from"] = person
    if deed in ("add", "edited"):
        value["message"] = comment.text
    if comment.post.kind == "story":
        value["open_graph_story_id"] = comment.post.id
        return "ratings", value
    if comment.post.kind == "tagged" and comment.account.title in comment.text:
        names = ("item", "verb", "comment_id", "post_id", "created_time", "message")
        return "mention", {name: value[name] for name in names if name in value}
    return "feed", value


def _post(deed: str, post: Post) -> tuple[str, dict[str, object]]:
    value: dict[str, object] = {
        "item": "status" if post.author is post.account else "post",
        "verb": deed,
        "post_id": post.id,
        "created_time": post.created // 1000,
    }
    if deed == "add":
        value["message"] = post.text
        value["published"] = 0 if post.is_dark else 1
    if post.kind == "tagged":  # a mention tells no sender
        return "mention", value | {"item": "post"}
    if person := _person(post.author):
        value["from"] = person
    return "feed", value


def _rating(deed: str, rating: Rating) -> tuple[str, dict[str, object]]:
    person = rating.person
    value: dict[str, object] = {
        "item": "rating",
        "verb": deed,
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


def _message(deed: str, message: Message) -> dict[str, object] | None:
    person = message.conversation.person
    them, us = {"id": person.scoped_id}, {"id": message.account.id}
    told: dict[str, object] = {"mid": message.id}
    if deed == "remove":
        told["is_deleted"] = True
    elif deed == "add":
        if message.text or not message.story:
            told["text"] = message.text
        if message.attachment == "story_mention":
            told["attachments"] = [{"type": "story_mention", "payload": {"url": message.story}}]
        elif message.attachment == "story_reply":
            told["reply_to"] = {"story": {"id": f"180{message.serial}", "url": message.story}}
        if message.is_ours:
            told["is_echo"] = True
        if message.metadata:
            told["metadata"] = message.metadata
    else:
        return None
    update: dict[str, object] = {
        "sender": us if message.is_ours else them,
        "recipient": them if message.is_ours else us,
        "timestamp": message.created,
        "message": told,
    }
    return update


def _person(author: PracticePerson | BrandAccount) -> dict[str, str] | None:
    if isinstance(author, BrandAccount):
        return {"id": author.id, "name": author.title}
    return None if author.is_nameless else {"id": author.id, "name": author.name}
