"""Commands that try rules: on their own examples, and on all stored messages."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from carecli.cli.output import say, write_json
from carecli.cli.shared import CommonOptions, asked, deed
from carecli.desk.rules.trial import Failure, Progress, Trial, TrialHit
from carecli.domain.model import Millis

if TYPE_CHECKING:
    from carecli.desk.rules.service import StoreRuleService

SHOWN = 20
"""Hits of a trial that are shown unless more are wanted."""


@contextmanager
def rule_desk_of(asked: CommonOptions) -> Iterator[StoreRuleService]:
    """The rules in this person's hands, for the length of a command."""
    from carecli.boot.rules import rule_desk

    desk = rule_desk(asked.setup())
    try:
        for problem in desk.problems:
            say(f"carecli: {problem}", to_errors=True)
        yield desk
    finally:
        desk.close()


def moment_text(at: Millis | None, zone: str) -> str:
    """A moment in the moderator's zone; `-` for none."""
    if at is None:
        return "-"
    return f"{datetime.fromtimestamp(at / 1000, ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@deed("carecli rules test", "carecli rules test insults --json", says=list[Failure])
@click.argument("name", default="", metavar="[RULE]")
@asked
def test(asked: CommonOptions, name: str) -> int:
    """Test rules with the sentences that they must match or must not match.

    The exit code is 1 if any test fails.
    """
    with rule_desk_of(asked) as desk:
        found = desk.tests(name)
        is_broken = bool(desk.problem)
        rules = [desk.entry(name).rule] if name else [desk.entry(o.name).rule for o in desk.rules()]
    if asked.as_json:
        write_json(found)
    else:
        for failure in found:
            say(f"{failure.rule}: {failure.what}")
        sentences = sum(len(one.hits) + len(one.misses) for one in rules)
        wrong = f"{len(found)} are wrong" if found else "all are right"
        many = "1 rule" if len(rules) == 1 else f"{len(rules)} rules"
        say(f"{many}, {sentences} sentences: {wrong if sentences else 'nothing was tested'}.")
        unproven = [one.name for one in rules if not one.hits and not one.misses]
        if unproven:
            say(f"Rules without `tests`: {', '.join(unproven)}.")
    return 1 if found or is_broken else 0


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """What a rule would have done. `share` is the matched part of messages in its scope, 0 to 1.

    `outcomes` counts what people did with the matched messages (`replied`, `moderated`, …, '' for
    nothing yet); `days` counts matches by day in UTC; `hits` are the newest matches. `lost` are
    messages that the version compared with matched and this one does not.
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
    against: str
    fresh: int
    lost: list[TrialHit]


@deed(
    "carecli rules try insults",
    "carecli rules try insults --since 2026-01-01 --show 100",
    "carecli rules try insults --against before",
    "carecli rules try insults --json",
    says=RuleTrial,
    name="try",
)
@click.argument("name", metavar="RULE")
@click.option("--since", metavar="DAY", default="", help="The first day (default: 30 days ago).")
@click.option(
    "--against",
    metavar="VERSION",
    default="",
    help="The version to compare with; `before` is the previous one.",
)
@click.option("--show", type=int, default=SHOWN, help="How many of the newest matches to show.")
@asked
def try_(asked: CommonOptions, name: str, since: str, against: str, show: int) -> None:
    """Show what a rule would have done with past messages. Nothing is changed.

    A rule can go live only after its current version was tried with this command.
    """
    with rule_desk_of(asked) as desk:
        trial = desk.dry_run(name, _since(asked, since), _progress(), against)
        deeds = desk.entry(name).rule.deeds
    shown = trial.samples[-show:] if show > 0 else []
    if asked.as_json:
        write_json(_told(trial, shown))
        return
    zone = asked.setup().zone
    for one in shown:
        words = ", ".join(dict.fromkeys(sign.words or sign.term for sign in one.evidence))
        place = f"{moment_text(one.at, zone)}  #{one.thread}  {one.outcome or 'open':<16}"
        say(f"{place}  [{words}]  {_short(one.text)}")
    does = " and ".join(one.kind.value for one in deeds)
    say(
        f"{trial.read:,} messages read, {trial.seen:,} of them in its scope, "
        f"{trial.hits:,} matched ({trial.share:.1%}): it would {does}."
    )
    kindly = trial.outcomes.get("replied", 0) + trial.outcomes.get("replied_elsewhere", 0)
    hidden = trial.outcomes.get("moderated", 0)
    say(f"People answered {kindly:,} of the matched messages and hid {hidden:,}.")
    if trial.against:
        say(
            f"Against {trial.against}: {trial.fresh:,} new matches, "
            f"{trial.lost_count:,} no longer matched."
        )
        for one in trial.lost[-show:] if show > 0 else []:
            say(f"no longer  #{one.thread}  {_short(one.text)}")


def _short(text: str) -> str:
    from carecli.domain.text import one_line

    return one_line(text, 100)


def _since(asked: CommonOptions, day: str) -> Millis | None:
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
        trial.against,
        trial.fresh,
        trial.lost,
    )
