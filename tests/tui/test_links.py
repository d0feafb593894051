"""What a message can open: itself, its attachments, addresses in its text; only with a key."""

from __future__ import annotations

import pytest

from carecli.desk.conversations.rows import AttachmentView
from carecli.domain.model import HOUR, ThreadId
from carecli.tui.conversation.links import link_objection, written
from tests.tui.memory_desk import NOW, MemoryDesk, message
from tests.tui.pilot import Driven, driven

pytestmark = pytest.mark.anyio
PHOTO = AttachmentView("image", "https://cdn.example.org/photo.jpg", "photo.jpg")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("patrz https://example.org/a.", ["https://example.org/a"]),
        ("(https://example.org/a)", ["https://example.org/a"]),
        ("https://example.org/a_(b), HTTP://X.org!", ["https://example.org/a_(b)", "HTTP://X.org"]),
        ("javascript:alert(1) file:///etc/passwd www.example.org", []),
    ],
)
async def test_addresses_in_a_text(text: str, urls: list[str]) -> None:
    assert list(written(text)) == urls


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "mxc://example.org/abc",
        "https://paypal.com@evil.example",
        "https://xn--pypal-4ve.com/",
        "https://example.org/\u202egpj.exe",
    ],
)
async def test_what_may_deceive_is_not_opened(link: str) -> None:
    assert link_objection(link)


def watched(one: Driven) -> list[str]:
    """What the browser is asked for."""
    asked: list[str] = []

    def note(url: str, *, new_tab: bool = True) -> None:
        asked.append(url)

    one.app.open_url = note  # type: ignore[method-assign]  # no browser
    return asked


def with_message(text: str, *attachments: AttachmentView) -> MemoryDesk:
    desk = MemoryDesk()
    first = next(iter(desk.ids("is:waiting", "queue").ids))
    desk.talks[ThreadId(first)] = (message(1, text, NOW - HOUR, attachments=attachments),)
    return desk


async def test_the_only_link_is_opened_at_once() -> None:
    async with driven(with_message("Hola")) as one:
        asked = watched(one)
        await one.press("enter")
        assert asked == []
        await one.press("w")
        await one.until(lambda: asked == ["https://example.org/m/1"])


async def test_of_several_one_is_chosen() -> None:
    async with driven(with_message("Mira https://example.org/x", PHOTO)) as one:
        asked = watched(one)
        await one.press("enter", "w")
        await one.sees(
            "What do you want to open?",
            "The message on the platform",
            "a picture: photo.jpg",
            "Link in the text",
        )
        await one.press(*"photo", "enter")
        await one.until(lambda: asked == [PHOTO.url])


async def test_a_chosen_link_that_may_deceive_is_refused() -> None:
    async with driven(with_message("Mira https://paypal.com@evil.example/x")) as one:
        asked = watched(one)
        await one.press("enter", "w")
        await one.sees("What do you want to open?")
        await one.press(*"text", "enter")
        await one.until(lambda: "actually leads to evil.example" in one.toasts)
        assert asked == []
