"""Parts of a channel that cannot be read now: failing places and refused fields.

A place is one of many of its kind: the comments of a post, a list of posts, a conversation, a
room, a mail. A failing one is retried after a growing time, while the others are read.
"""

from __future__ import annotations

from typing import NamedTuple

from carecli.domain.model import DAY, HOUR, MINUTE, Millis

SOON: tuple[Millis, ...] = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR)
"""The time until the next try after the first, second, … and every further failure in a row,
if the platform calls the error temporary."""

LATER: tuple[Millis, ...] = (15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR)
"""The same for errors that rarely pass by themselves: no permission, a wrong request."""

FIELD_AGAIN: Millis = DAY
"""A refused field is requested again after this time: a permission may have been granted."""


class FailingPlace(NamedTuple):
    """A place that could not be read `tries` times in a row; 0: it has not been tried yet."""

    place: str
    error: str
    hint: str
    since: Millis
    tries: int
    next_try: Millis

    def again(self, error: str, hint: str, now: Millis, *, is_passing: bool) -> FailingPlace:
        """This place after one more failure."""
        spans = SOON if is_passing else LATER
        rest = spans[min(self.tries, len(spans) - 1)]
        return FailingPlace(self.place, error, hint, self.since, self.tries + 1, now + rest)


class RefusedField(NamedTuple):
    """A field that the platform refuses and that is no longer requested; `selection` is where.

    `said` is the platform's message, `at` when it was received last.
    """

    selection: str
    field: str
    said: str
    at: Millis
