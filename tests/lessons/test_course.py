"""The panel around the lessons: hints, skipping, resuming, the closing page, how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from carecli import i18n
from carecli.boot.lessons import COURSE, keep, read_course
from carecli.i18n import LANGUAGES, use
from carecli.tui.keys.matcher import KeyMap
from carecli.tui.keys.table import TABLE
from carecli.tui.lessons.closing_page import card_text
from carecli.tui.lessons.course import Course
from carecli.tui.lessons.lessons import KEY, LESSONS, Lesson
from carecli.tui.lessons.panel import SIDE, At, side_lines, strip_lines
from carecli.tui.settings import Settings
from carecli.tui.style.cells import Line, line_cells
from tests.lessons.conftest import World
from tests.support.care import home
from tests.support.terminal import Terminal

WIDE, NARROW = (140, 40), (80, 24)
WIDEST = (180, 40)


@pytest.mark.anyio
async def test_hints_come_when_they_are_wanted(world: World) -> None:
    async with world.learner("colours") as one:
        await one.press("f4")
        await one.sees("The names are in the list")
        await one.press("f3")
        await one.sees("3/10", "Replying")
        await one.on("Karla Ruiz")
        await one.press("r")
        await one.sees("This is Karla Ruiz.")
        await one.press("escape", "escape", "z", "escape")
        await one.sees(" z  is “Snooze”")


@pytest.mark.anyio
async def test_the_wrong_person_is_answered_and_nothing_is_lost(world: World) -> None:
    """The panel says to whom it goes, the answer is stopped, and the lesson goes on."""
    async with world.learner("replying", grace=60_000) as one:
        await one.on("Karla Ruiz")
        await one.press("r")
        await one.sees("This is Karla Ruiz.", "nothing was sent")
        await one.press(*"Yes", "ctrl+s")
        await one.sees("This goes to Karla Ruiz. No problem:")
        await one.press("u")
        await one.until(lambda: (row := one.row("Karla Ruiz")).is_waiting and row.sending is None)
        await one.on("Lucía Ortega")
        await one.press("r")
        await one.until(lambda: "No problem" not in one.text)
        assert one.step == 0


@pytest.mark.anyio
async def test_steps_count_in_any_order(world: World) -> None:
    async with world.learner("people") as one:
        await one.on("Rosa Medina")
        await one.press("A", *"communication", "enter")
        await one.sees("□□□■")
        await one.on("Andrés Cano")
        await one.press("c")
        await one.sees("□■□■")
        await one.press("c")
        await one.sees("□■■■")
        await one.press("a")
        await one.at_step(4)


@pytest.mark.anyio
async def test_a_lesson_goes_on_at_its_step(world: World) -> None:
    kept: list[Course] = []
    async with world.learner("colours", keep=kept.append) as one:
        await one.on("Karla Ruiz")
        await one.press("2")
        await one.sees("□□■□")
        await one.press("f3")
        await one.sees("3/10")
        await one.press("f2", *"lessons")
    assert kept[-1].steps == {"colours": [2]}
    async with world.learner("colours", course=Course("colours", steps={"colours": [2]})) as one:
        await one.sees("2/10", "□□■□")


def test_in_a_world_made_anew_a_row_of_steps_begins_at_its_first() -> None:
    done = next(lesson for lesson in LESSONS if lesson.key == "done")
    assert [step.follows for step in done.steps] == [False, True, True, False]
    assert done.kept({0, 1}) == frozenset()
    assert done.kept({0, 3}) == {3}
    assert done.kept({0, 1, 2}) == {0, 1, 2}


@pytest.mark.anyio
async def test_whom_a_lesson_is_about_waits_when_it_begins(world: World) -> None:
    """Whatever was pressed once too often before."""
    async with world.learner("moving") as one:
        await one.on("Hugo Paz")
        await one.press("d", "s")
        await one.until(lambda: not one.row("Hugo Paz").is_waiting)
        await one.press("f2", *"hiding", "enter")
        await one.sees("7/10")
        await one.until(lambda: one.row("Hugo Paz").is_waiting)


@pytest.mark.anyio
async def test_any_lesson_can_be_gone_to_and_done_again(world: World) -> None:
    kept: list[str] = []
    async with world.learner("moving", keep=lambda course: kept.append(course.lesson)) as one:
        await one.press("f2")
        await one.sees("Lessons", "10  Splitting a backlog")
        await one.press(*"filters", "enter")
        await one.sees("8/10", "Filters and views")
        await one.press("f2", *"moving", "enter")
        await one.until(lambda: one.lessons.again == "moving")
    assert kept[-1] == "moving"


@pytest.mark.anyio
@pytest.mark.parametrize("size", [NARROW, WIDE, WIDEST], ids=["narrow", "wide", "widest"])
async def test_the_list_stays_in_sight_beside_the_panel(
    world: World, size: tuple[int, int]
) -> None:
    async with world.learner("colours", size=size) as one:
        await one.sees("Triage by colour", "María González has", "Jorge Luna")
        panel = one.lessons.side_panel if size == WIDEST else one.lessons.bottom_panel
        assert panel.display
        assert not panel.region.intersection(one.inbox.threads.region).area
        assert one.inbox.threads.size.height >= 14
        for palette in ("light", "16"):
            one.inbox.screen.recolour(_look(palette))
            await one.sees("Triage by colour")


def _look(name: str):  # type: ignore[no-untyped-def]  # whatever the theme gives
    from carecli.tui.style.theme import palette

    return palette(name)


@pytest.mark.anyio
async def test_keys_are_the_learners_own(world: World) -> None:
    settings = Settings(theme="dark", keys={"thread.red": ("ctrl-x",)})
    async with world.learner("colours", settings=settings) as one:
        await one.sees("On her line press  ctrl-x : red.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_every_lesson_is_whole_in_every_language(lesson: Lesson, language: str) -> None:
    """Five lines at 80 columns, or a pane; no word of what is to be done is cut."""
    keymap = KeyMap(TABLE)
    use(language)
    try:
        for step in range(len(lesson.steps) + 1):
            strip = strip_lines(At(lesson, frozenset(range(step))), keymap, 80)
            side = side_lines(At(lesson, frozenset(range(step))), keymap, SIDE)
            assert len(strip) <= 5, _text(strip)
            assert max(map(line_cells, strip)) <= 80, _text(strip)
            assert max(map(line_cells, side)) <= SIDE, _text(side)
            for task in (one.task for one in lesson.steps[step : step + 1]):
                words = " ".join(KEY.sub(" ", i18n._(task)).split()).split(" ")
                for shown in (strip, side):
                    said = "".join(_text(shown).split())
                    assert [word for word in words if word not in said] == []
    finally:
        use("en")


def _text(lines: Sequence[Line]) -> str:
    return "\n".join("".join(run for run, _role in line) for line in lines)


def test_the_card_has_every_key_taught() -> None:
    use("en")
    card = card_text(KeyMap(TABLE, {"thread.red": ("ctrl-x",)}))
    assert "ctrl-x" in card
    assert all(lesson.title in card for lesson in LESSONS)
    assert max(map(len, card.splitlines())) <= 80


def test_how_far_one_is_is_kept(tmp_path: Path) -> None:
    file = tmp_path / COURSE
    assert read_course(file, fresh=False) == Course()
    course = Course("done", ["moving"], {"moving": 125, "done": 4}, {"done": [0, 3]})
    keep(file, course)
    assert read_course(file, fresh=False) == course
    assert read_course(file, fresh=True) == Course()
    file.write_text("{", encoding="utf-8")
    assert read_course(file, fresh=False) == Course()


@pytest.mark.pty
@pytest.mark.timeout(180)
def test_the_first_lessons_in_the_real_program(tmp_path: Path) -> None:
    environ = home(tmp_path)
    with Terminal("learn", size=NARROW, environ=environ) as one:
        one.wait_for("1/10")
        for keys, then in (
            (("G",), "■□□□"),
            (("g", "g", "enter"), "■■□□"),
            (("escape",), "■■■□"),
            (("\t", "\t"), "Well done"),
        ):
            one.press(*keys)
            one.wait_for(then)
        one.press("\x1bOR")  # F3
        one.wait_for("2/10")
        one.wait_for(lambda screen: "█" in next(li for li in one.lines if "María" in li))
        one.press("3")
        one.wait_for("■□□□")
        one.press("f")
        one.wait_for("■■□□")
        one.press("ctrl-q")
        assert one.wait_for_end() == 0
        assert one.is_restored
    with Terminal("learn", size=NARROW, environ=environ) as one:
        one.wait_for("2/10")
        one.wait_for("■■□□")  # the lesson goes on where it was left
        one.press("\x1bOR")
        one.wait_for("3/10")
        one.wait_for(lambda screen: "█" in next(li for li in one.lines if "Lucía" in li))
        one.press("r")
        one.wait_for("ctrl-s send")
        one.press("Yes", "ctrl-s")
        one.wait_for("being sent")
        one.wait_for("■□□")
        one.press("ctrl-q")
        assert one.wait_for_end() == 0
    with Terminal("learn", "--card", environ=environ) as one:
        one.wait_for("Triage by colour")
        assert one.wait_for_end() == 0
