"""Each screen as text, compared with what was approved in `screens/`.

To approve a change, delete the file and run the test twice: the first run writes it and fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import SimpleNamespace
from typing import cast

import pytest
from textual.screen import Screen

import carecli.tui
from carecli.desk.conversations.rows import (
    AttachmentView,
    BlindView,
    CodeView,
    ContactNoteView,
    Tie,
)
from carecli.desk.planning.rows import MacroRow, RuleDeeds
from carecli.desk.records.protocol import RecordService
from carecli.desk.records.rejected import OutsiderView
from carecli.domain.model import HOUR, ContactPoint, Direction, MessageId, OutboxState, ThreadId
from carecli.tui.app import InboxApp
from carecli.tui.commands import reply
from carecli.tui.settings import Settings
from tests.tui.memory_competitors import town
from tests.tui.memory_desk import NOW, MemoryDesk, busy_desk, message, outbox
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


def _with_macros() -> MemoryDesk:
    desk = busy_desk()
    desk.own_macros = [MacroRow("parcel", "m p", ("thread.yellow", "thread.labels parcel"))]
    return desk


def _guided() -> MemoryDesk:
    desk = busy_desk()
    desk.guidance = "Say sorry, take the case to private, promise nothing."
    return desk


def _tied() -> MemoryDesk:
    desk = busy_desk()
    place, message = "Messenger · Vichy México", MessageId(200)
    desk.ties = {ThreadId(2): (Tie(ThreadId(1), message, place, "¿Me llaman hoy?", True),)}
    desk.noted = (ContactNoteView(99, NOW, "Kasia", "wants a call, not a mail"),)
    return desk


def _attached() -> MemoryDesk:
    """A message with an attached picture that cannot be read, and one with a link."""
    desk = busy_desk()
    broken = "https://cdn.example.org/a.png"
    desk.talks[ThreadId(1)] = (
        message(
            1,
            "Mira https://example.org/foto",
            NOW - HOUR,
            permalink="https://example.org/m/1",
            attachments=(AttachmentView("image", broken, "a.png"),),
        ),
    )
    desk.pictures = {broken: Path(__file__)}
    return desk


def _mailed() -> MemoryDesk:
    """Mails with other recipients, of which the last quotes what came before it."""
    desk = busy_desk()
    desk.decisions = []
    desk.table[ThreadId(1)] = replace(
        desk.table[ThreadId(1)], point=ContactPoint.EMAIL, place="mail · Vichy", window_until=None
    )
    others = ("Piotr González <piotr@contact.test>", "centre@contact.test")
    first = "Joint order\n\nIs the gift set available? Please answer to all of us."
    ours = "Hello María, which of the two sets do you mean?"
    quoted = "\n".join(
        f"> {one}" for one in ("Hello María,", "which of the two sets", "do you mean?")
    )
    desk.talks[ThreadId(1)] = (
        message(101, first, NOW - 3 * HOUR, is_unanswered=False, also_to=others),
        message(
            102,
            ours,
            NOW - 2 * HOUR,
            direction=Direction.OUTBOUND,
            author="Ana",
            is_unanswered=False,
        ),
        message(
            103,
            f"The larger one.\n\nOn Thu, 1 Jan 2026, Vichy wrote:\n{quoted}",
            NOW - HOUR,
            folded=5,
            also_to=others,
        ),
    )
    return desk


class _Outsiders:
    """What was turned away, of the desk in memory."""

    def listed(self, *, every: bool = False) -> Sequence[OutsiderView]:
        told = (
            (12, "an automatic mail (Auto-Submitted)", "shop@forms.test", "It came broken."),
            (11, "a mass mail (Precedence)", "iga.testowa@customers-of-ours.test", "Is it vegan?"),
        )
        return [
            OutsiderView(number, "mail", reason, sender, text, NOW - HOUR, "open", "")
            for number, reason, sender, text in told
        ]


def _turned_away() -> MemoryDesk:
    records = cast("RecordService", SimpleNamespace(outsiders=_Outsiders()))
    return MemoryDesk(records=records)


SCREENS = {
    "list-80x24": ((80, 24), [], busy_desk),
    "list-140x40": ((140, 40), [], busy_desk),
    "list-200x60": ((200, 60), [], busy_desk),
    "compact-100x30": ((100, 30), ["C"], busy_desk),
    "times-80x24": ((80, 24), ["o", "t"], busy_desk),
    "times-140x40": ((140, 40), ["o", "t"], busy_desk),
    "times-compact-100x30": ((100, 30), ["o", "t", "C"], busy_desk),
    "thread-80x24": ((80, 24), ["enter"], busy_desk),
    "thread-140x40": ((140, 40), ["enter"], busy_desk),
    "reply-80x24": ((80, 24), ["r", *"Hola"], busy_desk),
    "reply-guided-80x24": ((80, 24), ["r", *"Hola"], _guided),
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
    "rule-apply-80x24": ((80, 24), ["g", "u", "a"], busy_desk),
    "rule-apply-140x40": ((140, 40), ["g", "u", "a", "space"], busy_desk),
    "rule-form-80x24": ((80, 24), ["g", "u", "n", *"flag", "enter"], busy_desk),
    "rule-form-140x40": ((140, 40), ["g", "u", "n", *"flag", "enter"], busy_desk),
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
    "send-80x24": ((80, 24), ["r", "ctrl+g"], busy_desk),
    "send-140x40": ((140, 40), ["r", "ctrl+g"], busy_desk),
    "write-many-80x24": ((80, 24), ["space", "space", "r", *"{co?}"], busy_desk),
    "write-many-140x40": ((140, 40), ["space", "space", "r", *"{moderatr}"], busy_desk),
    "ask-many-80x24": ((80, 24), ["space", "space", "r", *"{co?}", "ctrl+s"], busy_desk),
    "note-many-80x24": ((80, 24), ["space", "space", "i"], busy_desk),
    "note-80x24": ((80, 24), ["i", *"@k"], busy_desk),
    "private-80x24": ((80, 24), ["j", "R"], busy_desk),
    "tied-80x24": ((80, 24), ["j", "enter"], _tied),
    "tied-140x40": ((140, 40), ["j", "enter"], _tied),
    "channels-80x24": ((80, 24), ["S"], busy_desk),
    "brand-80x24": ((80, 24), ["B"], busy_desk),
    "recording-80x24": ((80, 24), ["Q", "2"], busy_desk),
    "macro-name-80x24": ((80, 24), ["Q", "2", "f", "Q"], busy_desk),
    "macro-key-80x24": ((80, 24), ["Q", "2", "Q", *"hot", "enter"], busy_desk),
    "macros-80x24": ((80, 24), ["g", "m"], _with_macros),
    "open-80x24": ((80, 24), ["enter", "w"], _attached),
    "picture-80x24": ((80, 24), ["enter", "I"], _attached),
    "keep-snippet-80x24": ((80, 24), ["ctrl+k"], busy_desk),
    "snippets-80x24": ((80, 24), ["s"], busy_desk),
    "person-note-80x24": ((80, 24), ["p", "i"], busy_desk),
    "period-80x24": ((80, 24), ["b", "p"], _mexican),
    "handover-note-80x24": ((80, 24), ["g", "h", "n"], busy_desk),
    "give-back-80x24": ((80, 24), ["g", "h", "R"], busy_desk),
    "help-80x24": ((80, 24), ["question_mark"], busy_desk),
    "help-found-80x24": ((80, 24), ["question_mark", "slash", *"later"], busy_desk),
    "help-found-140x40": ((140, 40), ["question_mark", "slash", *"later", "enter"], busy_desk),
    "entry-140x40": ((140, 40), ["M"], busy_desk),
    "handover-80x24": ((80, 24), ["g", "h"], busy_desk),
    "snippet-asks-80x24": ((80, 24), ["s", *"fecha", "enter"], busy_desk),
    "campaign-80x24": ((80, 24), ["O"], busy_desk),
    "filter-80x24": ((80, 24), ["F"], busy_desk),
    "mistake-80x24": ((80, 24), ["F", *"is:x", "space"], busy_desk),
    "handover-140x40": ((140, 40), ["g", "h"], busy_desk),
}


SCREENS |= {
    "coded-80x24": ((80, 24), ["enter"], _coded),
    "coded-140x40": ((140, 40), ["enter"], _coded),
    "code-80x24": ((80, 24), ["equals_sign"], busy_desk),
    "code-140x40": ((140, 40), ["enter", "equals_sign"], _coded),
    "code-blind-80x24": ((80, 24), ["enter", "equals_sign"], _sampled),
    "themes-80x24": ((80, 24), ["equals_sign", "t"], busy_desk),
    "quote-80x24": ((80, 24), ["enter", "quotation_mark"], busy_desk),
    "mail-80x24": ((80, 24), ["enter"], _mailed),
    "mail-140x40": ((140, 40), ["enter"], _mailed),
    "mail-whole-80x24": ((80, 24), ["enter", "g", "w"], _mailed),
    "mail-whole-140x40": ((140, 40), ["enter", "g", "w"], _mailed),
    "mail-reply-80x24": ((80, 24), ["r", *"Yes"], _mailed),
    "mail-reply-140x40": ((140, 40), ["r", *"Yes"], _mailed),
    "mail-to-all-80x24": ((80, 24), ["r", *"Yes", "ctrl+r"], _mailed),
    "mail-to-all-140x40": ((140, 40), ["r", *"Yes", "ctrl+r"], _mailed),
    "turned-away-80x24": ((80, 24), ["g", "x"], _turned_away),
    "turned-away-140x40": ((140, 40), ["g", "x", "down"], _turned_away),
    "quote-140x40": ((140, 40), ["enter", "quotation_mark"], busy_desk),
    "code-many-80x24": ((80, 24), ["V", "equals_sign", "n"], busy_desk),
}
SHOWS = {
    "ApplyScreen": "rule-apply",
    "ApprovalScreen": "approvals",
    "Ask": "labels",
    "Confirm": "delete",
    "EntryForm": "entry",
    "Form": "snippet-asks",
    "HandoverScreen": "handover",
    "HistoryScreen": "history",
    "InboxScreen": "list",
    "LogScreen": "rule-log",
    "MassReplyWindow": "write-many",
    "Picker": "palette",
    "PictureViewer": "picture",
    "HelpReader": "help",
    "TextWindow": "channels",
    "ReviewReader": "review",
    "RulesScreen": "rules",
    "QuoteWriter": "quote",
    "ReportScreen": "report",
    "CompetitorsScreen": "competitors",
    "SendReader": "send",
    "SplitScreen": "split",
    "TodayScreen": "today",
    "RuleForm": "rule-form",
    "TrialScreen": "rule-trial",
    "WhyScreen": "why",
}
"""A screen of each kind; the one of the lessons is in tests/lessons/test_looks.py."""

ALSO_SHOWN = {"InboxScreen", "TextWindow"}
"""Shown as they are, though others derive from them."""

THEMES = ("dark", "light")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing said in passing, which is gone after seconds; an editor whose answer stands ready."""
    monkeypatch.setattr(InboxApp, "notify", lambda *_args, **_how: None)
    text = "Hola {contact.frist_name}, te llamamos hoy.\n\nUn saludo, {moderator}"
    monkeypatch.setattr(reply, "edit", lambda *_: text)


def test_every_kind_of_screen_is_among_them() -> None:
    for module in walk_packages(carecli.tui.__path__, "carecli.tui."):
        import_module(module.name)
    leaves = {kind.__name__ for kind in _kinds(Screen) if not [*_kinds(kind)]}
    assert leaves | ALSO_SHOWN == SHOWS.keys()
    assert set(SHOWS.values()) <= {name.rpartition("-")[0] for name in SCREENS}


def _kinds(kind: type) -> Iterator[type]:
    """What the program derives from a class, near and far."""
    derived: list[type] = kind.__subclasses__()
    for one in derived:
        yield from [one] if one.__module__.startswith("carecli.") else []
        yield from _kinds(one)


@pytest.mark.anyio
@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("theme", THEMES)
async def test_the_screen_is_as_approved(name: str, theme: str, anyio_backend: str) -> None:
    """The text is the same in both palettes; what stands in which ink is approved for each."""
    kind = next((kind for kind, shown in SHOWS.items() if shown == name.rpartition("-")[0]), "")
    size, keys, make = SCREENS[name]
    path, inks = APPROVED / f"{name}.txt", APPROVED / f"{name}-{theme}.inks"
    settings = Settings(theme=theme, zone="America/Mexico_City")
    async with driven(make(), size=size, settings=settings) as one:
        await one.press(*keys)
        await one.until(lambda: kind in ("", type(one.app.screen).__name__))
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
