"""Whom a reply answers: the one place that decides it.

In this order:

- What was sent from here answers the author of the message it was sent to.
- A private reply answers the author of the comment it is linked with.
- Whoever is mentioned is answered, by id or by name, whatever the message hangs under.
- Else the parent tells: its author; for a message of our own, whoever that one answered.
- Without a parent: the only other person in the thread.

Facebook and Instagram hang an answer to an answer under the top-level comment, so that there the
parent tells nothing once somebody else has written under it too. Their own apps begin such an
answer with the name of the person. Source: Graph API reference, Comment (`parent`) and IG Comment
(`parent_id`), as of November 2026.

Where none of this tells, nobody is answered: whoever waited goes on waiting, and a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from carecli.domain.model import ContactPoint
from carecli.domain.text import search_form
from carecli.domain.thread_message import ThreadMessage

FLAT = frozenset(
    {
        ContactPoint.COMMENT,
        ContactPoint.AD_COMMENT,
        ContactPoint.MENTION,
        ContactPoint.REVIEW,
    }
)
"""Contact points where the parent of an answer may be the top-level comment instead."""


@dataclass(slots=True)
class ReplyTargetTracker:
    """Hears a thread from its beginning, and tells of each reply whom it answers."""

    by_id: Mapping[int, ThreadMessage]
    is_flat: bool
    _heard: dict[int, ThreadMessage] = field(default_factory=dict)

    def hear(self, message: ThreadMessage) -> None:
        """A contact wrote."""
        self._heard[message.id] = message

    def forget(self, message: ThreadMessage) -> None:
        """A contact's message was hidden, deleted or withdrawn: nobody answers it any more."""
        self._heard.pop(message.id, None)

    def whom(self, reply: ThreadMessage) -> frozenset[int] | None:
        """The contacts a reply of the brand answers; None where that cannot be told."""
        return self._whom(reply, {reply.id})

    def _whom(self, reply: ThreadMessage, passed: set[int]) -> frozenset[int] | None:
        if reply.addresses:
            return frozenset(reply.addresses)
        parent = self.by_id.get(reply.parent) if reply.parent is not None else None
        if parent is not None and parent.id not in passed:
            return self._under(parent, passed | {parent.id})
        people = {message.contact for message in self._heard.values()}
        return frozenset(one for one in people if one is not None) if len(people) == 1 else None

    def _under(self, parent: ThreadMessage, passed: set[int]) -> frozenset[int] | None:
        """Whom something answers that hangs under `parent`."""
        meant = (
            frozenset((parent.contact,))
            if parent.contact is not None
            else self._whom(parent, passed)
        )
        if meant is None or not self.is_flat:
            return meant
        beside = {one.contact for one in self._heard.values() if one.parent == parent.id}
        return meant if beside <= meant else None


def find_named_contacts(text: str, names: Mapping[str, Iterable[int]]) -> tuple[int, ...]:
    """Who is named in a text: `@name` anywhere, or the whole name where the text begins.

    `names` tells who bears each name. A name that two people bear names nobody.
    """
    said = search_form(text)
    found: list[int] = []
    for name in sorted(names, key=len, reverse=True):
        folded = search_form(name).strip()
        bearers = set(names[name])
        if len(folded) < 2:
            continue
        pattern = rf"(?:(?<![\w@])@|^\s*){re.escape(folded)}(?!\w)"
        said, n = re.subn(pattern, " \0 ", said)
        if n and len(bearers) == 1:
            found += bearers
    return tuple(dict.fromkeys(found))
