"""What is kept of the past, as the screen and the command line see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from carecli.desk.records.forget import Forgotten
    from carecli.desk.records.rejected import OutsiderView
    from carecli.domain.model import ThreadId


class OutsiderService(Protocol):
    """What reached a channel and is no message of a thread, and what a person decides about it."""

    def listed(self, *, every: bool = False) -> Sequence[OutsiderView]:
        """What nobody has decided on, the newest first; with `every`, the rest too."""
        ...

    def take(self, ids: Sequence[int]) -> Sequence[ThreadId]:
        """Take these in as if they had not been turned away; the threads where they wait.

        All of them, or Refusal and none.
        """
        ...

    def dismiss(self, ids: Sequence[int]) -> int:
        """Put these aside for good; how many. All of them, or Refusal and none."""
        ...


class RecordService(Protocol):
    """The past of one database, for a lead. Everything here may take seconds."""

    @property
    def outsiders(self) -> OutsiderService:
        """What reached a channel and is no message of a thread."""
        ...

    def forget(self, threads: Sequence[ThreadId], *, dry_run: bool = False) -> Forgotten:
        """Erase the people of these threads, under every id known to be theirs; no undo.

        Their waits stay, and with them every count; those that are open end as withdrawn. Raises
        Refusal for a thread without anybody, and while a reply to them is on its way.
        """
        ...

    def forget_silent(self, since: str, *, dry_run: bool = False) -> Forgotten:
        """Erase everybody who wrote nothing since a day and waits for nothing."""
        ...
