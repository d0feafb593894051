"""A thread's state after all decisions about it: a fold over its decisions.

Taking a decision back means folding without it, so undo restores exactly what was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from carecli.domain.codes import Codes
from carecli.domain.commands import SafetyStep
from carecli.domain.mention import ANSWERS
from carecli.domain.model import Actor, Colour, Millis, Outcome
from carecli.domain.wait import WaitDecision


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the journal that is in force. `args` are the command's fields as JSON values."""

    id: int
    at: Millis
    actor: str
    verb: str
    args: Mapping[str, object]


class OutstandingQuote(NamedTuple):
    """An outstanding quote: the decision that picked it, its text, by whom, when."""

    decision: int
    text: str
    by: str
    at: Millis


@dataclass(slots=True)
class ThreadState:
    """What is decided about a thread. `colours` are all settings in order: (at, colour, by)."""

    colour: Colour = Colour.GREEN
    colour_by: str = ""
    colours: list[tuple[Millis, Colour, str]] = field(default_factory=list)
    team: str = ""
    assignee: str = ""
    is_flagged: bool = False
    safety: str = ""
    """The safety flag: '', `raised` (a person must look) or `confirmed`."""
    snoozed_until: Millis | None = None
    snoozed_at: Millis = 0
    labels: set[str] = field(default_factory=set)
    mentioned: set[str] = field(default_factory=set)
    """Keys of moderators whom a note or an escalation asks, and who have not answered since."""
    codes: Codes = field(default_factory=Codes)
    """What its messages express."""
    blind: dict[tuple[int, int, str], str] = field(default_factory=dict)
    """Blind codes, by sample, message and coder."""
    quotes: dict[int, OutstandingQuote] = field(default_factory=dict)
    """Outstanding quotes, by message."""
    decided: list[WaitDecision] = field(default_factory=list)
    answers: list[tuple[int, Millis, str]] = field(default_factory=list)
    """Answers given by hand where no API reaches: (decision, at, by)."""

    def colour_at(self, moment: Millis) -> Colour:
        """The colour that was in force at a moment."""
        colour = Colour.GREEN
        for at, set_to, _ in self.colours:
            if at <= moment:
                colour = set_to
        return colour


UNTOUCHED = ThreadState()
"""A thread nobody decided anything about; shared, never changed."""


def fold_decisions(decisions: Iterable[Decision]) -> ThreadState:
    """The standing after these decisions, in the order they were taken."""
    now = ThreadState()
    by_rule: tuple[Colour, str] = (Colour.GREEN, "")
    for decision in decisions:
        args = decision.args
        if now.mentioned and decision.verb in ANSWERS:
            who = Actor.parse(decision.actor)
            now.mentioned -= {who.name} if who.kind == "moderator" else set()
        match decision.verb:
            case "recolour":
                colour, by = _colour(args.get("colour")), decision.actor
                if colour is None:
                    colour, by = by_rule
                elif Actor.parse(by).kind != "moderator":
                    by_rule = (colour, by)
                now.colour, now.colour_by = colour, by
                now.colours.append((decision.at, colour, by))
            case "assign":
                now.assignee = str(args.get("assignee") or "")
                now.team = str(args.get("team") or "")
            case "flag":
                now.is_flagged = bool(args.get("on"))
            case "safety":
                now.safety = _safety(now.safety, str(args.get("step") or ""))
            case "snooze":
                until = args.get("until")
                now.snoozed_until = until if isinstance(until, int) else None
                now.snoozed_at = decision.at
            case "label":
                now.labels |= _texts(args.get("add"))
                now.labels -= _texts(args.get("remove"))
            case "note" | "escalate":
                now.mentioned |= _texts(args.get("mentions")) - {Actor.parse(decision.actor).name}
            case "done":
                reason = str(args.get("reason") or "")
                now.decided.append(_ends(decision, Outcome.NO_REPLY_NEEDED, reason))
            case "answered_outside":
                now.decided.append(_ends(decision, Outcome.REPLIED_ELSEWHERE))
            case "close_window":
                now.decided.append(_ends(decision, Outcome.WINDOW_CLOSED))
            case "reopen":
                now.decided.append(WaitDecision(decision.id, decision.at, decision.actor, None))
            case "code":
                now.codes.take(args, decision.actor, decision.at)
            case "code_blind" | "pick_quote" | "drop_quote":
                _about_message(now, decision)
            case "answered_by_hand":
                now.answers.append((decision.id, decision.at, decision.actor))
            case _:
                pass
    return now


def _about_message(now: ThreadState, decision: Decision) -> None:
    args = decision.args
    message = args.get("message")
    if not isinstance(message, int):
        return
    if decision.verb == "code_blind":
        sample = args.get("sample")
        if isinstance(sample, int):
            coder = Actor.parse(decision.actor).name
            now.blind[sample, message, coder] = str(args.get("value") or "")
        return
    now.quotes.pop(message, None)
    text = str(args.get("text") or "")
    if decision.verb == "pick_quote" and text:
        now.quotes[message] = OutstandingQuote(decision.id, text, decision.actor, decision.at)


def _safety(before: str, step: str) -> str:
    """Raising what was confirmed changes nothing."""
    match step:
        case SafetyStep.RAISE:
            return before or "raised"
        case SafetyStep.CONFIRM:
            return "confirmed"
        case _:
            return ""


def _ends(decision: Decision, outcome: Outcome, reason: str = "") -> WaitDecision:
    message = decision.args.get("message")
    about = message if isinstance(message, int) else None
    return WaitDecision(decision.id, decision.at, decision.actor, outcome, reason, about)


def _colour(value: object) -> Colour | None:
    return _COLOURS.get(value) if isinstance(value, str) else None


_COLOURS = {str(colour): colour for colour in Colour}


def _texts(value: object) -> set[str]:
    return {str(item) for item in value} if isinstance(value, list | tuple) else set()
