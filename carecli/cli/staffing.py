"""The command that replays a past day with teams of other sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, asked, deed
from carecli.desk.planning.staffing import ROUND_THE_CLOCK, Staffing, StaffingAsked, TeamRow
from carecli.domain.figures import number, percent, span
from carecli.domain.model import Colour


class HoursOfDay(click.ParamType[tuple[int, int]]):
    """Working hours: `08:00-16:00`."""

    name = "hours"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        from carecli.config.values import interval

        try:
            found = interval(str(value))
        except ValueError as error:
            self.fail(f"{value!r}: {error}.", param, ctx)
        return found.start, found.end


class Sizes(click.ParamType[tuple[int, ...]]):
    """Team sizes: `5,7,9`."""

    name = "sizes"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        words = str(value).split(",")
        if not all(word.isascii() and word.isdigit() and 0 < int(word) <= 500 for word in words):
            self.fail(f"{value!r}: expected numbers of people such as 5,7,9.", param, ctx)
        return tuple(map(int, words))


@deed(
    "carecli staffing 2026-10-17 --people 5,7,9 --hours 08:00-20:00",
    "carecli staffing 2026-10-01 --last 2026-10-31 --hours 08:00-12:00 --hours 13:00-17:00",
    "carecli staffing yesterday --keep 99 --seed 7 --json",
    says=Staffing,
)
@click.argument("day")
@click.option("--last", metavar="DAY", default="", help="The last day, to simulate several days.")
@click.option("--people", type=Sizes(), metavar="5,7,9", help="The team sizes to compare.")
@click.option(
    "--hours",
    type=HoursOfDay(),
    multiple=True,
    metavar="08:00-16:00",
    help="The working hours of everybody on every day; may be repeated (default: round the clock).",
)
@click.option("--brand", default="", help="Only this brand, by key.")
@click.option(
    "--keep",
    type=click.FloatRange(0, 100, min_open=True),
    default=95.0,
    show_default=True,
    metavar="PERCENT",
    help="The share of answers in time that each colour must reach.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="A number; the same seed gives the same result.",
)
@click.option(
    "--playings",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="The number of simulations; the mean is shown.",
)
@asked
def staffing(
    asked: CommonOptions,
    day: str,
    last: str,
    people: Sequence[int] | None,
    hours: tuple[tuple[int, int], ...],
    brand: str,
    keep: float,
    seed: int,
    playings: int,
) -> int:
    """Simulate a past day with other teams, and find the smallest that keeps up.

    Threads take as long as they really took here. docs/staffing.md explains the assumptions. The
    exit code is 1 if no team reaches the wanted share.
    """
    asked.speak()
    wanted = StaffingAsked(
        day, last, people or (), hours or ROUND_THE_CLOCK, brand, keep / 100, seed, playings
    )
    with asked.desk() as desk:
        found = desk.planning.staffing(wanted)
    if asked.as_json:
        write_json(found)
    else:
        _tell(found)
    return 0 if found.smallest else 1


def _tell(found: Staffing) -> None:
    came = ", ".join(f"{number(n)} {colour}" for colour, n in found.arrived.items())
    really = (
        (f" In fact, {percent(found.really)} were answered in time.")
        if found.really is not None
        else ""
    )
    say(f"{came} came in; {number(found.carried)} were already waiting.{really}")
    say(
        f"Hours {' '.join(found.hours)} ({found.zone}), seed {found.seed}, mean of "
        f"{found.playings} simulations."
    )
    if found.measured is not None and found.measured < 1:
        assumed = percent(1 - found.measured)
        say(f"For {assumed} of them there was too little data, so typical times were used.")
    teams = {row.people: row for row in found.teams}
    if found.smallest:
        teams[found.smallest.people] = found.smallest
    rows = [teams[people] for people in sorted(one for one in teams if one is not None)]
    write_table(
        ("people", *Colour, "all", "worst", "busy", "longest wait"),
        [_line(row) for row in (*rows, found.ceiling)],
    )
    if found.smallest:
        team = "1 person keeps" if (n := found.smallest.people) == 1 else f"{n} people keep"
        say(f"{team} {percent(found.wanted)} of each colour.")
    else:
        say(f"No team reaches {percent(found.wanted)} of each colour in these hours.")


def _line(row: TeamRow) -> tuple[str, ...]:
    return (
        "any" if row.people is None else number(row.people),
        *(_share(row.shares.get(colour)) for colour in Colour),
        _share(row.share),
        _share(row.least),
        _share(row.busy),
        span(row.longest),
    )


def _share(share: float | None) -> str:
    return "-" if share is None else percent(share)
