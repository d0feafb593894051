"""The command that splits a backlog between people."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import MANY, CommonOptions, asked, confirm, deed
from carecli.domain.backlog import COLOURS, DayCount
from carecli.domain.errors import FilterError
from carecli.domain.model import Colour, Millis
from carecli.domain.split import Method, Plan, Share, ShiftPerson, SplitResult
from carecli.domain.text import one_line

if TYPE_CHECKING:
    from carecli.desk.services import InboxServices

BAR = 20
"""The width of the longest bar, in cells."""


@dataclass(frozen=True, slots=True)
class SplitDay:
    """Threads waiting since a day, in total and by colour; `day` is the start of the day."""

    day: Millis
    total: int
    colours: dict[Colour, int]


@dataclass(frozen=True, slots=True)
class SplitShare:
    """The share of one person: waits that started from `start` until before `end`.

    `done_at` is when all of it will be done at the present pace, `late` how many deadlines will be
    missed, and `left` how many threads will be left at the end of the shift.
    """

    person: str
    start: Millis
    end: Millis
    total: int
    days: list[SplitDay]
    done_at: Millis
    late: int
    left: int


@dataclass(frozen=True, slots=True)
class BacklogSplit:
    """A split. `doomed` is the number of deadlines that these people cannot meet.

    After `--dry-run`, `decision` is null and `assigned` is empty; otherwise `assigned` is the
    number of threads each person got.
    """

    filter: str
    method: Method
    start: Millis
    end: Millis
    total: int
    late: int
    days: list[SplitDay]
    shares: list[SplitShare]
    unassigned: list[SplitDay]
    doomed: list[SplitDay]
    decision: int | None
    assigned: dict[str, int]


@deed(
    "carecli split --people ania,kasia,piotr --by load --dry-run",
    "carecli split --from 2026-01-01 --until 2026-01-06 --people ania,kasia=6h --by day",
    "carecli split is:waiting at:dm --people ania,kasia --by equal --yes --json",
    says=BacklogSplit,
)
@click.argument("filter_words", nargs=-1, metavar="[FILTER]")
@click.option(
    "--from",
    "since",
    metavar="DAY",
    default="",
    help="The first day (default: the day of the oldest wait).",
)
@click.option(
    "--until", metavar="DAY", default="", help="The day after the last day (default: tomorrow)."
)
@click.option(
    "--people",
    metavar="A,B=6H",
    required=True,
    help="The people on shift, in the order of their shares; `=6h` is how much longer they work.",
)
@click.option(
    "--by",
    "method",
    type=click.Choice([one.value for one in Method]),
    default=Method.LOAD.value,
    help="By day, in equal shares, or by expected work (load).",
)
@click.option("--dry-run", is_flag=True, help="Only show who would get what.")
@click.option(
    "--yes", is_flag=True, help=f"Do not ask for confirmation, even for more than {MANY} threads."
)
@asked
def split(
    asked: CommonOptions,
    filter_words: tuple[str, ...],
    since: str,
    until: str,
    people: str,
    method: str,
    dry_run: bool,
    yes: bool,
) -> None:
    """Split waiting threads between people, by the day each wait started.

    One `carecli undo` undoes it. Messages that arrive late go to the person who has that day.
    Threads that are already assigned are split as well, unless the filter contains `assignee:none`.
    """
    wanted = " ".join(filter_words) or "is:waiting"
    with asked.desk() as desk:
        try:
            plan = desk.planning.split_preview(
                wanted, _people(desk, people), Method(method), since, until
            )
        except FilterError as error:
            if not asked.as_json and filter_words:
                say(f"{one_line(wanted)}\n{' ' * error.column}^", to_errors=True)
            raise
        zone = asked.setup().zone
        if not asked.as_json:
            _show(plan, zone)
        done: SplitResult | None = None
        if not dry_run:
            given = sum(share.total for share in plan.shares)
            if given > MANY and not yes:
                confirm(f"This assigns {given} threads. Continue?")
            done = desk.planning.split(plan)
        if asked.as_json:
            write_json(_told(plan, done))
        elif done is not None:
            from carecli.desk.planning.split import unassigned_reasons

            say(f"{done.said}. Run `carecli undo` to undo it.")
            for reason in unassigned_reasons(plan, zone):
                say(reason, to_errors=True)


def _people(desk: InboxServices, names: str) -> list[ShiftPerson]:
    from carecli.config import values

    found: list[ShiftPerson] = []
    for word in filter(None, (word.strip() for word in names.split(","))):
        name, _, hours = word.partition("=")
        try:
            until = desk.now() + values.duration(hours) if hours else None
        except ValueError as error:
            raise click.UsageError(f"{word}: {error}.") from error
        found.append(ShiftPerson(desk.me if name == "me" else name, until=until))
    return found


def _told(plan: Plan, done: SplitResult | None) -> BacklogSplit:
    return BacklogSplit(
        plan.filter,
        plan.method,
        plan.backlog.start,
        plan.backlog.end,
        plan.backlog.total,
        plan.late,
        _days(plan.backlog.histogram()),
        [
            SplitShare(
                share.person.name,
                share.start,
                share.end,
                share.total,
                _days(share.days),
                share.done_at,
                share.late,
                share.left,
            )
            for share in plan.shares
        ],
        _days(plan.unassigned),
        _days(plan.doomed),
        done.decision if done is not None else None,
        dict(done.counts) if done is not None else {},
    )


def _days(days: Sequence[DayCount]) -> list[SplitDay]:
    return [
        SplitDay(one.day, one.total, dict(zip(COLOURS, one.colours, strict=True))) for one in days
    ]


def _show(plan: Plan, zone: str) -> None:
    """A histogram and who gets what; a pipe gets only the latter."""
    from carecli.desk.planning.split import words_of_moment, words_of_range

    backlog = plan.backlog
    if sys.stdout.isatty():
        period = words_of_range(backlog.start, backlog.end, zone)
        say(f"{period} · {one_line(plan.filter)} · {backlog.total:,} threads")
        days = backlog.histogram()
        most = max(day.total for day in days)
        ends = [day.day for day in days[1:]] + [backlog.end]
        lost = {day.day: day.total for day in plan.doomed}
        write_table(
            ("day", "", "waiting", *COLOURS, "can't be met"),
            [
                (
                    words_of_range(day.day, end, zone),
                    bar(day.total, most),
                    str(day.total),
                    *map(str, day.colours),
                    str(lost.get(day.day, "")),
                )
                for day, end in zip(days, ends, strict=True)
            ],
        )
    rows = [
        _line(share, zone, words_of_moment(share.done_at, backlog.now, zone))
        for share in plan.shares
    ]
    if plan.unassigned_total:
        where = words_of_range(plan.borders[-1], backlog.end, zone)
        rows.append(("-", where, str(plan.unassigned_total), "-", "-", "-"))
    write_table(("who", "waits since", "threads", "done", "late", "left over"), rows)
    doomed = sum(day.total for day in plan.doomed)
    if doomed and sys.stdout.isatty():
        say(f"{doomed} deadlines cannot be met any more.")


def _line(share: Share, zone: str, done: str) -> tuple[str, ...]:
    from carecli.desk.planning.split import words_of_range

    return (
        share.person.name,
        words_of_range(share.start, share.end, zone) if share.total else "-",
        str(share.total),
        done if share.total else "-",
        str(share.late),
        str(share.left),
    )


def bar(n: int, most: int) -> str:
    """A bar of at most BAR cells, in eighths.

    >>> bar(1, 3)
    '██████▋'
    """
    eighths = round(BAR * 8 * n / most) if most else 0
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
