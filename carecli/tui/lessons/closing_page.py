"""The closing page and the key card, as lines and as plain text. Pure."""

from __future__ import annotations

from carecli.i18n import _, ngettext
from carecli.tui.keys.matcher import KeyMap
from carecli.tui.lessons.course import Course
from carecli.tui.lessons.lessons import KEY, LESSONS, Lesson
from carecli.tui.style.cells import Line, cells, fit


def taken(seconds: int) -> str:
    """`2:05` for 125 seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


def taught(lesson: Lesson, keymap: KeyMap) -> list[tuple[str, str]]:
    """The keys a lesson teaches, each with its label; each command once."""
    labels = {command.id: command.label for command in keymap.commands}
    found: dict[str, str] = {}
    for step in lesson.steps:
        for own, name in KEY.findall(step.task):
            if not own and name in labels and keymap.keys[name]:
                found[name] = keymap.keys[name][0]
    return [(key, _(labels[name])) for name, key in found.items()]


def card(keymap: KeyMap, width: int) -> list[Line]:
    """The key card: what each lesson taught, in two columns where there is room."""
    column = max(30, width // 2 if width >= 76 else width)
    seen: set[str] = set()
    lines: list[Line] = []
    for lesson in LESSONS:
        keys = [one for one in taught(lesson, keymap) if one[0] not in seen]
        seen |= {key for key, _label in keys}
        lines.append([(fit(f" {_(lesson.title)}", width), "title")])
        boxes: list[Line] = [
            [(f"   {fit(key, 10)}", "key"), (fit(label, column - 13), "text")]
            for key, label in keys
        ]
        across = 2 if column < width else 1
        lines += [
            [run for box in boxes[at : at + across] for run in box]
            for at in range(0, len(boxes), across)
        ]
    return lines


def card_text(keymap: KeyMap, width: int = 78) -> str:
    """The key card for a printer."""
    lines = ["".join(text for text, _role in line).rstrip() for line in card(keymap, width)]
    return "\n".join([f" carecli · {_('key card')}", *lines])


def closing_lines(course: Course, keymap: KeyMap, width: int) -> list[Line]:
    """What was learnt, how long it took, what comes next, and the key card."""
    count = len(course.done)
    said = ngettext("{n} lesson done", "{n} lessons done", count).format(n=count)
    total = taken(sum(course.seconds.get(key, 0) for key in course.done))
    lines: list[Line] = [
        [],
        [(f" {said}", "strong"), (f" · {_('{time} minutes').format(time=total)}", "text")],
        [],
    ]
    wide = max((cells(_(lesson.title)) for lesson in LESSONS), default=0) + 2
    for lesson in LESSONS:
        is_done = lesson.key in course.done
        mark, role = ("✓", "ok") if is_done else ("·", "dim")
        time = taken(course.seconds.get(lesson.key, 0)) if is_done else _("not yet")
        lines.append([(f"  {mark} ", role), (fit(_(lesson.title), wide), "text"), (time, "dim")])
    help_key = keymap.keys["app.help"][0] if keymap.keys["app.help"] else ""
    more = _("`carecli demo` shows a busy day; {key} lists every key.").format(key=help_key)
    printed = _("`carecli learn --card` prints the keys below.")
    lines += [[], [(fit(f" {more}", width), "text")], [(fit(f" {printed}", width), "text")], []]
    return lines + card(keymap, width)
