"""Decides whom a reply answers.

In this order:

- A reply sent from carecli answers the author of the message it was sent to.
- A private reply answers the author of the comment it is linked to.
- Mentioned people are answered, by id or by name, whatever the message is under.
- Else the author of the parent; if that is our own message, those whom the parent answered.
- Without a parent, the only other person in the thread.

Facebook and Instagram put an answer to an answer under the top-level comment, so the parent is
not conclusive there if somebody else has written under it too. Their own apps begin such an
answer with the person's name. Source: Graph API reference, Comment (`parent`) and IG Comment
(`parent_id`), as of November 2026.

If none of this applies, nobody is answered: open waits go on, and a person must check.
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
"""Contact points where an answer's parent may be the top-level comment instead."""


@dataclass(slots=True)
class ReplyTargetTracker:
    """Follows a thread from its beginning and finds whom each reply answers."""

    by_id: Mapping[int, ThreadMessage]
    is_flat: bool
    _messages: dict[int, ThreadMessage] = field(default_factory=dict)

    def add(self, message: ThreadMessage) -> None:
        """Add a contact's message."""
        self._messages[message.id] = message

    def remove(self, message: ThreadMessage) -> None:
        """Remove a contact's message that was hidden, deleted or withdrawn."""
        self._messages.pop(message.id, None)

    def targets(self, reply: ThreadMessage) -> frozenset[int] | None:
        """The contacts that a reply of the brand answers; None if that is unclear."""
        return self._targets(reply, {reply.id})

    def _targets(self, reply: ThreadMessage, visited: set[int]) -> frozenset[int] | None:
        if reply.addresses:
            return frozenset(reply.addresses)
        parent = self.by_id.get(reply.parent) if reply.parent is not None else None
        if parent is not None and parent.id not in visited:
            return self._under(parent, visited | {parent.id})
        contacts = {message.contact for message in self._messages.values()}
        return (
            frozenset(contact for contact in contacts if contact is not None)
            if len(contacts) == 1
            else None
        )

    def _under(self, parent: ThreadMessage, visited: set[int]) -> frozenset[int] | None:
        """Whom a reply under `parent` answers."""
        targets = (
            frozenset((parent.contact,))
            if parent.contact is not None
            else self._targets(parent, visited)
        )
        if targets is None or not self.is_flat:
            return targets
        siblings = {
            message.contact for message in self._messages.values() if message.parent == parent.id
        }
        return targets if siblings <= targets else None


def find_named_contacts(text: str, names: Mapping[str, Iterable[int]]) -> tuple[int, ...]:
    """Contacts named in a text: `@name` anywhere, or the whole name at its beginning.

    `names` are the contacts with each name. A name that two contacts share is ignored.
    """
    rest = search_form(text)
    contacts: list[int] = []
    for name in sorted(names, key=len, reverse=True):
        folded = search_form(name).strip()
        bearers = set(names[name])
        if len(folded) < 2:
            continue
        pattern = rf"(?:(?<![\w@])@|^\s*){re.escape(folded)}(?!\w)"
        rest, n = re.subn(pattern, " \0 ", rest)
        if n and len(bearers) == 1:
            contacts += bearers
    return tuple(dict.fromkeys(contacts))
