"""The lesson panel as lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from carecli.i18n import _
from carecli.tui.keys.matcher import KeyMap
from carecli.tui.lessons.lessons import KEY, LESSONS, Lesson
from carecli.tui.style.cells import Line, cells, fill, fit, line_cells

FROM = 156
"""Columns from which the panel stands beside the inbox; below them it is a strip under it."""

SIDE = 36
"""Cells of the panel beside the inbox."""

KEYS = (("F4", "hint"), ("F3", "skip"), ("ctrl-q", "leave"), ("F2", "lessons"))


@dataclass(frozen=True, slots=True)
class At:
    """How far a learner is: which steps of the lesson are done, by number from 0."""

    lesson: Lesson
    done: frozenset[int] = frozenset()
    hint: str = ""
    """Shown in place of the reason why."""

    @property
    def step(self) -> int:
        """The first step that is not done; their number, when all are."""
        steps = len(self.lesson.steps)
        return next((step for step in range(steps) if step not in self.done), steps)

    @property
    def is_done(self) -> bool:
        """Whether all its goals are met."""
        return self.step >= len(self.lesson.steps)

    @property
    def number(self) -> int:
        """The lesson's, from 1."""
        return LESSONS.index(self.lesson) + 1


def key_of(keymap: KeyMap, command: str) -> str:
    """The first key of a command as this learner has it; without one, where it is found."""
    keys = keymap.keys.get(command, ())
    return keys[0] if keys else _("palette")


def runs(text: str, keymap: KeyMap, role: str) -> Line:
    """A translated text as words, its keys as caps."""
    found: Line = []
    at = 0
    for key in KEY.finditer(text):
        found.append((text[at : key.start()], role))
        name = key[2] if key[1] else key_of(keymap, key[2])
        found.append((f" {name} ", "chosen"))
        at = key.end()
    found.append((text[at:], role))
    return found


def wrapped(line: Line, width: int) -> list[Line]:
    """The runs in lines of at most `width` cells, broken at spaces; a key cap stays whole."""
    pieces: list[tuple[str, str]] = []
    for text, role in line:
        words = [text] if role == "chosen" else re.findall(r" +|[^ ]+", text)
        pieces += [(word, role) for word in words]
    lines: list[Line] = [[]]
    used = 0
    for number, (word, role) in enumerate(pieces):
        after = pieces[number + 1 :]
        glued = "" if word.isspace() else next(iter(after), ("", ""))[0]
        tail = cells(glued) if glued and not glued[0].isspace() and role == "chosen" else 0
        if used and used + cells(word) + tail > width:
            lines.append([])
            used = 0
        if used or not word.isspace() or role == "chosen":
            lines[-1].append((word, role))
            used += cells(word)
    return lines


def progress(at: At) -> str:
    """A box for each step, full when it is done."""
    return "".join("■" if step in at.done else "□" for step in range(len(at.lesson.steps)))


def _keys(at: At, width: int) -> Line:
    shown: Line = []
    words = {"hint": _("hint"), "skip": _("skip"), "lessons": _("lessons"), "leave": _("leave")}
    if at.is_done:
        words["skip"] = _("next")
    for key, what in KEYS:
        one: Line = [(key, "key"), (f" {words[what]}  ", "text")]
        if line_cells(shown) + line_cells(one) > width:
            break
        shown += one
    return shown


def _said(at: At, keymap: KeyMap, width: int) -> Sequence[list[Line]]:
    """What is said, and what is to be done."""
    if at.is_done:
        following = LESSONS[at.number] if at.number < len(LESSONS) else None
        goes_on = (
            _("Press [=F3] for the next lesson: {title}.").format(title=_(following.title))
            if following is not None
            else _("Press [=F3] to see what you have learnt.")
        )
        said = runs(
            _("Well done! You finished “{title}”.").format(title=_(at.lesson.title)), keymap, "ok"
        )
        return [wrapped(said, width), wrapped(runs(goes_on, keymap, "strong"), width)]
    task = wrapped(runs("▸ " + _(at.lesson.steps[at.step].task), keymap, "strong"), width)
    if at.hint:
        return [wrapped(runs(at.hint, keymap, "accent"), width), task]
    why = wrapped(runs(_(at.lesson.why), keymap, "text"), width) if at.step == 0 else []
    return [why, task]


def strip_lines(at: At, keymap: KeyMap, width: int) -> list[Line]:
    """The panel as a strip of three to five lines."""
    head: Line = [
        (f" {at.number}/{len(LESSONS)} ", "chosen"),
        (f" {_(at.lesson.title)} ", "title"),
        (f" {progress(at)}  ", "accent"),
    ]
    room = width - line_cells(head)
    lines = [fill(head, _keys(at, room), width)]
    for part in _said(at, keymap, width - 2):
        lines += [[(" ", "text"), *line] for line in part]
    return lines


def side_lines(at: At, keymap: KeyMap, width: int) -> list[Line]:
    """The panel as a pane beside the inbox: all steps, those done ticked."""
    inner = width - 2
    lines: list[Line] = [
        [(fit(f" {_('Lesson {n} of {all}').format(n=at.number, all=len(LESSONS))}", width), "dim")],
        [(fit(f" {_(at.lesson.title)}", width), "title")],
        [],
    ]
    body = wrapped(runs(_(at.lesson.why), keymap, "text"), inner)
    lines += [[(" ", "text"), *line] for line in body] + [[]]
    for number, step in enumerate(at.lesson.steps):
        mark, role = ("✓", "dim") if number in at.done else ("·", "dim")
        if number == at.step:
            mark, role = "▸", "strong"
        said = wrapped(runs(_(step.task), keymap, role), inner - 2)
        lines += [
            [(f" {mark if first == 0 else ' '} ", role), *line] for first, line in enumerate(said)
        ]
        lines.append([])
    if at.is_done:
        for part in _said(at, keymap, inner):
            lines += [[(" ", "text"), *line] for line in part]
    elif at.hint:
        hint = wrapped(runs(at.hint, keymap, "accent"), inner)
        lines += [[(" ", "text"), *line] for line in hint]
    lines.append([])
    for key, what in KEYS:
        said_of = {"hint": _("a hint"), "skip": _("next lesson")}
        said_of |= {
            "lessons": _("all lessons"),
            "leave": _("close, continue later"),
        }
        lines.append([(f" {fit(key, 7)}", "key"), (said_of[what], "text")])
    return lines
