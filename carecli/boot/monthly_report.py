"""Sets up the monthly report from the configuration and the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from carecli.boot.doctor_checks import Check
from carecli.boot.inbox import context
from carecli.boot.setup import Setup, now, spoken
from carecli.boot.store import open_store
from carecli.domain.months import due_moment, shift_month
from carecli.store import report_mails
from carecli.store.db import Database

if TYPE_CHECKING:
    from carecli.desk.reports.kpi_report import ReportAsked
    from carecli.desk.reports.monthly import Monthly
    from carecli.jobs.monthly_reports import MailSender, Schedule


def monthly_of(setup: Setup, asked: ReportAsked) -> Monthly:
    """Everything a report tells of a period; raises Refusal."""
    from carecli.desk.reports.monthly import monthly

    with closing(open_store(setup)) as database, database.read() as db:
        return monthly(db, context(setup), asked)


def brands_of(setup: Setup) -> Sequence[str]:
    """Every brand's key, also of those that only a channel implies."""
    return tuple(context(setup).brands)


def schedules(setup: Setup) -> list[Schedule]:
    """The reports of the configuration, with what they leave out filled in."""
    from carecli.jobs.monthly_reports import Schedule

    brands = brands_of(setup)
    usual = spoken(setup.config.language, environ={})
    return [
        Schedule(
            name,
            one.day,
            one.at,
            one.brands or (brands if len(brands) > 1 else ("",)),
            one.languages or (usual,),
            one.to,
            one.mailbox,
            Path(one.folder) if one.folder else None,
            one.files,
            one.issue,
        )
        for name, one in setup.config.reports.items()
    ]


def look_after_reports(setup: Setup) -> None:
    """Make the monthly reports that are due, and send their mails."""
    from carecli.jobs.monthly_reports import MonthlyReportJob

    with closing(Database(setup.database, durable=True)) as database:
        MonthlyReportJob(context(setup), schedules(setup), _Postboxes(setup)).look(database)


class _Postboxes:
    """The mailbox of each channel, made when it is asked for."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    def __call__(self, channel: str) -> MailSender:
        from carecli.boot.channels import account
        from carecli.platforms.mail.smtp import SmtpMailbox

        return SmtpMailbox(account(self._setup, channel))


def reports_told(setup: Setup, database: Database) -> Iterator[Check]:
    """When each report is made next, and which mails did not leave."""
    with database.read() as db:
        until = {name: report_mails.made_until(db, name) for name in setup.config.reports}
        troubled = report_mails.troubled(db)
    for name, one in setup.config.reports.items():
        made = until[name]
        if made is None:
            yield Check("reports", True, f"{name} will be made when the engine runs.")
            continue
        turn = due_moment(shift_month(made, 1), one.day, one.at, setup.zone)
        is_late = turn.timestamp() * 1000 < now()
        hint = "Run: carecli daemon" if is_late else ""
        text = f"{name}: made until {made}, next on {turn:%Y-%m-%d %H:%M}"
        yield Check("reports", not is_late, text, hint)
    for mail in troubled:
        text = f"{mail.name} of {mail.month} to {mail.address} is {mail.state}: {mail.error}"
        hint = mail.hint
        if mail.state == "failed":
            hint = "Correct the address, and send the report yourself: carecli report -o page.html"
        yield Check("reports", False, text, hint)
