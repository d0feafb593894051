"""Product cards: a folder of Markdown files, one per product, searched and quoted.

    ---
    product: Day cream SPF 30
    brand: avon                          # a brand's key; left out: any
    links: [https://example.org/day]
    ---
    ## Facts
    - 50 ml, for normal skin.
    ## Warnings
    - Avoid contact with the eyes.

Every heading of the second level begins a section; its name is what `quote` takes.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from carecli.desk.replies.front_matter import Sheet, Stamp, files, read_sheet
from carecli.desk.replies.rows import CardSection, CardView
from carecli.domain import fuzzy
from carecli.domain.errors import ConfigError, Refusal
from carecli.domain.text import one_line, search_form
from carecli.i18n import _

SHIPPED = Path(__file__).parent / "cards"
"""Cards of made-up products that come with the program, for practice."""

ENDINGS = (".md",)
KEYS = ("product", "brand", "links")

_HEADING = re.compile(r"^##[ \t]+(.+)$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\((https?://[^\s)]{1,500})\)")
_BULLET = re.compile(r"^([ \t]*)[-*+][ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.{1,300}?)(?<=\S)\1")


def read_card(file: Path) -> CardView:
    """One card; raises ConfigError with file, line and key."""
    sheet = read_sheet(file, KEYS)
    product = sheet.one("product")
    if not product:
        raise sheet.wrong("this key is missing", "product", "the product's name")
    links = sheet.texts("links")
    if not all(link.startswith(("https://", "http://")) for link in links):
        raise sheet.wrong("expected addresses such as https://example.org", "links")
    name = one_line(file.stem, 60)
    return CardView(name, product, sheet.one("brand"), links, _sections(sheet))


def _sections(sheet: Sheet) -> tuple[CardSection, ...]:
    found: dict[str, CardSection] = {}
    _, *pieces = _HEADING.split(sheet.text)
    for title, text in zip(pieces[::2], pieces[1::2], strict=True):
        title = one_line(title, 60).rstrip(" #")
        if search_form(title) in found:
            raise sheet.wrong(f"the section {title!r} twice")
        found[search_form(title)] = CardSection(title, _plain(text))
    if not found:
        raise sheet.wrong("a card without a section", hint="`## Facts` begins one")
    return tuple(found.values())


def _plain(text: str) -> str:
    """Markdown as a person would type it into a reply: platforms show its signs as they are."""
    text = _LINK.sub(r"\1: \2", _BULLET.sub(r"\1• ", text))
    return _EMPHASIS.sub(r"\2", text).strip()


@dataclass(frozen=True, slots=True)
class _Kept:
    """A card with what is searched of it, folded."""

    card: CardView
    named: str
    text: str


class Cards:
    """The cards of some folders, each file read again when it changed. Safe between threads.

    A file that cannot be read keeps nobody from the others: it is told among the `problems`.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._lock = threading.Lock()
        self._read: dict[str, tuple[Stamp, _Kept | ConfigError]] = {}

    def _refreshed(self) -> list[_Kept | ConfigError]:
        with self._lock:
            seen = dict(files(self._folders, ENDINGS))
            for file, stamp in seen.items():
                if file not in self._read or self._read[file][0] != stamp:
                    self._read[file] = (stamp, _kept(Path(file)))
            self._read = {file: self._read[file] for file in seen}
            return [found for _, found in self._read.values()]

    def problems(self) -> list[ConfigError]:
        """Files that cannot be read."""
        return [found for found in self._refreshed() if isinstance(found, ConfigError)]

    def search(self, search: str = "", brand: str = "") -> list[CardView]:
        """Cards that hold every word searched for, best first; among equals, the brand's first."""
        words = search_form(search).split()
        found: list[tuple[int, bool, str, CardView]] = []
        for kept in self._refreshed():
            if isinstance(kept, ConfigError):
                continue
            worths = [_worth(word, kept) for word in words]
            if all(worths):
                card = kept.card
                is_foreign = bool(brand) and card.brand != brand
                found.append((-sum(worths), is_foreign, search_form(card.product), card))
        return [card for *_, card in sorted(found, key=lambda one: one[:3])]

    def quote(self, card: str, section: str) -> str:
        """The text of a card's section; raises Refusal when there is none."""
        found = next((one for one in self.search() if one.name == card), None)
        if found is None:
            raise Refusal(_("There is no card {card!r}.").format(card=card))
        for one in found.sections:
            if search_form(one.title) == search_form(section):
                return one.text
        known = ", ".join(one.title for one in found.sections)
        raise Refusal(
            _("{product} has no section {section!r}.").format(
                product=found.product, section=section
            ),
            hint=_("Its sections: {known}.").format(known=known),
        )


def _kept(file: Path) -> _Kept | ConfigError:
    try:
        card = read_card(file)
    except ConfigError as error:
        return error
    text = "\n".join(f"{one.title}\n{one.text}" for one in card.sections)
    return _Kept(card, search_form(f"{card.product} {card.name} {card.brand}"), search_form(text))


def _worth(word: str, kept: _Kept) -> int:
    beside = fuzzy.LETTER * len(word) if word in kept.text else 0
    return max(4 * fuzzy.score(word, kept.named), beside) or fuzzy.score_of_words(word, kept.text)
