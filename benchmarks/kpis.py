"""How long a month's report takes: `python -m benchmarks.kpis [MESSAGES]`, five to a wait."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from carecli.desk.context import UNKNOWN_CHANNEL, DeskContext
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.reports.monthly import monthly
from carecli.desk.services import open_services
from carecli.domain.model import DAY, HOUR
from carecli.store.db import Database

NOW = 1_790_000_000_000
MESSAGES = 1_000_000
PER_WAIT = 5


def fill(file: Path, messages: int) -> None:
    """All waits of one month, a thread each, nine in ten answered; written past the intake."""
    database = Database(file)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
    waits, spread = messages // PER_WAIT, 30 * DAY // (messages // PER_WAIT)
    with database.write() as db:
        db.execute("INSERT INTO channels (key, brand, platform, title) VALUES ('a','a','x','A')")
        db.execute(
            "INSERT INTO threads (id, channel_id, platform_id, point, opened_at, message_count, "
            f"last_message_at, waiting) {numbers}SELECT i, 1, 't' || i, 'comment', ? - i * ?, 5, "
            "? - i * ?, i % 10 = 0 FROM n",
            (waits, NOW, spread, NOW, spread),
        )
        db.execute(
            "INSERT INTO messages (id, thread_id, channel_id, platform_id, address, contact_id, "
            "text, created_at, seen_at, observed_at, visibility) "
            f"{numbers}SELECT i, (i - 1) / 5 + 1, 1, 'm' || i, '', 1, "
            "'Gdzie jest moja paczka? Czekam od tygodnia.', ? - i, ? - i + 9000, ?, 'visible' "
            "FROM n",
            (messages, NOW, NOW, NOW),
        )
        db.execute(
            "INSERT INTO waits (thread_id, contact_id, ordinal, started_at, first_message_id, "
            "last_message_id, colour, deadline, ended_at, outcome, ended_by, answer_id, "
            f"noticed_at) {numbers}SELECT i, 1, 1, ? - i * ?, i * 5 - 4, i * 5, 'green', "
            "? - i * ? + ?, iif(i % 10, ? - i * ? + i % 90000000, NULL), "
            "iif(i % 10, 'replied', ''), 'moderator:m' || i % 9, i * 5, "
            "iif(i % 10, ? - i * ? + i % 90000000, NULL) FROM n",
            (waits, NOW, spread, NOW, spread, 24 * HOUR, NOW, spread, NOW, spread),
        )
        db.execute(
            "INSERT INTO decisions (at, actor, verb, thread_id, message_id, args) "
            "SELECT ended_at - 1, ended_by, 'reply', thread_id, answer_id, '{}' FROM waits "
            "WHERE ended_at IS NOT NULL ORDER BY ended_at"
        )
    database.close()


def ask(say: Callable[[str], None], messages: int = MESSAGES) -> dict[str, list[float]]:
    """Seconds that reports over all of it take, and the figures that stand on the screen."""
    took: dict[str, list[float]] = {}

    def tell(what: str, do: Callable[[], object], target: float | None = None) -> None:
        start, busy = time.perf_counter(), time.process_time()
        do()
        seconds, worked = time.perf_counter() - start, time.process_time() - busy
        took[what] = [seconds]
        wanted = "" if target is None else f"   target < {target:g} s"
        say(f"  {what:32} {seconds:7.3f} s  {worked:7.3f} s of the processor{wanted}")

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "care.sqlite"
        fill(file, messages)
        context = DeskContext("ana", lambda: NOW, lambda _: UNKNOWN_CHANNEL)
        desk = open_services(file, context)
        month = ReportAsked(since="31d")
        tell("a month's report", lambda: desk.reports.report(month), 5)
        for by in ("day", "hour", "moderator"):
            tell(f"by {by}", partial(desk.reports.report, replace(month, by=by)), 5)
        tell(
            "the screen, beside a month before", lambda: desk.reports.report_sheet(month, "channel")
        )
        with Database(file).read() as db:
            tell("all that the month's page tells", partial(monthly, db, context, month), 5)
        tell("the rows of a figure", lambda: desk.reports.report(month, "in_time"))
        tell("live figures of the screen", desk.threads.overview, 0.05)
        desk.close()
    return took


if __name__ == "__main__":
    ask(print, int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES)
