"""What a connector could not read, place by place; one failure never stops the others.

A connector holds one `Unreadable`. The sync layer fills it before a pull from the store and takes
what changed after each page. In every loop over places (posts, conversations, rooms, mails, …):

    for post in unreadable.in_order(posts, place_of):      # what failed before comes last
        if not unreadable.is_resting(f"post {post}"):  # it is tried again later
            with unreadable.at(f"post {post}"):        # an error is noted, and the loop goes on
                ...
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from carecli.domain.errors import (
    BehaviourBlocked,
    Gone,
    PlatformError,
    Throttled,
    TokenRefused,
    Transient,
)
from carecli.domain.model import Millis
from carecli.domain.text import one_line
from carecli.domain.unreadable import FIELD_AGAIN, FailingPlace, RefusedField

log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_CONSECUTIVE_FAILURES = 5
"""So many passing errors one after the other are the platform's, not those places'."""

TRIES_UNTIL_GONE = 3
"""A place that was listed no more and answered so often that it does not exist is forgotten."""

CHANNEL_ERRORS = (Throttled, TokenRefused, BehaviourBlocked)
"""Errors that are not of one place."""

PAYLOAD_ERRORS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What a payload that nobody foresaw may cause in its reader."""


@dataclass(frozen=True, slots=True)
class UnreadableChanges:
    """What changed since the last `take`."""

    failing: tuple[FailingPlace, ...] = ()
    well: frozenset[str] = frozenset()
    refused: tuple[RefusedField, ...] = ()
    granted: tuple[RefusedField, ...] = ()
    losses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.failing or self.well or self.refused or self.granted or self.losses)


class Unreadable:
    """The failing places and refused fields of one channel."""

    def __init__(self, clock: Callable[[], Millis]) -> None:
        self._clock = clock
        self.failing: dict[str, FailingPlace] = {}
        self._refused: dict[tuple[str, str], RefusedField] = {}
        self._stale: list[RefusedField] = []
        self._granted: list[RefusedField] = []
        self._changed: set[str] = set()
        self._well: set[str] = set()
        self._learned: list[RefusedField] = []
        self._losses: list[str] = []
        self._in_a_row = 0
        self._is_answered = False
        self.clock_gap: Millis | None = None
        """How far the platform's clock is ahead of ours, in ms; None: it never told the time."""

    def heard(self, moment: Millis) -> None:
        """The platform answers, and tells what time it is there."""
        self.clock_gap = moment - self._clock()

    def load(self, failing: Iterable[FailingPlace], refused: Iterable[RefusedField]) -> None:
        """Begin a pull with what is known from before."""
        now = self._clock()
        self.failing = {one.place: one for one in failing}
        known = {(one.selection, one.field): one for one in refused}
        self._stale = [one for one in known.values() if now - one.at >= FIELD_AGAIN]
        for one in self._stale:
            del known[one.selection, one.field]
        self._refused = known
        self._in_a_row, self._is_answered = 0, False

    def is_resting(self, place: str) -> bool:
        """Whether a place failed and is not to be tried again yet."""
        known = self.failing.get(place)
        return known is not None and self._clock() < known.next_try

    def is_due(self, place: str) -> bool:
        """Whether a place failed, or waits to be read, and its time has come."""
        return place in self.failing and not self.is_resting(place)

    def due(self, kind: str) -> list[str]:
        """Places of a kind (the first word of their names) whose time has come."""
        return [one for one in self.failing if one.startswith(f"{kind} ") and self.is_due(one)]

    def in_order(self, things: Iterable[T], place_of: Callable[[T], str]) -> list[T]:
        """Things to read, those that failed before last: no failure stands before a sibling."""
        return sorted(things, key=lambda one: place_of(one) in self.failing)

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Read a place: an error of its own is noted, any other is raised."""
        try:
            yield
        except PlatformError as error:
            self.failed(place, error)
        except PAYLOAD_ERRORS as error:
            log.exception("reading %s", place)
            what = f"carecli could not process it: {type(error).__name__}"
            self.failed(place, PlatformError(what, hint="Please report it with the engine's log."))
        else:
            self.well(place)

    def failed(self, place: str, error: PlatformError) -> None:
        """A place cannot be read now; raises the error where it is not the place's own."""
        if isinstance(error, CHANNEL_ERRORS):
            raise error
        is_passing = isinstance(error, Transient)
        if is_passing and not error.code and not self._is_answered:
            raise error  # nobody has answered yet: it is the network
        now = self._clock()
        what, hint = one_line(error.what, 300), one_line(error.hint, 300)
        before = self.failing.get(place) or FailingPlace(place, "", "", now, 0, now)
        self.failing[place] = before.again(what, hint, now, is_passing=is_passing)
        self._changed.add(place)
        self._well.discard(place)
        self._in_a_row = self._in_a_row + 1 if is_passing else 0
        if self._in_a_row >= MAX_CONSECUTIVE_FAILURES:
            raise error

    def well(self, place: str) -> None:
        """A place was read."""
        self._in_a_row, self._is_answered = 0, True
        self.forget(place)

    def forget(self, place: str) -> None:
        """Nothing is to be read at a place any more."""
        if self.failing.pop(place, None) is not None:
            self._well.add(place)
            self._changed.discard(place)

    def is_gone(self, place: str, error: PlatformError) -> bool:
        """Whether a place answers so often that it is not there that it can be forgotten; it is."""
        known = self.failing.get(place)
        if not isinstance(error, Gone) or known is None or known.tries + 1 < TRIES_UNTIL_GONE:
            return False
        self.forget(place)
        return True

    def tries(self, place: str) -> int:
        """How often a place failed in a row."""
        known = self.failing.get(place)
        return known.tries if known is not None else 0

    def lost(self, why: str) -> None:
        """Something may have been missed for good, or until everything is read again."""
        if why not in self._losses:
            self._losses.append(why)

    def refused_fields(self, selection: str) -> set[str]:
        """Fields not to ask for."""
        return {field for where, field in self._refused if where == selection}

    def refuse(self, selection: str, field: str, said: str) -> None:
        """The platform refuses a field; it is not asked for, for a time."""
        one = RefusedField(selection, field, one_line(said, 300), self._clock())
        self._refused[selection, field] = one
        self._learned.append(one)

    def asked(self, selection: str) -> None:
        """Everything but the refused fields was told: those asked for again are granted now."""
        told = [
            one
            for one in self._stale
            if one.selection == selection and (selection, one.field) not in self._refused
        ]
        self._granted += told
        self._stale = [one for one in self._stale if one.selection != selection]

    def take(self) -> UnreadableChanges:
        """What changed since it was last asked, to be stored."""
        changed = [self.failing[place] for place in sorted(self._changed) if place in self.failing]
        changes = UnreadableChanges(
            tuple(changed),
            frozenset(self._well),
            tuple(self._learned),
            tuple(self._granted),
            tuple(self._losses),
        )
        self._changed, self._well, self._learned = set(), set(), []
        self._granted, self._losses = [], []
        return changes
