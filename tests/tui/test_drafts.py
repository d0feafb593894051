"""What is being written is kept by what it shall become, whatever keys follow one another."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from carecli.desk.conversations.rows import Draft
from carecli.domain.model import HOUR, DraftKind, ThreadId
from tests.desk.conftest import Shop, open_shop
from tests.desk.test_sending import counting
from tests.tui.memory_desk import MemoryDesk
from tests.tui.pilot import Driven, driven

OPENING = {"r": DraftKind.REPLY, "R": DraftKind.PRIVATE, "i": DraftKind.NOTE}
KEYS = ("r", "R", "i", "type", "backspace", "ctrl+n", "ctrl+r", "escape", "ctrl+s", "other")
"""What a person may press; `type` is a letter, `other` opens the other thread."""


@contextmanager
def a_shop() -> Iterator[Shop]:
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder) / "care.sqlite")
        shop.says("Ewa", "Gdzie paczka?", ago=2 * HOUR)
        shop.says("Iga", "Czy jest krem?", ago=HOUR)
        try:
            yield shop
        finally:
            for desk in shop.desks:
                desk.close()
            shop.database.close()


@dataclass
class Model:
    """What must be kept, told without the program."""

    thread: int = 1
    kind: DraftKind | None = None
    text: str = ""
    kept: dict[tuple[int, DraftKind], str] = field(default_factory=dict)
    sent: list[tuple[int, DraftKind, str]] = field(default_factory=list)
    typed: int = 0

    def is_private_used(self) -> bool:
        return any(
            (thread, kind) == (self.thread, DraftKind.PRIVATE) for thread, kind, _ in self.sent
        )

    def put_away(self) -> None:
        if self.kind is not None:
            self.keep(self.kind, self.text)
        self.kind, self.text = None, ""

    def keep(self, kind: DraftKind, text: str) -> None:
        self.kept.pop((self.thread, kind), None)
        if text.strip():
            self.kept[self.thread, kind] = text

    def take_up(self, kind: DraftKind) -> None:
        self.kind, self.text = kind, self.kept.get((self.thread, kind), "")

    def change_to(self, kind: DraftKind) -> None:
        before, text = self.kind, self.text
        assert before is not None
        if (self.thread, kind) in self.kept:
            self.put_away()
            self.take_up(kind)
        else:
            self.keep(before, "")
            self.kind = kind
            self.keep(kind, text)

    def press(self, key: str) -> list[str]:
        """What is pressed for a step, after the model has made it; nothing where it is no step."""
        if key == "other":
            is_writing = self.kind is not None
            self.put_away()
            self.thread = 3 - self.thread
            down = ["j"] if self.thread == 2 else ["k"]
            return [*(["escape"] if is_writing else []), "escape", *down, "enter"]
        if self.kind is None:
            if key not in OPENING or (key == "R" and self.is_private_used()):
                return []
            self.take_up(OPENING[key])
            return [key]
        return self._press_in_composer(key)

    def _press_in_composer(self, key: str) -> list[str]:
        is_note = self.kind is DraftKind.NOTE
        match key:
            case "type":
                letter = chr(ord("a") + self.typed % 26)
                self.typed += 1
                self.text += letter
                return [letter]
            case "backspace":
                self.text = self.text[:-1]
            case "ctrl+n":
                self.change_to(DraftKind.REPLY if is_note else DraftKind.NOTE)
            case "ctrl+r" if not is_note and not self.is_private_used():
                to_public = self.kind is DraftKind.PRIVATE
                self.change_to(DraftKind.REPLY if to_public else DraftKind.PRIVATE)
            case "escape":
                self.put_away()
            case "ctrl+s" if self.text.strip() and not self._is_refused():
                assert self.kind is not None
                self.sent.append((self.thread, self.kind, self.text))
                self.keep(self.kind, "")
                self.kind, self.text = None, ""
            case _:
                return []
        return [key]

    def _is_refused(self) -> bool:
        """The same words to the same person, or a second private reply."""
        same = any((at, text) == (self.thread, self.text) for at, _, text in self.sent)
        return same or (self.kind is DraftKind.PRIVATE and self.is_private_used())


async def walk(one: Driven, shop: Shop, model: Model, keys: tuple[str, ...]) -> None:
    await one.press("enter")
    for key in keys:
        sent_before = len(model.sent)
        for pressed in model.press(key):
            await one.press(pressed)
        writing = one.inbox.composer.writing
        if len(model.sent) > sent_before:
            await one.until(
                lambda: one.inbox.composer.writing is None and not one.inbox.composer._is_sending
            )
            here = ThreadId(model.thread)  # after an answer the cursor goes on: come back
            await one.until(lambda here=here: one.inbox.threads.move_onto(here))  # type: ignore[misc]  # bound now
            await one.press("enter")
            continue
        assert (writing.kind if writing else None) is model.kind, keys
        assert (one.inbox.composer.text.text if writing else "") == model.text, keys
        assert writing is None or writing.thread == model.thread, keys


def outcome(shop: Shop) -> tuple[dict[tuple[object, str], object], list[tuple[object, ...]]]:
    """Drafts on the disk, and what was said."""
    rows = shop.all("SELECT thread_id, kind, text FROM drafts")
    said = shop.all(
        "SELECT thread_id, json_extract(args, '$.text') FROM decisions "
        "WHERE verb IN ('reply', 'note') ORDER BY id"
    )
    return {(at, str(kind)): text for at, kind, text in rows}, said


def try_keys(keys: tuple[str, ...]) -> None:
    async def run(shop: Shop, model: Model) -> None:
        async with driven(shop.desk()) as one:
            await walk(one, shop, model, keys)
            await one.press("ctrl+q")
        one.inbox_screen.end()

    with a_shop() as shop:
        model = Model()
        asyncio.run(run(shop, model))
        model.put_away()
        kept, said = outcome(shop)
        assert kept == model.kept, keys
        assert said == [(thread, text) for thread, _, text in model.sent], keys


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(st.sampled_from(KEYS), min_size=10, max_size=30).map(tuple))
@example(("r", "type", "escape", "i", "escape", "r"))
@example(("r", "type", "ctrl+n", "type", "ctrl+s", "r", "type", "ctrl+r", "other", "i", "type"))
@example(("i", "type", "escape", "r", "type", "ctrl+n", "ctrl+n", "ctrl+s", "i", "ctrl+s"))
@pytest.mark.timeout(300)
def test_no_sequence_of_keys_loses_what_was_written(keys: tuple[str, ...]) -> None:
    try_keys(keys)


@pytest.mark.timeout(300)
def test_every_way_between_the_kinds_keeps_all_of_them() -> None:
    """All pairs of openings and switches, one after another in one sitting."""
    steps: list[str] = []
    for first, second in product(("r", "R", "i"), repeat=2):
        steps += [first, "type", "escape", second, "type", "ctrl+n", "type", "ctrl+r", "escape"]
    try_keys(tuple(steps))


async def _send_on_a_full_disk(shop: Shop, step: int) -> bool:
    """Send while the disk gets full at this change; whether it was sent all the same."""
    desk = shop.desk()
    async with driven(desk) as one:
        await one.press("r", *"hej")
        await one.until(lambda: shop.all("SELECT text FROM drafts") == [("hej",)])
        counting(shop.session(desk), step)
        await one.press("ctrl+s")
        await one.until(lambda: not one.inbox.composer._is_sending)
        counting(shop.session(desk))
        is_queued = bool(shop.all("SELECT 1 FROM outbox WHERE state = 'queued'"))
        if not is_queued:
            await one.sees("It was not sent. The text is saved.")
            assert one.inbox.composer.text.text == "hej"
        assert is_queued is (one.inbox.composer.writing is None), "the screen says what is so"
    assert is_queued or shop.all("SELECT text FROM drafts") == [("hej",)]
    return is_queued


@pytest.mark.timeout(300)
@pytest.mark.parametrize("step", [1, 3, 5, 6, 7, 8, 99])
def test_the_screen_says_whether_it_was_sent(step: int) -> None:
    with a_shop() as shop:
        assert asyncio.run(_send_on_a_full_disk(shop, step)) or step < 99


@pytest.mark.anyio
async def test_what_is_kept_at_the_end_stands_though_an_older_text_is_being_written(
    anyio_backend: str,
) -> None:
    desk, gate = _Slow(), threading.Event()
    desk.gate = gate
    async with driven(desk) as one:
        one.inbox.drafts.keep(Draft(ThreadId(1), "He"))
        one.inbox.drafts.keep(Draft(ThreadId(1), "Hej"))
        ending = asyncio.create_task(asyncio.to_thread(one.inbox.drafts.save_now))
        await asyncio.wait([ending], timeout=0.2)  # it waits for the older one, or is done
        gate.set()
        await ending
        await one.until(lambda: len(desk.written) >= 2)
        assert desk.drafts(ThreadId(1))[0].text == "Hej"


class _Slow(MemoryDesk):
    """Writes the first draft only when the gate is open."""

    gate = threading.Event()

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def save_draft(self, draft: Draft) -> None:
        if draft.text == "He":
            assert self.gate.wait(30)
        super().save_draft(draft)
        self.written.append(draft.text)
