"""Lines about keys: the hint bar, and the empty thread pane. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carecli.domain.model import OutboxState
from carecli.i18n import _, pgettext
from carecli.tui.inbox.bars import footer
from carecli.tui.keys.matcher import KeyMap, sequence
from carecli.tui.style.cells import Line, cells, fill

if TYPE_CHECKING:
    from carecli.desk.conversations.rows import Conversation
    from carecli.desk.threads.rows import ThreadRow

ABOUT_A_THREAD = ("reply.", "thread.", "message.", "outbox.", "mark.", "move.open", "compose.card")
"""Commands that need a thread at hand."""

STUCK = (OutboxState.FAILED, OutboxState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class HintContext:
    """What the hint bar goes by: the thread at hand, whether it is open, and what Esc does now.

    `leave` is empty where Esc does nothing.
    """

    row: ThreadRow | None = None
    talk: Conversation | None = None
    leave: str = ""
    is_marked: bool = False


def foot_line(
    keymap: KeyMap,
    context: str,
    width: int,
    pressed: str = "",
    note: str = "",
    present: HintContext | None = None,
) -> Line:
    """What can be done now: the keys for where the focus is, as things stand.

    After the first key of a sequence it is what may follow. Without `present` it is what applies
    to a thread that waits.
    """
    by_id = {command.id: command for command in keymap.commands}
    always = [
        ("app.help", pgettext("footer", "help")),
        ("app.palette", pgettext("footer", "palette")),
    ]
    shown = [
        (keymap.shown_in(by_id[command], context), label)
        for command, label in always
        if keymap.shown_in(by_id[command], context)
    ]
    if pressed:
        esc = ("Esc", pgettext("footer", "cancel"))
        return footer([esc, *following(keymap, context, pressed)], width, pressed, (), note)
    keys = present_keys(keymap, context, present) if present is not None else None
    return footer(keymap.footer(context) if keys is None else keys, width, "", shown, note)


def following(keymap: KeyMap, context: str, pressed: str) -> list[tuple[str, str]]:
    """What may follow the keys pressed, in the table's order; one view stands for all of them."""
    begun = sequence(pressed)
    labels = {command.id: _(command.label) for command in keymap.commands}
    found: list[tuple[str, str]] = []
    for keys, command in keymap.bindings(context).items():
        if len(keys) > len(begun) and keys[: len(begun)] == begun:
            rest = " ".join(keys[len(begun) :])
            if command.startswith("view.") and command[5:].isdigit():
                if command != "view.1":
                    continue
                rest, label = "1…9", _("views")
            else:
                label = labels[command]
            found.append((rest, label))
    return found


def present_keys(keymap: KeyMap, context: str, present: HintContext) -> list[tuple[str, str]]:
    """Keys and labels that apply as things stand: first how to leave, then what is urgent."""
    by_id = {command.id: command for command in keymap.commands}
    row, talk = present.row, present.talk
    gone: set[str] = set()
    first: list[tuple[str, str]] = []

    def offer(command: str, label: str) -> None:
        key = keymap.shown_in(by_id[command], context)
        if key:
            first.append((key, label))

    if present.leave:
        first.append(("Esc", present.leave))
    if context in ("list", "thread"):
        if row is None:
            gone |= {one for one in by_id if one.startswith(ABOUT_A_THREAD)}
        else:
            if row.sending in STUCK:
                offer("outbox.retry", pgettext("footer", "try again"))
                offer("outbox.drop", pgettext("footer", "discard"))
            if row.snoozed_until is not None:
                gone.add("thread.snooze")
                offer("thread.wake", pgettext("footer", "end snooze"))
            if not row.is_waiting:
                gone.add("thread.done")
                offer("thread.reopen", pgettext("footer", "reopen"))
        if present.is_marked:
            gone.add("move.open")
        if talk is not None:
            gone |= _refused(talk)
            if not talk.can_reply and talk.can_reply_privately:
                offer("reply.private", pgettext("footer", "private reply"))
    if context == "thread":
        gone.add("move.open")
    return first + [
        (keymap.shown_in(command, context), pgettext("footer", command.short))
        for command in keymap.commands
        if command.short and command.id not in gone and keymap.shown_in(command, context)
    ]


def _refused(talk: Conversation) -> set[str]:
    """Commands that the platform, or what I may do, rules out in this conversation."""
    gone: set[str] = set()
    if not talk.can_reply and "answered_by_hand" in talk.why_not:
        gone |= {"reply.public", "reply.snippet"}
    if "hide" in talk.why_not and "unhide" in talk.why_not:
        gone.add("message.hide")
    if "note" in talk.why_not:
        gone |= {"thread.done", "thread.assign_me", "thread.snooze", "thread.flag", "reply.note"}
    return gone


def key_at(line: Line, cell: int) -> str:
    """The key of the hint that stands at a cell of the hint bar; empty where none does."""
    key, start = "", 0
    for text, role in line:
        if role == "key":
            key = text.strip()
        elif role not in ("key", "text"):
            key = ""
        end = start + cells(text)
        if start <= cell < end:
            return key if text.strip() else ""
        start = end
    return ""


def unopened_lines(keymap: KeyMap, width: int) -> list[Line]:
    """What the thread pane says while no thread is open."""
    keys = keymap.keys["move.open"]
    before, _key, after = _("No thread is open. Press {key} to open one.").partition("{key}")
    hint: Line = [(f" {before}", "dim"), (keys[0] if keys else "", "key"), (after, "dim")]
    return [fill(line, [], width) for line in ([], hint, [])]


__all__: Sequence[str] = ("HintContext", "following", "foot_line", "key_at", "unopened_lines")
