"""Commands for auto-moderation: what rules do, how far they are trusted, what waits."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import Asked, asked, deed
from carecli.desk.rules.rows import ColourReason, DeedRow, RuleRow
from carecli.desk.rules.trying import Failure, Progress, Trial, TrialHit
from carecli.domain.model import Millis
from carecli.domain.rule import Stage

if TYPE_CHECKING:
    from carecli.desk.rules.desk import RuleDesk

SHOWN = 20
"""Hits of a trial that are shown unless more are wanted."""


@click.group()
def rules() -> None:
    """Auto-moderation: rules in files, tried on the past before they act."""


@contextmanager
def _desk(asked: Asked) -> Iterator[RuleDesk]:
    from carecli.boot.rules import rule_desk

    desk = rule_desk(asked.setup())
    try:
        if desk.problem:
            say(f"carecli: {desk.problem}", to_errors=True)
        yield desk
    finally:
        desk.close()


@deed("carecli rules list", "carecli rules list --json", says=list[RuleRow], name="list")
@asked
def list_rules(asked: Asked) -> None:
    """List rules in the order they run: their stage, and what they did in the last 30 days."""
    with _desk(asked) as desk:
        found, are_stopped = desk.rules(), desk.are_stopped()
    zone = asked.setup().zone
    if asked.as_json:
        write_json(found)
    elif not found:
        say(
            f"There are no rules in {asked.setup().config.rules}; "
            "docs/rules.md tells how to write one."
        )
    else:
        if are_stopped:
            say("All rules are held back; `carecli rules go` lets them act again.", to_errors=True)
        headings = (
            "rule",
            "stage",
            "does",
            "done",
            "waiting",
            "shadow",
            "refused",
            "last",
            "title",
        )
        write_table(headings, [_rule(one, zone) for one in found])


def _rule(row: RuleRow, zone: str) -> tuple[str, ...]:
    return (
        row.name,
        f"{row.stage} ({row.reason})" if row.reason else row.stage,
        " ".join(row.deeds),
        *(str(n) for n in (row.done, row.waiting, row.shadow, row.refused)),
        _moment(row.last_at, zone),
        row.title,
    )


def _moment(at: Millis | None, zone: str) -> str:
    if at is None:
        return "-"
    return f"{datetime.fromtimestamp(at / 1000, ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@deed("carecli rules test", "carecli rules test insults --json", says=list[Failure])
@click.argument("name", default="", metavar="[RULE]")
@asked
def test(asked: Asked, name: str) -> int:
    """Run the sentences of rules: those they must hit, and those they must not.

    The exit code is 1 if any comes out wrong.
    """
    with _desk(asked) as desk:
        found = desk.tests(name)
        is_broken = bool(desk.problem)
        rows = [one for one in desk.rules() if not name or one.name == name]
    if asked.as_json:
        write_json(found)
    else:
        for failure in found:
            say(f"{failure.rule}: {failure.what}")
        wrong = (
            f"{len(found)} sentences come out wrong" if found else "all sentences come out right"
        )
        say(f"{len(rows)} rules: {wrong}.")
    return 1 if found or is_broken else 0


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """What a rule would have done. `share` is hits of messages in scope, 0 to 1.

    `outcomes` counts what people did with what it would have hit (`replied`, `moderated`, …, '' for
    nothing yet), `days` hits by day in UTC; `hits` holds the newest ones.
    """

    rule: str
    version: str
    read: int
    in_scope: int
    hit: int
    share: float
    outcomes: dict[str, int]
    days: dict[str, int]
    hits: list[TrialHit]


@deed(
    "carecli rules try insults",
    "carecli rules try insults --since 2026-01-01 --show 100",
    "carecli rules try insults --json",
    says=RuleTrial,
    name="try",
)
@click.argument("name", metavar="RULE")
@click.option("--since", metavar="DAY", default="", help="The first day looked at (30 days ago).")
@click.option("--show", type=int, default=SHOWN, help="How many of the newest hits to show.")
@asked
def try_(asked: Asked, name: str, since: str, show: int) -> None:
    """Replay a rule over everything people wrote: what it would have done. Nothing is changed.

    A rule can go live only after this was run on what it says now.
    """
    with _desk(asked) as desk:
        trial = desk.dry_run(name, _since(asked, since), _progress())
        deeds = desk.entry(name).rule.deeds
    shown = trial.samples[-show:] if show > 0 else []
    if asked.as_json:
        write_json(_told(trial, shown))
        return
    zone = asked.setup().zone
    for one in shown:
        words = ", ".join(dict.fromkeys(sign.words or sign.term for sign in one.evidence))
        place = f"{_moment(one.at, zone)}  #{one.thread}  {one.outcome or 'open':<16}"
        say(f"{place}  [{words}]  {_short(one.text)}")
    does = " and ".join(one.kind.value for one in deeds)
    say(
        f"{trial.read:,} messages read, {trial.seen:,} where it looks, {trial.hits:,} hit "
        f"({trial.share:.1%}): it would {does}."
    )
    kindly = trial.outcomes.get("replied", 0) + trial.outcomes.get("replied_elsewhere", 0)
    hidden = trial.outcomes.get("moderated", 0)
    say(f"People answered {kindly:,} of them and hid {hidden:,}.")


def _short(text: str) -> str:
    from carecli.domain.text import one_line

    return one_line(text, 100)


def _since(asked: Asked, day: str) -> Millis | None:
    from carecli.config import values

    if not day:
        return None
    try:
        return values.millis(values.moment(day), asked.setup().zone)
    except ValueError as error:
        raise click.UsageError(f"--since: {error}.") from error


def _progress() -> Progress:
    def tell(read: int, of: int) -> bool:
        if sys.stderr.isatty():
            print(f"\r{read:,} of {of:,} messages read ", end="", file=sys.stderr, flush=True)
        return True

    return tell


def _told(trial: Trial, shown: Sequence[TrialHit]) -> RuleTrial:
    days = {
        f"{datetime.fromtimestamp(day / 1000, UTC):%Y-%m-%d}": n
        for day, n in sorted(trial.days.items())
    }
    return RuleTrial(
        trial.rule,
        trial.version,
        trial.read,
        trial.seen,
        trial.hits,
        round(trial.share, 6),
        trial.outcomes,
        days,
        list(shown),
    )


@deed("carecli rules stage insults shadow", "carecli rules stage insults live", says=RuleRow)
@click.argument("name", metavar="RULE")
@click.argument("stage", type=click.Choice([one.value for one in Stage]))
@asked
def stage(asked: Asked, name: str, stage: str) -> None:
    """Trust a rule more or less: draft, shadow (it only notes), live (it acts), off.

    Its tests must come out right; live wants a dry run (`carecli rules try`) of what it says now.
    """
    with _desk(asked) as desk:
        row = desk.set_stage(name, Stage(stage))
    asked.tell(row, f"{row.name} is {row.stage} now.")


@deed("carecli rules log insults", "carecli rules log insults --json", says=list[DeedRow])
@click.argument("name", metavar="RULE")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="How many at most.")
@asked
def log(asked: Asked, name: str, limit: int) -> None:
    """Show what a rule did and wanted to do, newest first, and why."""
    with _desk(asked) as desk:
        desk.entry(name)
        found = desk.log(name, limit)
    _show(asked, found)


@deed("carecli rules why 1207", says=ColourReason)
@click.argument("thread", type=int)
@asked
def why(asked: Asked, thread: int) -> None:
    """Show why a thread has its colour: who set it, what was suggested, what rules did."""
    with _desk(asked) as desk:
        found = desk.why(thread)
    if asked.as_json:
        write_json(found)
        return
    say(f"{found.colour}, {f'set by {found.by}' if found.by else 'which nobody set yet'}.")
    if found.safety:
        say(f"The safety flag is {found.safety}.")
    if found.suggested:
        judged = f"; of the last {found.judged}, {found.right} were right" if found.judged else ""
        say(f"Suggested: {found.suggested}, {found.probability:.0%} sure{judged}.")
    if found.deeds:
        _show(asked, found.deeds)


@deed("carecli rules waiting", "carecli rules waiting --json", says=list[DeedRow])
@asked
def waiting(asked: Asked) -> None:
    """Show what rules want to do and may not without a person."""
    with _desk(asked) as desk:
        found = desk.waiting()
    _show(asked, found)


def _show(asked: Asked, found: Sequence[DeedRow]) -> None:
    if asked.as_json:
        write_json(found)
        return
    if not found:
        say("Nothing.")
        return
    zone = asked.setup().zone
    headings = ("id", "at", "rule", "what", "state", "thread", "matched", "why", "text")
    write_table(headings, [_deed_row(one, zone) for one in found])


def _deed_row(row: DeedRow, zone: str) -> tuple[str, ...]:
    matched = ", ".join(dict.fromkeys(sign.words or sign.term for sign in row.evidence))
    return (
        str(row.id),
        _moment(row.at, zone),
        row.rule,
        f"{row.kind} {row.value}".strip(),
        f"{row.state} ({row.verdict})" if row.verdict else row.state,
        f"#{row.thread}",
        matched,
        row.reason,
        row.text,
    )


@deed("carecli rules approve 12 13", "carecli rules approve --all", says=list[DeedRow])
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that waits.")
@asked
def approve(asked: Asked, ids: Sequence[int], everything: bool) -> None:
    """Let rules do what waits for approval."""
    if bool(ids) == everything:
        raise click.UsageError("Name what to approve, or --all.")
    with _desk(asked) as desk:
        found = desk.approve(ids or [one.id for one in desk.waiting(100_000)])
    done = sum(one.state == "done" for one in found)
    asked.tell(found, f"{done} of {len(found)} are under way.")


@deed("carecli rules decline 12 13", "carecli rules decline --all", says=dict[str, int])
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that waits.")
@asked
def decline(asked: Asked, ids: Sequence[int], everything: bool) -> None:
    """Say no to what waits for approval."""
    if bool(ids) == everything:
        raise click.UsageError("Name what to decline, or --all.")
    with _desk(asked) as desk:
        n = desk.decline(ids or [one.id for one in desk.waiting(100_000)])
    asked.tell({"declined": n}, f"Declined {n}.")


@deed("carecli rules judge 12 wrong", says=dict[str, str])
@click.argument("id_", type=int, metavar="ID")
@click.argument("verdict", type=click.Choice(["right", "wrong"]))
@asked
def judge(asked: Asked, id_: int, verdict: str) -> None:
    """Mark what a rule did, or would have done, as right or wrong."""
    with _desk(asked) as desk:
        desk.judge(id_, is_right=verdict == "right")
    asked.tell({"verdict": verdict}, f"Marked {verdict}.")


@deed("carecli rules stop", says=dict[str, bool])
@asked
def stop(asked: Asked) -> None:
    """Hold all rules back at once: they only note what they would do."""
    with _desk(asked) as desk:
        desk.stop_all(on=True)
    asked.tell(
        {"stopped": True}, "All rules are held back; `carecli rules go` lets them act again."
    )


@deed("carecli rules go", says=dict[str, bool])
@asked
def go(asked: Asked) -> None:
    """Let rules act again after `carecli rules stop`."""
    with _desk(asked) as desk:
        desk.stop_all(on=False)
    asked.tell({"stopped": False}, "Rules act again.")


@deed("carecli rules words", says=list[str])
@asked
def words(asked: Asked) -> None:
    """Copy the word lists to start from into the folder of word lists; nothing is overwritten.

    They act only once a rule names them: `lists: [es]`.
    """
    from shutil import copy

    from carecli.matching.words import STARTERS

    folder = Path(asked.setup().config.words)
    folder.mkdir(parents=True, exist_ok=True)
    files = (*STARTERS.glob("*.txt"), STARTERS / "SOURCES.md")
    fresh = [folder / file.name for file in sorted(files) if not (folder / file.name).exists()]
    for file in fresh:
        copy(STARTERS / file.name, file)
    told = "\n".join(map(str, fresh)) or f"Every list is in {folder} already."
    asked.tell([str(file) for file in fresh], told)


for _command in (
    list_rules,
    test,
    try_,
    stage,
    log,
    why,
    waiting,
    approve,
    decline,
    judge,
    stop,
    go,
    words,
):
    rules.add_command(_command)
