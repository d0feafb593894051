"""What a connector could not read, place by place; one failure never stops the others.

A connector holds one `Unreadable`. The sync layer fills it from the store before a pull and stores
the changes after each page. Every loop over places (posts, conversations, rooms, mails, …) reads:

    for post in unreadable.failing_last(posts, place_of):  # places that failed before come last
        if not unreadable.is_resting(f"post {post}"):      # it will be tried again later
            with unreadable.reading(f"post {post}"):       # an error is recorded, the loop goes on
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
"""This many temporary errors in a row mean the platform is failing, not the places."""

TRIES_UNTIL_GONE = 3
"""After this many answers that a place does not exist, it is forgotten."""

CHANNEL_ERRORS = (Throttled, TokenRefused, BehaviourBlocked)
"""Errors that concern the whole channel."""

PAYLOAD_ERRORS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""Exceptions that an unexpected payload may cause in the code that reads it."""


@dataclass(frozen=True, slots=True)
class UnreadableChanges:
    """What changed since the last `take_changes`."""

    failing: tuple[FailingPlace, ...] = ()
    recovered: frozenset[str] = frozenset()
    refused: tuple[RefusedField, ...] = ()
    granted: tuple[RefusedField, ...] = ()
    losses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.failing or self.recovered or self.refused or self.granted or self.losses)


class Unreadable:
    """The failing places and refused fields of one channel."""

    def __init__(self, clock: Callable[[], Millis]) -> None:
        self._clock = clock
        self.failing: dict[str, FailingPlace] = {}
        self._refused: dict[tuple[str, str], RefusedField] = {}
        self._expired: list[RefusedField] = []
        self._granted: list[RefusedField] = []
        self._changed: set[str] = set()
        self._recovered: set[str] = set()
        self._newly_refused: list[RefusedField] = []
        self._losses: list[str] = []
        self._in_a_row = 0
        self._is_answered = False
        self.clock_gap: Millis | None = None
        """How far the platform's clock is ahead of ours, in ms; None until it reports its time."""

    def on_server_time(self, moment: Millis) -> None:
        """Compare the platform's time (ms), from one of its responses, with our clock."""
        self.clock_gap = moment - self._clock()

    def load(self, failing: Iterable[FailingPlace], refused: Iterable[RefusedField]) -> None:
        """Begin a pull with the failures and refusals that the store remembers."""
        now = self._clock()
        self.failing = {failure.place: failure for failure in failing}
        known = {(refusal.selection, refusal.field): refusal for refusal in refused}
        self._expired = [refusal for refusal in known.values() if now - refusal.at >= FIELD_AGAIN]
        for refusal in self._expired:
            del known[refusal.selection, refusal.field]
        self._refused = known
        self._in_a_row, self._is_answered = 0, False

    def is_resting(self, place: str) -> bool:
        """Whether a place failed and must not be tried again yet."""
        failure = self.failing.get(place)
        return failure is not None and self._clock() < failure.next_try

    def is_due(self, place: str) -> bool:
        """Whether a place failed, or waits to be read, and its time has come."""
        return place in self.failing and not self.is_resting(place)

    def due_places(self, kind: str) -> list[str]:
        """The places of a kind (the first word of their names) that are due to be tried."""
        return [
            place for place in self.failing if place.startswith(f"{kind} ") and self.is_due(place)
        ]

    def failing_last(self, things: Iterable[T], place_of: Callable[[T], str]) -> list[T]:
        """The things to read, those that failed before at the end, so they delay no others."""
        return sorted(things, key=lambda thing: place_of(thing) in self.failing)

    @contextmanager
    def reading(self, place: str) -> Iterator[None]:
        """Read a place in this block: its own error is recorded, an error of the channel raised."""
        try:
            yield
        except PlatformError as error:
            self.record_failure(place, error)
        except PAYLOAD_ERRORS as error:
            log.exception("reading %s", place)
            what = f"carecli could not process it: {type(error).__name__}"
            self.record_failure(
                place, PlatformError(what, hint="Please report it with the engine's log.")
            )
        else:
            self.recovered(place)

    def record_failure(self, place: str, error: PlatformError) -> None:
        """Record that a place cannot be read; raises the error if it concerns the channel."""
        if isinstance(error, CHANNEL_ERRORS):
            raise error
        is_passing = isinstance(error, Transient)
        if is_passing and not error.code and not self._is_answered:
            raise error  # nothing has answered yet: it is the network
        now = self._clock()
        what, hint = one_line(error.what, 300), one_line(error.hint, 300)
        previous = self.failing.get(place) or FailingPlace(place, "", "", now, 0, now)
        self.failing[place] = previous.again(what, hint, now, is_passing=is_passing)
        self._changed.add(place)
        self._recovered.discard(place)
        self._in_a_row = self._in_a_row + 1 if is_passing else 0
        if self._in_a_row >= MAX_CONSECUTIVE_FAILURES:
            raise error

    def recovered(self, place: str) -> None:
        """Record that a place was read."""
        self._in_a_row, self._is_answered = 0, True
        self.forget(place)

    def forget(self, place: str) -> None:
        """Stop trying to read a place."""
        if self.failing.pop(place, None) is not None:
            self._recovered.add(place)
            self._changed.discard(place)

    def is_gone(self, place: str, error: PlatformError) -> bool:
        """Forget a place that has answered `TRIES_UNTIL_GONE` times that it does not exist.

        Returns whether it was forgotten.
        """
        failure = self.failing.get(place)
        if not isinstance(error, Gone) or failure is None or failure.tries + 1 < TRIES_UNTIL_GONE:
            return False
        self.forget(place)
        return True

    def failed_tries(self, place: str) -> int:
        """How many times in a row a place failed."""
        failure = self.failing.get(place)
        return failure.tries if failure is not None else 0

    def record_loss(self, why: str) -> None:
        """Record that something may have been missed, until everything is read again."""
        if why not in self._losses:
            self._losses.append(why)

    def refused_fields(self, selection: str) -> set[str]:
        """The fields that a request must leave out."""
        return {field for where, field in self._refused if where == selection}

    def refuse_field(self, selection: str, field: str, message: str) -> None:
        """Record that the platform refuses a field; requests leave it out for `FIELD_AGAIN`."""
        refusal = RefusedField(selection, field, one_line(message, 300), self._clock())
        self._refused[selection, field] = refusal
        self._newly_refused.append(refusal)

    def record_granted(self, selection: str) -> None:
        """Record a full response: refused fields that were requested again are granted now."""
        granted = [
            refusal
            for refusal in self._expired
            if refusal.selection == selection and (selection, refusal.field) not in self._refused
        ]
        self._granted += granted
        self._expired = [refusal for refusal in self._expired if refusal.selection != selection]

    def take_changes(self) -> UnreadableChanges:
        """What changed since the last call, for the store."""
        changed = [self.failing[place] for place in sorted(self._changed) if place in self.failing]
        changes = UnreadableChanges(
            tuple(changed),
            frozenset(self._recovered),
            tuple(self._newly_refused),
            tuple(self._granted),
            tuple(self._losses),
        )
        self._changed, self._recovered, self._newly_refused = set(), set(), []
        self._granted, self._losses = [], []
        return changes
