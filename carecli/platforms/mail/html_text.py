"""The visible text of an HTML mail. Pure; linear time.

Nothing visible is left out, however broken the page: a tag, a comment or a style sheet that never
ends counts as text. `html.parser` takes minutes for some broken pages of this size.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

from carecli.platforms.mail.styles import ElementStyle, Sheets, compute_style, parse_sheets

MOST_TAGS = 20_000
"""Tags that are looked at; what comes after so many is an attack, and is read without its looks."""

DEPTH = 400
"""Elements within each other whose style is kept; browsers stop at 512."""

_RAW = frozenset(("script", "style", "title", "template", "xml"))
"""Elements whose content no mail program shows, up to their end tag."""
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd"),
        *("details", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main"),
        *("menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody"),
        *("textarea", "tfoot", "thead", "tr", "ul"),
    )
)
_VOID = frozenset(
    ("br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base", "embed", "source")
)
_CELLS = frozenset(("td", "th"))
_CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(("li",)), frozenset(("ul", "ol", "menu", "td", "th", "table"))),
    "dt": (frozenset(("dt", "dd")), frozenset(("dl", "td", "th", "table"))),
    "dd": (frozenset(("dt", "dd")), frozenset(("dl", "td", "th", "table"))),
    "option": (frozenset(("option",)), frozenset(("select",))),
    "td": (_CELLS, frozenset(("table",))),
    "th": (_CELLS, frozenset(("table",))),
    "tr": (frozenset(("tr",)), frozenset(("table",))),
    "tbody": (frozenset(("tbody", "thead", "tfoot")), frozenset(("table",))),
}
"""What a start tag ends that was left open, and how far up that is looked for."""
_PARAGRAPH = frozenset(("p",))
_CONTAINERS = frozenset(("div", "td", "th", "table", "li", "blockquote", "body", "center"))

_NAME = re.compile(r"</?([a-zA-Z][^\s<>/\"'=]{0,60})")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s<>/\"'=]{1,60})(\s*=\s*)?")
_BARE = re.compile(r"[^\s<>]{0,4000}")
_INDENT = re.compile(r"margin[^;]{0,40}\b40px|border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)


@dataclass(slots=True)
class _Open:
    tag: str
    style: ElementStyle
    is_quote: bool = False
    link: str = ""
    said: int = 0
    """For a link: how many pieces of text there were before its words."""


@dataclass(slots=True)
class _Reader:
    sheets: Sheets
    shows_all: bool
    parts: list[str] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=lambda: [_Open("", ElementStyle())])
    open: Counter[str] = field(default_factory=Counter)
    quoted: int = 0
    has_hidden: bool = False
    """Whether words were left out."""

    def start(self, tag: str, told: Mapping[str, str]) -> None:
        self._close_implied(tag)
        around = self.stack[-1].style
        here = ElementStyle() if self.shows_all else compute_style(around, told, self.sheets)
        if tag in ("pre", "textarea") and not here.keeps_lines:
            here = compute_style(here, {"style": "white-space:pre"}, self.sheets)
        opened = _Open(tag, here)
        if here.is_seen:
            if tag == "blockquote":
                opened.is_quote = not _INDENT.search(told.get("style", "")) or (
                    told.get("type", "").lower() == "cite" or "quote" in told.get("class", "")
                )
                self.quoted += opened.is_quote
            if tag in _BLOCKS:
                self._line()
            elif tag == "a":
                opened.link, opened.said = told.get("href", "").strip(), len(self.parts)
            elif tag == "img" and told.get("alt", "").strip():
                self.text(f" {told['alt']} ", is_plain=True)
            elif tag == "input" and told.get("type", "text") in ("text", "email", "tel", ""):
                self.text(f" {told.get('value', '')} ", is_plain=True)
        if tag not in _VOID and len(self.stack) < DEPTH:
            self.stack.append(opened)
            self.open[tag] += 1
        elif opened.is_quote:
            self.quoted -= 1

    def end(self, tag: str) -> None:
        """Close an element, and what was left open in it; a cell is not left by another's end."""
        for place in range(len(self.stack) - 1, 0, -1) if self.open[tag] > 0 else ():
            found = self.stack[place].tag
            if found == tag:
                while len(self.stack) > place:
                    self._pop()
                break
            if found in _CELLS and tag not in ("tr", "table", "tbody", "thead", "tfoot"):
                break
        if tag in _BLOCKS and self.stack[-1].style.is_seen:
            self._line()
        elif tag in _CELLS:
            self.parts.append(" ")

    def text(self, said: str, *, is_plain: bool = False) -> None:
        here = self.stack[-1].style
        if not said or not here.is_seen:
            self.has_hidden = self.has_hidden or bool(said.strip())
            return
        said = said if is_plain else unescape(said)
        if here.keeps_lines:
            first, *more = said.replace("\r\n", "\n").split("\n")
            self.parts.append(first)
            for line in more:
                self._line()
                self.parts.append(line)
            return
        self.parts.append(re.sub(r"[^\S\xa0]+", " ", said).replace("\xa0", " "))

    def _close_implied(self, tag: str) -> None:
        closed, until = _CLOSES.get(tag, (frozenset(), frozenset()))
        if not closed and tag in _BLOCKS and tag != "br":
            closed, until = _PARAGRAPH, _CONTAINERS
        if not any(self.open[one] > 0 for one in closed):
            return
        for place in range(len(self.stack) - 1, 0, -1):
            found = self.stack[place].tag
            if found in closed:
                while len(self.stack) > place:
                    self._pop()
                return
            if found in until:
                return

    def _pop(self) -> None:
        last = self.stack.pop()
        self.open[last.tag] -= 1
        if last.is_quote:
            self.quoted -= 1
        if last.link.startswith(("http://", "https://")):
            words = "".join(self.parts[last.said :])
            if last.link.rstrip("/") not in words:
                self.parts.append(f" ({last.link})")

    def _line(self) -> None:
        self.parts.append("\n" + "> " * min(self.quoted, 5))


def html_to_text(html: str) -> str:
    """What a person reads of it: nothing hidden; links beside their words.

    Where all of it is hidden, all of it: somebody wrote it, and nothing else is there.
    """
    reader = _reader(html, shows_all=False)
    said = _lines(reader)
    return said if said or not reader.has_hidden else _lines(_reader(html, shows_all=True))


def _reader(html: str, *, shows_all: bool) -> _Reader:
    sheets = Sheets() if shows_all else parse_sheets(_style_sheets(html))
    reader = _Reader(sheets, shows_all)
    _read(html, reader)
    while len(reader.stack) > 1:
        reader.end(reader.stack[-1].tag)
    return reader


def _lines(reader: _Reader) -> str:
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in "".join(reader.parts).split("\n")]
    kept: list[str] = []
    for line in lines:
        if line.strip("> ") or (kept and kept[-1].strip("> ")):
            kept.append(line)
    while kept and not kept[-1].strip("> "):
        kept.pop()
    return "\n".join(kept).strip()


def _style_sheets(html: str) -> str:
    """The text of all `<style>` elements."""
    found: list[str] = []
    after = 0
    starts = re.compile(r"<style\b[^<>]{0,500}>", re.IGNORECASE)
    ends = re.compile(r"</style", re.IGNORECASE)
    while (start := starts.search(html, after)) is not None:
        end = ends.search(html, start.end())
        if end is None:
            break
        found.append(html[start.end() : end.start()])
        after = end.end()
    return "\n".join(found)


def _read(html: str, reader: _Reader) -> None:
    """Go through tags and the text between them."""
    place, after, tags = 0, 0, 0
    endless: set[str] = set()
    """What was looked for once and does not come any more: never looked for again."""
    while tags < MOST_TAGS and (place := html.find("<", place)) >= 0:
        tags += 1
        end = _after_declaration(html, place, endless)
        if end == 0:
            end = _tag(html, place, after, reader, endless)
            if end == 0:
                place += 1
                continue
        else:
            reader.text(html[after:place])
        place = after = end
    rest = html[after:]
    if tags >= MOST_TAGS:
        reader.stack, reader.quoted = [_Open("", ElementStyle())], 0
        rest = re.sub(r"<[^<>]*>", " ", rest)
    reader.text(rest)


def _after_declaration(html: str, place: int, endless: set[str]) -> int:
    """The end of a comment or declaration that begins here; 0: none does, or it never ends."""
    if html.startswith("<!--", place):
        if html.startswith(("<!-->", "<!--->"), place):
            return html.index(">", place) + 1
        found = _find(html, "-->", place + 4, endless)
        return found + 3 if found >= 0 else 0
    if html.startswith(("<!", "<?"), place):
        found = _find(html, ">", place, endless)
        return found + 1 if found >= 0 else 0
    return 0


def _find(html: str, what: str, place: int, endless: set[str]) -> int:
    if what in endless:
        return -1
    found = html.find(what, place)
    if found < 0:
        endless.add(what)
    return found


def _tag(html: str, place: int, after: int, reader: _Reader, endless: set[str]) -> int:
    """Take a tag at `place`, with the text before it; where it ends, or 0: it is none."""
    named = _NAME.match(html, place)
    if named is None:
        return 0
    told, end = _attributes(html, named.end(), endless)
    if end == 0:
        return 0
    reader.text(html[after:place])
    tag = named[1].lower()
    if html[place + 1] == "/":
        reader.end(tag)
        return end
    if tag in _RAW and html[end - 2] != "/" and f"</{tag}" not in endless:
        close = re.compile(f"</{tag}\\b", re.IGNORECASE).search(html, end)
        if close is None:
            endless.add(f"</{tag}")
            return end
        shut = _find(html, ">", close.end(), endless)
        return shut + 1 if shut >= 0 else close.end()
    reader.start(tag, told)
    return end


def _attributes(html: str, place: int, endless: set[str]) -> tuple[dict[str, str], int]:
    """The attributes of a tag and where it ends; 0 for the end: it never does."""
    told: dict[str, str] = {}
    while True:
        found = _ATTRIBUTE.match(html, place)
        if found is None:
            end = _find(html, ">", place, endless)
            start = html.find("<", place, end if end >= 0 else place)
            return told, 0 if end < 0 or start >= 0 else end + 1
        name, place = found[1].lower(), found.end()
        value = ""
        if found[2]:
            quote = html[place : place + 1]
            end = _find(html, quote, place + 1, endless) if quote in ('"', "'") and quote else -1
            if end >= 0:
                value, place = html[place + 1 : end], end + 1
            else:
                bare = _BARE.match(html, place)
                value, place = (bare[0], bare.end()) if bare else ("", place)
        told.setdefault(name, unescape(value) if len(value) < 20_000 else "")
