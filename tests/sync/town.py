"""A naive model of a platform where several people ask, and of who is unanswered there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from carecli.domain.events import AnsweredPrivately, Author, MessageSeen
from carecli.domain.model import MINUTE, Actor, ContactPoint, OutboxVerb
from carecli.platforms.base import Order, Sent
from carecli.sync.channel_state import ChannelState
from carecli.sync.puller import Puller
from carecli.sync.sender import Sender
from carecli.sync.verify import verify
from tests.sync.pretend import START, Pretend
from tests.sync.shop import Shop

PEOPLE = {"p1": "Ana Kowal", "p2": "Bea Nowak", "p3": "Cyd Wrona", "p4": "Bea"}
"""Ids and names; the last name is the beginning of another one."""

KEY = "avon-fb"


@dataclass(slots=True)
class Item:
    """Something written. `under` is what it was written under; `parent` is what the API says."""

    id: str
    thread: str
    point: ContactPoint
    author: str | None
    parent: str | None
    under: str | None


class TownPlatform(Pretend):
    """Tells of answers as Facebook does: under the top-level comment, whoever they are for."""

    town: Town

    def _do(self, order: Order) -> Sent:
        if order.verb is OutboxVerb.PRIVATE_REPLY:
            event = AnsweredPrivately(order.target.message, "", self.now)
            self.events.append(event)
            return Sent(f"private{len(self.received)}", self.now, (event,))
        item = self.town.write(None, order.target.message, f"answer {len(self.received)}")
        return Sent(item.id, self.now, (self.events[-1],))


@dataclass
class Town:
    """The platform, carecli beside it, and the truth about who is unanswered.

    `unanswered` are (thread, person). `untold` are threads where the brand answered in the
    platform's own app so that its API does not tell whom.
    """

    path: Path
    items: dict[str, Item] = field(default_factory=dict)
    unanswered: set[tuple[str, str]] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.platform = TownPlatform(page_size=50)
        self.platform.town = self
        self.shop = Shop(self.path, now=START)
        id_ = self.shop.enrol(KEY)[KEY]
        self.line = ChannelState(
            id_, KEY, self.platform, self.shop.database, self.platform.clock, Random(1)
        )
        self.puller = Puller(self.line)
        self.sender = Sender(self.line, self.shop.durable)

    # what happens on the platform

    def ask(self, person: str, point: ContactPoint, under: str | None = None) -> None:
        """Somebody writes: something new, or under what is there."""
        item = self.write(person, under, "hola", point)
        self.unanswered.add((item.thread, person))

    def answer_natively(self, to: str, *, by_name: bool) -> None:
        """Somebody of the brand answers in the platform's own app."""
        asker = self.items[to].author
        assert asker is not None
        text = f"{PEOPLE[asker]}, en la tienda" if by_name else "en la tienda"
        item = self.write(None, to, text)
        others = {one.author for one in self.items.values() if one.thread == item.thread}
        is_told = by_name or item.point is ContactPoint.GROUP_POST or len(others - {None}) == 1
        if not is_told:
            self.untold.add(item.thread)
        self.unanswered.discard((item.thread, asker))

    def answer_privately(self, to: str) -> None:
        """The same, by a private message to the author of a comment."""
        asker = self.items[to].author
        assert asker is not None
        self._tick()
        self.platform.events.append(AnsweredPrivately(to, f"dm:{asker}", self.platform.now))
        self.unanswered.discard((self.items[to].thread, asker))

    # what is done here

    def answer_here(self, to: str, verb: OutboxVerb, by: Actor) -> None:
        """An answer from carecli, sent at once."""
        asker = self.items[to].author
        assert asker is not None
        (message,) = self.shop.one("SELECT id FROM messages WHERE platform_id = ?", to)
        self._tick()
        self.shop.now = self.platform.now
        self.numbers += 1
        order = self.shop.order(verb, f"text {self.numbers}", message=message, by=by)
        asyncio.run(self.sender.drain())
        assert self.shop.state(order) == "sent"
        self.unanswered.discard((self.items[to].thread, asker))

    def pull(self) -> None:
        asyncio.run(self.puller.pull(self.platform.streams()[0]))

    def differences(self) -> list[str]:
        """What `carecli verify` finds."""
        found = verify(self.platform, self.shop.database, KEY, 0, now=self.platform.now)
        return [f"{one.thread} {one.name}: {one.what}" for one in asyncio.run(found)]

    def waiting(self) -> set[tuple[str, str]]:
        """Who waits here, as (thread, person)."""
        return set(
            self.shop.all(
                "SELECT t.platform_id, c.platform_id FROM waits w "
                "JOIN threads t ON t.id = w.thread_id JOIN contacts c ON c.id = w.contact_id "
                "WHERE w.ended_at IS NULL"
            )
        )

    def to_check(self) -> set[str]:
        """Threads that are shown as answered outside, to be checked."""
        return {one for (one,) in self.shop.all("SELECT platform_id FROM threads WHERE unclear")}

    def close(self) -> None:
        self.shop.close()

    def _tick(self) -> None:
        self.platform.now += MINUTE

    def write(
        self,
        author: str | None,
        under: str | None,
        text: str,
        point: ContactPoint = ContactPoint.COMMENT,
    ) -> Item:
        self._tick()
        self.numbers += 1
        id_ = f"m{self.numbers}"
        above = self.items[under] if under is not None else None
        if above is not None:
            point = above.point
            parent = above.id
            if point is not ContactPoint.GROUP_POST:
                parent = above.parent or above.id  # an answer to an answer hangs beside it
            told = parent
            if above.id == above.thread and point in (ContactPoint.MENTION, ContactPoint.REVIEW):
                told = ""  # a comment under a post or a review has no parent, as the API tells it
            item = Item(id_, above.thread, point, author, told or None, above.id)
        elif point is ContactPoint.PRIVATE_MESSAGE:
            item = Item(id_, f"dm:{author}", point, author, None, None)
        else:
            item = Item(id_, id_, point, author, None, None)
        self.items[id_] = item
        self.platform.events.append(
            MessageSeen(
                id_,
                item.thread,
                point,
                self.platform.now,
                author=Author(author, PEOPLE[author]) if author else None,
                is_ours=author is None,
                text=text,
                parent=item.parent,
            )
        )
        return item
