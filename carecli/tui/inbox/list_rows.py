"""A thread as one or two lines of the list. Pure, and exact to the cell.

    ▎ R  -00:12:00 ⚑ María González  3  ✉ Messenger · La Roche-Posay MX        Ana
    ▎                Me salió una alergia horrible con el Anthelios, tengo la cara…

A badge whose colour nobody and no rule chose is hollow: `(G)`, or `(r?)` where what it is likely
to be is known. The safety flag stands before the author: `✚ S?` raised, `✚ S` confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence

from carecli.desk.threads.rows import ThreadRow
from carecli.domain.hits import Phrase
from carecli.domain.model import HOUR, Colour, ContactPoint, Millis, OutboxState, Outcome
from carecli.domain.names import colour_letter
from carecli.i18n import N_, _, pgettext
from carecli.tui.style.cells import Line, cells, cut, fill, fit, marked, steady
from carecli.tui.style.clock import countdown, span, written

ICONS = {
    ContactPoint.PRIVATE_MESSAGE: "✉",
    ContactPoint.COMMENT: "✎",
    ContactPoint.AD_COMMENT: "▣",
    ContactPoint.GROUP_POST: "◆",
    ContactPoint.MENTION: "@",
    ContactPoint.REVIEW: "★",
    ContactPoint.EMAIL: "◫",
    ContactPoint.CALL: "☎",
}

SHAPES = {Colour.RED: "●", Colour.YELLOW: "▲", Colour.GREEN: "■"}
"""A shape beside each colour, for whoever cannot tell the colours."""

OUTCOMES = {
    Outcome.REPLIED: N_("✓ replied"),
    Outcome.REPLIED_ELSEWHERE: N_("✓ in app"),
    Outcome.NO_REPLY_NEEDED: N_("✓ no need"),
    Outcome.MODERATED: N_("✓ hidden"),
    Outcome.WITHDRAWN: N_("withdrawn"),
    Outcome.WINDOW_CLOSED: N_("closed"),
}

SENDING = {
    OutboxState.FAILED: (N_("✗ not sent"), "alarm"),
    OutboxState.UNKNOWN: (N_("? unsure"), "warn"),
    OutboxState.SENDING: (N_("↑ sending"), "accent"),
    OutboxState.QUEUED: (N_("↑ queued"), "accent"),
}

TIME = slice(5, 15)
"""Cells of a row's first line that hold its countdown, which leaves the first one to a badge."""

CURSOR, PLACE_KEPT = "█", "▒"
"""The edge of the thread under the cursor: while the list has the keys, and while it has not."""

OPENED = "▸"
"""Before the badge of the thread whose conversation is open."""

INDENT = 18
"""Where the author and the text begin."""

WINDOW_SHOWN = 6 * HOUR
"""How long before its end the platform's own window is shown beside the deadline."""


def badge(row: ThreadRow) -> tuple[str, str]:
    """The letter of the colour: solid when somebody or some rule chose it, else hollow.

    One that is suggested is small and in doubt, and takes a cell more.
    """
    if _is_suggested(row) and row.suggested is not None:
        return f"({colour_letter(row.suggested).lower()}?)", row.suggested.value
    letter = colour_letter(row.colour)
    if row.colour_by:
        return f" {letter} ", f"{row.colour.value}.badge"
    return f"({letter})", row.colour.value


def _is_suggested(row: ThreadRow) -> bool:
    return row.suggested is not None and not row.colour_by and row.deadline is not None


def safety_mark(safety: str) -> tuple[str, str]:
    """The safety flag in a few cells, by letter and shape; empty where there is none."""
    if not safety:
        return "", "text"
    letter = pgettext("safety", "S")
    return (f"✚ {letter}? ", "red.strong") if safety == "raised" else (f"✚ {letter} ", "red.strong")


def remaining(row: ThreadRow, now: Millis) -> tuple[str, str]:
    """What the countdown's ten cells say, nine beside a suggestion, and its role."""
    if row.deadline is not None:
        left = row.deadline - now
        role = row.colour.value if row.colour is not Colour.GREEN else "text"
        if left < 0 or (row.colour is Colour.RED and left < HOUR):
            role = "red.strong"
        return fit(countdown(left), 9 if _is_suggested(row) else 10, right=True), role
    if row.outcome is not None:
        return fit(_(OUTCOMES[row.outcome]), 10, right=True), "dim"
    return " " * 10, "dim"


def _window(row: ThreadRow, now: Millis) -> tuple[str, str]:
    if not row.is_waiting or row.window_until is None:
        return " " * (INDENT - 2), "dim"
    left = row.window_until - now
    if left < 0:
        return fit(_("window closed"), INDENT - 3, right=True) + " ", "red"
    if left < WINDOW_SHOWN:
        return fit(
            _("◷ {span} left").format(span=span(left)), INDENT - 3, right=True
        ) + " ", "yellow"
    return " " * (INDENT - 2), "dim"


def _right(row: ThreadRow, me: str, room: int) -> tuple[str, str]:
    if row.sending is not None and row.sending in SENDING:
        words, role = SENDING[row.sending]
        return _(words), role
    if row.is_unclear:
        return _("? check"), "warn"
    if row.claimed_by and row.claimed_by != me:
        said = _("✎ {name} typing").format(name=row.writer)
        return said if cells(said) <= room else cut(f"✎ {row.writer}", room), "warn"
    if row.has_draft:
        return _("✎ draft"), "accent"
    if row.snoozed_until is not None:
        return _("☾ snoozed"), "dim"
    if row.assignee:
        return cut(row.owner, room), "accent" if row.assignee == me else "dim"
    if row.team:
        return cut(f"› {row.owner}", room), "dim"
    return "–", "dim"


def thread_lines(
    row: ThreadRow,
    width: int,
    now: Millis,
    *,
    me: str = "",
    selected: bool = False,
    lit: bool = True,
    opened: bool = False,
    is_marked: bool = False,
    compact: bool = False,
    wanted: Sequence[Phrase] = (),
    zone: str = "",
) -> list[Line]:
    """A thread's line or lines, each exactly `width` cells; words that are `wanted` are marked.

    The cursor shows in the first line only, and in few runs: a slow line is spared. A cursor that
    is not `lit` only keeps its place: the keys are elsewhere. `opened`: the conversation is this
    thread's. With a `zone` the time at which the message was written stands at the end, by the
    clock there.
    """
    edge = ((CURSOR if lit else PLACE_KEPT) if selected else "▌", row.colour.value)
    sign = "✓" if is_marked else OPENED if opened else " "
    left: Line = [edge, (sign, "accent" if sign.strip() else "text"), badge(row)]
    left.append(remaining(row, now))
    left.append((" ⚑ " if row.is_flagged else "   ", "flag"))
    quiet = "text" if selected and lit else "dim"
    state = _right(row, me, max(6, width // 4))
    if selected and lit and state[1] in ("dim", "accent"):
        state = (state[0], quiet)
    right: Line = [
        ("  ", "text"),
        (f" {state[0]} " if state[1] == "alarm" else f"{state[0]} ", state[1]),
    ]
    time = written(row.message_at, now, zone) if zone and row.message_at is not None else ""
    author = steady(row.author) or _("(no name)")
    place = f"{ICONS[row.point]} {steady(row.place)}"
    if compact:
        room = max(8, (width - INDENT) // 5)
        if row.safety:
            left.append(safety_mark(row.safety))
            room -= cells(left[-1][0])
        left += marked(fit(author, room), "strong", wanted)
        left.append((f" {row.message_count:>2} " if row.message_count > 1 else "    ", "strong"))
        left.append((ICONS[row.point] + " ", "dim"))
        left += marked(steady(row.excerpt.replace("\n", " ")), "text", wanted)
        return [fill(left, [(f"  {time}", quiet), *right] if time else right, width)]
    room = max(10, width - INDENT - sum(cells(text) for text, _ in right) - 14)
    if row.safety:
        left.append(safety_mark(row.safety))
    left += marked(cut(author, room), "strong", wanted)
    if row.message_count > 1:
        left.append((f"  {row.message_count}", "strong"))
    left.append(("  " + ("⇡ " if row.is_boosted else "") + place, quiet))
    excerpt = steady(row.excerpt.replace("\n", " "))
    labels = "".join(f" #{label}" for label in row.labels)
    below: Line = [
        ("▌", row.colour.value),
        (" ", "text"),
        _window(row, now),
        *marked(excerpt, "text", wanted),
    ]
    aside: Line = [(cut(labels, width // 4) + " ", "accent")] if labels else []
    aside += [(f"  {time} ", "dim")] if time else []
    return [fill(left, right, width), fill(below, aside, width)]
