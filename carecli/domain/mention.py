"""Mentions of moderators in notes: `@kasia`, by key or name, in upper or lower case.

A mention is open until the mentioned moderator acts: writes a note or a reply, says that no reply
is needed, or marks it as seen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from carecli.domain.text import fold

CALL = re.compile(r"(?<![\w@.])@(?P<name>\w[\w.-]*)")
"""A mention; e-mail addresses do not match."""

TYPED = re.compile(r"(?<![\w@.])@([\w.-]*)$")
"""A mention that is being typed at the end of a text."""

ANSWERS = frozenset(
    {"note", "note_contact", "reply", "done", "answered_by_hand", "answered_outside", "seen"}
)
"""Verbs that close the mentions of the moderator who uses them."""

MOST_OFFERED = 5
"""How many people are suggested while a name is typed."""


def find_mentions(text: str, people: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of the moderators a note mentions, each once, in order; `people` are names by key.

    If `people` is empty, every mentioned name counts as a key, in lower case.

    >>> mentioned("@Kasia, @ola.k and @nobody: see jan@example.org", {"kn": "Kasia N", "ola.k": ""})
    ('kn', 'ola.k')
    """
    key_by_name = _keys_by_name(people)
    keys: list[str] = []
    for match in CALL.finditer(text):
        rest = fold(text[match.start() + 1 :])
        if not people:
            keys.append(match["name"].rstrip(".-").lower())
            continue
        matches = [
            name for name in key_by_name if rest.startswith(name) and _ends_after(rest, name)
        ]
        if matches:
            keys.append(key_by_name[max(matches, key=len)])
    return tuple(dict.fromkeys(keys))


def suggest_moderators(typed: str, people: Mapping[str, str]) -> list[str]:
    """Keys of the moderators that match a name being typed, best first."""
    prefix = fold(typed)
    matches = [
        (not fold(key).startswith(prefix), key)
        for key, name in people.items()
        if fold(key).startswith(prefix) or any(w.startswith(prefix) for w in fold(name).split())
    ]
    return [key for _, key in sorted(matches)][:MOST_OFFERED]


def _keys_by_name(people: Mapping[str, str]) -> dict[str, str]:
    """The key of each moderator by the names that mention them, without shared first names."""
    firsts = Counter(fold(name).split()[0] for name in people.values() if name.strip())
    keys: dict[str, str] = {}
    for key, name in people.items():
        first = fold(name).split()[:1]
        if first and firsts[first[0]] == 1:
            keys[first[0]] = key
    keys |= {fold(name): key for key, name in people.items() if name.strip()}
    return keys | {fold(key): key for key in people}


def _ends_after(rest: str, name: str) -> bool:
    """Whether the word ends after the name."""
    return re.match(r"[.-]*(?:[^\w.-]|$)", rest[len(name) :]) is not None
