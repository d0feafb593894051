"""Competitor commands: the comparison, following, figure files and single figures."""

from __future__ import annotations

import asyncio
import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, asked, deed
from carecli.desk.competitors.comparison import Competition, ProfileRow, SourcedFigure
from carecli.desk.competitors.figure_files import FiguresRead
from carecli.desk.report_page.export import inert
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.domain.competition import FIGURES
from carecli.domain.errors import CareError, Refusal
from carecli.domain.figures import decimal, exact_span, number, percent
from carecli.domain.text import join_sentences, one_line

if TYPE_CHECKING:
    from carecli.domain.competition import Profile

MOST_BYTES = 20_000_000
"""The problems of a CSV file that are shown."""

MARKS = {"api": " a", "csv": " c", "hand": " h"}
"""What stands beside a figure for its origin."""


@dataclass(frozen=True, slots=True)
class FollowedProfile:
    """The result of reading one profile: the number of posts, or the problem and a hint."""

    key: str
    posts: int
    trouble: str
    said: str
    hint: str


class _Showing(click.Group):
    """A group that shows the comparison where no other word follows."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("-h", "--help")):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Showing)
def competitors() -> None:
    """Compare with the public profiles of other brands. Without a subcommand: `show`."""


@deed(
    "carecli competitors show --month 2026-10",
    "carecli competitors show --since 2026-10-01 --until 2026-11-01 --csv > october.csv",
    says=Competition,
)
@click.option(
    "--since",
    "--from",
    metavar="DAY",
    default="",
    help="The first day (default: the first of this month).",
)
@click.option(
    "--until", metavar="DAY", default="", help="The day after the last day (default: now)."
)
@click.option("--month", metavar="MONTH", default="", help="A whole month, e.g. 2026-10.")
@click.option("--brand", default="", help="Only this brand (by key) and its competitors.")
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV with a header line.")
@asked
def show(
    asked: CommonOptions, since: str, until: str, month: str, brand: str, as_csv: bool
) -> None:
    """Compare audience, growth, posts, engagement and answers of public profiles over a period.

    A letter after each figure shows its source: `a` for the API, `c` for CSV, `h` for entered by
    hand. `?` warns of a small sample, and `–` means unknown. Each figure is defined in
    docs/competitors.md.
    """
    asked.speak()
    with asked.desk() as desk:
        found = desk.competitors.competition(ReportAsked(since, until, month, brand=brand))
    if asked.as_json:
        write_json(found)
    elif as_csv:
        _csv(found.profiles)
    elif not found.profiles:
        say("No competitors are configured; see docs/competitors.md.")
    else:
        _tell(found)


def _csv(rows: Sequence[ProfileRow]) -> None:
    """A figure, its origin and its n in three columns each; what is absent is empty."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    names = [field.name for field in fields(ProfileRow)]
    told = {name for name in names if rows and isinstance(getattr(rows[0], name), SourcedFigure)}
    writer.writerow(
        [
            heading
            for name in names
            for heading in ((name, f"{name}_origin", f"{name}_n") if name in told else (name,))
        ]
    )
    for row in rows:
        cells: list[object] = []
        for name in names:
            value = getattr(row, name)
            if isinstance(value, SourcedFigure):
                cells += [value.value, value.origin, value.n]
            else:
                cells.append(inert(value))
        writer.writerow(["" if cell is None else cell for cell in cells])


def _tell(found: Competition) -> None:
    headings = (
        *("profile", "on", "audience", "growth", "posts/week", "reactions", "comments"),
        *("engaged", "answers", "in time", "until", "title"),
    )
    write_table(headings, [_row(row) for row in found.profiles])
    for row in found.profiles:
        if row.trouble:
            hint = "carecli competitors import, or set" if row.trouble == "permission" else ""
            text = f"{row.key}: the API cannot read it now ({row.trouble})"
            say(f"{text}; {hint}" if hint else text, to_errors=True)


def _row(row: ProfileRow) -> tuple[str, ...]:
    growth = _told(row.growth, lambda value: f"{'+' if value > 0 else ''}{number(round(value))}")
    if row.growth_share.value is not None:
        growth += f" ({_percent(row.growth_share.value, 1)})"
    return (
        f"{row.key}{' *' if row.is_ours else ''}",
        row.platform,
        _told(row.audience, lambda value: number(round(value))),
        growth,
        _told(row.posts_per_week, decimal),
        _told(row.reactions_per_post, lambda value: number(round(value))),
        _told(row.comments_per_post, decimal),
        _told(row.engagement, _percent),
        _told(row.answers_within, lambda value: exact_span(round(value))),
        _told(row.answered_in_time, percent),
        row.seen_until or "–",
        row.title,
    )


def _percent(value: float, places: int = 2) -> str:
    return f"{decimal(100 * value, places)}%"


def _told(told: SourcedFigure, write: Callable[[float], str]) -> str:
    if told.value is None:
        return "–"
    return f"{write(told.value)}{MARKS[told.origin]}{' ?' if told.is_small else ''}"


@deed(
    "carecli competitors follow", "carecli competitors follow lumira-fb", says=list[FollowedProfile]
)
@click.argument("keys", nargs=-1, metavar="[PROFILE]...")
@asked
def follow(asked: CommonOptions, keys: tuple[str, ...]) -> None:
    """Read public profiles now: the given ones, or all that a channel can read.

    The engine also does this once a day. The exit code is 1 if a profile could not be read.
    """
    found: list[FollowedProfile] = []
    for one in _follow(asked, keys):
        found.append(one)
        if not asked.as_json:
            _tell_followed(one)
    if asked.as_json:
        write_json(found)
    if any(one.trouble for one in found):
        click.get_current_context().exit(1)


def _follow(asked: CommonOptions, keys: Sequence[str]) -> Iterator[FollowedProfile]:
    from carecli.boot.profile_following import following
    from carecli.boot.store import open_store

    setup = asked.setup()
    followers = following(setup)
    chosen = _chosen(followers.followed, keys)
    if not chosen:
        raise Refusal(
            "No competitor has a channel to be read with.", hint="See docs/competitors.md."
        )
    with closing(open_store(setup)) as database:
        for place, profile in enumerate(chosen, 1):
            if not asked.as_json and sys.stderr.isatty():
                text = f"{place}/{len(chosen)} {profile.title} ({profile.platform}) …"
                say(text, to_errors=True)
            done = asyncio.run(followers.follow(database, profile))
            yield FollowedProfile(done.key, done.posts, done.trouble, done.said, done.hint)


def _chosen(followed: Sequence[Profile], keys: Sequence[str]) -> list[Profile]:
    by_key = {one.key: one for one in followed}
    for key in keys:
        if key not in by_key:
            hint = f"Known: {', '.join(by_key)}."
            raise Refusal(f"No channel can read a profile {key!r}.", hint=hint)
    return [by_key[key] for key in keys] if keys else list(followed)


def _tell_followed(one: FollowedProfile) -> None:
    """A line for each as it comes: its key, and what came of it after a tab."""
    said = f"{number(one.posts)} posts"
    if one.trouble:
        trouble = "not permitted" if one.trouble == "permission" else one.trouble
        said = join_sentences(f"{trouble}: {one.said}", one.hint)
    print(f"{one_line(one.key)}\t{one_line(said)}", flush=True)


@deed(
    "carecli competitors import october.csv --dry-run",
    "carecli competitors import october.csv",
    name="import",
    says=FiguresRead,
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option(
    "--dry-run", is_flag=True, help="Only check the file and show what it contains; save nothing."
)
@asked
def import_file(asked: CommonOptions, file: Path, dry_run: bool) -> None:
    """Import figures from a CSV file; its columns are described in docs/competitors.md.

    Every mistake is listed with its line and column; if there is any, nothing is saved. Importing a
    file twice changes nothing.
    """
    text = _read(file)
    asked.speak()
    with asked.desk() as desk:
        found = desk.competitors.import_figures(text, dry_run=dry_run)
    if asked.as_json:
        write_json(found)
    else:
        for one in found.mistakes:
            place = f"{file}:{one.line}: {f'{one.column}: ' if one.column else ''}"
            say(f"{place}{one.what}", to_errors=True)
        done = "kept" if found.is_kept else "read; nothing saved"
        said = f"{found.rows} rows, {found.figures} figures, {found.posts} posts {done}."
        say(said)
    if found.mistakes:
        click.get_current_context().exit(Refusal.exit_code)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise CareError(f"{file} cannot be read: {error.strerror}.") from error
    if len(raw) > MOST_BYTES:
        raise CareError(f"{file} is too large.", hint="Split it by month.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CareError(f"{file} is not UTF-8.", hint="Save it as CSV (UTF-8).") from error


@deed(
    "carecli competitors set bursztyn-fb --day 2026-10-31 --audience 734000",
    "carecli competitors set bursztyn-fb --day 2026-10-31 --days 31 --posts 24 --reactions 31200",
    "carecli competitors set bursztyn-fb --day 2026-10-13 --forget",
    name="set",
    says=Competition,
)
@click.argument("key", metavar="PROFILE")
@click.option("--day", required=True, metavar="DAY", help="The day, or the last day of several.")
@click.option(
    "--days", type=click.IntRange(1, 366), default=1, help="The number of days (default: 1)."
)
@click.option("--audience", type=click.IntRange(0), help="Followers on that day.")
@click.option("--posts", type=click.IntRange(0), help="Posts published on these days.")
@click.option("--reactions", type=click.IntRange(0), help="Reactions to all of these posts.")
@click.option("--comments", type=click.IntRange(0), help="Comments under all of these posts.")
@click.option("--shares", type=click.IntRange(0), help="Shares of all of these posts.")
@click.option("--forget", is_flag=True, help="Delete the figures that were entered for this day.")
@asked
def set_figures(
    asked: CommonOptions, key: str, day: str, days: int, forget: bool, **told: int | None
) -> None:
    """Enter figures of a profile by hand; figures you leave out stay unknown."""
    figures = {name: value for name in FIGURES if (value := told.get(name)) is not None}
    with asked.desk() as desk:
        if forget:
            n = desk.competitors.forget_figures(key, day)
            said = f"{n} figures for {day} were deleted."
        else:
            desk.competitors.set_figures(key, day, figures, days)
            said = f"{len(figures)} figures for {day} were saved."
        found = desk.competitors.competition(ReportAsked(month=day[:7]))
    asked.tell(found, said)


for _command in (show, follow, import_file, set_figures):
    competitors.add_command(_command)
