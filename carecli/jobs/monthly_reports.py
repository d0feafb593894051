"""Monthly reports made automatically: computed, issued, written to a folder, mailed.

A month is made when its turn has come, or as soon after it as the engine runs. Its mails are
queued in the transaction that says the month was made. Each is then a delivery (see
`carecli/sync/delivery.py`): of one whose fate nobody knows our own copy in the mailbox is looked
for before it is sent again, as the very same mail.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
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
from carecli.domain.delivery import DeliveryTraits, wait_after
from carecli.domain.errors import (
    CareError,
    PersonUnreachable,
    PlatformError,
    Refusal,
    Refused,
    Transient,
)
from carecli.domain.model import MINUTE, Millis
from carecli.domain.months import latest_due_month, months_after
from carecli.jobs.report_mail import letter
from carecli.platforms.mail.outgoing import AttachedFile, OutgoingMail
from carecli.store import report_mails as stored
from carecli.store.db import Database
from carecli.store.report_mails import ReportMail
from carecli.sync.crash import crash_point
from carecli.sync.delivery import DeliveryMachine, Postponed, Rejected, Uncertain

log = logging.getLogger(__name__)

CAUGHT_UP = 3
"""Months that are made after the engine did not run for long; earlier ones are left out."""

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


class _Sent:
    """The server took a mail."""


class MonthlyReportJob:
    """Looks after all schedules; one look at a time, by the one engine of a database.

    `postbox` gives that of a channel; it may raise CareError. `step` is told what was reached.
    """

    def __init__(
        self,
        context: DeskContext,
        schedules: Sequence[Schedule],
        postbox: Callable[[str], MailSender],
        step: Callable[[str], None] = crash_point,
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
        self._cancel_strays(database)
        machine: DeliveryMachine[ReportMail, _Sent]
        kind = ReportDelivery(self, database)
        machine = DeliveryMachine(kind, database, self._context.clock, self._step)
        asyncio.run(machine.drain())
        if failed is not None:
            raise failed

    # ---- making

    def _make_due(self, database: Database, schedule: Schedule) -> None:
        context = self._context
        last = latest_due_month(schedule.day, schedule.minute, context.clock(), context.zone)
        with database.read() as db:
            until = stored.made_until(db, schedule.name)
        if until is None:
            with database.write() as db:
                stored.begin(db, schedule.name, last)
            return
        for month in months_after(until, last)[-CAUGHT_UP:]:
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

    def _cancel_strays(self, database: Database) -> None:
        """Nobody waits for the mails of a report that left the configuration."""
        with database.read() as db:
            strays = stored.strays(db, self._schedules)
        if strays:
            with database.write() as db:
                for key in strays:
                    stored.DELIVERIES.cancel(db, key)

    def letter(self, database: Database, mail: ReportMail) -> OutgoingMail:
        """What a mail brings; raises CareError."""
        schedule = self._schedules[mail.name]
        with database.read() as db:
            reports = self._reports(db, schedule, mail.month)
            files = self._files(db, schedule, mail.month)
        return letter(reports, schedule.languages[0], mail.address, files)

    def postbox(self, mail: ReportMail) -> MailSender:
        """The mailbox it leaves from; raises CareError."""
        return self._postbox(self._schedules[mail.name].mailbox)

    def now(self) -> Millis:
        """The moment (ms UTC)."""
        return self._context.clock()


class ReportDelivery:
    """What the delivery machine has to know of the mails of reports."""

    name = "report"
    asking = "carecli looks for it in the mailbox."
    rows = stored.DELIVERIES
    scope: Mapping[str, object] = {}

    def __init__(self, job: MonthlyReportJob, database: Database) -> None:
        self._job = job
        self._database = database
        self._prepared: tuple[MailSender, OutgoingMail] | None = None

    def row_of(self, item: ReportMail) -> str:
        """The key of the mail."""
        return item.key

    def item(self, db: Connection, row: int | str) -> ReportMail | None:
        """A mail as it stands."""
        return stored.mail(db, str(row))

    def traits(self, item: ReportMail) -> DeliveryTraits:  # noqa: ARG002 - the same for all
        """Our copy lies in the mailbox of every mail that left."""
        return DeliveryTraits(most_attempts=None)

    def next_unknown(self, db: Connection, now: Millis) -> ReportMail | None:
        """One to look for now."""
        return stored.next_unknown(db, now)

    def next_due(self, db: Connection, now: Millis) -> ReportMail | None:
        """One to send now."""
        return stored.next_due(db, now)

    async def prepare(self, item: ReportMail) -> Postponed | Rejected | None:
        """Put the report together before the attempt is counted: it may take seconds."""
        try:
            self._prepared = self._job.postbox(item), self._job.letter(self._database, item)
        except CareError as error:
            return self._later(item, error)
        return None

    def claim(self, db: Connection, item: ReportMail, now: Millis) -> ReportMail | None:  # noqa: ARG002 - the same for all
        """Its date is that of its first attempt."""
        return item._replace(attempted_at=item.attempted_at or now)

    async def send(self, item: ReportMail) -> _Sent:
        """Hand it to the mailbox; raises PlatformError."""
        assert self._prepared is not None
        assert item.attempted_at is not None
        box, said = self._prepared
        box.send(item.key, item.attempted_at, said)
        return _Sent()

    async def outcome(self, item: ReportMail, error: Exception) -> Postponed | Rejected | Uncertain:
        """Later again, unless the server would refuse it again, or nobody knows what happened."""
        log.warning("the report %s to %s: %s", item.name, item.address, error)
        match error:
            case Refused() | PersonUnreachable():
                return Rejected(error.what, error.label, error.hint)
            case Transient(happened=None):
                return Uncertain(error.what)
            case CareError():
                return self._later(item, error)
        log.error("the report %s to %s", item.name, item.address, exc_info=error)
        return Uncertain(f"{type(error).__name__}: {error}")

    def _later(self, item: ReportMail, error: CareError) -> Postponed:
        label = error.label if isinstance(error, PlatformError) else ""
        until = self._job.now() + self.not_asked(item, error)
        return Postponed(until, error.what, label, "carecli tries again by itself.")

    async def find(self, item: ReportMail) -> _Sent | None:
        """Whether our copy lies in the mailbox; raises CareError."""
        return _Sent() if self._job.postbox(item).was_sent(item.key) else None

    def not_asked(self, item: ReportMail, error: Exception) -> Millis:  # noqa: ARG002 - for all
        """How long to wait after a failure."""
        return wait_after(item.attempts + 1, PATIENCE)

    def record(self, db: Connection, item: ReportMail, answer: _Sent, now: Millis) -> bool:  # noqa: ARG002 - the same for all
        """The server took it."""
        return self.rows.sent(db, item.key, now)

    def essence(self, answer: _Sent) -> _Sent:
        """There is nothing beside."""
        return answer

    def recorded(self, item: ReportMail) -> None:
        """Nobody has to be told."""

    def moved(self, db: Connection, item: ReportMail, now: Millis) -> None:
        """Nobody has to be told."""


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
