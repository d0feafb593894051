"""The lesson panel as it was approved; see tests/tui/test_screens.py for how to approve another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from carecli.tui.app import InboxApp
from carecli.tui.lessons.course import Course
from carecli.tui.lessons.runner import LessonRunner
from carecli.tui.settings import Settings
from tests.tui.memory_desk import busy_desk
from tests.tui.pilot import Driven, running

APPROVED = Path(__file__).parent / "screens"
SIZES = ((80, 24), (140, 40), (180, 45))


@pytest.mark.anyio
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_the_panel_is_as_approved(size: tuple[int, int], theme: str) -> None:
    path = APPROVED / f"colours-{size[0]}x{size[1]}.txt"
    inks = path.with_name(f"{path.stem}-{theme}.inks")
    settings = Settings(theme=theme, zone="America/Mexico_City")
    desk = busy_desk()
    desk.table = {key: replace(row, brand="lrp") for key, row in desk.table.items()}
    lessons = LessonRunner(desk.services, Course("colours"), lambda: (), lambda _: None)
    app = InboxApp(desk.services, settings, extension=lessons)
    async with running(app, size) as pilot:
        one = Driven(app, pilot)
        await one.until(lambda: lessons.looks)
        if not path.exists():
            await pilot.pause(0.5)
            path.parent.mkdir(exist_ok=True)
            path.write_text(one.text + "\n", encoding="utf-8")
            pytest.fail(f"{path.name} was written: look at it, then run again")
        approved = path.read_text(encoding="utf-8")
        await one.until(lambda: one.text + "\n" == approved)
        if not inks.exists():
            inks.write_text(one.inks() + "\n", encoding="utf-8")
            pytest.fail(f"{inks.name} was written: look at it, then run again")
        assert one.inks() + "\n" == inks.read_text(encoding="utf-8")
