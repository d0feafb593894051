"""A learner's way through the lessons, beside the inbox."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from carecli.desk.services import InboxServices
from carecli.domain.commands import Reopen
from carecli.domain.errors import Refusal
from carecli.domain.model import OutboxState, ThreadId
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.inbox.bars import WAITING
from carecli.tui.keys.matcher import KeyMatch, key_name, match
from carecli.tui.lessons.closing_page import closing_lines, taken
from carecli.tui.lessons.course import Course
from carecli.tui.lessons.lessons import LESSONS, Lesson
from carecli.tui.lessons.panel import FROM, SIDE, At, side_lines, strip_lines
from carecli.tui.lessons.seen import MOST, Hear, LessonState, OnScreen, see
from carecli.tui.style.cells import Line
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


class LessonRunner:
    """Follows a learner through the lessons, beside the inbox they work in.

    An extension of the inbox: a panel, and goals that are looked at as the learner works. `again`
    is the lesson the learner left for: it wants a world as it was. `looks` counts how often a goal
    was looked at.
    """

    side_panel: Banner
    bottom_panel: Banner
    _context: CommandContext

    def __init__(
        self,
        desk: InboxServices,
        course: Course,
        hear: Hear,
        keep: Callable[[Course], None],
    ) -> None:
        """`hear` asks the platform what it received; `keep` writes down how far the learner is."""
        self.course = course
        self.brand = course.now.brand
        self.again = ""
        self._desk = desk
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
        self._columns = 0

    def attach(self, context: CommandContext) -> None:
        """Make the panels, painted like the inbox."""
        self._context = context
        painter = context.preferences.painter
        self.bottom_panel = Banner(painter, id="lesson", surface="head", height=4)
        self.side_panel = Banner(painter, id="lesson-side", surface="head")
        self.side_panel.styles.height = "100%"

    def start(self, every: Callable[[float, Callable[[], None]], object]) -> None:
        """Begin where the learner left off."""
        every(LOOK_EVERY, self.look)
        every(1.0, self._count)
        self.bottom_panel.call_after_refresh(lambda: self.start_lesson(self.course.now))

    def stop(self) -> None:
        """Keep how far the learner is."""
        self._keep(self.course)

    # the panel

    @property
    def _is_beside(self) -> bool:
        return self._columns >= FROM

    def place(self, columns: int) -> int:
        """Put the panel beside the panes or below them; returns the columns it takes there."""
        self._columns = columns
        self.bottom_panel.display = not self._is_beside
        self.side_panel.display = self._is_beside
        self.side_panel.styles.width = SIDE
        return SIDE if self._is_beside else 0

    def paint(self) -> None:
        """Show how far the learner is."""
        keymap = self._context.preferences.keymap
        if self._is_beside:
            self.side_panel.show(side_lines(self.at, keymap, SIDE))
            return
        lines = strip_lines(self.at, keymap, self._columns)
        if len(lines) != len(self.bottom_panel.lines):
            self.bottom_panel.styles.height = len(lines)
        self.bottom_panel.show(lines)

    def recolour(self) -> None:
        """Another palette, for the panel too."""
        painter = self._context.preferences.painter
        self.bottom_panel.repaint(painter)
        self.side_panel.repaint(painter)

    # lessons

    def start_lesson(self, lesson: Lesson) -> None:
        """Begin a lesson, or go on with it, in its brand, the cursor on whom it is about.

        Whoever it is about and does not wait any more, since a key was pressed once too often in
        another lesson, waits again.
        """
        self.course.lesson = lesson.key
        self._touched.add(lesson.key)
        self._reopen(lesson)
        self._context.composer.end()
        if self._context.layout.context != "list":
            self._context.layout.focus_list()
        self._began = {}
        self._turn_to(At(lesson, lesson.kept(self.course.steps.get(lesson.key, ()))))
        views = self._context.views
        if (views.current, views.brand) == (WAITING, lesson.brand):
            self._seek()
        else:
            self._seeks = True
            self._context.loader.show_view(WAITING, brand=lesson.brand)
        self._keep(self.course)

    def _reopen(self, lesson: Lesson) -> None:
        """Let everybody the lesson is about wait, as it tells the learner that they do."""
        ids = self._desk.threads.ids("", "newest", lesson.brand, MOST).ids
        for thread, row in self._desk.threads.rows(ids).items():
            if row.author in lesson.cast and not row.is_waiting and row.sending is None:
                with suppress(Refusal):  # nobody can let wait again who never waited
                    self._desk.commands.submit(Reopen(thread))

    def _turn_to(self, at: At) -> None:
        self.at = at
        self._trail = []
        self._moved_at = time.monotonic()
        self.paint()

    def view_shown(self) -> None:
        """A lesson that begins may have asked for it."""
        if self._seeks:
            self._seeks = False
            self._seek()

    def _seek(self) -> None:
        """Put the cursor on the first person the lesson is about, if it is about anybody."""
        if not self.at.lesson.cast:
            return
        threads = self._context.threads
        for thread in [ThreadId(one) for one in threads.ids[:100]]:
            row = threads.row(thread)
            if row is not None and row.author in self.at.lesson.cast[:1]:
                threads.move_onto(thread)

    def thread_opened(self, thread: ThreadId) -> None:
        """A lesson may count them."""
        self._trail.append(thread)

    # looking

    def _on_screen(self) -> OnScreen:
        context = self._context
        return OnScreen(
            place=context.layout.context,
            opened=context.conversation.thread if context.layout.is_in_thread else None,
            cursor=context.threads.cursor,
            count=len(context.threads),
            view=context.views.current,
            opened_since=tuple(self._trail),
        )

    def look(self) -> None:
        """See whether the goal is met; help where it takes long."""
        self._context.screen.start(self._look, group="tour")

    async def _look(self) -> None:
        at = self.at
        if self._is_looking or at.is_done:
            return
        self._is_looking = True
        lesson, screen = at.lesson, self._on_screen()
        try:
            seen = await self._context.runner.read(
                lambda: see(self._desk, lesson.brand, lesson.cast, screen, self._hear)
            )
        except Exception as error:  # noqa: BLE001  whatever the desk raises is told, not thrown
            self._context.runner.complain(error)
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
            self.paint()

    def _count(self) -> None:
        """Count the seconds somebody learns."""
        now = time.monotonic()
        if now - self._pressed_at < IDLE and not self.at.is_done:
            self.course.spend(1)

    # keys

    def press(self, key: str, character: str | None) -> bool:
        """The panel's own keys; a key that is none of the step's brings the hint."""
        self._pressed_at = time.monotonic()
        own = {"f2": self.learn, "f3": self.skip, "f4": self.help_out}.get(key)
        if own is not None:
            own()
            return True
        if not self._context.filter_bar.has_focus and not self.at.is_done:
            self._weigh_key(key_name(key, character))
        return False

    def _weigh_key(self, key: str) -> None:
        step = self.at.lesson.steps[self.at.step]
        context, keymap = self._context, self._context.preferences.keymap
        found, command = match(
            (*context.keys.pressed, key), keymap.bindings(context.layout.context)
        )
        if found is not KeyMatch.FOUND:
            return
        row = context.selection.row
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
        label = next((one.label for one in keymap.commands if one.id == command), "")
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
                self._context.app.exit()
            else:
                self.start_lesson(lesson)

        self._context.app.push_screen(
            Picker(self._context.preferences.painter, _("Lessons"), among(choices)), chosen
        )

    def leave(self) -> None:
        """From a lesson back to the list of lessons; only ctrl-q ends the program."""
        self.learn()

    def close_course(self) -> None:
        """What was learnt, and the key card."""

        def write(width: int) -> list[Line]:
            return closing_lines(self.course, self._context.preferences.keymap, width)

        self._keep(self.course)
        title = _("You know the inbox") if self.course.is_complete else _("Lessons")
        self._context.app.push_screen(TextWindow(self._context.preferences.painter, title, write))
