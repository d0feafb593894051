"""Monthly reports made automatically: computed, issued, written to a folder, mailed.

A month is made when its turn has come, or as soon after it as the engine runs. Its mails are
queued in the transaction that says the month was made. Each is then sent as the outbox sends: the
attempt is committed before the server is spoken with, and of one whose fate nobody knows our own
copy in the mailbox is looked for before it is sent again, as the very same mail.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from sqlite3 import Connection
from typing import Protocol

from carecli.desk.context import DeskContext
from carecli.desk.report_page.export import paper
from carecli.desk.report_page.files import write_whole
from carecli.desk.report_page.title import file_name
from carecli.desk.reports import issued_months
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.reports.monthly import Monthly, computed, keep, monthly
from carecli.domain.errors import CareError, PersonUnreachable, Refusal, Refused, Transient
from carecli.domain.model import MINUTE, SECOND, Millis
from carecli.domain.months import after, last_over
from carecli.jobs.report_mail import letter
from carecli.platforms.mail.outgoing import AttachedFile, OutgoingMail
from carecli.store import report_mails as stored
from carecli.store.db import Database
from carecli.store.report_mails import ReportMail

log = logging.getLogger(__name__)

CAUGHT_UP = 3
"""Months that are made after the engine did not run for long; earlier ones are left out."""

LOOKS: tuple[Millis, ...] = (5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE)
"""Waits before each look for our copy of a mail of unknown fate; then it is sent again."""

PATIENCE: tuple[Millis, ...] = (MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE)
"""After the first, second, … failed attempt."""

TYPES = {
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class MailSender(Protocol):
    """What sends mails, and knows which of them left; raises PlatformError."""

    def send(self, key: str, at: Millis, letter: OutgoingMail) -> None: ...

    def was_sent(self, key: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """A report of the configuration. `brands` are keys, '' for all of them together.

    `minute` is that of the day, in the office's zone. `mailbox` is a channel's key.
    """

    name: str
    day: int
    minute: int
    brands: Sequence[str]
    languages: Sequence[str]
    to: Sequence[str]
    mailbox: str
    folder: Path | None
    files: Sequence[str]
    issue: bool


class MonthlyReportJob:
    """Looks after all schedules; one look at a time, by the one engine of a database.

    `postbox` gives that of a channel; it may raise CareError. `step` is told what was reached.
    """

    def __init__(
        self,
        context: DeskContext,
        schedules: Sequence[Schedule],
        postbox: Callable[[str], MailSender],
        step: Callable[[str], None] = lambda _name: None,
    ) -> None:
        # what the operator configured needs no lead's word
        self._context = replace(context, roles={})
        self._schedules = {one.name: one for one in schedules}
        self._postbox = postbox
        self._step = step

    def look(self, database: Database) -> None:
        """Make what is due, send what waits. `database` is a durable one.

        Raises what the last schedule that could not be made failed with; all are tried.
        """
        failed: CareError | None = None
        for schedule in self._schedules.values():
            try:
                self._make_due(database, schedule)
            except CareError as error:
                log.warning("the report %s: %s", schedule.name, error)
                failed = error
        with database.write() as db:
            stored.interrupted(db, self._context.clock())
        with database.read() as db:
            due = stored.due(db, self._context.clock())
        for mail in due:
            self._see_to(database, mail)
        if failed is not None:
            raise failed

    # ---- making

    def _make_due(self, database: Database, schedule: Schedule) -> None:
        context = self._context
        last = last_over(schedule.day, schedule.minute, context.clock(), context.zone)
        with database.read() as db:
            until = stored.made_until(db, schedule.name)
        if until is None:
            with database.write() as db:
                stored.begin(db, schedule.name, last)
            return
        for month in after(until, last)[-CAUGHT_UP:]:
            self._make(database, schedule, month)

    def _make(self, database: Database, schedule: Schedule, month: str) -> None:
        """A whole month: issued, written, its mails queued."""
        for brand in schedule.brands:
            if schedule.issue:
                self._issue(database, ReportAsked(month=month, brand=brand))
        if schedule.folder is not None:
            with database.read() as db:
                files = self._files(db, schedule, month)
            _write(schedule.folder, files)
        self._step("report-written")
        mails = [(key_of(schedule.name, month, address), address) for address in schedule.to]
        with database.write() as db:
            stored.made(db, schedule.name, month, mails, self._context.clock())
        self._step("report-made")
        log.info("made the report %s of %s for %d", schedule.name, month, len(mails))

    def _issue(self, database: Database, asked: ReportAsked) -> None:
        """Keep the month as it is now, unless somebody did so before."""
        with database.read() as db:
            if issued_months.kept(db, asked) is not None:
                return
            parts = issued_months.parts_of(db, self._context, asked)
            paper = computed(db, self._context, asked)
        with database.write() as db:
            try:
                issued_months.keep(db, self._context, asked, parts)
                keep(db, self._context, asked, paper)
            except Refusal:  # a person did so meanwhile
                log.info("%s was issued meanwhile", asked.month)

    def _reports(self, db: Connection, schedule: Schedule, month: str) -> list[Monthly]:
        context = self._context
        return [
            monthly(db, context, ReportAsked(month=month, brand=brand)) for brand in schedule.brands
        ]

    def _files(self, db: Connection, schedule: Schedule, month: str) -> list[AttachedFile]:
        """Every page and workbook of a month."""
        return [
            AttachedFile(
                file_name(found, spoken, ending), TYPES[ending], paper(found, ending, spoken)
            )
            for found in self._reports(db, schedule, month)
            for spoken in schedule.languages
            for ending in schedule.files
        ]

    # ---- sending

    def _see_to(self, database: Database, mail: ReportMail) -> None:
        if mail.name not in self._schedules:  # it left the configuration
            with database.write() as db:
                stored.wait(db, mail.key, "cancelled", "", self._context.clock())
            return
        try:
            if mail.state == "unknown" and not self._is_to_be_sent(database, mail):
                return
            self._send(database, mail)
        except CareError as error:
            self._failed(database, mail, error)

    def _is_to_be_sent(self, database: Database, mail: ReportMail) -> bool:
        """Look for our copy of a mail of unknown fate; whether it surely did not leave."""
        now = self._context.clock()
        if self._box(mail).was_sent(mail.key):
            with database.write() as db:
                stored.sent(db, mail.key, now)
            return False
        if mail.looked >= len(LOOKS):
            return True
        with database.write() as db:
            stored.looked(db, mail.key, now + LOOKS[mail.looked])
        return False

    def _send(self, database: Database, mail: ReportMail) -> None:
        schedule, box = self._schedules[mail.name], self._box(mail)
        with database.read() as db:
            reports = self._reports(db, schedule, mail.month)
            files = self._files(db, schedule, mail.month)
        said = letter(reports, schedule.languages[0], mail.address, files)
        with database.write() as db:
            at = stored.sending(db, mail.key, self._context.clock())
        self._step("report-claimed")
        box.send(mail.key, at, said)
        self._step("report-answered")
        with database.write() as db:
            stored.sent(db, mail.key, self._context.clock())
        self._step("report-recorded")

    def _failed(self, database: Database, mail: ReportMail, error: CareError) -> None:
        """Later again, unless the server would refuse it again, or nobody knows what happened."""
        now = self._context.clock()
        state, until = mail.state, now + PATIENCE[min(mail.attempts, len(PATIENCE) - 1)]
        if isinstance(error, Refused | PersonUnreachable):
            state = "failed"
        elif isinstance(error, Transient) and error.happened is None:
            state, until = "unknown", now + LOOKS[0]
        log.warning("the report %s to %s: %s", mail.name, mail.address, error.what)
        with database.write() as db:
            stored.wait(db, mail.key, state, error.what, until)

    def _box(self, mail: ReportMail) -> MailSender:
        return self._postbox(self._schedules[mail.name].mailbox)


def key_of(name: str, month: str, address: str) -> str:
    """What tells one month's mail to one address from all others, always the same."""
    said = f"{name}\0{month}\0{address.lower()}"
    return f"report-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _write(folder: Path, files: Sequence[AttachedFile]) -> None:
    """Every file that is not there yet; raises CareError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CareError(f"{folder} cannot be made: {error.strerror}") from error
    for file in files:
        if not (folder / file.name).exists():
            write_whole(folder / file.name, file.content)
