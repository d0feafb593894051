"""Lines are laid out for the width their board has, whenever it is given one."""

from __future__ import annotations

from functools import partial

import pytest

from carecli.tui.widgets.board import Board
from tests.tui.memory_desk import busy_desk
from tests.tui.pilot import NARROW, driven

WINDOWS = {
    "a picker": (["s"], "type to find"),
    "a reader": (["p"], "replied 2"),
    "the split": (["b"], "Kasia"),
    "today": (["g", "t"], "WAITING"),
}


def _is_so_wide(board: Board, width: int) -> bool:
    return board.size.width == width


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize(("keys", "word"), WINDOWS.values(), ids=WINDOWS)
async def test_a_board_that_gets_its_place_late_is_laid_out_for_it(
    keys: list[str], word: str, anyio_backend: str
) -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press(*keys)
        await one.until(lambda: one.app.screen.query("#dialog"))
        await one.sees(word)
        await one.pilot.pause()
        whole = one.text
        board = one.app.screen.query_one(Board)
        for width in (1, 30):
            board.styles.width = width
            await one.until(partial(_is_so_wide, board, width))
        board.styles.width = "1fr"
        await one.until(lambda: one.text == whole)
