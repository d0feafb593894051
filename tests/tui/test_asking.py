"""Asking another team by mail, from the screen."""

from __future__ import annotations

import pytest

from carecli.domain.commands import OpenCase
from carecli.domain.model import ThreadId
from tests.tui.memory_desk import busy_desk
from tests.tui.pilot import driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_one_team_is_asked_at_once() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("greater_than_sign")
        await one.sees("What do you want to ask Contact centre?")
        await one.press(*"Call", "enter")
        await one.until(lambda: desk.submitted)
        assert desk.submitted == [OpenCase(ThreadId(1), "contact_centre", "Call")]


async def test_of_several_teams_one_is_chosen() -> None:
    desk = busy_desk()
    desk.asks = (("agency", "Agency"), ("contact_centre", "Contact centre"))
    async with driven(desk) as one:
        await one.press("greater_than_sign")
        await one.sees("Ask which team?", "Agency", "Contact centre")
        await one.press("down", "enter")
        await one.sees("What do you want to ask Contact centre?")
        await one.press("escape")
        assert desk.submitted == []


async def test_where_nobody_can_be_asked_it_is_said_what_is_missing() -> None:
    desk = busy_desk()
    desk.asks = ()
    async with driven(desk) as one:
        await one.press("greater_than_sign")
        await one.sees("You cannot ask a team by mail here.", "docs/mail.md")


async def test_a_question_begun_is_kept_and_comes_back() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("greater_than_sign", *"Call")
        await one.until(lambda: [draft.text for draft in desk.drafts(ThreadId(1))] == ["Call"])
        await one.press(*" her", "escape")
        await one.until(lambda: [draft.text for draft in desk.drafts(ThreadId(1))] == ["Call her"])
        await one.press("r", "escape", "escape", "greater_than_sign")
        await one.sees("Call her")
        await one.press("enter")
        await one.until(lambda: desk.submitted)
        assert desk.submitted == [OpenCase(ThreadId(1), "contact_centre", "Call her")]
