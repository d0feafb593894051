"""Lists of threads and what they are made of, as the screen and the command line see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carecli.desk.planning.rows import ViewRow
    from carecli.desk.threads.rows import Alert, Overview, ThreadIds, ThreadRow
    from carecli.domain.completion import Completions
    from carecli.domain.model import ThreadId


class ThreadService(Protocol):
    """Which threads there are, in which order, and what changed."""

    def ids(
        self, filter_text: str, sort: str, brand: str = "", limit: int | None = None
    ) -> ThreadIds:
        """Threads of a filter in an order.

        That is `queue`, `deadline`, `oldest`, `newest`, `waiting`, or words of `queue.order`
        between commas.

        With `limit`, O(limit). Raises FilterError with the column; without, GivenUp when somebody
        called `give_up` meanwhile.
        """
        ...

    def give_up(self) -> None:
        """Let the reading of a whole list end early, if one is under way: nobody waits for it."""
        ...

    def matching(self, filter_text: str, ids: Sequence[ThreadId], brand: str = "") -> set[ThreadId]:
        """Those of `ids` that a filter still takes in, to keep a list true after a change."""
        ...

    def rows(self, ids: Sequence[ThreadId], filter_text: str = "") -> dict[ThreadId, ThreadRow]:
        """The lines of these threads, read at once (50: under a millisecond).

        With a filter that searches for words, a line shows the newest message that has them.
        """
        ...

    def overview(self, brand: str = "") -> Overview:
        """Counts, colleagues, channels: O(1) in the number of threads."""
        ...

    def wake_snoozed(self) -> int:
        """Bring threads back whose snooze has passed; how many. One index look-up when none has.

        The engine does it too. Whoever shows threads without one calls it as time goes by.
        """
        ...

    def complete(self, text: str, column: int) -> Completions:
        """What may stand at a filter's cursor: replace `text[start:column]` by one of the items.

        Fields, fixed values, days, and the names known here. A millisecond.
        """
        ...

    def views(self, brand: str = "", *, counted: bool = True) -> Sequence[ViewRow]:
        """The configured views, then mine; show one by `ids(view.filter, view.sort)`.

        Counts are live: exact and quick where a filter asks only what the counts of who waits
        tell (states of waiting, colour, contact point, channel, brand, assignee, team), else up to
        1,000 within 50 ms each, so it belongs into a thread. Without `counted` it is quick, and
        every count is None.
        """
        ...

    def save_view(self, key: str, filter_text: str, sort: str = "queue", title: str = "") -> None:
        """Keep a view of mine, or change it: it keeps its place, so `g 1` to `g 9` stay.

        The title is the key unless given. FilterError with the column; Refusal for a key of more
        than 60 characters or one that the configuration has, and for an unknown order.
        """
        ...

    def forget_view(self, key: str) -> None:
        """Drop a view of mine; Refusal if there is none, or the configuration has it."""
        ...

    def changes(self) -> set[ThreadId] | None:
        """Threads changed (by anybody) since the last call; None: too many, reload everything.

        Costs a few microseconds while nothing happens.
        """
        ...

    def seen(self, doing: str = "") -> None:
        """Tell colleagues that I am here, and on what."""
        ...

    def tell_first(self, alerts: Sequence[Alert]) -> Sequence[Alert]:
        """Those of these that no inbox of mine told of before; from now on they are told."""
        ...
