"""Saved views: filters with an order, from the configuration or from a moderator.

A screen lists `threads.views()` and shows one by `threads.ids(view.filter, view.sort)`. Counts are
live: ask again when the feed tells of changes, in a thread, since each may take up to PATIENCE.
"""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from carecli.desk.commands.sanitise import NAME_LIMIT
from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.desk.context import DeskContext
from carecli.desk.planning.rows import ViewRow
from carecli.domain.completion import Vocabulary
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.figures import number
from carecli.domain.filter import parse_filter
from carecli.domain.queue import CLASSES, SORTS, parse_order
from carecli.domain.text import one_line
from carecli.i18n import _
from carecli.store import campaigns, channels, codes, labels, tallies
from carecli.store import views as stored
from carecli.store.feed import ELSEWHERE, announce
from carecli.store.filter_sql import Asking
from carecli.store.views import Count, SavedView

MOST_COUNTED = 1_000
"""What the counts of who waits do not tell is counted up to here."""

PATIENCE = 0.05
"""Seconds a view may take to be counted."""

MOST_SAVED = 100
"""Views a moderator can keep."""


def views(
    db: Connection, context: DeskContext, asking: Asking, *, is_counted: bool = True
) -> list[ViewRow]:
    """The configured views, then mine, but for those of mine the configuration names too."""
    found = [(view, True) for view in context.views]
    known = {view.key for view in context.views}
    found += [(view, False) for view in stored.saved(db, context.me) if view.key not in known]
    rows: list[ViewRow] = []
    for view, is_configured in found:
        counted = _count(db, view, asking) if is_counted else None
        rows.append(
            ViewRow(
                one_line(view.key, NAME_LIMIT),
                one_line(view.title, 80),
                one_line(view.filter),
                view.sort,
                counted.n if counted is not None else None,
                counted is not None and counted.is_more,
                is_configured,
            )
        )
    return rows


def _count(db: Connection, view: SavedView, asking: Asking) -> Count | None:
    try:
        query = parse_filter(view.filter)
    except FilterError:  # saved by a carecli that knew other words
        return None
    return stored.count(db, query, asking, MOST_COUNTED, PATIENCE)


def save(unit: UnitOfWork, key: str, filter_text: str, sort: str, title: str) -> None:
    """Keep a view of mine; raises FilterError, and Refusal for a key or an order that cannot be."""
    name, text = one_line(key, NAME_LIMIT), one_line(filter_text)
    if not name or name != key:
        raise Refusal(
            _("{key!r} cannot be a view's name.").format(key=one_line(key, 80)),
            hint=_("Choose a short one."),
        )
    if any(view.key == name for view in unit.context.views):
        raise Refusal(
            _("The view {name} is defined in the configuration.").format(name=name),
            hint=_("Choose another name for yours."),
        )
    if text != filter_text.strip():
        raise Refusal(_("This filter is too long or contains invisible characters."))
    parse_filter(text)
    if parse_order(sort, unit.context.order) is None:
        raise Refusal(
            _("There is no order {sort!r}.").format(sort=sort),
            hint=unknown_order_hint(),
        )
    mine = {view.key for view in stored.saved(unit.db, unit.by.name)}
    if len(mine | {name}) > MOST_SAVED:
        raise Refusal(
            _("You can save at most {n} views.").format(n=number(MOST_SAVED)),
            hint=_("Delete one that you do not need."),
        )
    view = SavedView(name, one_line(title, 80) or name, text, sort)
    stored.save(unit.db, unit.by.name, view)
    announce(unit.db, (ELSEWHERE,))


def unknown_order_hint() -> str:
    """Which orders there are."""
    return _("Available: {names}; or words separated by commas: {words}.").format(
        names=", ".join(SORTS), words=",".join((*CLASSES, "deadline"))
    )


def forget(unit: UnitOfWork, key: str) -> None:
    """Drop a view of mine; raises Refusal when there is none."""
    if any(view.key == key for view in unit.context.views):
        raise Refusal(
            _("The view {key} is defined in the configuration.").format(key=one_line(key, 80)),
            hint=_("Remove it there."),
        )
    if not stored.forget(unit.db, unit.by.name, key):
        raise Refusal(_("You have no view {key!r}.").format(key=one_line(key, 80)))
    announce(unit.db, (ELSEWHERE,))


def vocabulary(db: Connection, context: DeskContext) -> Vocabulary:
    """The names that filters can use here: quick at any number of threads."""
    rows = channels.channels(db)
    waiting = tallies.waiting(db)
    return Vocabulary(
        channels=[row.key for row in rows],
        brands=[*dict.fromkeys(row.brand for row in rows)],
        people=_all(context.people, (cell.assignee for cell in waiting)),
        teams=_all(context.teams, (cell.team for cell in waiting)),
        labels=[one_line(label, NAME_LIMIT) for label in labels.known(db)],
        campaigns=campaigns.keys(db),
        themes=_all(context.themes, codes.themes(db)),
    )


def _all(known: Iterable[str], seen: Iterable[str]) -> list[str]:
    return [*dict.fromkeys([*known, *sorted({one_line(name, 80) for name in seen if name})])]
