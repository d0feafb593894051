"""Simulates people who write while the brand works: they ask, answer, edit, delete."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from functools import partial
from random import Random

from carecli.domain.model import MINUTE, SECOND, Millis
from carecli.practice.clock import PracticeClock
from carecli.practice.nodes import (
    BrandAccount,
    Comment,
    Message,
    Post,
    PracticeConversation,
    PracticePerson,
)
from carecli.practice.scenario import Town

EVERY: Millis = 25 * SECOND
"""Mean time between two actions on an ordinary day at pace 1."""
BUSTLE = {"ordinary": 1.0, "holiday": 1.5, "contest": 8.0, "crisis": 4.0, "lessons": 1.0}
ANGRY = ("crisis", "reaction", "complaint", "insult")
ANSWERS_BACK = 0.45
"""The probability that a person writes again after an answer."""


class PracticeActivity:
    """The actions of people in order of time; reproducible by the seed and the ticks.

    `pace` 0 stops new actions, 1 is an ordinary day, 10 is ten times as busy. `done` lists past
    actions, newest last.
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
        self.world.listeners.append(self._on_reply)

    @property
    def pace(self) -> float:
        """How busy people are; 0 stops them."""
        return self._pace

    @pace.setter
    def pace(self, pace: float) -> None:
        self._pace, self._next = pace, None

    def tick(self, span: Millis) -> Millis:
        """Move the clock by `span` ms, do all actions that are due, and return the new time."""
        now = self.clock.advance(span)
        self.catch_up(since=now - span)
        return now

    def catch_up(self, since: Millis | None = None) -> None:
        """Do all actions that are due by now."""
        now = self.clock()
        if self._pace > 0 and self._next is None:
            self._next = (now if since is None else since) + self._pause()
        while True:
            due = self._agenda[0][0] if self._agenda else None
            if self._pace > 0 and self._next is not None and (due is None or self._next < due):
                if self._next > now:
                    return
                at, self._next = self._next, self._next + self._pause()
                self._do_random_action(at)
            elif due is not None and due <= now:
                at, _, action = heapq.heappop(self._agenda)
                action(at)
            else:
                return

    def _pause(self) -> Millis:
        mean = EVERY / (self._pace * self._bustle)
        return max(1, round(self._random.expovariate(1 / mean)))

    def _schedule(self, at: Millis, action: Callable[[Millis], None]) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), action))

    def _do_random_action(self, at: Millis) -> None:
        """Do a random action on a random account."""
        actions = (
            (22, self._ask_privately),
            (50, self._comment),
            (18, self._write_more),
            (4, self._edit),
            (3, self._delete),
            (1, self._unsend),
            (2, self._answer_natively),
        )
        action = self._random.choices(
            [action for _, action in actions], [often for often, _ in actions]
        )[0]
        action(self._random.choice(list(self.world.accounts.values())), at)

    def _ask_privately(self, account: BrandAccount, at: Millis) -> None:
        voices = self._town.voices[account.key]
        conversation = self.world.conversation_with(self.world.add_person(account))
        topic = voices.topic(self._random, private=True)
        self.world.topics[conversation.id] = topic
        for step, text in enumerate(voices.private(topic, self._random)):
            self._schedule(at + step * 8 * SECOND, partial(self._write, conversation, text))

    def _comment(self, account: BrandAccount, at: Millis) -> None:
        if (post := self._post(account)) is None:
            return
        voices = self._town.voices[post.account.key]
        topic = voices.topic(self._random)
        if post is self._town.contest:
            topic = "contest"
        elif post is self._town.busy:
            topic = self._random.choice(ANGRY)
        person = self.world.add_person(post.account, nameless=self._random.random() < 0.06)
        text, attachment = voices.comment(topic, self._random)
        comment = self.world.add_comment(post, person, text, at, attachment=attachment)
        self.world.topics[comment.id] = topic
        self._log(f"comment {comment.id}")

    def _write_more(self, account: BrandAccount, at: Millis) -> None:
        if open_ := self._open(account):
            text = self._town.voices[account.key].more(self._random)
            self._write(self._random.choice(open_), text, at)

    def _edit(self, account: BrandAccount, _at: Millis) -> None:
        """Comments on Facebook; on Instagram only private messages can be edited."""
        edited: Comment | Message | None = None
        if account.platform == "facebook":
            edited = self._recent(account)
        elif open_ := self._open(account):
            edited = self._random.choice(open_).messages[-1]
        if edited is not None and edited.text:
            afterthought = self._town.voices[account.key].afterthought(self._random)
            self.world.edit(edited, edited.text + afterthought)
            self._log(f"edit {edited.id}")

    def _delete(self, account: BrandAccount, _at: Millis) -> None:
        if (comment := self._recent(account)) is not None and not comment.replies:
            self.world.delete_comment(comment)
            self._log(f"delete {comment.id}")

    def _unsend(self, account: BrandAccount, _at: Millis) -> None:
        if open_ := self._open(account):
            message = self._random.choice(open_).messages[-1]
            self.world.unsend(message)
            self._log(f"unsend {message.id}")

    def _answer_natively(self, account: BrandAccount, at: Millis) -> None:
        """Somebody of the brand answers in the platform's own app."""
        if (comment := self._recent(account)) is not None:
            text = self._town.voices[account.key].answer("question", self._random)
            self.world.add_comment(comment, account, text, at)
            self._log(f"brand {comment.id}")

    def _on_reply(self, reply: Comment | Message) -> None:
        """The brand wrote: some people write again a while later, if people live at all."""
        if self._pace <= 0 or self._random.random() > ANSWERS_BACK:
            return
        pause = round(self._random.uniform(0.4, 4) * MINUTE / max(self._pace, 1))
        self._schedule(reply.created + pause, lambda at: self._answer_back(reply, at))

    def _answer_back(self, reply: Comment | Message, at: Millis) -> None:
        if reply.id not in self.world.nodes:
            return
        text = self._town.voices[reply.account.key].back(self._random)
        if isinstance(reply, Message):
            self._write(reply.conversation, text, at)
        elif reply.parent is not None and isinstance(reply.parent.author, PracticePerson):
            if reply.parent.author in reply.account.blocked:
                return
            comment = self.world.add_comment(reply, reply.parent.author, text, at)
            self._log(f"comment {comment.id}")

    def _write(self, conversation: PracticeConversation, text: str, at: Millis) -> None:
        if conversation.person in conversation.account.blocked:
            return
        message = self.world.add_message(conversation, conversation.person, text, at)
        self._log(f"message {message.id}")

    def _post(self, account: BrandAccount) -> Post | None:
        busy = self._town.busy
        if busy is not None and self._random.random() < 0.8:
            return busy
        posts = [post for post in account.posts[-8:] if post.kind in {"post", "ad"}]
        return self._random.choice(posts) if posts else None

    def _open(self, account: BrandAccount) -> list[PracticeConversation]:
        newest = sorted(account.conversations, key=lambda conversation: -conversation.updated)[:20]
        return [
            conversation
            for conversation in newest
            if conversation.messages and not conversation.messages[-1].is_ours
        ]

    def _recent(self, account: BrandAccount) -> Comment | None:
        recent = [
            comment
            for post in account.posts[-8:]
            for comment in post.stream[-10:]
            if not comment.is_ours and not any(reply.is_ours for reply in comment.replies)
        ]
        return self._random.choice(recent) if recent else None

    def _log(self, what: str) -> None:
        self.done.append(what)
        del self.done[:-500]
