"""Sets up the monthly report from the configuration and the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from carecli.boot.doctor_checks import Check
from carecli.boot.inbox import context
from carecli.boot.setup import Setup, language_of, now
from carecli.boot.store import open_store
from carecli.domain.months import due_moment, shift_month
from carecli.store import report_mails
from carecli.store.db import Database

if TYPE_CHECKING:
    from carecli.desk.reports.kpi_report import ReportAsked
    from carecli.desk.reports.monthly import Monthly
    from carecli.jobs.monthly_reports import MailSender, Schedule


def monthly_of(setup: Setup, request: ReportAsked) -> Monthly:
    """The whole report of a period; raises Refusal."""
    from carecli.desk.reports.monthly import monthly

    with closing(open_store(setup)) as database, database.read() as db:
        return monthly(db, context(setup), request)


def brands_of(setup: Setup) -> Sequence[str]:
    """Every brand's key, also of those that only a channel implies."""
    return tuple(context(setup).brands)


def schedules(setup: Setup) -> list[Schedule]:
    """The reports of the configuration, with what they leave out filled in."""
    from carecli.jobs.monthly_reports import Schedule

    brands = brands_of(setup)
    default_language = language_of(setup.config.language, environ={})
    return [
        Schedule(
            name,
            report.day,
            report.at,
            report.brands or (brands if len(brands) > 1 else ("",)),
            report.languages or (default_language,),
            report.to,
            report.mailbox,
            Path(report.folder) if report.folder else None,
            report.files,
            report.issue,
        )
        for name, report in setup.config.reports.items()
    ]


def run_reports(setup: Setup) -> None:
    """Make the monthly reports that are due, and send their mails."""
    from carecli.jobs.monthly_reports import MonthlyReportJob

    with closing(Database(setup.database, durable=True)) as database:
        MonthlyReportJob(context(setup), schedules(setup), _Postboxes(setup)).look(database)


class _Postboxes:
    """Creates the mailbox of a channel on demand."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    def __call__(self, channel: str) -> MailSender:
        from carecli.boot.channels import account_of
        from carecli.platforms.mail.smtp import SmtpMailbox

        return SmtpMailbox(account_of(self._setup, channel))


def report_checks(setup: Setup, database: Database) -> Iterator[Check]:
    """Checks of when each report is made next, and of mails that were not sent."""
    with database.read() as db:
        until = {name: report_mails.made_until(db, name) for name in setup.config.reports}
        troubled = report_mails.troubled(db)
    for name, report in setup.config.reports.items():
        last_month = until[name]
        if last_month is None:
            yield Check("reports", True, f"{name} will be made when the engine runs.")
            continue
        next_run = due_moment(shift_month(last_month, 1), report.day, report.at, setup.zone)
        is_late = next_run.timestamp() * 1000 < now()
        hint = "Run: carecli daemon" if is_late else ""
        text = f"{name}: made until {last_month}, next on {next_run:%Y-%m-%d %H:%M}"
        yield Check("reports", not is_late, text, hint)
    for mail in troubled:
        text = f"{mail.name} of {mail.month} to {mail.address} is {mail.state}: {mail.error}"
        hint = mail.hint
        if mail.state == "failed":
            hint = "Correct the address, and send the report yourself: carecli report -o page.html"
        yield Check("reports", False, text, hint)
