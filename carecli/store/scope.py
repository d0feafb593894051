"""Whose threads are counted: some channels', those a person sees, or all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Params = tuple[object, ...]


class Scope(NamedTuple):
    """Threads of these channels (by id) that are of these teams, or of `me`; None: of any."""

    channels: Sequence[int] | None = None
    teams: Sequence[str] | None = None
    me: str = ""

    def where(self, table: str = "") -> tuple[str, Params]:
        """Further conditions on columns of `threads`, each with its AND; empty for all threads."""
        conditions, params = "", list[object]()
        if self.channels is not None:
            conditions += f" AND {table}channel_id IN ({_marks(self.channels)})"
            params += self.channels
        if self.teams is not None:
            conditions += f" AND ({table}team IN ({_marks(self.teams)}) OR {table}assignee = ?)"
            params += [*self.teams, self.me]
        return conditions, tuple(params)

    def holds(self, channel: int, team: str, assignee: str) -> bool:
        """Whether a thread is counted."""
        is_here = self.channels is None or channel in self.channels
        return is_here and (self.teams is None or team in self.teams or assignee == self.me)


EVERYTHING = Scope()
"""All threads."""


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
