"""`y` and `Y` say what became of a copy: in tmux it was taken or not, elsewhere nobody can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.memory_desk import busy_desk
from tests.tui.pilot import driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def tmux(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """A program of this name that notes how it was called; where it keeps its buffer."""
    program = folder / "tmux"
    program.write_text(f'#!/bin/sh\necho "$*" >> {folder}/calls\n{script}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    return folder / "buffer"


async def test_in_tmux_the_text_is_in_its_buffer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer = tmux(tmp_path, monkeypatch, f"cat > {tmp_path}/buffer")
    async with driven(busy_desk()) as one:
        await one.press("enter", "y")
        await one.until(lambda: "Copied to tmux's buffer and sent" in one.toasts)
        talk = one.inbox.conversation.opened
        assert talk is not None
        message = one.inbox.conversation.message_of(talk)
        assert message is not None
        assert buffer.read_text(encoding="utf-8") == message.text
        assert (tmp_path / "calls").read_text() == "load-buffer -w -\n"


async def test_an_old_tmux_keeps_it_in_its_buffer_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f'[ "$2" = -w ] && {{ echo unknown flag -w >&2; exit 1; }}\ncat > {tmp_path}/buffer'
    buffer = tmux(tmp_path, monkeypatch, script)
    async with driven(busy_desk()) as one:
        await one.press("enter", "y")
        await one.until(lambda: "tmux's buffer only" in one.toasts)
        assert buffer.exists()


async def test_a_tmux_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmux(tmp_path, monkeypatch, "echo no server running >&2; exit 1")
    async with driven(busy_desk()) as one:
        await one.press("enter", "y")
        await one.until(lambda: "Not copied" in one.toasts)
        assert "no server running" in one.toasts
        assert "Copied" not in one.toasts


async def test_elsewhere_the_terminal_is_asked_and_no_success_is_claimed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    async with driven(busy_desk()) as one:
        await one.press("enter", "Y")
        await one.until(lambda: "Sent to the terminal" in one.toasts)
        assert one.app._clipboard == one.inbox.selection.link
