"""Decisions, places and verbs in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from carecli.desk.office import Office
from carecli.domain.model import Actor, ContactPoint, OutboxVerb
from carecli.domain.text import one_line, printable

if TYPE_CHECKING:
    from carecli.store.journal import Entry

PLACES = {
    ContactPoint.PRIVATE_MESSAGE: "private message",
    ContactPoint.COMMENT: "post",
    ContactPoint.AD_COMMENT: "ad",
    ContactPoint.GROUP_POST: "group",
    ContactPoint.MENTION: "mention",
    ContactPoint.REVIEW: "review",
    ContactPoint.EMAIL: "e-mail",
    ContactPoint.CALL: "call",
}
"""A contact point as the list names it, where the platform has no name of its own for it."""

PLATFORM_PLACES = {
    ("facebook", ContactPoint.PRIVATE_MESSAGE): "Messenger",
    ("instagram", ContactPoint.PRIVATE_MESSAGE): "Instagram DM",
    ("instagram", ContactPoint.COMMENT): "Instagram",
    ("matrix", ContactPoint.PRIVATE_MESSAGE): "direct chat",
    ("matrix", ContactPoint.GROUP_POST): "room",
}

DEEDS = {
    OutboxVerb.HIDE: "hid a message",
    OutboxVerb.UNHIDE: "showed a hidden message again",
    OutboxVerb.DELETE: "deleted a message",
    OutboxVerb.LIKE: "liked a message",
    OutboxVerb.UNLIKE: "took a like back",
}

SAFETY = {
    "raise": "raised the safety flag",
    "confirm": "confirmed the safety flag",
    "lower": "lowered the safety flag",
}

REASONS = {
    "thanks": "thanks",
    "tagged": "only emoji or a tagged friend",
    "spam": "spam",
    "duplicate": "duplicate",
    "off_topic": "off topic",
    "other": "other",
}


def place(platform: str, point: ContactPoint, title: str) -> str:
    """Where a thread is: `Messenger · La Roche-Posay MX`, `ad · Avon Polska`."""
    kind = PLATFORM_PLACES.get((platform, point)) or PLACES[point]
    return f"{kind} · {one_line(title, 80)}"


def actor_name(actor: str, office: Office) -> str:
    """Who decided something, as colleagues know them."""
    who = Actor.parse(actor)
    if who.kind == "moderator":
        return one_line(office.name_of(who.name), 80)
    return one_line(f"{who.kind} {who.name}".strip(), 80)


FATES = {"failed": " (failed)", "cancelled": " (dropped)"}
"""What is added to a decision whose order never reached the platform, by the order's state."""


def decided(entry: Entry, office: Office, state: str = "") -> str:
    """A decision as the rest of a sentence whose subject is who took it.

    `state` is that of the order it led to, if any: `deleted a message (failed)`.
    """
    fate = "" if entry.is_undone else FATES.get(state, "")
    return told(entry.verb, entry.args, office) + fate


def told(verb: str, args: Mapping[str, Any], office: Office) -> str:
    """Likewise, of a verb and its arguments as the journal keeps them."""
    match verb:
        case "reply":
            return "replied privately" if args.get("private") else "replied"
        case "moderate":
            return DEEDS[OutboxVerb(args["deed"])]
        case "assign":
            return _assigned(str(args.get("assignee", "")), str(args.get("team", "")), office)
        case "split":
            people = dict.fromkeys(office.name_of(str(part[0])) for part in args.get("parts", ()))
            return f"split the backlog between {one_line(', '.join(people))}"
        case "switch_campaign":
            key = one_line(str(args.get("campaign", "")), 80)
            return f"switched the campaign {key} {'on' if args.get('on') else 'off'}"
        case "flag":
            return "flagged" if args.get("on") else "took the flag off"
        case "safety":
            return SAFETY.get(str(args.get("step", "")), "changed the safety flag")
        case "recolour":
            colour = args.get("colour")
            return f"set the colour to {colour}" if colour else "gave the colour back to the rules"
        case "label":
            return _labelled(args.get("add", ()), args.get("remove", ()))
        case "snooze":
            return "snoozed" if args.get("until") else "woke"
        case "done":
            reason = str(args.get("reason", "other"))
            return f"no reply needed: {REASONS.get(reason, reason)}"
        case "reopen":
            return "reopened the wait"
        case "close_window":
            return "the messaging window closed"
        case "note":
            return printable(str(args.get("text", "")))
        case "note_contact":
            return f"noted about the contact: {printable(str(args.get('text', '')))}"
        case "answered_by_hand":
            text = one_line(str(args.get("text", "")))
            return f"answered by hand: {text}" if text else "answered by hand"
        case _:
            return one_line(verb, 40)


def _assigned(assignee: str, team: str, office: Office) -> str:
    to = [one_line(office.name_of(assignee), 80)] if assignee else []
    to += [one_line(office.teams.get(team) or team, 80)] if team else []
    return f"assigned to {' of '.join(to)}" if to else "gave back to the pool"


def _labelled(add: list[str], remove: list[str]) -> str:
    said = [f"labelled {', '.join(map(one_line, add))}"] if add else []
    said += [f"took off {', '.join(map(one_line, remove))}"] if remove else []
    return " and ".join(said) or "labelled"
