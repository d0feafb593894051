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
from carecli.cli.shared import CommonOptions, cli_command, with_options
from carecli.desk.rules.trial import Failure, Progress, Trial, TrialHit
from carecli.domain.model import Millis

if TYPE_CHECKING:
    from carecli.desk.rules.service import StoreRuleService

SHOWN = 20
"""How many hits of a trial are shown by default."""


@contextmanager
def open_rules(options: CommonOptions) -> Iterator[StoreRuleService]:
    """Open the rules while a command runs, and print what is wrong with their files."""
    from carecli.boot.rules import open_rule_service

    desk = open_rule_service(options.setup())
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


@cli_command("carecli rules test", "carecli rules test insults --json", result=list[Failure])
@click.argument("name", default="", metavar="[RULE]")
@with_options
def test(options: CommonOptions, name: str) -> int:
    """Test rules with the sentences that they must match or must not match.

    The exit code is 1 if any test fails.
    """
    with open_rules(options) as desk:
        failures = desk.tests(name)
        is_broken = bool(desk.problem)
        rules = (
            [desk.entry(name).rule] if name else [desk.entry(row.name).rule for row in desk.rules()]
        )
    if options.as_json:
        write_json(failures)
    else:
        for failure in failures:
            say(f"{failure.rule}: {failure.what}")
        sentences = sum(len(rule.hits) + len(rule.misses) for rule in rules)
        wrong = f"{len(failures)} are wrong" if failures else "all are right"
        rule_count = "1 rule" if len(rules) == 1 else f"{len(rules)} rules"
        say(f"{rule_count}, {sentences} sentences: {wrong if sentences else 'nothing was tested'}.")
        unproven = [rule.name for rule in rules if not rule.hits and not rule.misses]
        if unproven:
            say(f"Rules without `tests`: {', '.join(unproven)}.")
    return 1 if failures or is_broken else 0


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


@cli_command(
    "carecli rules try insults",
    "carecli rules try insults --since 2026-01-01 --show 100",
    "carecli rules try insults --against before",
    "carecli rules try insults --json",
    result=RuleTrial,
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
@with_options
def try_(options: CommonOptions, name: str, since: str, against: str, show: int) -> None:
    """Show what a rule would have done with past messages. Nothing is changed.

    A rule can go live only after its current version was tried with this command.
    """
    with open_rules(options) as desk:
        trial = desk.dry_run(name, _since(options, since), _progress(), against)
        actions = desk.entry(name).rule.deeds
    hits = trial.samples[-show:] if show > 0 else []
    if options.as_json:
        write_json(_trial_json(trial, hits))
        return
    zone = options.setup().zone
    for hit in hits:
        words = ", ".join(dict.fromkeys(sign.words or sign.term for sign in hit.evidence))
        place = f"{moment_text(hit.at, zone)}  #{hit.thread}  {hit.outcome or 'open':<16}"
        say(f"{place}  [{words}]  {_short(hit.text)}")
    verbs = " and ".join(action.kind.value for action in actions)
    say(
        f"{trial.read:,} messages read, {trial.seen:,} of them in its scope, "
        f"{trial.hits:,} matched ({trial.share:.1%}): it would {verbs}."
    )
    kindly = trial.outcomes.get("replied", 0) + trial.outcomes.get("replied_elsewhere", 0)
    hidden = trial.outcomes.get("moderated", 0)
    say(f"People answered {kindly:,} of the matched messages and hid {hidden:,}.")
    if trial.against:
        say(
            f"Against {trial.against}: {trial.fresh:,} new matches, "
            f"{trial.lost_count:,} no longer matched."
        )
        for hit in trial.lost[-show:] if show > 0 else []:
            say(f"no longer  #{hit.thread}  {_short(hit.text)}")


def _short(text: str) -> str:
    from carecli.domain.text import one_line

    return one_line(text, 100)


def _since(options: CommonOptions, day: str) -> Millis | None:
    from carecli.config import values

    if not day:
        return None
    try:
        return values.millis(values.moment(day), options.setup().zone)
    except ValueError as error:
        raise click.UsageError(f"--since: {error}.") from error


def _progress() -> Progress:
    def tell(read: int, of: int) -> bool:
        if sys.stderr.isatty():
            print(f"\r{read:,} of {of:,} messages read ", end="", file=sys.stderr, flush=True)
        return True

    return tell


def _trial_json(trial: Trial, hits: Sequence[TrialHit]) -> RuleTrial:
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
        list(hits),
        trial.against,
        trial.fresh,
        trial.lost,
    )
