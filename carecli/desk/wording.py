"""Decisions, places and verbs as words for the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from carecli.desk.context import DeskContext
from carecli.domain.codes import NONE, VALUES
from carecli.domain.figures import number, percent
from carecli.domain.model import Actor, Colour, ContactPoint, NoReplyReason, OutboxVerb
from carecli.domain.names import code_name, colour_name, kind_name, reason_name
from carecli.domain.text import one_line, printable
from carecli.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from carecli.desk.conversations.rows import MessageView
    from carecli.store.journal import JournalEntry

PLACES = {
    ContactPoint.PRIVATE_MESSAGE: N_("private message"),
    ContactPoint.COMMENT: N_("post"),
    ContactPoint.AD_COMMENT: N_("ad"),
    ContactPoint.GROUP_POST: N_("group"),
    ContactPoint.MENTION: N_("mention"),
    ContactPoint.REVIEW: N_("review"),
    ContactPoint.EMAIL: N_("e-mail"),
    ContactPoint.CALL: N_("call"),
}
"""A contact point as the list names it, where the platform has no name of its own for it."""

PLATFORM_PLACES = {
    ("facebook", ContactPoint.PRIVATE_MESSAGE): "Messenger",
    ("instagram", ContactPoint.PRIVATE_MESSAGE): "Instagram DM",
    ("instagram", ContactPoint.COMMENT): "Instagram",
    ("matrix", ContactPoint.PRIVATE_MESSAGE): N_("direct chat"),
    ("matrix", ContactPoint.GROUP_POST): N_("room"),
}

DEEDS = {
    OutboxVerb.HIDE: N_("hid a message"),
    OutboxVerb.UNHIDE: N_("showed a hidden message again"),
    OutboxVerb.DELETE: N_("deleted a message"),
    OutboxVerb.LIKE: N_("liked a message"),
    OutboxVerb.UNLIKE: N_("removed a like"),
    OutboxVerb.BLOCK: N_("blocked a person"),
    OutboxVerb.UNBLOCK: N_("unblocked a person"),
}

SAFETY = {
    "raise": N_("raised the safety flag"),
    "confirm": N_("confirmed the safety flag"),
    "lower": N_("removed the safety flag"),
}


def place(platform: str, point: ContactPoint, title: str) -> str:
    """Where a thread is: `Messenger · La Roche-Posay MX`, `ad · Avon Polska`."""
    kind = _(PLATFORM_PLACES.get((platform, point)) or PLACES[point])
    return f"{kind} · {one_line(title, 80)}"


def actor_name(actor: str, context: DeskContext) -> str:
    """Who decided something, as colleagues know them."""
    who = Actor.parse(actor)
    if who.kind == "moderator":
        return one_line(context.name_of(who.name), 80)
    if who.kind == "case":
        team = one_line(context.teams.get(who.name) or who.name, 80)
        return _("the case at {team}").format(team=team)
    if who.kind == "team":
        return one_line(context.teams.get(who.name) or who.name, 80)
    return one_line(f"{_(KINDS.get(who.kind, who.kind))} {who.name}".strip(), 80)


KINDS = {
    "rule": N_("rule"),
    "script": N_("script"),
    "platform": N_("platform"),
    "channel": N_("channel"),
    "escalation": N_("escalation at"),
    "absence": N_("absence of"),
    "turns": N_("turns of"),
    "suggestion": N_("suggestion of"),
}
"""What decides beside moderators."""

FATES = {"failed": N_("{deed} (failed)"), "cancelled": N_("{deed} (discarded)")}
"""What is added to a decision whose order never reached the platform, by the order's state."""


def decided(entry: JournalEntry, context: DeskContext, state: str = "") -> str:
    """A decision as the rest of a sentence whose subject is who took it.

    `state` is that of the order it led to, if any: `deleted a message (failed)`.
    """
    deed = told(entry.verb, entry.args, context)
    if entry.is_undone or state not in FATES:
        return deed
    return _(FATES[state]).format(deed=deed)


KINDS_OF_DEEDS: Mapping[str, str] = {
    **{str(verb): said for verb, said in DEEDS.items()},
    "reply": N_("replied"),
    "assign": N_("assigned"),
    "flag": N_("flagged"),
    "safety": N_("raised the safety flag"),
    "recolour": N_("set the colour"),
    "label": N_("changed labels"),
    "done": N_("no reply needed"),
    "note": N_("wrote a note"),
    "code": N_("coded what a message expresses"),
    "open_case": N_("asked another team"),
}
"""What rules decide, by verb, without the particulars of one decision."""


def kind_of_deed(did: str) -> str:
    """A verb, or what was done to a message, as one line of a count: `hid a message`."""
    return _(KINDS_OF_DEEDS[did]) if did in KINDS_OF_DEEDS else one_line(did, 40)


def told(verb: str, args: Mapping[str, Any], context: DeskContext) -> str:
    """Likewise, of a verb and its arguments as the journal keeps them."""
    match verb:
        case "reply":
            if args.get("to_all"):
                return _("replied to all recipients")
            return _("replied privately") if args.get("private") else _("replied")
        case "moderate":
            return _(DEEDS[OutboxVerb(args["deed"])])
        case "assign":
            return _assigned(str(args.get("assignee", "")), str(args.get("team", "")), context)
        case "split":
            people = dict.fromkeys(context.name_of(str(part[0])) for part in args.get("parts", ()))
            return _("split the backlog between {people}").format(
                people=one_line(", ".join(people))
            )
        case "apply_rule":
            return _("applied the rule {rule} to waiting threads").format(
                rule=one_line(str(args.get("rule", "")), 80)
            )
        case "switch_campaign":
            key = one_line(str(args.get("campaign", "")), 80)
            on = _("turned on the campaign {campaign}")
            off = _("turned off the campaign {campaign}")
            return (on if args.get("on") else off).format(campaign=key)
        case "flag":
            return _("flagged") if args.get("on") else _("removed the flag")
        case "escalate":
            said = _("{percent}% of the time to the deadline had passed")
            said = said.format(percent=args.get("percent", ""))
            names = [one_line(context.name_of(str(one)), 80) for one in args.get("mentions", ())]
            return _("{deed}: {names}").format(deed=said, names=", ".join(names)) if names else said
        case "safety":
            changed = _("changed the safety flag")
            step = str(args.get("step", ""))
            return _(SAFETY[step]) if step in SAFETY else changed
        case "recolour":
            colour = args.get("colour")
            if not colour:
                return _("returned the colour to the rules")
            return _("set the colour to {colour}").format(colour=colour_name(Colour(colour)))
        case "label":
            return _labelled(args.get("add", ()), args.get("remove", ()))
        case "snooze":
            return _("snoozed") if args.get("until") else _("ended the snooze")
        case "done":
            reason = reason_name(NoReplyReason(args.get("reason", "other")))
            return _("no reply needed: {reason}").format(reason=reason)
        case "answered_outside":
            return _("answered outside carecli")
        case "reopen":
            return _("reopened the wait")
        case "close_window":
            return _("the messaging window closed")
        case "note":
            return printable(str(args.get("text", "")))
        case "leave_word":
            return _("left a note for the next shift")
        case "open_case":
            to = str(args.get("to", ""))
            return _("asked {team}: {text}").format(
                team=one_line(context.teams.get(to) or to, 80),
                text=printable(str(args.get("ask", ""))),
            )
        case "seen":
            return _("marked a mention as seen")
        case "note_contact":
            said = printable(str(args.get("text", "")))
            return _("added a note about the contact: {text}").format(text=said)
        case "code":
            return _coded(args)
        case "code_blind":
            return _("coded a message of a sample")
        case "pick_quote":
            return _("saved a quote: {text}").format(text=printable(str(args.get("text", ""))))
        case "drop_quote":
            return _("removed the quote")
        case "draw_sample":
            return _sampled(args)
        case "enter_calls":
            return _called(args.get("days", ()))
        case "answered_by_hand":
            text = one_line(str(args.get("text", "")))
            if not text:
                return _("answered by hand")
            return _("answered by hand: {text}").format(text=text)
        case _:
            return one_line(verb, 40)


def _assigned(assignee: str, team: str, context: DeskContext) -> str:
    to = [one_line(context.name_of(assignee), 80)] if assignee else []
    to += [one_line(context.teams.get(team) or team, 80)] if team else []
    if not to:
        return _("unassigned")
    who = _("{name} of {team}").format(name=to[0], team=to[1]) if len(to) == 2 else to[0]
    return _("assigned to {who}").format(who=who)


def _labelled(add: list[str], remove: list[str]) -> str:
    on, off = (", ".join(map(one_line, labels)) for labels in (add, remove))
    if on and off:
        return _("added the labels {labels} and removed {others}").format(labels=on, others=off)
    if off:
        return _("removed the labels {labels}").format(labels=off)
    return _("added the labels {labels}").format(labels=on) if on else _("labelled")


def _coded(args: Mapping[str, Any]) -> str:
    """What was given and what was undone, of a message."""
    kinds = [kind.value for kind in VALUES]
    given = [
        code_name(kind, value)
        for kind in kinds
        if (value := str(args.get(kind) or "")) not in ("", NONE)
    ]
    given += [f"#{one_line(str(theme), 60)}" for theme in args.get("themes", ())]
    gone = [kind_name(kind) for kind in kinds if args.get(kind) == NONE]
    gone += [
        _("themes") if theme == NONE else f"#{one_line(str(theme), 60)}"
        for theme in args.get("without", ())
    ]
    on, off = ", ".join(given), ", ".join(gone)
    if on and off:
        return _("coded as {codes} and removed {others}").format(codes=on, others=off)
    if off:
        return _("removed the code: {others}").format(others=off)
    return _("coded as {codes}").format(codes=on)


def _sampled(args: Mapping[str, Any]) -> str:
    n = len(args.get("messages", ()))
    said = ngettext(
        "drew a sample of {n} message ({kind})", "drew a sample of {n} messages ({kind})", n
    )
    return said.format(n=number(n), kind=kind_name(str(args.get("kind", "sentiment"))))


def _called(days: Sequence[Sequence[Any]]) -> str:
    if len(days) == 1:
        return _("entered {n} calls for {day}").format(
            n=number(int(days[0][2])), day=one_line(str(days[0][0]), 10)
        )
    said = ngettext("entered calls for {n} day", "entered calls for {n} days", len(days))
    return said.format(n=number(len(days)))


ATTACHED = {
    "image": N_("a picture"),
    "video": N_("a video"),
    "audio": N_("a sound"),
    "file": N_("a file"),
    "sticker": N_("a sticker"),
    "link": N_("a link"),
    "post": N_("shared post"),
    "story": N_("mention in a story"),
    "story_reply": N_("reply to our story"),
    "location": N_("a place"),
}


def attached(kind: str, name: str) -> str:
    """What is attached to a message, in words."""
    what = _(ATTACHED[kind]) if kind in ATTACHED else _("something carecli cannot read")
    if not name:
        return what
    return _("{what}: {name}").format(what=what, name=one_line(name, 120))


def all_attached(things: Sequence[Sequence[str]]) -> str:
    """What a message consists of that has no text: (kind, url, name) each."""
    return " · ".join(dict.fromkeys(attached(kind, name) for kind, _url, name in things))


def unquoted(message: MessageView) -> tuple[str, str]:
    """The text without the lines at its end that only quote, and how many those are, in words."""
    if not message.folded:
        return message.text, ""
    lines = message.text.split("\n")
    n = message.folded
    told = ngettext("{n} quoted line", "{n} quoted lines", n).format(n=number(n))
    return "\n".join(lines[:-n]).rstrip(), told


def expressed(message: MessageView) -> str:
    """What a message expresses and who says so: `negative, #price by Ana · purchase? 81%`."""
    said = [_("❝ quote")] if message.is_quoted else []
    by: dict[str, list[str]] = {}
    for code in message.codes:
        if code.probability is None:
            by.setdefault(code.by, []).append(code_name(code.kind, code.value))
    said += [
        _("{codes} by {name}").format(codes=", ".join(codes), name=name)
        for name, codes in by.items()
    ]
    said += [
        f"{code_name(code.kind, code.value)}? {percent(code.probability)}"
        for code in message.codes
        if code.probability is not None
    ]
    said += [_("to code blind: {kind}").format(kind=kind_name(one.kind)) for one in message.blind]
    return " · ".join(said)
