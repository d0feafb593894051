"""Mentions in notes: `@kasia` by a moderator's key or name, in any case.

A mention asks until the one mentioned acts: answers with a note or a reply, says that no reply is
needed, or marks it as seen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from carecli.domain.text import fold

CALL = re.compile(r"(?<![\w@.])@(?P<name>\w[\w.-]*)")
"""How a mention looks; an e-mail address is none."""

TYPED = re.compile(r"(?<![\w@.])@([\w.-]*)$")
"""A mention being typed, at the end of a text."""

ANSWERS = frozenset(
    {"note", "note_contact", "reply", "done", "answered_by_hand", "answered_outside", "seen"}
)
"""Verbs by which the one mentioned has answered."""

MOST_OFFERED = 5
"""People offered while a name is typed."""


def find_mentions(text: str, people: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of the moderators a note calls, each once, in order; `people` are names by key.

    Where no people are known every name is taken for a key, in small letters.

    >>> mentioned("@Kasia, @ola.k and @nobody: see jan@example.org", {"kn": "Kasia N", "ola.k": ""})
    ('kn', 'ola.k')
    """
    called = _called(people)
    found: list[str] = []
    for match in CALL.finditer(text):
        rest = fold(text[match.start() + 1 :])
        if not people:
            found.append(match["name"].rstrip(".-").lower())
            continue
        fitting = [one for one in called if rest.startswith(one) and _ends(rest, one)]
        if fitting:
            found.append(called[max(fitting, key=len)])
    return tuple(dict.fromkeys(found))


def suggest_moderators(typed: str, people: Mapping[str, str]) -> list[str]:
    """Keys of the moderators that a name being typed may become, best first."""
    wanted = fold(typed)
    found = [
        (not fold(key).startswith(wanted), key)
        for key, name in people.items()
        if fold(key).startswith(wanted) or any(w.startswith(wanted) for w in fold(name).split())
    ]
    return [key for _, key in sorted(found)][:MOST_OFFERED]


def _called(people: Mapping[str, str]) -> dict[str, str]:
    """What each moderator answers to: first names that two share are nobody's."""
    firsts = Counter(fold(name).split()[0] for name in people.values() if name.strip())
    answers: dict[str, str] = {}
    for key, name in people.items():
        first = fold(name).split()[:1]
        if first and firsts[first[0]] == 1:
            answers[first[0]] = key
    answers |= {fold(name): key for key, name in people.items() if name.strip()}
    return answers | {fold(key): key for key in people}


def _ends(rest: str, name: str) -> bool:
    """Whether the word ends where the name does."""
    return re.match(r"[.-]*(?:[^\w.-]|$)", rest[len(name) :]) is not None
