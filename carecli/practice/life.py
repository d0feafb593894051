"""People go on writing while the brand works: they ask, answer back, edit and delete."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from functools import partial
from random import Random

from carecli.domain.model import MINUTE, SECOND, Millis
from carecli.practice.clock import PracticeClock
from carecli.practice.nodes import Account, Comment, Conversation, Message, Person, Post
from carecli.practice.scenario import Town
from carecli.practice.voices import Voices

EVERY: Millis = 25 * SECOND
"""Mean time between two things people do on an ordinary day at pace 1."""
BUSTLE = {"ordinary": 1.0, "holiday": 1.5, "contest": 8.0, "crisis": 4.0}
DEEDS = {
    "ask privately": 22,
    "comment": 38,
    "write more": 18,
    "edit": 4,
    "delete": 4,
    "brand answers": 2,
    "thank": 12,
}
ANSWERS_BACK = 0.45
"""The chance that somebody the brand answered writes again."""


class Life:
    """What people will do, in order of time; the same from the same seed and the same ticks.

    `pace` 0 stops new deeds, 1 is an ordinary day, 10 ten times as busy. `done` tells what was
    done, newest last.
    """

    def __init__(self, town: Town, clock: PracticeClock, pace: float = 0.0) -> None:
        self.world = town.world
        self.clock = clock
        self.done: list[str] = []
        self._pace = pace
        self._bustle = BUSTLE[town.scenario]
        self._town = town
        self._random = Random(f"life-{town.seed}")
        self._agenda: list[tuple[Millis, int, Callable[[Millis], None]]] = []
        self._order = itertools.count()
        self._next: Millis | None = None
        self.world.heard.append(self._heard)

    @property
    def pace(self) -> float:
        """How busy people are; 0 stops them."""
        return self._pace

    @pace.setter
    def pace(self, pace: float) -> None:
        self._pace, self._next = pace, None

    def tick(self, span: Millis) -> Millis:
        """Move the clock by `span` ms, let people do what is due, and tell the new now."""
        now = self.clock.advance(span)
        self.catch_up(since=now - span)
        return now

    def catch_up(self, since: Millis | None = None) -> None:
        """Let people do everything that is due by now."""
        now = self.clock()
        if self._pace > 0 and self._next is None:
            self._next = (now if since is None else since) + self._pause()
        while True:
            due = self._agenda[0][0] if self._agenda else None
            if self._pace > 0 and self._next is not None and (due is None or self._next < due):
                if self._next > now:
                    return
                at, self._next = self._next, self._next + self._pause()
                self._something(at)
            elif due is not None and due <= now:
                at, _, deed = heapq.heappop(self._agenda)
                deed(at)
            else:
                return

    def _pause(self) -> Millis:
        mean = EVERY / (self._pace * self._bustle)
        return max(1, round(self._random.expovariate(1 / mean)))

    def _later(self, at: Millis, deed: Callable[[Millis], None]) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), deed))

    def _something(self, at: Millis) -> None:
        chance = self._random
        deed = chance.choices(list(DEEDS), list(DEEDS.values()))[0]
        account = chance.choice(list(self.world.accounts.values()))
        voices = self._town.voices[account.key]
        match deed:
            case "ask privately":
                person = self.world.add_person(account)
                conversation = self.world.conversation_with(person)
                topic = voices.topic(chance, private=True)
                for step, text in enumerate(voices.private(topic, chance)):
                    self._later(at + step * 8 * SECOND, partial(self._write, conversation, text))
            case "comment" | "thank":
                topic = "thanks" if deed == "thank" else voices.topic(chance)
                if (post := self._post(account)) is not None:
                    if self._town.contest is post:
                        topic = "contest"
                    self._comment(post, voices, topic, at)
            case "write more":
                if open_ := self._open(account):
                    self._write(chance.choice(open_), voices.more(chance), at)
            case "edit":
                if (comment := self._recent(account)) is not None and comment.text:
                    comment.text += voices.afterthought(chance)
                    self._tell(f"edit {comment.id}")
            case "delete" if chance.random() < 0.25:
                if open_ := self._open(account):
                    message = chance.choice(open_).messages[-1]
                    self.world.unsend(message)
                    self._tell(f"unsend {message.id}")
            case "delete":
                if (comment := self._recent(account)) is not None and not comment.replies:
                    self.world.delete_comment(comment)
                    self._tell(f"delete {comment.id}")
            case _:
                if (comment := self._recent(account)) is not None:
                    text = voices.answer("thanks", chance)
                    self.world.add_comment(comment, account, text, at)
                    self._tell(f"brand {comment.id}")

    def _heard(self, said: Comment | Message) -> None:
        """The brand wrote: some people write again a while later, if people live at all."""
        if self._pace <= 0 or self._random.random() > ANSWERS_BACK:
            return
        pause = round(self._random.uniform(0.4, 4) * MINUTE / max(self._pace, 1))
        self._later(said.created + pause, lambda at: self._answer_back(said, at))

    def _answer_back(self, said: Comment | Message, at: Millis) -> None:
        if said.id not in self.world.nodes:
            return
        text = self._town.voices[said.account.key].back(self._random)
        if isinstance(said, Message):
            self._write(said.conversation, text, at)
        elif said.parent is not None and isinstance(said.parent.author, Person):
            comment = self.world.add_comment(said, said.parent.author, text, at)
            self._tell(f"comment {comment.id}")

    def _write(self, conversation: Conversation, text: str, at: Millis) -> None:
        if conversation.person in conversation.account.blocked:
            return
        message = self.world.add_message(conversation, conversation.person, text, at)
        self._tell(f"message {message.id}")

    def _comment(self, post: Post, voices: Voices, topic: str, at: Millis) -> None:
        person = self.world.add_person(post.account, nameless=self._random.random() < 0.06)
        text, attachment = voices.comment(topic, self._random)
        comment = self.world.add_comment(post, person, text, at, attachment=attachment)
        self._tell(f"comment {comment.id}")

    def _post(self, account: Account) -> Post | None:
        busy = self._town.busy
        if busy is not None and self._random.random() < 0.8:
            return busy
        posts = [post for post in account.posts[-8:] if post.kind in {"post", "ad"}]
        return self._random.choice(posts) if posts else None

    def _open(self, account: Account) -> list[Conversation]:
        newest = sorted(account.conversations, key=lambda one: -one.updated)[:20]
        return [one for one in newest if one.messages and not one.messages[-1].is_ours]

    def _recent(self, account: Account) -> Comment | None:
        recent = [
            comment
            for post in account.posts[-8:]
            for comment in post.stream[-10:]
            if not comment.is_ours and not any(reply.is_ours for reply in comment.replies)
        ]
        return self._random.choice(recent) if recent else None

    def _tell(self, what: str) -> None:
        self.done.append(what)
        del self.done[:-500]
