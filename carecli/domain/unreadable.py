"""What of a channel cannot be read now: failing places and refused fields.

A place is one of many alike: the comments of a post, a list of posts, a conversation, a room, a
mail. One that fails is left alone for a time that grows, and the others are read.
"""

from __future__ import annotations

from typing import NamedTuple

from carecli.domain.model import DAY, HOUR, MINUTE, Millis

SOON: tuple[Millis, ...] = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR)
"""How long a place is left alone after the first, second, … and every further failure in a row,
where the platform itself calls the error a passing one."""

LATER: tuple[Millis, ...] = (15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR)
"""Likewise after an error that will hardly pass by itself: no permission, a wrong request."""

FIELD_AGAIN: Millis = DAY
"""After how long a refused field is asked for again: a permission may have been granted."""


class FailingPlace(NamedTuple):
    """A place that could not be read `tries` times in a row; 0 tries: it waits to be read."""

    place: str
    error: str
    hint: str
    since: Millis
    tries: int
    next_try: Millis

    def again(self, error: str, hint: str, now: Millis, *, is_passing: bool) -> FailingPlace:
        """The same place after one more failure."""
        spans = SOON if is_passing else LATER
        rest = spans[min(self.tries, len(spans) - 1)]
        return FailingPlace(self.place, error, hint, self.since, self.tries + 1, now + rest)


class RefusedField(NamedTuple):
    """A field the platform refuses, so that it is not asked for; `selection` is where.

    `said` are the platform's words, `at` when it said them last.
    """

    selection: str
    field: str
    said: str
    at: Millis
