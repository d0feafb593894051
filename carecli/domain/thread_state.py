"""The state of a thread, derived from all decisions about it.

Undoing a decision means deriving the state without it, so undo restores it exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from carecli.domain.codes import Codes, text_list
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
    """An outstanding quote: the decision that picked it, its text, who picked it and when."""

    decision: int
    text: str
    by: str
    at: Millis


@dataclass(slots=True)
class ThreadState:
    """The state of a thread. `colours` are all changes of its colour in order: (at, colour, by)."""

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
    """Keys of moderators who were mentioned and have not answered since."""
    codes: Codes = field(default_factory=Codes)
    """The codes of its messages."""
    blind: dict[tuple[int, int, str], str] = field(default_factory=dict)
    """Blind codes by sample, message and coder."""
    quotes: dict[int, OutstandingQuote] = field(default_factory=dict)
    """Outstanding quotes by message."""
    decided: list[WaitDecision] = field(default_factory=list)
    answers: list[tuple[int, Millis, str]] = field(default_factory=list)
    """Answers given by hand in places without an API: (decision, at, by)."""

    def colour_at(self, moment: Millis) -> Colour:
        """The colour that was in force at a moment."""
        colour = Colour.GREEN
        for at, set_to, _ in self.colours:
            if at <= moment:
                colour = set_to
        return colour


UNTOUCHED = ThreadState()
"""The state of a thread without decisions; shared, never changed."""


def fold_decisions(decisions: Iterable[Decision]) -> ThreadState:
    """The state after these decisions, given in the order they were taken."""
    state = ThreadState()
    by_rule: tuple[Colour, str] = (Colour.GREEN, "")
    for decision in decisions:
        args = decision.args
        if state.mentioned and decision.verb in ANSWERS:
            who = Actor.parse(decision.actor)
            state.mentioned -= {who.name} if who.kind == "moderator" else set()
        match decision.verb:
            case "recolour":
                colour, by = _colour(args.get("colour")), decision.actor
                if colour is None:
                    colour, by = by_rule
                elif Actor.parse(by).kind != "moderator":
                    by_rule = (colour, by)
                state.colour, state.colour_by = colour, by
                state.colours.append((decision.at, colour, by))
            case "assign":
                state.assignee = str(args.get("assignee") or "")
                state.team = str(args.get("team") or "")
            case "flag":
                state.is_flagged = bool(args.get("on"))
            case "safety":
                state.safety = _safety(state.safety, str(args.get("step") or ""))
            case "snooze":
                until = args.get("until")
                state.snoozed_until = until if isinstance(until, int) else None
                state.snoozed_at = decision.at
            case "label":
                state.labels |= set(text_list(args.get("add")))
                state.labels -= set(text_list(args.get("remove")))
            case "note" | "escalate":
                state.mentioned |= set(text_list(args.get("mentions"))) - {
                    Actor.parse(decision.actor).name
                }
            case "done":
                reason = str(args.get("reason") or "")
                state.decided.append(_wait_decision(decision, Outcome.NO_REPLY_NEEDED, reason))
            case "answered_outside":
                state.decided.append(_wait_decision(decision, Outcome.REPLIED_ELSEWHERE))
            case "close_window":
                state.decided.append(_wait_decision(decision, Outcome.WINDOW_CLOSED))
            case "reopen":
                state.decided.append(WaitDecision(decision.id, decision.at, decision.actor, None))
            case "code":
                state.codes.take(args, decision.actor, decision.at)
            case "code_blind" | "pick_quote" | "drop_quote":
                _apply_to_message(state, decision)
            case "answered_by_hand":
                state.answers.append((decision.id, decision.at, decision.actor))
            case _:
                pass
    return state


def _apply_to_message(state: ThreadState, decision: Decision) -> None:
    args = decision.args
    message = args.get("message")
    if not isinstance(message, int):
        return
    if decision.verb == "code_blind":
        sample = args.get("sample")
        if isinstance(sample, int):
            coder = Actor.parse(decision.actor).name
            state.blind[sample, message, coder] = str(args.get("value") or "")
        return
    state.quotes.pop(message, None)
    text = str(args.get("text") or "")
    if decision.verb == "pick_quote" and text:
        state.quotes[message] = OutstandingQuote(decision.id, text, decision.actor, decision.at)


def _safety(before: str, step: str) -> str:
    """The safety flag after a step; raising a confirmed flag does not change it."""
    match step:
        case SafetyStep.RAISE:
            return before or "raised"
        case SafetyStep.CONFIRM:
            return "confirmed"
        case _:
            return ""


def _wait_decision(decision: Decision, outcome: Outcome, reason: str = "") -> WaitDecision:
    message = decision.args.get("message")
    about = message if isinstance(message, int) else None
    return WaitDecision(decision.id, decision.at, decision.actor, outcome, reason, about)


def _colour(value: object) -> Colour | None:
    return _COLOURS.get(value) if isinstance(value, str) else None


_COLOURS = {str(colour): colour for colour in Colour}
