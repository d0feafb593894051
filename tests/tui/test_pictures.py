"""A picture is shown in half blocks, and a hostile one only says so."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from carecli.desk.conversations.rows import AttachmentView
from carecli.domain.errors import Refusal
from carecli.domain.model import HOUR, ThreadId
from carecli.tui.conversation.half_blocks import read_pixels
from tests.tui.memory_desk import NOW, MemoryDesk, message
from tests.tui.pilot import driven

RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def two_halves(file: Path, kind: str = "PNG") -> Path:
    """Red above, blue below."""
    picture = Image.new("RGB", (40, 40), RED)
    picture.paste(BLUE, (0, 20, 40, 40))
    picture.save(file, kind)
    return file


def bomb(file: Path, width: int, height: int) -> Path:
    """A PNG whose head promises more pixels than it has."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"\x89PNG\r\n\x1a\n"
    for name, content in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")):
        check = struct.pack(">I", zlib.crc32(name + content))
        body += struct.pack(">I", len(content)) + name + content + check
    file.write_bytes(body)
    return file


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "JPEG"])
def test_a_picture_is_fitted_into_cells(tmp_path: Path, kind: str) -> None:
    rows = read_pixels(two_halves(tmp_path / "a", kind), 20, 5)
    assert (len(rows), len(rows[0])) == (10, 10)
    above, below = rows[0][0], rows[-1][-1]
    assert above[0] > 200 > 50 > above[2]
    assert below[2] > 200 > 50 > below[0]


def test_what_is_clear_is_black(tmp_path: Path) -> None:
    file = tmp_path / "clear"
    Image.new("RGBA", (3, 3), (255, 255, 255, 0)).save(file, "PNG")
    assert read_pixels(file, 10, 10) == [[(0, 0, 0)] * 3] * 4


@pytest.mark.parametrize("size", [(9000, 9000), (60_000, 60_000), (3000, 3000)])
def test_a_bomb_does_no_harm(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(Refusal, match=r"too large|cannot be read"):
        read_pixels(bomb(tmp_path / "bomb", *size), 80, 24)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff" + b"x" * 50,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_a_broken_file_says_so(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken"
    file.write_bytes(content)
    with pytest.raises(Refusal, match="cannot be read"):
        read_pixels(file, 80, 24)


def with_pictures(tmp_path: Path, *names: str) -> MemoryDesk:
    desk = MemoryDesk()
    first = next(iter(desk.ids("is:waiting", "queue").ids))
    files = {name: f"https://cdn.example.org/{name}" for name in names}
    desk.talks[ThreadId(first)] = (
        message(
            1,
            "Mira",
            NOW - HOUR,
            attachments=tuple(AttachmentView("image", url, name) for name, url in files.items()),
        ),
    )
    desk.pictures = {files[name]: tmp_path / name for name in names}
    return desk


@pytest.mark.anyio
async def test_a_picture_is_shown_on_a_key(tmp_path: Path) -> None:
    two_halves(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"broken")
    async with driven(with_pictures(tmp_path, "a.png", "b.png")) as one:
        await one.press("enter", "I")
        await one.sees("Which picture?", "a.png", "b.png")
        await one.press(*"a.png", "enter")
        await one.until(lambda: "▀▀▀▀" in one.text)
        await one.press("escape", "I", *"b.png", "enter")
        await one.sees("The picture cannot be read")
        await one.press("q")
        await one.sees("QUEUES")


@pytest.mark.anyio
async def test_a_message_without_pictures_says_so(tmp_path: Path) -> None:
    async with driven(with_pictures(tmp_path)) as one:
        await one.press("enter", "I")
        await one.until(lambda: "has no attachments" in one.toasts)
