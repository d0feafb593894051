"""Rules and their actions as lines. Pure."""

from __future__ import annotations

from carecli.desk.rules.rows import ColourReason, DeedRow, RuleRow
from carecli.desk.rules.trial import Failure, Trial
from carecli.domain.figures import number, percent
from carecli.domain.model import DAY, Colour, Millis, Outcome
from carecli.domain.names import colour_name
from carecli.i18n import N_, _, ngettext
from carecli.tui.inbox.list_rows import SHAPES
from carecli.tui.rules.deadline_explanation import moment, step_lines, sum_lines
from carecli.tui.rules.words import (
    deed_words,
    marked_text,
    seen_words,
    stage_badge,
    state_badge,
    wrapped,
)
from carecli.tui.style.cells import Line, cut, fill, fit, steady, wrap
from carecli.tui.style.clock import day

DAYS = 14
"""Days of a dry run that are drawn."""

BAR = 40
"""Cells of the longest bar."""

OUTCOMES = {
    Outcome.REPLIED: N_("answered by people"),
    Outcome.REPLIED_ELSEWHERE: N_("answered in the platform's app"),
    Outcome.NO_REPLY_NEEDED: N_("marked as no reply needed"),
    Outcome.MODERATED: N_("hidden or deleted by people"),
    Outcome.WITHDRAWN: N_("withdrawn by their authors"),
    Outcome.WINDOW_CLOSED: N_("window closed without an answer"),
}


def rule_lines(place: int, row: RuleRow, now: Millis, zone: str, width: int) -> list[Line]:
    """A rule: its place, stage, name and title; what it does and did; why it fell back."""
    badge, role = stage_badge(row.stage)
    left: Line = [(f" {place:>2} ", "dim"), (fit(badge, 10), role), (f" {row.name}", "strong")]
    if row.title != row.name:
        left.append((f"  {steady(row.title)}", "text"))
    last = moment(row.last_at, now, zone) if row.last_at is not None else "–"
    right: Line = [("  ", "text"), (last, "dim"), (" ", "text")]
    does = ", ".join(deed_words(kind, "") for kind in row.deeds)
    below: Line = [(does, "accent")]
    below += [(f" · {text}", role) for text, role in _counts(row)]
    if row.queued and row.done_by is not None:
        told = _("{n} being sent until {moment}").format(
            n=number(row.queued), moment=moment(row.done_by, now, zone)
        )
        below.append((f" · {told}", "accent"))
    lines = [fill(left, right, width)]
    lines += [[(" " * 15, "text"), *line] for line in wrapped(below, width - 16)]
    if row.reason:
        why = _("returned to shadow: {why}").format(why=_(row.reason))
        lines += [[(" " * 15, "text"), (text, "warn")] for text in wrap(why, width - 16)]
    if row.stage == "shadow" and not row.was_tried:
        lines.append([(" " * 15, "text"), (_("the current version had no dry run (y)"), "dim")])
    return lines


def _counts(row: RuleRow) -> Line:
    found: Line = []
    if row.waiting:
        text = ngettext("{n} waiting", "{n} waiting", row.waiting)
        found.append((text.format(n=number(row.waiting)), "warn"))
    for count, text in (
        (row.done, _("{n} done")),
        (row.shadow, _("{n} only recorded")),
        (row.refused, _("{n} not done")),
    ):
        if count:
            found.append((text.format(n=number(count)), "text"))
    return found or [(_("nothing in 30 days"), "dim")]


def deed_lines(row: DeedRow, now: Millis, zone: str, width: int) -> list[Line]:
    """What a rule did or wanted: when, what, to whom; the message, what it saw lit; why."""
    badge, role = state_badge(row)
    left: Line = [(f" {moment(row.at, now, zone)}  ", "dim"), (badge, role)]
    left += [("  ", "text"), (deed_words(row.kind, row.value), "strong")]
    left.append((f"  {steady(row.contact)} · {steady(row.channel)}", "dim"))
    verdicts = {"right": (_("+ right"), "ok"), "wrong": (_("- wrong"), "bad")}
    right: Line = [("  ", "text"), verdicts[row.verdict], (" ", "text")] if row.verdict else []
    lines = [fill(left, right, width)]
    lines += _message(row, width)
    if row.reason:
        lines += [[("   ", "text"), (text, "warn")] for text in wrap(_(row.reason), width - 4)]
    return lines


def _message(row: DeedRow, width: int) -> list[Line]:
    return [[("   ", "text"), *line] for line in marked_text(row.text, row.evidence, width - 4)]


def waiting_lines(
    row: DeedRow, now: Millis, zone: str, width: int, *, is_marked: bool
) -> list[Line]:
    """What a rule wants and may not by itself, with the text as it would be sent."""
    left: Line = [(" ✓ " if is_marked else "   ", "accent"), (row.rule, "strong")]
    left += [("  ", "text"), (deed_words(row.kind, row.value), "warn")]
    left.append((f"  {steady(row.contact)} · {steady(row.channel)}", "text"))
    lines = [fill(left, [("  " + moment(row.at, now, zone) + " ", "dim")], width)]
    lines += _message(row, width)
    for place, text in enumerate(wrap(row.will_say, width - 10) if row.will_say else ()):
        arrow = "   ↳ " if not place else "     "
        lines.append([(arrow, "accent"), (fit(f" {text}", width - 8), "text@ours")])
    if row.kind == "delete":
        lines.append([("   ↳ ", "accent"), (_("It is deleted for everyone, permanently."), "bad")])
    elif row.kind == "block":
        said = _("They will no longer be able to write to the brand.")
        lines.append([("   ↳ ", "accent"), (said, "bad")])
    lines.append([("   ", "text"), (cut(_(row.reason), width - 4), "dim")])
    return lines


def failure_lines(failures: list[Failure], width: int) -> list[Line]:
    """Sentences of a rule's tests that came out wrong."""
    lines: list[Line] = []
    for one in failures:
        if one.should_hit:
            head = _("{rule} should match this but does not:").format(rule=one.rule)
        else:
            seen = seen_words(one.evidence) or _("its conditions")
            head = _("{rule} should not match this but does, by {words}:")
            head = head.format(rule=one.rule, words=seen)
        lines += [[], [(" " + cut(head, width - 2), "bad")]]
        found = marked_text(one.sentence, one.evidence, width - 4)
        lines += [[("   ", "text"), *line] for line in found]
    return lines


def progress_lines(read: int, of: int, width: int) -> list[Line]:
    """How far a dry run is."""
    room = max(10, min(60, width - 4))
    done = min(room, room * read // of) if of else 0
    told = _("{n} of {all} messages read").format(n=number(read), all=number(of))
    bar: Line = [("  ", "text"), ("█" * done, "accent"), ("░" * (room - done), "dim")]
    return [[], bar, [("  " + told, "text")]]


def trial_lines(trial: Trial, now: Millis, zone: str, width: int) -> list[Line]:
    """What a rule would have done: how often, on which days, what people did then, samples."""
    told = _("matches {hits} of {seen} messages checked: {share}")
    share = percent(trial.share) if trial.share >= 0.01 or not trial.hits else "< 1%"
    head = told.format(hits=number(trial.hits), seen=number(trial.seen), share=share)
    lines: list[Line] = [[], [(" " + head, "strong")]]
    if trial.days:
        lines += [[], [(" " + _("MATCHES PER DAY (UTC)"), "title")], *_days(trial, width)]
    if trial.outcomes:
        lines += [[], [(" " + _("WHAT HAPPENED TO THEM"), "title")]]
        most = max(trial.outcomes.values())
        for outcome, count in sorted(trial.outcomes.items(), key=lambda one: -one[1]):
            name = _(OUTCOMES[Outcome(outcome)]) if outcome else _("nothing yet")
            lines.append(_bar(name, count, most, 30, width))
    if trial.samples:
        lines += [[], [(" " + _("NEWEST MATCHES"), "title")]]
    for one in trial.samples[::-1]:
        outcome = _(OUTCOMES[Outcome(one.outcome)]) if one.outcome else _("nothing yet")
        lines.append([(f" {moment(one.at, now, zone)}  ", "dim"), (outcome, "accent")])
        found = marked_text(one.text, one.evidence, width - 4)
        lines += [[("   ", "text"), *line] for line in found]
    return lines


def _days(trial: Trial, width: int) -> list[Line]:
    newest = max(trial.days)
    days = [newest - n * DAY for n in range(DAYS) if newest - n * DAY >= min(trial.days)]
    most = max(trial.days.values())
    return [_bar(day(one, "UTC"), trial.days.get(one, 0), most, 16, width) for one in days]


def _bar(name: str, count: int, most: int, wide: int, width: int) -> Line:
    room = max(1, min(BAR, width - wide - 12))
    length = -(-room * count // most) if most else 0
    return [
        ("   " + fit(name, wide), "text"),
        ("█" * length, "accent"),
        (f" {number(count)}", "dim"),
    ]


def why_lines(found: ColourReason, who: str, now: Millis, zone: str, width: int) -> list[Line]:
    """Why a thread has its colour and its deadline: the whole sum, and what was suggested."""
    colour = Colour(found.colour)
    name = colour_name(colour).upper()
    by = _("set by {name}").format(name=who) if who else _("not set by anyone yet")
    if who and found.set_at is not None:
        by = _("set by {name}, {moment}").format(name=who, moment=moment(found.set_at, now, zone))
    lines: list[Line] = [
        [],
        [(f" {SHAPES[colour]} {name}", f"{colour.value}.strong"), (f"  {by}", "text")],
    ]
    if found.safety:
        raised = _("The safety flag is raised: a person must check it.")
        confirmed = _("The safety flag is confirmed.")
        lines.append([(" ✚ " + (raised if found.safety == "raised" else confirmed), "red.strong")])
    if found.suggested:
        said = _("Suggested: {colour}, {share} confidence.").format(
            colour=colour_name(Colour(found.suggested)), share=percent(found.probability)
        )
        if found.judged:
            right = _("{right} of the last {n} suggestions were right.")
            said += " " + right.format(n=number(found.judged), right=number(found.right))
        lines += [[(" " + text, "text")] for text in wrap(said, width - 2)]
    if found.deadline is not None:
        lines += sum_lines(found.deadline, now, zone, width)
    else:
        lines.append([(" " + _("Nobody has waited for an answer here."), "text")])
    lines += step_lines(found, now, zone, width)
    did = _("WHAT RULES DID HERE") if found.deeds else _("No rule did anything here.")
    lines += [[], [(" " + did, "title" if found.deeds else "dim")]]
    return lines
