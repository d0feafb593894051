"""Lists of threads, their counts, views and changes, read from the database."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from carecli.desk.threads import row_builder
from carecli.desk.threads.overview import overview
from carecli.desk.threads.rows import ThreadIds
from carecli.domain.errors import Refusal
from carecli.domain.filter import parse_filter
from carecli.domain.hits import search_phrases
from carecli.domain.model import ThreadId
from carecli.domain.queue import parse_order
from carecli.domain.text import one_line
from carecli.i18n import _
from carecli.store import feed, presence
from carecli.store.snooze import is_due, wake_snoozed
from carecli.store.threads import find, keep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carecli.desk.planning.rows import ViewRow
    from carecli.desk.session import DeskSession
    from carecli.desk.threads.rows import Alert, Overview, ThreadRow
    from carecli.domain.completion import Completions


LOT = 500
"""Threads that are matched with a filter at a time."""


class StoreThreadService:
    """Implements `ThreadService` over one database."""

    def __init__(self, session: DeskSession) -> None:
        self._session = session
        self._feeding = threading.Lock()
        self._is_listing = False
        self._opened_at = session.now()
        with session.reader.read() as db:
            self._seen = feed.last_change(db)
        self._noticed = self._commits()

    def ids(
        self, filter_text: str, sort: str, brand: str = "", limit: int | None = None
    ) -> ThreadIds:
        query = parse_filter(filter_text)
        order = parse_order(sort, self._session.context.order)
        if order is None:
            from carecli.desk.threads.views import unknown_order_hint

            raise Refusal(
                _("There is no order {sort!r}.").format(sort=sort),
                hint=unknown_order_hint(),
            )
        with self._session.finder.read() as db:
            self._is_listing = limit is None
            try:
                found = find(db, query, self._session.context.asking(brand), order, limit)
            finally:
                self._is_listing = False
        return ThreadIds(found.ids, found.is_whole)

    def give_up(self) -> None:
        if self._is_listing:
            self._session.finder.connection.interrupt()

    def matching(self, filter_text: str, ids: Sequence[ThreadId], brand: str = "") -> set[ThreadId]:
        query, asking = parse_filter(filter_text), self._session.context.asking(brand)
        found: set[ThreadId] = set()
        with self._session.reader.read() as db:
            for start in range(0, len(ids), LOT):
                found |= keep(db, query, asking, ids[start : start + LOT])
        return found

    def rows(self, ids: Sequence[ThreadId], filter_text: str = "") -> dict[ThreadId, ThreadRow]:
        wanted = search_phrases(parse_filter(filter_text)) if filter_text else ()
        with self._session.reader.read() as db:
            return row_builder.rows(db, ids, self._session.context, self._session.abilities, wanted)

    def overview(self, brand: str = "") -> Overview:
        with self._session.reader.read() as db:
            return overview(db, brand, self._session.context, self._opened_at)

    def wake_snoozed(self) -> int:
        with self._session.reader.read() as db:
            if not is_due(db, self._session.now()):
                return 0
        from carecli.store.policies import Policies

        with self._session.transaction() as db:
            return len(wake_snoozed(db, self._session.now(), Policies(db)))

    def complete(self, text: str, column: int) -> Completions:
        from carecli.desk.threads.views import vocabulary
        from carecli.domain.completion import complete

        with self._session.reader.read() as db:
            return complete(text, column, vocabulary(db, self._session.context))

    def views(self, brand: str = "", *, counted: bool = True) -> Sequence[ViewRow]:
        from carecli.desk.threads.views import views

        with self._session.finder.read() as db:
            return views(
                db, self._session.context, self._session.context.asking(brand), is_counted=counted
            )

    def save_view(self, key: str, filter_text: str, sort: str = "queue", title: str = "") -> None:
        from carecli.desk.threads.views import save

        with self._session.command_transaction() as unit:
            save(unit, key, filter_text, sort, title)

    def forget_view(self, key: str) -> None:
        from carecli.desk.threads.views import forget

        with self._session.command_transaction() as unit:
            forget(unit, key)

    def changes(self) -> set[ThreadId] | None:
        with self._feeding:
            commits = self._commits()
            if commits == self._noticed:
                return set()
            self._noticed = commits
            with self._session.reader.read() as db:
                found, self._seen = feed.changed_since(db, self._seen)
        return None if found is None else {ThreadId(id_) for id_ in found}

    def seen(self, doing: str = "") -> None:
        with self._session.transaction() as db:
            if presence.appear(db, self._session.me, one_line(doing, 80), self._session.now()):
                feed.announce(db, (feed.ELSEWHERE,))

    def tell_first(self, alerts: Sequence[Alert]) -> Sequence[Alert]:
        from carecli.store import alert_log

        with self._session.transaction() as db:
            return [
                one
                for one in alerts
                if alert_log.tell(db, self._session.me, one.kind, one.row.id, one.wait)
            ]

    def _commits(self) -> int:
        with self._session.reader.lock:
            return feed.commits_elsewhere(self._session.reader.connection)
