"""Every screen in every language on a small terminal: no word of a label is cut.

What the catalogues gave while a screen was painted is remembered; then the screen is searched for
the beginning of a word of it that ends in an ellipsis, at a border or at the end of a line.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator

import pytest

from carecli import i18n
from carecli.desk.threads.overview import POINT_TITLES
from carecli.desk.threads.rows import Tally
from carecli.domain.model import ContactPoint
from carecli.i18n import LANGUAGES, _
from carecli.tui.inbox.bars import WAITING, side_lines, view_of
from carecli.tui.settings import Settings
from tests.tui.memory_desk import NOW, busy_desk
from tests.tui.pilot import driven
from tests.tui.test_screens import SCREENS

SMALL = (80, 24)
END = r"(?:…|\s?[│▏▌┃█▐╮╯]|\s?$)"
PLACE = re.compile(r"\{[^}]*\}")


class Remembering:
    """Translations that remember what they gave."""

    def __init__(self, inner: gettext.NullTranslations) -> None:
        self._inner = inner
        self.given: set[str] = set()

    def _keep(self, text: str) -> str:
        self.given.add(text)
        return text

    def gettext(self, message: str) -> str:
        return self._keep(self._inner.gettext(message))

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self._keep(self._inner.ngettext(one, many, n))

    def pgettext(self, context: str, message: str) -> str:
        return self._keep(self._inner.pgettext(context, message))


@pytest.fixture(params=LANGUAGES)
def spoken(request: pytest.FixtureRequest) -> Iterator[Remembering]:
    i18n.use(request.param)
    remembering = Remembering(i18n._Chosen.translations)
    i18n._Chosen.translations = remembering  # type: ignore[assignment]  # quacks like one
    yield remembering
    i18n.use("en")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def cut_words(given: set[str], lines: list[str], typed: str = "") -> list[str]:
    """Words of what was given whose beginnings end where a line was cut; not what was `typed`."""
    pieces = [piece.split() for text in given for piece in PLACE.split(text)]
    whole = {word.lower() for text in given for word in re.findall(r"\w+", text)}
    text = "\n".join(lines)
    found = []
    for piece in pieces:
        for before, word in zip(["", *piece], piece, strict=False):
            for size in range(1 if before else 4, len(word)):
                begun = word[:size]
                if not (begun[-1].isalnum() and word[size].isalnum()) or begun.lower() in {
                    *whole,
                    typed,
                }:
                    continue
                if f"{before} {begun}".lstrip() not in text:
                    continue  # a plain search is a hundred times quicker
                start = rf"(?<!\w){re.escape(before)} " if before else r"(?<!\w)"
                if re.search(start + re.escape(begun) + END, text, re.MULTILINE):
                    found.append(f"{before} {begun}… of {word}")
    return found


def test_a_cut_word_is_found() -> None:
    given = {"Assign to whom?", "{n} threads are waiting", "Counting waiting threads …"}
    assert cut_words(given, [" Assign to wh", "│ 12 threads w…│"]) != []
    assert cut_words(given, [" Assign to", " Counting waiting threads …", "threads wait"]) == []


@pytest.mark.anyio
@pytest.mark.parametrize("name", SCREENS)
async def test_no_word_of_a_screen_is_cut(
    name: str, spoken: Remembering, anyio_backend: str
) -> None:
    size, keys, make = SCREENS[name]
    settings = Settings(theme="dark", zone="America/Mexico_City")
    async with driven(make(), size=size, settings=settings) as one:
        await one.press(*keys)
        typed = "".join(key for key in keys if len(key) == 1)
        for wanted in {size, SMALL}:
            await one.pilot.resize_terminal(*wanted)
            await one.pilot.pause()
            assert cut_words(spoken.given, one.lines, typed) == [], "\n" + one.text


def test_no_name_of_the_left_pane_is_cut(spoken: Remembering) -> None:
    names = ("Waiting", "Mine", "Unassigned", "Flagged", "Snoozed", "Sending", "Done today")
    overview = busy_desk().overview()
    tallies = [Tally(f"at:{point}", _(POINT_TITLES[point]), 1214) for point in ContactPoint]
    queues = [Tally(f"is:{name}", _(name), 1214) for name in names]
    assert view_of("queue", queues[0]).title == _("Waiting")
    shown = side_lines(
        type(overview)(
            **{
                **{field: getattr(overview, field) for field in overview.__slots__},
                "points": tuple(tallies),
                "queues": tuple(queues),
            }
        ),
        WAITING,
        NOW,
        24,
        "ana",
    )
    text = "\n".join("".join(run for run, _role in one.line) for one in shown)
    assert [one.title for one in (*tallies, *queues) if one.title not in text] == []
    assert "…" not in text
