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
from carecli.cli.shared import CommonOptions, cli_command, range_options, with_options
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
"""The mark after a figure that shows its origin."""


@dataclass(frozen=True, slots=True)
class FollowedProfile:
    """The result of reading one profile: the number of posts, or the problem and a hint."""

    key: str
    posts: int
    trouble: str
    said: str
    hint: str


class _Showing(click.Group):
    """A group whose default command shows the comparison."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("-h", "--help")):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Showing)
def competitors() -> None:
    """Compare with the public profiles of other brands. Without a subcommand: `show`."""


@cli_command(
    "carecli competitors show --month 2026-10",
    "carecli competitors show --since 2026-10-01 --until 2026-11-01 --csv > october.csv",
    result=Competition,
)
@range_options
@click.option("--brand", default="", help="Only this brand (by key) and its competitors.")
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV with a header line.")
@with_options
def show(
    options: CommonOptions, since: str, until: str, month: str, brand: str, as_csv: bool
) -> None:
    """Compare audience, growth, posts, engagement and answers of public profiles over a period.

    A letter after each figure shows its source: `a` for the API, `c` for CSV, `h` for entered by
    hand. `?` warns of a small sample, and `–` means unknown. Each figure is defined in
    docs/competitors.md.
    """
    options.use_language()
    with options.desk() as desk:
        comparison = desk.competitors.competition(ReportAsked(since, until, month, brand=brand))
    if options.as_json:
        write_json(comparison)
    elif as_csv:
        _write_csv(comparison.profiles)
    elif not comparison.profiles:
        say("No competitors are configured; see docs/competitors.md.")
    else:
        _write_comparison(comparison)


def _write_csv(rows: Sequence[ProfileRow]) -> None:
    """Write each figure in three columns: value, origin and n; missing ones are empty."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    names = [field.name for field in fields(ProfileRow)]
    figure_names = {
        name for name in names if rows and isinstance(getattr(rows[0], name), SourcedFigure)
    }
    writer.writerow(
        [
            heading
            for name in names
            for heading in (
                (name, f"{name}_origin", f"{name}_n") if name in figure_names else (name,)
            )
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


def _write_comparison(comparison: Competition) -> None:
    headings = (
        *("profile", "on", "audience", "growth", "posts/week", "reactions", "comments"),
        *("engaged", "answers", "in time", "until", "title"),
    )
    write_table(headings, [_row(row) for row in comparison.profiles])
    for row in comparison.profiles:
        if row.trouble:
            hint = "carecli competitors import, or set" if row.trouble == "permission" else ""
            text = f"{row.key}: the API cannot read it now ({row.trouble})"
            say(f"{text}; {hint}" if hint else text, to_errors=True)


def _row(row: ProfileRow) -> tuple[str, ...]:
    growth = _figure_text(
        row.growth, lambda value: f"{'+' if value > 0 else ''}{number(round(value))}"
    )
    if row.growth_share.value is not None:
        growth += f" ({_percent(row.growth_share.value, 1)})"
    return (
        f"{row.key}{' *' if row.is_ours else ''}",
        row.platform,
        _figure_text(row.audience, lambda value: number(round(value))),
        growth,
        _figure_text(row.posts_per_week, decimal),
        _figure_text(row.reactions_per_post, lambda value: number(round(value))),
        _figure_text(row.comments_per_post, decimal),
        _figure_text(row.engagement, _percent),
        _figure_text(row.answers_within, lambda value: exact_span(round(value))),
        _figure_text(row.answered_in_time, percent),
        row.seen_until or "–",
        row.title,
    )


def _percent(value: float, places: int = 2) -> str:
    return f"{decimal(100 * value, places)}%"


def _figure_text(figure: SourcedFigure, write: Callable[[float], str]) -> str:
    if figure.value is None:
        return "–"
    return f"{write(figure.value)}{MARKS[figure.origin]}{' ?' if figure.is_small else ''}"


@cli_command(
    "carecli competitors follow",
    "carecli competitors follow lumira-fb",
    result=list[FollowedProfile],
)
@click.argument("keys", nargs=-1, metavar="[PROFILE]...")
@with_options
def follow(options: CommonOptions, keys: tuple[str, ...]) -> None:
    """Read public profiles now: the given ones, or all that a channel can read.

    The engine also does this once a day. The exit code is 1 if a profile could not be read.
    """
    results: list[FollowedProfile] = []
    for result in _read_profiles(options, keys):
        results.append(result)
        if not options.as_json:
            _print_result(result)
    if options.as_json:
        write_json(results)
    if any(result.trouble for result in results):
        click.get_current_context().exit(1)


def _read_profiles(options: CommonOptions, keys: Sequence[str]) -> Iterator[FollowedProfile]:
    from carecli.boot.profile_following import profile_follower
    from carecli.boot.store import open_store

    setup = options.setup()
    followers = profile_follower(setup)
    chosen = _chosen_profiles(followers.followed, keys)
    if not chosen:
        raise Refusal(
            "No competitor has a channel to be read with.", hint="See docs/competitors.md."
        )
    with closing(open_store(setup)) as database:
        for number, profile in enumerate(chosen, 1):
            if not options.as_json and sys.stderr.isatty():
                text = f"{number}/{len(chosen)} {profile.title} ({profile.platform}) …"
                say(text, to_errors=True)
            result = asyncio.run(followers.follow(database, profile))
            yield FollowedProfile(
                result.key, result.posts, result.trouble, result.said, result.hint
            )


def _chosen_profiles(followed: Sequence[Profile], keys: Sequence[str]) -> list[Profile]:
    by_key = {profile.key: profile for profile in followed}
    for key in keys:
        if key not in by_key:
            hint = f"Known: {', '.join(by_key)}."
            raise Refusal(f"No channel can read a profile {key!r}.", hint=hint)
    return [by_key[key] for key in keys] if keys else list(followed)


def _print_result(result: FollowedProfile) -> None:
    """Print one line for a profile: its key, a tab, and the result."""
    text = f"{number(result.posts)} posts"
    if result.trouble:
        trouble = "not permitted" if result.trouble == "permission" else result.trouble
        text = join_sentences(f"{trouble}: {result.said}", result.hint)
    print(f"{one_line(result.key)}\t{one_line(text)}", flush=True)


@cli_command(
    "carecli competitors import october.csv --dry-run",
    "carecli competitors import october.csv",
    name="import",
    result=FiguresRead,
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option(
    "--dry-run", is_flag=True, help="Only check the file and show what it contains; save nothing."
)
@with_options
def import_file(options: CommonOptions, file: Path, dry_run: bool) -> None:
    """Import figures from a CSV file; its columns are described in docs/competitors.md.

    Every mistake is listed with its line and column; if there is any, nothing is saved. Importing a
    file twice changes nothing.
    """
    text = _read(file)
    options.use_language()
    with options.desk() as desk:
        result = desk.competitors.import_figures(text, dry_run=dry_run)
    if options.as_json:
        write_json(result)
    else:
        for mistake in result.mistakes:
            place = f"{file}:{mistake.line}: {f'{mistake.column}: ' if mistake.column else ''}"
            say(f"{place}{mistake.what}", to_errors=True)
        outcome = "kept" if result.is_kept else "read; nothing saved"
        summary = f"{result.rows} rows, {result.figures} figures, {result.posts} posts {outcome}."
        say(summary)
    if result.mistakes:
        click.get_current_context().exit(Refusal.exit_code)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise CareError(f"{file} cannot be read: {error.strerror}.") from error
    if len(raw) > MOST_BYTES:
        raise CareError(f"{file} is too large.", hint="Split it by month.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CareError(f"{file} is not UTF-8.", hint="Save it as CSV (UTF-8).") from error


@cli_command(
    "carecli competitors set bursztyn-fb --day 2026-10-31 --audience 734000",
    "carecli competitors set bursztyn-fb --day 2026-10-31 --days 31 --posts 24 --reactions 31200",
    "carecli competitors set bursztyn-fb --day 2026-10-13 --forget",
    name="set",
    result=Competition,
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
@with_options
def set_figures(
    options: CommonOptions, key: str, day: str, days: int, forget: bool, **values: int | None
) -> None:
    """Enter figures of a profile by hand; figures you leave out stay unknown."""
    figures = {name: value for name in FIGURES if (value := values.get(name)) is not None}
    with options.desk() as desk:
        if forget:
            n = desk.competitors.forget_figures(key, day)
            text = f"{n} figures for {day} were deleted."
        else:
            desk.competitors.set_figures(key, day, figures, days)
            text = f"{len(figures)} figures for {day} were saved."
        comparison = desk.competitors.competition(ReportAsked(month=day[:7]))
    options.tell(comparison, text)


for _command in (show, follow, import_file, set_figures):
    competitors.add_command(_command)
