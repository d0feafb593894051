"""Auto-moderation commands: what rules do, how far they are trusted, what waits for approval."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.rule_trials import moment_text, rule_desk_of, test, try_
from carecli.cli.shared import CommonOptions, Thread, asked, confirm, deed, read_threads
from carecli.desk.rules.rows import ColourReason, DeadlineSum, DeedRow, RuleRow
from carecli.domain.figures import exact_span
from carecli.domain.model import ThreadId
from carecli.domain.rule import TrustStage

LISTED = "9-words"
"""The file of the starter rule that uses the word lists."""


@click.group()
def rules() -> None:
    """Auto-moderation rules: write them in files and try them on past messages."""


@deed("carecli rules list", "carecli rules list --json", says=list[RuleRow], name="list")
@asked
def list_rules(asked: CommonOptions) -> None:
    """List rules in the order they run, with their actions in the last 30 days."""
    with rule_desk_of(asked) as desk:
        found, are_stopped = desk.rules(), desk.are_stopped()
    zone = asked.setup().zone
    if asked.as_json:
        write_json(found)
    elif not found:
        say(f"There are no rules in {asked.setup().config.rules}; see docs/rules.md.")
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
        write_table(headings, [_rule(one, zone) for one in found])


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


@deed("carecli rules stage insults shadow", "carecli rules stage insults live", says=RuleRow)
@click.argument("name", metavar="RULE")
@click.argument("stage", type=click.Choice([one.value for one in TrustStage]))
@asked
def stage(asked: CommonOptions, name: str, stage: str) -> None:
    """Set the stage of a rule: draft, shadow (it only logs), live (it acts), or off.

    Its tests must pass. Live also requires a dry run (`carecli rules try`) of its current version.
    """
    with rule_desk_of(asked) as desk:
        row = desk.set_stage(name, TrustStage(stage))
    asked.tell(row, f"{row.name} is {row.stage} now.")


@deed("carecli rules log insults", "carecli rules log insults --json", says=list[DeedRow])
@click.argument("name", metavar="RULE")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="How many at most.")
@asked
def log(asked: CommonOptions, name: str, limit: int) -> None:
    """Show what a rule did or proposed, newest first, and why."""
    with rule_desk_of(asked) as desk:
        desk.entry(name)
        found = desk.log(name, limit)
    _show(asked, found)


@deed("carecli rules why 1207", says=ColourReason)
@click.argument("thread", type=int)
@asked
def why(asked: CommonOptions, thread: int) -> None:
    """Show why a thread has its colour: who set it, what was suggested, what rules did."""
    with rule_desk_of(asked) as desk:
        found = desk.why(thread)
    if asked.as_json:
        write_json(found)
        return
    say(f"{found.colour}, {f'set by {found.by}' if found.by else 'not set by anybody yet'}.")
    if found.safety:
        say(f"The safety flag is {found.safety}.")
    if found.suggested:
        judged = f"; of the last {found.judged}, {found.right} were right" if found.judged else ""
        by = "its meaning" if found.suggested_by == "semantic" else "its words"
        say(f"Suggested by {by}: {found.suggested}, {found.probability:.0%} sure{judged}.")
    zone = asked.setup().zone
    if found.deadline is not None:
        _say_sum(found.deadline, zone)
    for one in found.steps:
        undone = " (undone)" if one.is_undone else ""
        to = f"set it to {one.colour}" if one.colour else "returned it to the rules"
        say(f"{moment_text(one.at, zone)} {one.by} {to}{undone}.")
    if found.deeds:
        _show(asked, found.deeds)


def _say_sum(found: DeadlineSum, zone: str) -> None:
    clock = "a clock that always runs"
    if found.working:
        clock = f"the working hours in {found.zone}"
    say(
        f"The wait started {moment_text(found.started_at, zone)}; {found.colour} allows "
        f"{exact_span(found.within)}(clock: {clock}), so it was due "
        f"{moment_text(found.deadline, zone)}."
    )
    if found.ended_at is not None:
        say(f"It ended {moment_text(found.ended_at, zone)}: {found.outcome}.")


@deed("carecli rules waiting", "carecli rules waiting --json", says=list[DeedRow])
@asked
def waiting(asked: CommonOptions) -> None:
    """List actions of rules that need approval."""
    with rule_desk_of(asked) as desk:
        found = desk.waiting()
    _show(asked, found)


def _show(asked: CommonOptions, found: Sequence[DeedRow]) -> None:
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
        moment_text(row.at, zone),
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
@click.option("--all", "everything", is_flag=True, help="Everything that is waiting for approval.")
@asked
def approve(asked: CommonOptions, ids: Sequence[int], everything: bool) -> None:
    """Approve actions of rules."""
    if bool(ids) == everything:
        raise click.UsageError("Give the numbers to approve, or --all.")
    with rule_desk_of(asked) as desk:
        found = desk.approve(ids or [one.id for one in desk.waiting(100_000)])
    done = sum(one.state == "done" for one in found)
    asked.tell(found, f"{done} of {len(found)} were queued.")


@deed(
    "carecli rules apply parcels --dry-run",
    "carecli rules apply parcels --yes",
    "carecli list is:waiting at:comment | carecli rules apply parcels - --yes --json",
    says=list[DeedRow],
    name="apply",
)
@click.argument("name", metavar="RULE")
@click.argument("threads", type=Thread(), nargs=-1, metavar="[THREAD]...")
@click.option("--dry-run", is_flag=True, help="Only show what it would do.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@asked
def apply_(
    asked: CommonOptions, name: str, threads: Sequence[ThreadId | str], dry_run: bool, yes: bool
) -> None:
    """Let a live rule act on messages that are already waiting, after a preview.

    Without threads, it acts on all that are waiting. Actions above its caps, and actions that
    cannot be undone, need approval. One `carecli undo` undoes everything else.
    """
    chosen = read_threads(threads) if threads else None
    with rule_desk_of(asked) as desk:
        would = [one for one in desk.preview(name) if chosen is None or one.thread in chosen]
        if dry_run:
            _show(asked, would)
            return
        if would and not yes:
            _show(asked, would)
            confirm(f"{name} will act in {len({one.thread for one in would})} threads. Continue?")
        found = desk.apply(name, chosen)
    done, waits = (sum(one.state == state for one in found) for state in ("done", "waiting"))
    undo = " `carecli undo` undoes it." if done else ""
    asked.tell(found, f"{done} done, {waits} waiting for approval.{undo}")


@deed("carecli rules decline 12 13", "carecli rules decline --all", says=dict[str, int])
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that is waiting for approval.")
@asked
def decline(asked: CommonOptions, ids: Sequence[int], everything: bool) -> None:
    """Decline actions of rules."""
    if bool(ids) == everything:
        raise click.UsageError("Give the numbers to decline, or --all.")
    with rule_desk_of(asked) as desk:
        n = desk.decline(ids or [one.id for one in desk.waiting(100_000)])
    asked.tell({"declined": n}, f"Declined {n}.")


@deed("carecli rules judge 12 wrong", says=dict[str, str])
@click.argument("id_", type=int, metavar="ID")
@click.argument("verdict", type=click.Choice(["right", "wrong"]))
@asked
def judge(asked: CommonOptions, id_: int, verdict: str) -> None:
    """Mark an action of a rule as right or wrong."""
    with rule_desk_of(asked) as desk:
        desk.judge(id_, is_right=verdict == "right")
    asked.tell({"verdict": verdict}, f"Marked {verdict}.")


@deed("carecli rules allow 1207", "carecli rules allow 1207 --remove", says=dict[str, str])
@click.argument("thread", type=int)
@click.option("--remove", is_flag=True, help="Take them off the allow list.")
@asked
def allow(asked: CommonOptions, thread: int, remove: bool) -> None:
    """Put a person on the allow list: no rule hides, answers or likes their messages."""
    with rule_desk_of(asked) as desk:
        name = desk.allow(thread, on=not remove)
    done = "is no longer on the allow list" if remove else "is on the allow list"
    asked.tell({"contact": name}, f"{name} {done}.")


@deed("carecli rules stop", says=dict[str, bool])
@asked
def stop(asked: CommonOptions) -> None:
    """Pause all rules at once: they only log what they would do."""
    with rule_desk_of(asked) as desk:
        desk.stop_all(on=True)
    asked.tell({"stopped": True}, "All rules are paused. Run `carecli rules go` to continue.")


@deed("carecli rules go", says=dict[str, bool])
@asked
def go(asked: CommonOptions) -> None:
    """Resume all rules after `carecli rules stop`."""
    with rule_desk_of(asked) as desk:
        desk.stop_all(on=False)
    asked.tell({"stopped": False}, "Rules are active again.")


@deed("carecli rules words", says=list[str])
@asked
def words(asked: CommonOptions) -> None:
    """Copy the word lists that come with carecli, and a rule that uses them.

    Existing files are not overwritten. The rule, `listed-words`, is a draft. Once live, it proposes
    to hide matching messages, and a person decides. Other rules can use a list with `lists: [es]`.
    """
    from carecli.desk.rules import SHIPPED
    from carecli.matching.words import STARTERS

    config = asked.setup().config
    with rule_desk_of(asked) as desk:
        is_ruled = any(one.name == "listed-words" for one in desk.rules())
    wanted = [*sorted(STARTERS.glob("*.txt")), STARTERS / "SOURCES.md"]
    places = {file: Path(config.words) / file.name for file in wanted}
    if not is_ruled:
        places[SHIPPED / f"{LISTED}.yaml"] = Path(config.rules) / f"{LISTED}.yaml"
    fresh = {file: place for file, place in places.items() if not place.exists()}
    for file, place in fresh.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.read_bytes())
    told = "\n".join(map(str, fresh.values())) or "All lists and the rule already exist."
    asked.tell([str(place) for place in fresh.values()], told)


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
