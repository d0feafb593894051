"""Monthly reports are made once their turn has come, and mailed once, whatever is killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.desk.context import UNKNOWN_CHANNEL, DeskContext
from carecli.desk.report_page.page import page
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.reports.monthly import monthly
from carecli.domain.delivery import LOOKS
from carecli.domain.errors import CareError, PersonUnreachable, Transient
from carecli.domain.model import DAY, MINUTE
from carecli.jobs.monthly_reports import MonthlyReportJob, Schedule
from carecli.platforms.mail.outgoing import OutgoingMail
from carecli.store import report_mails
from carecli.store.db import Database
from tests.support.months import PEOPLE, ZONE, Months

SEPTEMBER = datetime(2026, 9, 20, tzinfo=ZoneInfo(ZONE))
TO = ("manager@vichy.test", "lead@lrp.test")


SCHEDULE = Schedule("all", 1, 420, ("lrp", "vichy"), ("pl",), TO, "box", None, ("html",), True)


class Killed(BaseException):
    """The power went."""


@dataclass
class World:
    """A mail server, a clock, and an engine that dies at a step when told to."""

    file: Path
    folder: Path
    now: int = round(SEPTEMBER.timestamp() * 1000)
    delivered: list[tuple[str, OutgoingMail]] = field(default_factory=list)
    dies_at: str = ""
    fails_with: CareError | None = None
    schedule: Schedule = SCHEDULE

    def engine(self) -> MonthlyReportJob:
        context = DeskContext(
            "ana", lambda: self.now, lambda _: UNKNOWN_CHANNEL, zone=ZONE, people=PEOPLE,
            brands={"lrp": "La Roche-Posay", "vichy": "Vichy"},
        )  # fmt: skip
        return MonthlyReportJob(context, [self.schedule], lambda _channel: self, self.step)

    def step(self, name: str) -> None:
        if name == self.dies_at:
            self.dies_at = ""
            raise Killed(name)

    def send(self, key: str, at: int, letter: OutgoingMail) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        self.delivered.append((key, letter))

    def was_sent(self, key: str) -> bool:
        return any(known == key for known, _ in self.delivered)

    def look(self) -> None:
        database = Database(self.file)
        try:
            self.engine().look(database)
        except Killed:
            pass
        finally:
            database.close()

    def begin(self) -> None:
        """The engine runs in October, when September was made already."""
        self.at(2026, 10, 20)
        self.look()

    def at(self, year: int, month: int, day: int, hour: int = 12) -> None:
        moment = datetime(year, month, day, hour, tzinfo=ZoneInfo(ZONE))
        self.now = round(moment.timestamp() * 1000)

    def pass_until_quiet(self) -> None:
        """Time passes while the engine looks, until nothing is left to do."""
        for _ in range(20):
            self.look()
            self.now += 5 * MINUTE

    def addresses(self) -> list[str]:
        return sorted(letter.to[0] for _, letter in self.delivered)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("months") / "care.sqlite"
    Months(file, many=3)
    return file


@pytest.fixture
def fresh(filled: Path, tmp_path: Path) -> Callable[[], World]:
    made = iter(range(10_000))

    def world() -> World:
        folder = tmp_path / str(next(made))
        folder.mkdir()
        file = folder / "care.sqlite"
        file.write_bytes(filled.read_bytes())
        return World(file, folder / "pages")

    return world


@pytest.fixture
def world(fresh: Callable[[], World]) -> World:
    return fresh()


def test_nothing_is_made_of_months_before_it_was_configured(world: World) -> None:
    world.pass_until_quiet()
    assert world.delivered == []


def test_a_month_is_made_at_its_hour_and_once(world: World) -> None:
    world.look()
    world.at(2026, 10, 1, 6)
    world.look()
    assert world.delivered == []
    world.at(2026, 10, 1, 7)
    world.pass_until_quiet()
    assert world.addresses() == sorted(TO)
    world.at(2026, 10, 31)
    world.pass_until_quiet()
    assert world.addresses() == sorted(TO)
    _, letter = world.delivered[0]
    assert letter.subject == "La Roche-Posay, Vichy: obsługa klienta, Wrzesień 2026"
    names = ["care-2026-09-lrp-pl.html", "care-2026-09-vichy-pl.html"]
    assert [file.name for file in letter.files] == names
    assert "Odsetek odpowiedzi: 100%" in letter.text
    assert "Cały raport" not in letter.text, "two pages are attached"


def test_a_missed_hour_is_caught_up_but_not_years(world: World) -> None:
    world.look()
    world.at(2027, 3, 9)
    world.pass_until_quiet()
    assert world.addresses() == sorted(TO * 3)
    subjects = {letter.subject.rpartition(", ")[2] for _, letter in world.delivered}
    assert subjects == {"Grudzień 2026", "Styczeń 2027", "Luty 2027"}


@pytest.mark.parametrize(
    "step",
    ["report-written", "report-made", "report-claimed", "report-answered", "report-recorded"],
)
def test_whatever_is_killed_each_gets_one(world: World, step: str) -> None:
    world.begin()
    world.at(2026, 11, 1)
    world.dies_at = step
    world.look()
    assert world.dies_at == "", "it died"
    world.pass_until_quiet()
    assert world.addresses() == sorted(TO)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.sampled_from(["report-written", "report-made", "report-claimed", "report-answered"]),
        max_size=4,
    )
)
def test_whatever_is_killed_however_often_each_gets_one(
    fresh: Callable[[], World], deaths: list[str]
) -> None:
    world = fresh()
    world.begin()
    world.at(2026, 11, 1)
    for step in deaths:
        world.dies_at = step
        world.look()
        world.now += MINUTE
    world.dies_at = ""
    world.pass_until_quiet()
    assert world.addresses() == sorted(TO)


def test_a_connection_lost_at_the_last_word_is_looked_into(world: World) -> None:
    world.begin()
    world.at(2026, 11, 1)
    world.fails_with = Transient("lost", happened=None)
    world.look()
    world.fails_with = None
    world.look()
    assert world.delivered == [], "first our copy is looked for"
    world.now += sum(LOOKS)
    world.pass_until_quiet()
    assert world.addresses() == sorted(TO)


def test_a_server_that_is_away_is_tried_again_and_a_wrong_address_is_told(world: World) -> None:
    world.begin()
    world.at(2026, 11, 1)
    world.fails_with = Transient("away", happened=False)
    world.look()
    world.now += DAY
    world.fails_with = PersonUnreachable("no such address")
    world.look()
    world.fails_with = None
    world.now += DAY
    world.pass_until_quiet()
    assert world.delivered == []
    database = Database(world.file)
    with database.read() as db:
        troubled = report_mails.troubled(db)
    database.close()
    assert {one.state for one in troubled} == {"failed"}
    assert {one.error for one in troubled} == {"no such address"}


def test_pages_lie_in_the_folder_as_they_were_issued(world: World) -> None:
    world.schedule = replace(world.schedule, folder=world.folder, to=(), files=("html", "xlsx"))
    world.begin()
    world.at(2026, 11, 1)
    world.look()
    assert sorted(file.name for file in world.folder.iterdir()) == [
        *("care-2026-10-lrp-pl.html", "care-2026-10-lrp-pl.xlsx"),
        *("care-2026-10-vichy-pl.html", "care-2026-10-vichy-pl.xlsx"),
    ]
    database = Database(world.file)
    with database.write() as db:  # a late page of the sync takes messages away
        db.execute("DELETE FROM waits WHERE id % 3 = 0")
        db.execute("UPDATE quotes SET text = 'another'")
    with database.read() as db:
        again = monthly(db, world.engine()._context, ReportAsked(month="2026-10", brand="lrp"))
    database.close()
    assert page(again, "pl").encode() == (world.folder / "care-2026-10-lrp-pl.html").read_bytes()


def test_a_report_that_left_the_configuration_is_mailed_no_more(world: World) -> None:
    world.begin()
    world.at(2026, 11, 1)
    world.fails_with = Transient("away", happened=False)
    world.look()
    world.fails_with = None
    world.schedule = replace(world.schedule, name="another")
    world.now += DAY
    world.pass_until_quiet()
    assert world.delivered == []
