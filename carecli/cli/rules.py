"""Auto-moderation commands: what rules do, how far they are trusted, what waits for approval."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.rule_trials import moment_text, open_rules, test, try_
from carecli.cli.shared import (
    CommonOptions,
    Thread,
    cli_command,
    confirm,
    read_threads,
    with_options,
)
from carecli.desk.rules.rows import ColourReason, DeadlineSum, DeedRow, RuleRow
from carecli.domain.figures import exact_span
from carecli.domain.model import ThreadId
from carecli.domain.rule import TrustStage

LISTED = "9-words"
"""The file of the starter rule that uses the word lists."""


@click.group()
def rules() -> None:
    """Auto-moderation rules: write them in files and try them on past messages."""


@cli_command("carecli rules list", "carecli rules list --json", result=list[RuleRow], name="list")
@with_options
def list_rules(options: CommonOptions) -> None:
    """List rules in the order they run, with their actions in the last 30 days."""
    with open_rules(options) as desk:
        rows, are_stopped = desk.rules(), desk.are_stopped()
    zone = options.setup().zone
    if options.as_json:
        write_json(rows)
    elif not rows:
        say(f"There are no rules in {options.setup().config.rules}; see docs/rules.md.")
    else:
        if are_stopped:
            say("All rules are paused. Run `carecli rules go` to continue.", to_errors=True)
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
        write_table(headings, [_rule(row, zone) for row in rows])


def _rule(row: RuleRow, zone: str) -> tuple[str, ...]:
    sent = f"{row.done}"
    if row.queued:
        sent += f" ({row.queued} on their way, by {moment_text(row.done_by, zone)})"
    return (
        row.name,
        f"{row.stage} ({row.reason})" if row.reason else row.stage,
        " ".join(row.deeds),
        sent,
        *(str(n) for n in (row.waiting, row.shadow, row.refused)),
        moment_text(row.last_at, zone),
        row.title,
    )


@cli_command(
    "carecli rules stage insults shadow", "carecli rules stage insults live", result=RuleRow
)
@click.argument("name", metavar="RULE")
@click.argument("stage", type=click.Choice([trust_stage.value for trust_stage in TrustStage]))
@with_options
def stage(options: CommonOptions, name: str, stage: str) -> None:
    """Set the stage of a rule: draft, shadow (it only logs), live (it acts), or off.

    Its tests must pass. Live also requires a dry run (`carecli rules try`) of its current version.
    """
    with open_rules(options) as desk:
        row = desk.set_stage(name, TrustStage(stage))
    options.tell(row, f"{row.name} is {row.stage} now.")


@cli_command("carecli rules log insults", "carecli rules log insults --json", result=list[DeedRow])
@click.argument("name", metavar="RULE")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="How many at most.")
@with_options
def log(options: CommonOptions, name: str, limit: int) -> None:
    """Show what a rule did or proposed, newest first, and why."""
    with open_rules(options) as desk:
        desk.entry(name)
        rows = desk.log(name, limit)
    _write_deeds(options, rows)


@cli_command("carecli rules why 1207", result=ColourReason)
@click.argument("thread", type=int)
@with_options
def why(options: CommonOptions, thread: int) -> None:
    """Show why a thread has its colour: who set it, what was suggested, what rules did."""
    with open_rules(options) as desk:
        reason = desk.why(thread)
    if options.as_json:
        write_json(reason)
        return
    say(f"{reason.colour}, {f'set by {reason.by}' if reason.by else 'not set by anybody yet'}.")
    if reason.safety:
        say(f"The safety flag is {reason.safety}.")
    if reason.suggested:
        judged = (
            f"; of the last {reason.judged}, {reason.right} were right" if reason.judged else ""
        )
        by = "its meaning" if reason.suggested_by == "semantic" else "its words"
        say(f"Suggested by {by}: {reason.suggested}, {reason.probability:.0%} sure{judged}.")
    zone = options.setup().zone
    if reason.deadline is not None:
        _print_deadline(reason.deadline, zone)
    for step in reason.steps:
        undone = " (undone)" if step.is_undone else ""
        to = f"set it to {step.colour}" if step.colour else "returned it to the rules"
        say(f"{moment_text(step.at, zone)} {step.by} {to}{undone}.")
    if reason.deeds:
        _write_deeds(options, reason.deeds)


def _print_deadline(deadline: DeadlineSum, zone: str) -> None:
    clock = "a clock that always runs"
    if deadline.working:
        clock = f"the working hours in {deadline.zone}"
    say(
        f"The wait started {moment_text(deadline.started_at, zone)}; {deadline.colour} allows "
        f"{exact_span(deadline.within)}(clock: {clock}), so it was due "
        f"{moment_text(deadline.deadline, zone)}."
    )
    if deadline.ended_at is not None:
        say(f"It ended {moment_text(deadline.ended_at, zone)}: {deadline.outcome}.")


@cli_command("carecli rules waiting", "carecli rules waiting --json", result=list[DeedRow])
@with_options
def waiting(options: CommonOptions) -> None:
    """List actions of rules that need approval."""
    with open_rules(options) as desk:
        rows = desk.waiting()
    _write_deeds(options, rows)


def _write_deeds(options: CommonOptions, rows: Sequence[DeedRow]) -> None:
    if options.as_json:
        write_json(rows)
        return
    if not rows:
        say("Nothing.")
        return
    zone = options.setup().zone
    headings = ("id", "at", "rule", "what", "state", "thread", "matched", "why", "text")
    write_table(headings, [_deed_row(row, zone) for row in rows])


def _deed_row(row: DeedRow, zone: str) -> tuple[str, ...]:
    matched = ", ".join(dict.fromkeys(sign.words or sign.term for sign in row.evidence))
    return (
        str(row.id),
        moment_text(row.at, zone),
        row.rule,
        f"{row.kind} {row.value}".strip(),
        f"{row.state} ({row.verdict})" if row.verdict else row.state,
        f"#{row.thread}",
        matched,
        row.reason,
        row.text,
    )


@cli_command("carecli rules approve 12 13", "carecli rules approve --all", result=list[DeedRow])
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that is waiting for approval.")
@with_options
def approve(options: CommonOptions, ids: Sequence[int], everything: bool) -> None:
    """Approve actions of rules."""
    if bool(ids) == everything:
        raise click.UsageError("Give the numbers to approve, or --all.")
    with open_rules(options) as desk:
        rows = desk.approve(ids or [row.id for row in desk.waiting(100_000)])
    done = sum(row.state == "done" for row in rows)
    options.tell(rows, f"{done} of {len(rows)} were queued.")


@cli_command(
    "carecli rules apply parcels --dry-run",
    "carecli rules apply parcels --yes",
    "carecli list is:waiting at:comment | carecli rules apply parcels - --yes --json",
    result=list[DeedRow],
    name="apply",
)
@click.argument("name", metavar="RULE")
@click.argument("threads", type=Thread(), nargs=-1, metavar="[THREAD]...")
@click.option("--dry-run", is_flag=True, help="Only show what it would do.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@with_options
def apply_(
    options: CommonOptions, name: str, threads: Sequence[ThreadId | str], dry_run: bool, yes: bool
) -> None:
    """Let a live rule act on messages that are already waiting, after a preview.

    Without threads, it acts on all that are waiting. Actions above its caps, and actions that
    cannot be undone, need approval. One `carecli undo` undoes everything else.
    """
    chosen = read_threads(threads) if threads else None
    with open_rules(options) as desk:
        planned = [row for row in desk.preview(name) if chosen is None or row.thread in chosen]
        if dry_run:
            _write_deeds(options, planned)
            return
        if planned and not yes:
            _write_deeds(options, planned)
            confirm(f"{name} will act in {len({row.thread for row in planned})} threads. Continue?")
        rows = desk.apply(name, chosen)
    done, waiting = (sum(row.state == state for row in rows) for state in ("done", "waiting"))
    undo = " `carecli undo` undoes it." if done else ""
    options.tell(rows, f"{done} done, {waiting} waiting for approval.{undo}")


@cli_command("carecli rules decline 12 13", "carecli rules decline --all", result=dict[str, int])
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that is waiting for approval.")
@with_options
def decline(options: CommonOptions, ids: Sequence[int], everything: bool) -> None:
    """Decline actions of rules."""
    if bool(ids) == everything:
        raise click.UsageError("Give the numbers to decline, or --all.")
    with open_rules(options) as desk:
        n = desk.decline(ids or [row.id for row in desk.waiting(100_000)])
    options.tell({"declined": n}, f"Declined {n}.")


@cli_command("carecli rules judge 12 wrong", result=dict[str, str])
@click.argument("id_", type=int, metavar="ID")
@click.argument("verdict", type=click.Choice(["right", "wrong"]))
@with_options
def judge(options: CommonOptions, id_: int, verdict: str) -> None:
    """Mark an action of a rule as right or wrong."""
    with open_rules(options) as desk:
        desk.judge(id_, is_right=verdict == "right")
    options.tell({"verdict": verdict}, f"Marked {verdict}.")


@cli_command("carecli rules allow 1207", "carecli rules allow 1207 --remove", result=dict[str, str])
@click.argument("thread", type=int)
@click.option("--remove", is_flag=True, help="Take them off the allow list.")
@with_options
def allow(options: CommonOptions, thread: int, remove: bool) -> None:
    """Put a person on the allow list: no rule hides, answers or likes their messages."""
    with open_rules(options) as desk:
        name = desk.allow(thread, on=not remove)
    done = "is no longer on the allow list" if remove else "is on the allow list"
    options.tell({"contact": name}, f"{name} {done}.")


@cli_command("carecli rules stop", result=dict[str, bool])
@with_options
def stop(options: CommonOptions) -> None:
    """Pause all rules at once: they only log what they would do."""
    with open_rules(options) as desk:
        desk.stop_all(on=True)
    options.tell({"stopped": True}, "All rules are paused. Run `carecli rules go` to continue.")


@cli_command("carecli rules go", result=dict[str, bool])
@with_options
def go(options: CommonOptions) -> None:
    """Resume all rules after `carecli rules stop`."""
    with open_rules(options) as desk:
        desk.stop_all(on=False)
    options.tell({"stopped": False}, "Rules are active again.")


@cli_command("carecli rules words", result=list[str])
@with_options
def words(options: CommonOptions) -> None:
    """Copy the word lists that come with carecli, and a rule that uses them.

    Existing files are not overwritten. The rule, `listed-words`, is a draft. Once live, it proposes
    to hide matching messages, and a person decides. Other rules can use a list with `lists: [es]`.
    """
    from carecli.desk.rules import SHIPPED
    from carecli.matching.words import STARTERS

    config = options.setup().config
    with open_rules(options) as desk:
        has_rule = any(rule.name == "listed-words" for rule in desk.rules())
    files = [*sorted(STARTERS.glob("*.txt")), STARTERS / "SOURCES.md"]
    targets = {file: Path(config.words) / file.name for file in files}
    if not has_rule:
        targets[SHIPPED / f"{LISTED}.yaml"] = Path(config.rules) / f"{LISTED}.yaml"
    new_files = {file: target for file, target in targets.items() if not target.exists()}
    for file, target in new_files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    text = "\n".join(map(str, new_files.values())) or "All lists and the rule already exist."
    options.tell([str(target) for target in new_files.values()], text)


for _command in (
    list_rules,
    test,
    try_,
    stage,
    log,
    why,
    waiting,
    approve,
    apply_,
    decline,
    judge,
    stop,
    go,
    words,
    allow,
):
    rules.add_command(_command)
