"""Display names of brands, channels, teams and people in reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from sqlite3 import Connection

from carecli.desk.context import DeskContext
from carecli.store import channels


@dataclass(frozen=True, slots=True)
class Name:
    """How something is shown: `of` is `brand`, `channel`, `moderator`, `team` or `theme`."""

    of: str
    key: str
    title: str


def report_names(db: Connection, context: DeskContext, brand: str) -> tuple[Name, ...]:
    """Titles of a brand's channels (of all brands if empty) and names of people, as they are now.

    Channels that share a title are told apart by their platform.
    """
    known = [one for one in channels.channels(db) if brand in ("", one.brand)]
    shared = Counter(one.title for one in known)
    found = [
        Name(
            "channel",
            one.key,
            one.title if shared[one.title] == 1 else f"{one.title} · {one.platform.title()}",
        )
        for one in known
    ]
    found += [Name("moderator", *one) for one in context.people.items()]
    found += [Name("brand", *one) for one in context.brands.items() if brand in ("", one[0])]
    found += [Name("team", *one) for one in context.teams.items()]
    found += [Name("theme", *one) for one in context.themes.items()]
    return tuple(sorted(found, key=lambda one: (one.of, one.key)))
