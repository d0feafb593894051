"""Which threads a moderator sees: all, or only the own team's and the own ones.

What is not shown is not there for them, wherever a thread is named: in lists, by its number, in a
person's history, on the command line.
"""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection
from typing import TypeVar

from carecli.desk.context import DeskContext
from carecli.domain.errors import Refusal
from carecli.domain.filter import Query
from carecli.domain.model import ThreadId
from carecli.i18n import _
from carecli.store.threads import keep

T = TypeVar("T", bound=int)

LOT = 500
_ALL = Query(())


def visible_threads(db: Connection, ids: Iterable[T], context: DeskContext) -> list[T]:
    """Those of these threads that `context.me` is shown, in their order."""
    wanted = list(ids)
    if context.visible_teams is None:
        return wanted
    found: set[int] = set()
    for start in range(0, len(wanted), LOT):
        some = [ThreadId(id_) for id_ in wanted[start : start + LOT]]
        found |= keep(db, _ALL, context.asking(), some)
    return [id_ for id_ in wanted if id_ in found]


def check_shown(db: Connection, thread: int, context: DeskContext) -> None:
    """Raises Refusal for a thread that is not shown, as for one that is not there."""
    if not visible_threads(db, (thread,), context):
        raise no_thread(thread)


def no_thread(thread: int) -> Refusal:
    """There is no such thread, for this person."""
    return Refusal(
        _("There is no thread {thread}.").format(thread=thread),
        hint=_("It may belong to another database."),
    )
