"""Threads marked for the next action: single ones, a range, or all of a filter. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carecli.domain.model import ThreadId

Threads = frozenset[ThreadId]

NONE: Threads = frozenset()


@dataclass(slots=True)
class Marks:
    """What is marked, the range under way from its `anchor` on, and what was marked before."""

    chosen: Threads = NONE
    span: Threads = NONE
    anchor: ThreadId | None = None
    last: Threads = NONE

    @property
    def all(self) -> Threads:
        """Everything marked, the range under way among it."""
        return self.chosen | self.span if self.span else self.chosen

    def toggle(self, thread: ThreadId) -> None:
        """Mark a thread, or take its mark off."""
        self.fix()
        self.chosen ^= {thread}

    def begin(self, thread: ThreadId) -> None:
        """Begin a range at a thread."""
        self.anchor = thread
        self.span = frozenset((thread,))

    def stretch(self, threads: Iterable[ThreadId]) -> None:
        """The range under way takes in these, its anchor among them."""
        self.span = frozenset(threads)

    def fix(self) -> None:
        """End the range under way; what it took in stays marked."""
        self.chosen, self.span, self.anchor = self.all, NONE, None

    def take(self, threads: Iterable[ThreadId]) -> None:
        """Mark these, and only these."""
        self.chosen, self.span, self.anchor = frozenset(threads), NONE, None

    def keep(self, threads: Iterable[int]) -> None:
        """Take the marks off whatever is not among these."""
        there = frozenset(ThreadId(one) for one in self.all.intersection(threads))
        self.chosen, self.span = self.chosen & there, self.span & there
        if self.anchor not in there:
            self.anchor = None

    def clear(self) -> None:
        """Take all marks off, to be had again by `last`."""
        self.last = self.all or self.last
        self.take(())
