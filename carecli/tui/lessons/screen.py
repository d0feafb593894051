"""The inbox with a lesson beside it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from textual import events, work

from carecli.desk.services import InboxServices
from carecli.domain.commands import Reopen
from carecli.domain.errors import Refusal
from carecli.domain.model import OutboxState, ThreadId
from carecli.i18n import _
from carecli.tui.app import InboxScreen
from carecli.tui.inbox.bars import WAITING, ListView
from carecli.tui.inbox.layout import Panes, panes
from carecli.tui.keys.matcher import KeyMatch, key_name, match
from carecli.tui.lessons.closing_page import closing_lines, taken
from carecli.tui.lessons.course import Course
from carecli.tui.lessons.lessons import LESSONS, Lesson
from carecli.tui.lessons.panel import FROM, SIDE, At, side_lines, strip_lines
from carecli.tui.lessons.seen import MOST, Hear, LessonState, OnScreen, see
from carecli.tui.settings import Settings
from carecli.tui.style.cells import Line
from carecli.tui.style.theme import Palette
from carecli.tui.widgets.board import Banner
from carecli.tui.widgets.dialogs import Choice, Picker, TextWindow, among

LOOK_EVERY = 0.4
"""Seconds between two looks at what the learner did."""

HELP_AFTER = 25.0
"""Seconds without a step forward after which the hint comes by itself."""

IDLE = 60.0
"""Seconds without a key after which the lesson's time stands still."""

ALWAYS = ("move.", "app.", "compose.", "view.last", "mark.")
"""Commands that are never the wrong key."""


ABOUT = ("thread.", "reply.", "message.")
"""Commands about somebody: pressed on another line, they are meant for somebody else."""

SENDING = ("compose.send", "compose.send_next")
"""Commands that let a reply go."""


class LessonScreen(InboxScreen):
    """The inbox, a lesson panel, and goals that are looked at as the learner works.

    `again` is the lesson the learner left for: it wants a world as it was. `looks` counts how
    often a goal was looked at.
    """

    def __init__(
        self,
        desk: InboxServices,
        settings: Settings,
        course: Course,
        hear: Hear,
        keep: Callable[[Course], None],
    ) -> None:
        """`hear` asks the platform what it received; `keep` writes down how far the learner is."""
        super().__init__(desk, settings)
        self.course = course
        self.brand = course.now.brand
        self.again = ""
        self._hear = hear
        self._keep = keep
        self.at = At(course.now)
        self._began: dict[int, LessonState] = {}
        self._trail: list[ThreadId] = []
        self.looks = 0
        self._is_looking = False
        self._seeks = False
        self._touched: set[str] = set()
        self._moved_at = self._pressed_at = time.monotonic()
        self.strip = Banner(self.painter, id="lesson", surface="head", height=4)
        self.beside = Banner(self.painter, id="lesson-side", surface="head")

    def on_mount(self) -> None:
        """Put the panel in its place and begin where the learner left off."""
        self.mount(self.strip, before=self.foot)
        self.query_one("#body").mount(self.beside)
        self.beside.styles.height = "100%"
        self.set_interval(LOOK_EVERY, self.look)
        self.set_interval(1.0, self._count)
        self.call_after_refresh(lambda: self.start_lesson(self.course.now))

    # the panel

    @property
    def _is_beside(self) -> bool:
        return self.app.size.width >= FROM

    @property
    def panes(self) -> Panes:
        """Cells of each pane, less those of the panel."""
        width = self.app.size.width - (SIDE if self._is_beside else 0)
        return panes(width, reading=self.is_reading, side_wanted=self.side_wanted)

    def set_panes(self) -> None:
        """Put the panes, and the panel beside or below them."""
        super().set_panes()
        self.strip.display = not self._is_beside
        self.beside.display = self._is_beside
        self.beside.styles.width = SIDE

    def paint_all(self) -> None:
        """All lines around the list."""
        super().paint_all()
        self.paint_lesson()

    def paint_lesson(self) -> None:
        """Show how far the learner is."""
        if self._is_beside:
            self.beside.show(side_lines(self.at, self.keymap, SIDE))
            return
        lines = strip_lines(self.at, self.keymap, self.app.size.width)
        if len(lines) != len(self.strip.lines):
            self.strip.styles.height = len(lines)
        self.strip.show(lines)

    def recolour(self, look: Palette) -> None:
        """Another palette, for the panel too."""
        super().recolour(look)
        self.strip.repaint(self.painter)
        self.beside.repaint(self.painter)

    # lessons

    def start_lesson(self, lesson: Lesson) -> None:
        """Begin a lesson, or go on with it, in its brand, the cursor on whom it is about.

        Whoever it is about and does not wait any more, since a key was pressed once too often in
        another lesson, waits again.
        """
        self.course.lesson = lesson.key
        self._touched.add(lesson.key)
        self._reopen(lesson)
        if self.writing is not None:
            self.end_writing()
        if self.context != "list":
            self.close_thread()
        self._began = {}
        self._turn_to(At(lesson, lesson.kept(self.course.steps.get(lesson.key, ()))))
        if (self.view, self.brand) == (WAITING, lesson.brand):
            self._seek()
        else:
            self._seeks = True
            self.show_view(WAITING, brand=lesson.brand)
        self._keep(self.course)

    def _reopen(self, lesson: Lesson) -> None:
        """Let everybody the lesson is about wait, as it tells the learner that they do."""
        ids = self.desk.threads.ids("", "newest", lesson.brand, MOST).ids
        for thread, row in self.desk.threads.rows(ids).items():
            if row.author in lesson.cast and not row.is_waiting and row.sending is None:
                with suppress(Refusal):  # nobody can let wait again who never waited
                    self.desk.commands.submit(Reopen(thread))

    def _turn_to(self, at: At) -> None:
        self.at = at
        self._trail = []
        self._moved_at = time.monotonic()
        self.paint_lesson()

    def view_shown(self, before: ListView, brand: str) -> None:
        """A lesson that begins may have asked for it."""
        super().view_shown(before, brand)
        if self._seeks:
            self._seeks = False
            self._seek()

    def _seek(self) -> None:
        """Put the cursor on the first person the lesson is about, if it is about anybody."""
        if not self.at.lesson.cast:
            return
        rows = self._rows([ThreadId(one) for one in self.threads.order[:100]])
        for thread, row in rows.items():
            if row.author in self.at.lesson.cast[:1]:
                self.threads.move_onto(thread)

    def open_thread(self, thread: ThreadId) -> bool:
        """Show a thread's conversation; a lesson may count them."""
        is_open = super().open_thread(thread)
        if is_open:
            self._trail.append(thread)
        return is_open

    # looking

    def _on_screen(self) -> OnScreen:
        is_reading = self.context in ("thread", "compose") and self.opened is not None
        return OnScreen(
            place=self.context,
            opened=self.opened.row.id if is_reading and self.opened is not None else None,
            cursor=self.threads.cursor,
            count=len(self.threads),
            view=self.view,
            opened_since=tuple(self._trail),
        )

    @work(group="tour", exit_on_error=False)
    async def look(self) -> None:
        """See whether the goal is met; help where it takes long."""
        at = self.at
        if self._is_looking or at.is_done:
            return
        self._is_looking = True
        lesson, screen = at.lesson, self._on_screen()
        try:
            seen = await asyncio.get_running_loop().run_in_executor(
                self._reader, lambda: see(self.desk, lesson.brand, lesson.cast, screen, self._hear)
            )
        except Exception as error:  # noqa: BLE001  whatever the desk raises is told, not thrown
            self.complain(error)
            return
        finally:
            self._is_looking = False
        if (self.at.lesson, self.at.done) == (at.lesson, at.done):
            self._judge(seen)
            self.looks += 1

    def _judge(self, seen: LessonState) -> None:
        lesson, done = self.at.lesson, set(self.at.done)
        for number, step in enumerate(lesson.steps):
            if number in done or not lesson.can_count(number, done):
                continue
            began = self._began.setdefault(number, seen)
            if step.goal(began, seen):
                done.add(number)
        if done != self.at.done:
            self._forward(frozenset(done))
            return
        step = lesson.steps[self.at.step]
        leaving = (OutboxState.QUEUED, OutboxState.SENDING)
        if step.is_sent and any(
            one.state in leaving for orders in seen.orders.values() for one in orders
        ):
            self._hint(_("It is being sent to the platform. Wait a moment."))
            self._moved_at = time.monotonic()
        elif time.monotonic() - self._moved_at > HELP_AFTER and not self.at.hint:
            self._hint(_(step.hint))

    def _forward(self, done: frozenset[int]) -> None:
        self._turn_to(At(self.at.lesson, done))
        self.course.tick(done)
        if self.at.is_done:
            self.course.finish()
        self._keep(self.course)

    def _hint(self, text: str) -> None:
        if text != self.at.hint:
            self.at = replace(self.at, hint=text)
            self.paint_lesson()

    def _count(self) -> None:
        """Count the seconds somebody learns."""
        now = time.monotonic()
        if now - self._pressed_at < IDLE and not self.at.is_done:
            self.course.spend(1)

    # keys

    def on_key(self, event: events.Key) -> None:
        """The panel's own keys; a key that is none of the step's brings the hint.

        Textual hands every key to the inbox after this, unless it was one of the panel's.
        """
        self._pressed_at = time.monotonic()
        own = {"f2": self.learn, "f3": self.skip, "f4": self.help_out}.get(event.key)
        if own is not None:
            event.stop()
            event.prevent_default()
            own()
        elif self.focused is not self.filter_line and not self.at.is_done:
            self._weigh_key(key_name(event.key, event.character))

    def _weigh_key(self, key: str) -> None:
        step = self.at.lesson.steps[self.at.step]
        found, command = match((*self.pressed, key), self.keymap.bindings(self.context))
        if found is not KeyMatch.FOUND:
            return
        row = self.row_at_hand()
        is_other = row is not None and not self._is_about(row.author)
        if row is not None and is_other and command in SENDING:
            said = _("This goes to {name}. No problem: [app.undo] stops it in the first seconds.")
            self._hint(said.format(name=row.author))
            return
        if command.startswith(ALWAYS):
            return
        if row is not None and is_other and command in step.commands and command.startswith(ABOUT):
            if command.startswith("reply."):
                said = _("This is {name}. [compose.leave] closes it; nothing was sent.")
                self._hint(said.format(name=row.author))
            else:
                said = _("This is {name}. No problem: [app.undo] undoes it.")
                self._hint(f"{said.format(name=row.author)} {_(step.hint)}")
            return
        if any(command in one.commands for one in self.at.lesson.steps):
            self._hint("")
            return
        label = next((one.label for one in self.keymap.commands if one.id == command), "")
        said = _("{key} is “{label}”.").format(key=f"[={key}]", label=_(label))
        self._hint(f"{said} {_(step.hint)}")

    def _is_about(self, author: str) -> bool:
        """Whether a step left to do is about this person, or the next one about nobody."""
        lesson = self.at.lesson
        task = lesson.steps[self.at.step].task
        if not any(name.split()[0] in task for name in lesson.cast):
            return True
        left = [step.task for number, step in enumerate(lesson.steps) if number not in self.at.done]
        return author in lesson.cast and any(author.split(maxsplit=1)[0] in one for one in left)

    def help_out(self) -> None:
        """Show the hint of the step."""
        if not self.at.is_done:
            self._hint(_(self.at.lesson.steps[self.at.step].hint))

    def skip(self) -> None:
        """Go on to the next lesson; after the last one, to the closing page."""
        following = self.at.number
        if following < len(LESSONS):
            self.start_lesson(LESSONS[following])
        else:
            self.close_course()

    def learn(self) -> None:
        """All lessons, to go on with any of them, or to do one again."""

        def of(lesson: Lesson) -> str:
            if lesson.key in self.course.done:
                return "✓ " + taken(self.course.seconds.get(lesson.key, 0))
            return _("in progress") if lesson.key == self.course.lesson else ""

        choices = [
            Choice(one.key, f"{number:2}  {_(one.title)}", of(one))
            for number, one in enumerate(LESSONS, 1)
        ]

        def chosen(key: str | None) -> None:
            if key is None:
                return
            lesson = next(one for one in LESSONS if one.key == key)
            if key in self._touched:
                self.course.lesson = self.again = key
                self._keep(self.course)
                self.app.exit()
            else:
                self.start_lesson(lesson)

        self.app.push_screen(Picker(self.painter, _("Lessons"), among(choices)), chosen)

    def leave(self) -> None:
        """From a lesson back to the list of lessons; only ctrl-q ends the program."""
        self.learn()

    def close_course(self) -> None:
        """What was learnt, and the key card."""

        def write(width: int) -> list[Line]:
            return closing_lines(self.course, self.keymap, width)

        self._keep(self.course)
        title = _("You know the inbox") if self.course.is_complete else _("Lessons")
        self.app.push_screen(TextWindow(self.painter, title, write))

    def on_unmount(self) -> None:
        """Keep how far the learner is."""
        self._keep(self.course)
