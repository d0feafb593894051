"""Hostile texts on every surface of the screen: shown inert, nothing obeyed, nothing broken.

The cases are those of `tests/payloads/hostile-text.json`.
"""

from __future__ import annotations

import base64
import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from carecli.desk.conversations.rows import Conversation, Draft, PostView, SnippetView
from carecli.desk.threads.rows import Overview
from carecli.domain.errors import Refusal
from carecli.domain.model import OutboxState, PostKind, ThreadId
from carecli.domain.text import one_line, printable
from carecli.tui.inbox.list_rows import thread_lines
from carecli.tui.style.cells import line_cells
from tests.tui.memory_desk import NOW, MemoryDesk, message, outbox, row
from tests.tui.pilot import WIDE, Driven, driven

CASES = Path(__file__).parents[1] / "payloads" / "hostile-text.json"


def _payload(case: dict[str, object]) -> str:
    payload = case.get("payload")
    if isinstance(payload, dict):
        unit, count = payload["repeat"]
        return (
            str(payload.get("prefix", "")) + str(unit) * int(count) + str(payload.get("suffix", ""))
        )
    if payload is None:
        return base64.b64decode(str(case["payload_b64"])).decode("utf-8", "replace")
    return str(payload)


TEXTS = {
    str(case["id"]): _payload(case)[:20_000]
    for case in json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    if "payload" in case
}
LOTS = [list(TEXTS.items())[start : start + 27] for start in range(0, len(TEXTS), 27)]
DIRECTIONS = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
MARKUP = "[@click=app.quit]win[/] [b]x [/nope] [$error]y [link=https://evil.example]z[/link]"


def hostile_desk(text: str) -> MemoryDesk:
    """A desk that shows the text wherever it shows any; made printable, as the real one does."""
    inert, short = printable(text), one_line(text)
    desk = MemoryDesk(table={})
    desk.table[ThreadId(1)] = row(
        1, author=short, excerpt=short, place=short, assignee=short, team=short, labels=(short,),
        deadline=NOW, claimed_by="",
    )  # fmt: skip
    desk.talks[ThreadId(1)] = (message(1, inert, NOW, author=short, permalink=inert),)
    desk.stuck = [
        outbox(1, state=OutboxState.FAILED, text=inert, error=inert, hint=inert, by=short)
    ]
    return desk


class HostileDesk(MemoryDesk):
    """Says the text in what else it can say: the post, snippets, refusals, counts."""

    text = ""

    def conversation(self, thread: ThreadId) -> Conversation | None:
        talk = super().conversation(thread)
        assert talk is not None
        post = PostView(PostKind.AD, printable(self.text), "", None)
        return replace(talk, post=post, reply_as=one_line(self.text))

    def snippets(self, thread: ThreadId, search: str = "") -> list[SnippetView]:
        return [SnippetView(one_line(self.text), one_line(self.text), self.text, ("es",))]

    def overview(self, brand: str = "") -> Overview:
        whole, said = super().overview(brand), one_line(self.text)
        return replace(
            whole,
            teams=tuple(replace(one, title=said) for one in whole.teams),
            brands=tuple(replace(one, title=said) for one in whole.brands),
            colleagues=tuple(replace(one, name=said, doing=said) for one in whole.colleagues),
            channels=tuple(replace(one, title=said, error=said) for one in whole.channels),
        )

    def undo(self) -> str:
        raise Refusal(self.text, hint=self.text)


def assert_inert(one: Driven) -> None:
    """Nothing on the screen can act on a terminal, and nothing can be clicked."""
    for strip in one.app.screen._compositor.render_strips():
        for segment in strip:
            bad = [c for c in segment.text if unicodedata.category(c) in ("Cc", "Cs")]
            assert not bad, (bad, segment.text)
            assert not DIRECTIONS & set(segment.text)
            style = segment.style
            assert style is None or (style.link is None and not style.meta.get("@click"))


@pytest.mark.parametrize("lot", LOTS, ids=lambda lot: lot[0][0])
def test_a_row_of_the_list_is_exact_and_one_line(lot: list[tuple[str, str]]) -> None:
    for name, text in lot:
        desk = hostile_desk(text)
        for width in (60, 80, 140):
            for line in thread_lines(desk.table[ThreadId(1)], width, NOW):
                assert line_cells(line) == width, name
                assert "\n" not in "".join(part for part, _ in line)


@pytest.mark.anyio
@pytest.mark.parametrize("lot", LOTS, ids=lambda lot: lot[0][0])
async def test_it_is_inert_in_list_conversation_composer_and_toast(
    lot: list[tuple[str, str]], anyio_backend: str
) -> None:
    desk = hostile_desk("")
    async with driven(desk) as one:
        for name, text in lot:
            fresh = hostile_desk(text)
            desk.table, desk.talks, desk.stuck = fresh.table, fresh.talks, fresh.stuck
            desk.save_draft(Draft(ThreadId(1), text))
            desk.changed = None
            one.inbox.conversation.open(ThreadId(1))
            one.inbox.composer.begin()
            one.inbox.runner.complain(Refusal(text, hint=text))
            one.inbox.runner.say(text)
            await one.pilot.pause()
            await one.pilot.pause()
            assert_inert(one)
            assert one.app.is_running, name
            one.app.clear_notifications()
            one.inbox.composer.end()


@pytest.mark.anyio
@pytest.mark.parametrize("text", [MARKUP, "\x1b]0;pwned\x07\x9b31mX\u202eevil", "[/", "\\[b]"])
async def test_it_is_inert_in_every_window(text: str, anyio_backend: str) -> None:
    desk = HostileDesk(table=hostile_desk(text).table)
    desk.text = text
    async with driven(desk) as one:
        there_and_back = "enter s escape escape B escape A escape X n p escape u M escape F escape"
        for key in there_and_back.split():
            await one.press(key)
            await one.pilot.pause()
            assert_inert(one)
        await one.press("slash")
        one.inbox.filter_bar.line.value = text
        await one.press("enter")
        await one.pilot.pause()
        assert_inert(one)
        assert one.app.is_running


@pytest.mark.anyio
async def test_markup_is_shown_as_it_was_written(anyio_backend: str) -> None:
    async with driven(hostile_desk(MARKUP), size=(200, 60)) as one:
        await one.press("enter")
        await one.sees("[@click=app.quit]win[/]", "[/nope]", "[$error]y")
        marked = [(line.index("win[/]"), y) for y, line in enumerate(one.lines) if "win[/]" in line]
        assert len(marked) >= 3
        for place in marked:
            await one.pilot.click(offset=place)
        assert one.app.is_running


@pytest.mark.anyio
async def test_what_is_pasted_becomes_printable(anyio_backend: str) -> None:
    from textual.events import Paste

    async with driven(hostile_desk("x"), size=WIDE) as one:
        await one.press("r")
        one.inbox.composer.text.post_message(Paste("a\x1b[31mb\u202ec\r\nd"))
        await one.until(lambda: "b<U+202E>c\nd" in one.inbox.composer.text.text)
        assert "\x1b" not in one.inbox.composer.text.text


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
