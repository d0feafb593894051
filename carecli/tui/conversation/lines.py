"""A conversation as lines: messages, decisions and outgoing replies in order of time. Pure.

What the contact says stands on the left, what we say on the right, what was decided between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from carecli.desk.conversations.rows import Conversation, DecisionView, MessageView, OutboxView
from carecli.desk.threads.rows import ThreadRow
from carecli.desk.wording import attached, expressed, unquoted
from carecli.domain.figures import number
from carecli.domain.hits import Phrase
from carecli.domain.mention import CALL
from carecli.domain.model import (
    Direction,
    MessageId,
    Millis,
    OutboxState,
    OutboxVerb,
    PostKind,
    Visibility,
)
from carecli.domain.names import colour_name
from carecli.domain.text import join_sentences
from carecli.i18n import N_, _, ngettext
from carecli.tui.inbox.bars import threads
from carecli.tui.inbox.list_rows import ICONS, OUTCOMES, SHAPES, safety_mark
from carecli.tui.keys.table import BY_ID
from carecli.tui.style.cells import Line, cells, cut, fill, fit, line_cells, marked, steady, wrap
from carecli.tui.style.clock import countdown, day, hour, local, span

ROOM_FOR_POINT = 4
"""Cells after a name in which the icon of its contact point stands, however long the name is."""

LEAST_OF_NAME = 8
"""Cells of a name that are shown in any case."""

POSTS = {
    PostKind.POST: N_("post"),
    PostKind.AD: N_("ad"),
    PostKind.VISITOR_POST: N_("visitor's post"),
    PostKind.MEDIA: N_("photo or video"),
    PostKind.MENTION: N_("mention"),
    PostKind.REVIEW: N_("review"),
    PostKind.ROOM: N_("room"),
    PostKind.GROUP: N_("group"),
}

FATES = {
    Visibility.HIDDEN: N_("hidden"),
    Visibility.DELETED_BY_US: N_("deleted by us"),
    Visibility.WITHDRAWN: N_("deleted by its author"),
    Visibility.GONE: N_("no longer on the platform"),
}

DEEDS = {
    OutboxVerb.HIDE: N_("hide"),
    OutboxVerb.UNHIDE: N_("unhide"),
    OutboxVerb.DELETE: N_("delete"),
    OutboxVerb.LIKE: N_("like"),
    OutboxVerb.UNLIKE: N_("remove the like"),
    OutboxVerb.BLOCK: N_("block"),
    OutboxVerb.UNBLOCK: N_("unblock"),
    OutboxVerb.CASE: N_("ask another team"),
    OutboxVerb.REPLY: N_("reply"),
    OutboxVerb.PRIVATE_REPLY: N_("private reply"),
}

UNDER_WAY = {
    OutboxState.QUEUED: N_("queued"),
    OutboxState.SENDING: N_("sending"),
    OutboxState.FAILED: N_("failed"),
    OutboxState.UNKNOWN: N_("unsure"),
}
"""States of what is not over yet."""


KeyOf = Callable[[str], str]
"""The key of a command, by its name."""


def first_key(command: str) -> str:
    """The key a command has in the table."""
    return BY_ID[command].keys[0]


NOTES = 3
"""Notes about a person shown above a conversation; their history has all."""


@dataclass(slots=True)
class ConversationLines:
    """The lines, and which of them belong to which message."""

    lines: list[Line] = field(default_factory=list)
    places: dict[MessageId, range] = field(default_factory=dict)


def head_lines(talk: Conversation, width: int, now: Millis, me: str, aside: str = "") -> list[Line]:
    """Three lines above a conversation: who and where, how urgent, what we know of them.

    `aside` tells how to get there, while keys act on another thread.
    """
    row, contact = talk.row, talk.contact
    claim = _claim(row, me, aside, width)
    mark = " " + _("(blocked)") if contact.is_blocked else ""
    room = width - cells(mark) - line_cells(claim) - ROOM_FOR_POINT
    name = steady(contact.name) or _("(no name)")
    first: Line = [(cut(f" {name}", max(LEAST_OF_NAME, room)), "strong"), (mark, "bad")]
    first.append((f"  {ICONS[row.point]} {steady(row.place)}", "text"))
    colour = row.colour.value
    named = colour_name(row.colour).upper()
    second: Line = [(f" {SHAPES[row.colour]} {named}", f"{colour}.strong")]
    by = talk.coloured_by
    second.append((" " + (_("by {name}").format(name=by) if by else _("untriaged")), "dim"))
    if row.deadline is not None:
        left = row.deadline - now
        words = _("overdue {time}") if left < 0 else _("answer within {time}")
        role = "red.strong" if left < 0 else "text"
        second += [(" · ", "dim"), (words.format(time=countdown(abs(left))), role)]
    if not row.is_waiting:
        closed = _("closed: nobody is waiting")
        if row.outcome is not None:
            closed = _("closed: {outcome}").format(outcome=_(OUTCOMES[row.outcome]))
        second += [(" · ", "dim"), (closed, "ok")]
    if row.window_until is not None and row.is_waiting:
        left = row.window_until - now
        words = _("window {span}").format(span=span(left)) if left > 0 else _("window closed")
        second += [(" · ", "dim"), (words, "dim" if left > 0 else "red")]
    if line_cells(second) > width:
        del second[1]  # who chose the colour stands among the decisions too
    complaints = contact.complaint_count
    third: Line = [
        *_safety(row.safety),
        (" " + _("since {year}").format(year=local(contact.since, "UTC").year), "dim"),
        (f" · {threads(contact.thread_count)}", "dim"),
        (
            " · "
            + ngettext("{n} complaint", "{n} complaints", complaints).format(n=number(complaints)),
            "warn" if complaints else "dim",
        ),
    ]
    flag = " · ⚑" if row.is_flagged else ""
    room = width - line_cells(third) - cells(flag) - cells(" · ")
    owner = cut(steady(row.owner), max(LEAST_OF_NAME, room)) or _("unassigned")
    third += [(f" · {owner}", "accent" if row.assignee else "dim"), (flag, "flag")]
    third += [(f" #{label}", "accent") for label in row.labels]
    return [fill(first, claim, width), fill(second, [], width), fill(third, [], width)]


def _claim(row: ThreadRow, me: str, aside: str, width: int) -> Line:
    """Who is answering, that an answer is to be checked, or how to get there."""
    if row.claimed_by and row.claimed_by != me:
        name = cut(steady(row.writer), max(LEAST_OF_NAME, width // 4))
        return [(f" {_('✎ {name} is answering').format(name=name)} ", "warn")]
    if row.is_unclear:
        return [(f" {_('? answered outside, please check')} ", "warn")]
    return [(f" {aside} ", "dim")] if aside else []


def _safety(safety: str) -> Line:
    if not safety:
        return []
    said = _("safety flag raised") if safety == "raised" else _("safety flag confirmed")
    return [(" ", "text"), (f" {safety_mark(safety)[0]}{said} ", "alarm")]


def talk_lines(
    talk: Conversation,
    width: int,
    now: Millis,
    zone: str,
    key: KeyOf = first_key,
    *,
    is_unfolded: bool = False,
    wanted: Sequence[Phrase] = (),
) -> ConversationLines:
    """The whole conversation, oldest first, wrapped to `width` cells; `key` finds a command's.

    What mails only quote is folded, unless `is_unfolded`. Words that are `wanted` are marked.
    """
    made = ConversationLines()
    _post(made, talk, width)
    _ties(made, talk, width, key("thread.other"))
    _noted(made, talk, width)
    if talk.older:
        older = ngettext("… {n} older message", "… {n} older messages", talk.older)
        made.lines.append([(fit(f" {older.format(n=number(talk.older))}", width), "dim")])
    moments: list[tuple[Millis, int, MessageView | DecisionView | OutboxView]] = [
        *((message.created_at, 0, message) for message in talk.messages),
        *((decision.at, 1, decision) for decision in talk.decisions),
        *((item.created_at, 2, item) for item in talk.outbox),
    ]
    moments.sort(key=lambda moment: moment[:2])
    today, before = "", -1
    for at, kind, what in moments:
        date = day(at, zone)
        if date != today:
            made.lines.append([(" " * width, "text")])
            made.lines.append([(fit(f" ── {date} ", width), "dim")])
            today = date
        elif kind != before or kind != 1:
            made.lines.append([(" " * width, "text")])
        before = kind
        if isinstance(what, MessageView):
            start = len(made.lines)
            unfold = "" if is_unfolded else key("message.unfold")
            made.lines.extend(
                _message(what, talk, width, zone, unfold, is_whole=is_unfolded, wanted=wanted)
            )
            made.places[what.id] = range(start, len(made.lines))
        elif isinstance(what, DecisionView):
            made.lines.extend(_decision(what, width, zone))
        else:
            made.lines.extend(_outbox(what, width, now, zone, key))
    made.lines.append([(" " * width, "text")])
    return made


def _post(made: ConversationLines, talk: Conversation, width: int) -> None:
    post = talk.post
    if post is None:
        return
    kind = _(POSTS[post.kind])
    text = " ".join(post.text.split()) or post.permalink
    for line in wrap(_("under the {kind}: {text}").format(kind=kind, text=text), width - 4)[:3]:
        made.lines.append([(fit(f" ┆ {line}", width), "dim")])


def _ties(made: ConversationLines, talk: Conversation, width: int, key: str) -> None:
    """The private thread a comment was answered in, or the comment it began with."""
    for tie in talk.ties:
        said = (
            _("answered privately, {place}: {text}")
            if tie.is_private
            else _("began with the comment, {place}: {text}")
        )
        text = " ".join(tie.text.split())
        words = said.format(place=steady(tie.place), text=text).rstrip(": ")
        room = width - 5 - (cells(key) + 1 if key else 0)
        line: Line = [(" ⇄ ", "accent"), (cut(words, room), "text")]
        made.lines.append(fill(line, [(f" {key} ", "key")] if key else [], width))


def _noted(made: ConversationLines, talk: Conversation, width: int) -> None:
    """The newest notes about the person that were written in other threads."""
    here = {one.id for one in talk.decisions}
    for note in [one for one in talk.contact_notes if one.id not in here][-NOTES:]:
        said = _("about the person, {name}: {text}")
        text = said.format(name=steady(note.actor), text=" ".join(note.text.split()))
        first, *more = wrap(text, width - 5)
        rest = more if len(more) < 3 else [more[0], cut(f"{more[1]} …", width - 5)]
        for mark, line in zip((" ✎ ", "   ", "   "), (first, *rest), strict=False):
            made.lines.append([(mark, "accent"), (fit(line, width - 3), "text")])


def _bubble(
    prefix: str,
    prefix_role: str,
    text: str,
    width: int,
    role: str,
    surface: str,
    wanted: Sequence[Phrase] = (),
) -> list[Line]:
    """A text block on its own surface; the prefix stands at its beginning."""
    wide = cells(prefix)
    lines = wrap("\u00a0" * wide + text, width)
    found: list[Line] = []
    for place, line in enumerate(lines):
        if place == 0:
            body = line[wide:] if line.startswith("\u00a0" * wide) else line
            first = fit(body, width - wide)
            begin = (prefix, f"{prefix_role}@{surface}")
            found.append([begin, *marked(first, f"{role}@{surface}", wanted)])
        else:
            found.append(marked(fit(line, width), f"{role}@{surface}", wanted))
    return found


def _tags(message: MessageView, *, in_private: bool) -> str:
    tags = [_(FATES[message.visibility])] if message.visibility in FATES else []
    tags += [_("edited")] if message.is_edited else []
    tags += [_("private")] if message.is_private and not in_private else []
    tags += [_("written in the platform's app")] if message.is_native else []
    tags += [_("♥ liked")] if message.is_liked else []
    if message.deed is OutboxState.FAILED:
        tags.append(_("✗ the last action on it failed"))
    elif message.deed is not None:
        tags.append(_(UNDER_WAY[message.deed]) + "…")
    return " · ".join(tags)


def _message(
    message: MessageView,
    talk: Conversation,
    width: int,
    zone: str,
    unfold: str,
    *,
    is_whole: bool,
    wanted: Sequence[Phrase],
) -> list[Line]:
    ours = message.direction is Direction.OUTBOUND
    surface = "ours" if ours else "theirs"
    named = ours or message.author != talk.contact.name
    author = cut(steady(message.author), 24)
    stands = " ✓" if ours and message.visibility is Visibility.VISIBLE else ""
    prefix = hour(message.created_at, zone) + (f" {author}" if named else "") + stands + "  "
    inner = max(20, min(width - 8, 90))
    indent = width - inner - 3 if ours else 1 + 2 * min(message.depth, 3)
    inner = min(inner, width - indent - 3)
    edge = "accent" if ours else talk.row.colour.value if message.is_unanswered else "dim"
    role = "text" if message.visibility is Visibility.VISIBLE else "gone"
    text, folded = (message.text, "") if is_whole else unquoted(message)
    text = text or ("" if message.attachments else _("(no text)"))
    body = _bubble(prefix, "accent" if ours else "dim", text, inner, role, surface, wanted)
    if folded:
        line: Line = [(cut(f"⋯ {folded}", inner - cells(unfold) - 2), f"dim@{surface}")]
        hint: Line = [(f" {unfold} ", f"key@{surface}")] if unfold else []
        body.append(fill(line, hint, inner))
    if message.also_to:
        also = _("also to: {names}").format(names=", ".join(map(steady, message.also_to)))
        body += [[(fit(one, inner), f"accent@{surface}")] for one in wrap(also, inner)]
    for one in message.attachments:
        said = attached(one.kind, steady(one.name))
        link = "" if one.name else f" {one.url}"
        body.append(marked(fit(f"⊞ {said}{link}", inner), f"accent@{surface}", wanted))
    tags = _tags(message, in_private=talk.row.point.is_private)
    if tags:
        body.append([(fit(tags, inner), f"dim@{surface}")])
    codes = expressed(message)
    if codes:
        body += [[(fit(one, inner), f"accent@{surface}")] for one in wrap(steady(codes), inner)]
    return [
        fill([(" " * indent, "text"), ("▌", edge), (" ", f"text@{surface}"), *line], [], width)
        for line in body
    ]


def _decision(decision: DecisionView, width: int, zone: str) -> list[Line]:
    role = "gone" if decision.is_undone else "accent" if decision.is_note else "dim"
    mark = "✎ " if decision.is_note else ""
    said = _("{who} {did}").format(who=decision.actor, did=decision.text)
    if decision.matched:
        said = _("{deed} ({words})").format(deed=said, words=", ".join(decision.matched))
    if decision.is_undone:
        said = _("{deed} (undone)").format(deed=said)
    lines = wrap(f"{mark}{said}", max(10, width - 10))
    when = f"  {hour(decision.at, zone)}  "
    called = bool(decision.mentions) and not decision.is_undone
    return [
        [
            (when if n == 0 else " " * len(when), "dim"),
            *_calls(fit(line, width - len(when)), role, is_calling=called),
        ]
        for n, line in enumerate(lines)
    ]


def _calls(line: str, role: str, *, is_calling: bool) -> Line:
    """A line of a note, the colleagues it calls emphasised."""
    runs: Line = []
    end = 0
    for found in CALL.finditer(line) if is_calling else ():
        runs += [(line[end : found.start()], role), (found.group(), "chosen")]
        end = found.end()
    return [*runs, (line[end:], role)]


def outbox_says(item: OutboxView, now: Millis, key: KeyOf = first_key) -> tuple[str, str]:
    """Where an item of the outbox stands, in words, and the role."""
    deed = _(DEEDS[item.verb])
    trouble = join_sentences(_(item.error), _(item.hint))
    if item.state is OutboxState.FAILED:
        said = _("✗ {deed} failed: {why} · {retry} try again · {drop} discard")
        keys = {"retry": key("outbox.retry"), "drop": key("outbox.drop")}
        return said.format(deed=deed, why=trouble, **keys), "bad"
    if item.state is OutboxState.UNKNOWN:
        said = _("? {deed}: not confirmed yet. {why} · {drop} discard")
        return said.format(deed=deed, why=trouble, drop=key("outbox.drop")), "warn"
    if item.state is OutboxState.SENT:
        return _("✓ {deed} sent by {name}").format(deed=deed, name=steady(item.by)), "ok"
    if item.state is OutboxState.CANCELLED:
        return _("{deed} undone").format(deed=deed), "dim"
    if item.state is OutboxState.SENDING:
        return _("↑ {deed}: sending").format(deed=deed), "accent"
    if item.attempts and trouble:
        said = _("↻ {why} · tries again in {span}")
        return said.format(why=trouble, span=span(item.not_before - now)), "warn"
    if item.not_before > now:
        said = _("↑ {deed} in {span}").format(deed=deed, span=span(item.not_before - now + 999))
    else:
        said = _("↑ {deed} queued").format(deed=deed)
    if item.is_undone_next:
        said += " · " + _("{key} undoes it").format(key=key("app.undo"))
    return said, "accent"


def _outbox(item: OutboxView, width: int, now: Millis, zone: str, key: KeyOf) -> list[Line]:
    words, role = outbox_says(item, now, key)
    inner = max(20, min(width - 8, 90))
    indent = max(1, width - inner - 3)
    lines: list[Line] = []
    if item.verb.is_answer:
        prefix = f"{hour(item.created_at, zone)} {cut(steady(item.by), 24)}  "
        edge = "bad" if item.state is OutboxState.FAILED else "accent"
        for line in _bubble(prefix, "accent", item.text, inner, "text", "ours"):
            start: Line = [(" " * indent, "text"), ("┊", edge), (" ", "text@ours")]
            lines.append(fill([*start, *line], [], width))
    lines += [
        fill([(" " * (indent + 2), "text"), (text, role)], [], width) for text in wrap(words, inner)
    ]
    return lines
