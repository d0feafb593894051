"""Each screen as text, compared with what was approved in `screens/`.

To approve a change, delete the file and run the test twice: the first run writes it and fails.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from carecli.desk.opened import BlindView, CodeView
from carecli.desk.plans import RuleDeeds
from carecli.domain.model import OutboxState, ThreadId
from carecli.tui.settings import Settings
from tests.tui.memory_competitors import town
from tests.tui.memory_desk import MemoryDesk, busy_desk, outbox
from tests.tui.memory_plans import SAVED
from tests.tui.pilot import driven

APPROVED = Path(__file__).parent / "screens"


def _failed() -> MemoryDesk:
    desk = busy_desk()
    desk.stuck = [
        outbox(
            1, state=OutboxState.FAILED, error="The token expired.", hint="Renew it: carecli init."
        )
    ]
    return desk


def _mexican() -> MemoryDesk:
    return MemoryDesk(zone="America/Mexico_City")


def _with_views() -> MemoryDesk:
    desk = busy_desk()
    desk.saved = SAVED
    return desk


def _ruled() -> MemoryDesk:
    desk = busy_desk()
    desk.ruled = (
        RuleDeeds("spam-links", "hide", "hid a message", 14),
        RuleDeeds("press", "recolour", "set the colour", 2),
    )
    return desk


def _coded() -> MemoryDesk:
    """A conversation whose messages people, a rule and a suggestion coded; one is a quote."""
    desk = busy_desk()
    first, second, third, fourth = desk.talks[ThreadId(1)]
    stage = CodeView("stage", "purchase", "", 0.81)
    desk.talks[ThreadId(1)] = (
        replace(first, codes=(CodeView("theme", "sun care", "rule themes"), stage)),
        replace(
            second,
            codes=(CodeView("sentiment", "negative", "Ana"), CodeView("theme", "safety", "Ana")),
            is_quoted=True,
        ),
        third,
        replace(
            fourth,
            codes=(
                CodeView("sentiment", "negative", "Kasia"),
                CodeView("stage", "loyalty", "", 0.6),
            ),
        ),
    )
    return desk


def _sampled() -> MemoryDesk:
    """A conversation that a sample asks me about."""
    desk = busy_desk()
    *rest, last = desk.talks[ThreadId(1)]
    desk.talks[ThreadId(1)] = (*rest, replace(last, blind=(BlindView(7, "stage"),)))
    return desk


def _compared() -> MemoryDesk:
    desk = busy_desk()
    desk.compared = town()
    return desk


SCREENS = {
    "list-80x24": ((80, 24), [], busy_desk),
    "list-140x40": ((140, 40), [], busy_desk),
    "list-200x60": ((200, 60), [], busy_desk),
    "compact-100x30": ((100, 30), ["C"], busy_desk),
    "thread-80x24": ((80, 24), ["enter"], busy_desk),
    "thread-140x40": ((140, 40), ["enter"], busy_desk),
    "reply-80x24": ((80, 24), ["r", *"Hola"], busy_desk),
    "reply-200x60": ((200, 60), ["r", *"Hola"], busy_desk),
    "failed-140x40": ((140, 40), ["enter"], _failed),
    "side-80x24": ((80, 24), ["left"], busy_desk),
    "help-140x40": ((140, 40), ["question_mark"], busy_desk),
    "palette-80x24": ((80, 24), ["colon", *"ass"], busy_desk),
    "reasons-80x24": ((80, 24), ["d"], busy_desk),
    "snippets-140x40": ((140, 40), ["s"], busy_desk),
    "delete-80x24": ((80, 24), ["X"], busy_desk),
    "entry-80x24": ((80, 24), ["M"], busy_desk),
    "marks-80x24": ((80, 24), ["space", "space", "v", "j"], busy_desk),
    "review-80x24": ((80, 24), ["V", "a"], busy_desk),
    "review-140x40": ((140, 40), ["V", "d", "s"], busy_desk),
    "views-140x40": ((140, 40), ["g", "1"], _with_views),
    "views-80x24": ((80, 24), ["g", "1", "left"], _with_views),
    "cards-80x24": ((80, 24), ["r", "ctrl+l"], busy_desk),
    "history-80x24": ((80, 24), ["p"], busy_desk),
    "split-80x24": ((80, 24), ["b"], _mexican),
    "split-140x40": ((140, 40), ["b", "j", "j", "right"], _mexican),
    "history-140x40": ((140, 40), ["p"], busy_desk),
    "today-80x24": ((80, 24), ["g", "t"], busy_desk),
    "today-140x40": ((140, 40), ["g", "t", "l", "j"], _ruled),
    "completing-80x24": ((80, 24), ["F", "c", "down"], busy_desk),
    "completing-140x40": ((140, 40), ["F", *"is:waitinx", "space"], busy_desk),
    "marks-140x40": ((140, 40), ["space", "space", "v", "j"], busy_desk),
    "cards-140x40": ((140, 40), ["r", "ctrl+l"], busy_desk),
    "palette-140x40": ((140, 40), ["colon", *"ass"], busy_desk),
    "assign-80x24": ((80, 24), ["A"], busy_desk),
    "labels-80x24": ((80, 24), ["l"], busy_desk),
    "snooze-80x24": ((80, 24), ["z"], busy_desk),
    "keep-view-80x24": ((80, 24), ["g", "s"], busy_desk),
    "safety-80x24": ((80, 24), ["h"], busy_desk),
    "rules-80x24": ((80, 24), ["g", "u"], busy_desk),
    "rules-140x40": ((140, 40), ["g", "u", "j"], busy_desk),
    "rule-log-80x24": ((80, 24), ["g", "u", "enter"], busy_desk),
    "rule-log-140x40": ((140, 40), ["g", "u", "enter", "j"], busy_desk),
    "rule-trial-80x24": ((80, 24), ["g", "u", "y"], busy_desk),
    "rule-trial-140x40": ((140, 40), ["g", "u", "y"], busy_desk),
    "approvals-80x24": ((80, 24), ["g", "a", "space"], busy_desk),
    "approvals-140x40": ((140, 40), ["g", "a", "space"], busy_desk),
    "why-80x24": ((80, 24), ["W"], busy_desk),
    "why-140x40": ((140, 40), ["W"], busy_desk),
    "report-80x24": ((80, 24), ["g", "r"], busy_desk),
    "report-140x40": ((140, 40), ["g", "r"], busy_desk),
    "report-200x60": ((200, 60), ["g", "r"], busy_desk),
    "report-heat-80x24": ((80, 24), ["g", "r", *["tab"] * 5], busy_desk),
    "report-end-80x24": ((80, 24), ["g", "r", "G"], busy_desk),
    "report-tables-140x40": ((140, 40), ["g", "r", "l", "tab", "tab"], busy_desk),
    "competitors-80x24": ((80, 24), ["g", "k", "j"], _compared),
    "competitors-140x40": ((140, 40), ["g", "k", "j", "right"], _compared),
    "competitors-200x60": ((200, 60), ["g", "k"], _compared),
    "competitor-80x24": ((80, 24), ["g", "k", "enter"], _compared),
    "handover-80x24": ((80, 24), ["g", "h"], busy_desk),
    "handover-140x40": ((140, 40), ["g", "h"], busy_desk),
}


SCREENS |= {
    "coded-80x24": ((80, 24), ["enter"], _coded),
    "coded-140x40": ((140, 40), ["enter"], _coded),
    "code-80x24": ((80, 24), ["E"], busy_desk),
    "code-140x40": ((140, 40), ["enter", "E"], _coded),
    "code-blind-80x24": ((80, 24), ["enter", "E"], _sampled),
    "themes-80x24": ((80, 24), ["E", "t"], busy_desk),
    "quote-80x24": ((80, 24), ["enter", "O"], busy_desk),
    "quote-140x40": ((140, 40), ["enter", "O"], busy_desk),
    "code-many-80x24": ((80, 24), ["V", "E", "n"], busy_desk),
}

THEMES = ("dark", "light")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("theme", THEMES)
async def test_the_screen_is_as_approved(name: str, theme: str, anyio_backend: str) -> None:
    """The text is the same in both palettes; what stands in which ink is approved for each."""
    size, keys, make = SCREENS[name]
    path, inks = APPROVED / f"{name}.txt", APPROVED / f"{name}-{theme}.inks"
    settings = Settings(theme=theme, zone="America/Mexico_City")
    async with driven(make(), size=size, settings=settings) as one:
        await one.press(*keys)
        if not path.exists():
            await one.pilot.pause(0.5)
            path.parent.mkdir(exist_ok=True)
            path.write_text(one.text + "\n", encoding="utf-8")
            pytest.fail(f"{path.name} was written: look at it, then run again")
        approved = path.read_text(encoding="utf-8")
        await one.until(lambda: one.text + "\n" == approved)
        used = one.inks()
        if not inks.exists():
            inks.write_text(used + "\n", encoding="utf-8")
            pytest.fail(f"{inks.name} was written: look at it, then run again")
        assert used + "\n" == inks.read_text(encoding="utf-8")
        assert [line for line in used.splitlines() if faint(line)] == []


def faint(line: str) -> bool:
    """Whether an ink does not stand out from its ground: below 4.5:1, or 3:1 for signs."""
    fore, _, ground, *words = line.split()
    text = " ".join(words)
    least = 4.5 if any(letter.isalnum() for letter in text) else 1.0
    return contrast(fore, ground) < least


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2, relative luminance)."""
    light, dark = sorted(map(_luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
