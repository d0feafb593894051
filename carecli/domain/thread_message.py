"""A message of a thread with the fields that waits are derived from."""

from __future__ import annotations

from typing import NamedTuple

from carecli.domain.model import Millis, Outcome


class ThreadMessage(NamedTuple):
    """A message for deriving waits. `contact` None: the brand's own message.

    `settled_at` and `settled_as` (moderated or withdrawn) tell that it needs no answer any
    more. `addresses` are the contacts a reply is known to speak to: who was answered from here,
    or who is mentioned. `ends_waits` is False for an automatic reply. `by` is who of us wrote it
    ('' for a native reply), or who moderated. `to_everybody`: a person said that the whole thread
    is answered by it.
    """

    id: int
    contact: int | None
    at: Millis
    seen_at: Millis
    parent: int | None = None
    addresses: tuple[int, ...] = ()
    ends_waits: bool = True
    by: str = ""
    settled_at: Millis | None = None
    settled_as: Outcome | None = None
    settled_by: str = ""
    edited_at: Millis | None = None
    to_everybody: bool = False
