"""Every lesson is learnt by doing what it says, and by nothing less."""

from __future__ import annotations

import pytest

from carecli.practice.lesson_world import COMMENTS, FANS, PRIVATE
from carecli.tui.keys.table import BY_ID
from carecli.tui.lessons.lessons import FANS as TAUGHT_FANS
from carecli.tui.lessons.lessons import KEY, LESSONS
from tests.lessons.conftest import World

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]


async def test_moving_and_opening(world: World) -> None:
    async with world.learner("moving") as one:
        await one.not_yet(0, "j", "j")
        await one.press("G")
        await one.at_step(1)
        await one.not_yet(1, "enter", "escape")
        await one.press("g", "g", "enter")
        await one.at_step(2)
        await one.not_yet(2, "j")
        await one.press("escape")
        await one.at_step(3)
        await one.not_yet(3, "tab")
        await one.press("tab")
        await one.at_step(4)
        await one.sees("Well done")


async def test_triage_by_colour(world: World) -> None:
    async with world.learner("colours") as one:
        await one.not_yet(0, "2")
        await one.press("3")
        await one.at_step(1)
        await one.press("f")
        await one.at_step(2)
        await one.not_yet(2, "2")  # still María
        await one.on("Karla Ruiz")
        await one.press("2")
        await one.at_step(3)
        await one.on("Jorge Luna")
        await one.press("1")
        await one.at_step(4)


async def test_replying(world: World) -> None:
    async with world.learner("replying", grace=1500) as one:
        await one.not_yet(0, "r", *"Yes", "escape")
        await one.on("Lucía Ortega")
        await one.press("r", *", it is fine.", "ctrl+s")
        await one.at_step(1)
        assert "Yes, it is fine." in {
            write.parameters.get("message") for write in world.practice.ledger.writes
        }
        await one.on("Diego Salas")
        await one.not_yet(1, "r", *"In every")
        await one.press("escape")
        await one.at_step(2)
        await one.press("r", *" shop.")
        await one.looked()
        assert one.step == 2
        await one.press("ctrl+t")
        await one.at_step(3)


async def test_saved_replies(world: World) -> None:
    async with world.learner("snippets") as one:
        await one.press("s", *"parcel", "enter")
        await one.sees("Fill in the saved reply: parcel")
        await one.not_yet(0, "escape", "ctrl+s")
        await one.sees("{day?}")
        await one.press(*"Friday", "ctrl+s")
        await one.at_step(1)
        await one.on("Paola Reyes")
        await one.press("r", *";;thanks", "space")
        await one.sees("Thank you, Paola")
        await one.press("ctrl+s")
        await one.at_step(2)


async def test_whose_it_is(world: World) -> None:
    async with world.learner("people") as one:
        await one.press("a")
        await one.at_step(1)
        await one.not_yet(1, "j")
        await one.on("Andrés Cano")
        await one.press("c")
        await one.at_step(2)
        await one.press("c")
        await one.at_step(3)
        await one.on("Rosa Medina")
        await one.not_yet(3, "a")
        await one.press("A", *"communication", "enter")
        await one.at_step(4)


async def test_done_and_taken_back(world: World) -> None:
    async with world.learner("done", grace=None) as one:
        await one.not_yet(0, "d", "escape")
        await one.press("d", "t")
        await one.at_step(1)
        await one.press("u")
        await one.at_step(2)
        await one.press("U")
        await one.at_step(3)
        await one.on("Iván Mora")
        await one.press("r", *"No, sorry", "ctrl+s")
        await one.until(lambda: one.inbox.layout.context == "list")
        await one.looked()
        assert one.step == 3
        await one.press("u")
        await one.at_step(4)
        assert not any("sorry" in str(write.parameters) for write in world.practice.ledger.writes)


async def test_hiding_and_answering_privately(world: World) -> None:
    async with world.learner("hiding") as one:
        await one.not_yet(0, "d", "escape")
        await one.press("x")
        await one.at_step(1)
        await one.on("Carmen Vela")
        await one.press("R", *"Please tell us more", "ctrl+s")
        await one.at_step(2)


async def test_filters_and_views(world: World) -> None:
    async with world.learner("finding") as one:
        await one.not_yet(0, "F", *"is:waiting", "enter")
        await one.press("F", *"is:waiting at:dm", "enter")
        await one.at_step(1)
        await one.press("g", "s", *"mail", "enter")
        await one.at_step(2)
        await one.press("minus")
        await one.at_step(3)
        await one.press("o", "d")
        await one.at_step(4)
        await one.not_yet(4, "slash", *"xylophone", "enter")
        await one.press("slash", *"make-up", "enter")
        await one.at_step(5)


async def test_many_at_once(world: World) -> None:
    async with world.learner("batches") as one:
        await one.not_yet(0, "d", "e")
        await one.press("u")
        await one.on(FANS[0][0])
        await one.press("space", "space", "d", "e")
        await one.at_step(1)
        await one.press("u")
        await one.at_step(2)
        await one.on(FANS[0][0])
        await one.press("v", *"jjjjjjj", "v", "d", "e")
        await one.at_step(3)


async def test_splitting_and_handing_over(world: World) -> None:
    async with world.learner("sharing") as one:
        await one.press("b")
        await one.sees("Kasia", "Piotr")
        await one.not_yet(0, "escape")
        await one.press("b")
        await one.sees("Kasia", "60 threads")
        await one.press("j", "space")
        await one.sees("[x] Kasia", "unassigned: ")
        await one.press("e")
        await one.until(lambda: "unassigned: " not in one.text)
        await one.press("enter")
        await one.at_step(1)
        await one.press("F", *"is:waiting assignee:me", "enter")
        await one.at_step(2)
        await one.press("V")
        await one.sees("marked")
        await one.press("A", *"Piotr", "enter")
        await one.sees("Review")
        await one.press("enter")
        await one.at_step(3)
        await one.press("f3")
        await one.sees("1 lesson done", "--card")


def test_the_table_names_keys_and_people_there_are() -> None:
    people = {name for name, *_rest in (*PRIVATE, *COMMENTS, *FANS)}
    assert tuple(name for name, _said in FANS) == TAUGHT_FANS
    assert len(LESSONS) == 10
    for lesson in LESSONS:
        assert set(lesson.cast) <= people
        for step in lesson.steps:
            assert step.commands <= BY_ID.keys()
            assert KEY.search(step.task)
