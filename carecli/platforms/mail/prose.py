"""The words of a mail: HTML made text, and what was quoted or signed told apart. Pure.

`html.parser` takes minutes for some broken pages of this size; what reads them here takes one step
a character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

HTML_LIMIT = 120_000
"""Characters of HTML that are read; what is longer is layout, or an attack on the parser."""

_SILENT = frozenset(("head", "script", "style", "title", "template", "noscript", "svg"))
_BLOCKS = frozenset(
    (
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre"),
        *("section", "table", "tr", "ul"),
    )
)
_VOID = frozenset(("br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base"))
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})([^<>]{0,4000})>")
_ATTRIBUTE = re.compile(
    r"""([a-zA-Z-]{1,30})(?:\s*=\s*(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"']{1,2000})))?"""
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.IGNORECASE)


class Prose(NamedTuple):
    """What somebody wrote, and apart from it the quoted history and the signature."""

    said: str
    cut: str = ""


@dataclass(slots=True)
class _Reader:
    parts: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    """Open elements within one that nobody sees, that one first."""
    quoted: int = 0
    link: str = ""

    def start(self, tag: str, rest: str) -> None:
        if self.silent:
            if tag not in _VOID:
                self.silent.append(tag)
            return
        told = {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(rest)
        }
        if tag in _SILENT or "hidden" in told or _HIDDEN.search(told.get("style", "")):
            if tag not in _VOID:
                self.silent.append(tag)
            return
        if tag in _BLOCKS:
            self._line()
        if tag == "blockquote" or "gmail_quote" in told.get("class", ""):
            self.quoted += 1
            self._line()
        elif tag == "a":
            self.link = told.get("href", "")
        elif tag == "img" and told.get("alt"):
            self.parts.append(told["alt"])

    def end(self, tag: str) -> None:
        if self.silent:
            if tag in self.silent:
                while self.silent.pop() != tag:
                    pass
            return
        if tag == "blockquote":
            self.quoted = max(0, self.quoted - 1)
        elif tag == "a":
            if self.link.startswith(("http://", "https://")) and not self._says(self.link):
                self.parts.append(f" ({self.link})")
            self.link = ""
        if tag in _BLOCKS:
            self._line()

    def text(self, said: str) -> None:
        if said and not self.silent:
            self.parts.append(re.sub(r"\s+", " ", unescape(said)))

    def _says(self, link: str) -> bool:
        return link.rstrip("/") in "".join(self.parts[-3:])

    def _line(self) -> None:
        self.parts.append("\n" + "> " * min(self.quoted, 5))


def _without_comments(html: str) -> str:
    kept: list[str] = []
    after = 0
    while (start := html.find("<!--", after)) >= 0:
        kept.append(html[after:start])
        end = html.find("-->", start)
        if end < 0:
            return "".join(kept)
        after = end + 3
    return "".join([*kept, html[after:]])


def text_of_html(html: str) -> str:
    """What a person reads of it: nothing hidden; links beside their words."""
    reader, after = _Reader(), 0
    html = _without_comments(html[:HTML_LIMIT])
    for found in _TAG.finditer(html):
        reader.text(html[after : found.start()])
        if found[1]:
            reader.end(found[2].lower())
        else:
            reader.start(found[2].lower(), found[3])
        after = found.end()
    reader.text(html[after:])
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in "".join(reader.parts).split("\n")]
    kept: list[str] = []
    for line in lines:
        if line.strip("> ") or (kept and kept[-1].strip("> ")):
            kept.append(line)
    return "\n".join(kept).strip()


_INTRODUCES = re.compile(
    r"(?:on|am|le|el|em|il|w dniu|dnia) .{4,200}"
    r"(?:wrote|schrieb|a écrit|escribió|escreveu|ha scritto|napisał|napisała|napisał\(a\)|pisze)"
    r"\s*:",
    re.IGNORECASE | re.DOTALL,
)
_ORIGINAL = re.compile(
    r"-{2,}\s*(?:original message|forwarded message|mensaje original|wiadomość oryginalna|"
    r"oryginalna wiadomość|mensaje reenviado)\s*-{2,}|_{20,}",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?:from|de|od|von)\s*:.{0,200}@", re.IGNORECASE)
_HEADER_NEXT = re.compile(
    r"(?:sent|date|to|enviado|fecha|para|wysłano|data|do|gesendet|an)\s*:", re.IGNORECASE
)


def parted(text: str) -> Prose:
    """A mail's text without the history it quotes below, and without the signature.

    Where nothing would be left, all of it is kept.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip().split("\n")
    end = len(lines)
    for number, line in enumerate(lines):
        if line in ("-- ", "--") and number:
            end = number
            break
        if _is_history(lines, number):
            end = number
            break
    said = "\n".join(lines[:end]).strip()
    if not said:
        return Prose("\n".join(lines).strip())
    return Prose(said, "\n".join(lines[end:]).strip())


def _is_history(lines: list[str], number: int) -> bool:
    """Whether all from this line on is what somebody wrote before."""
    line = lines[number].strip()
    if _ORIGINAL.match(line) and number:
        return True
    after = [one.strip() for one in lines[number + 1 : number + 4]]
    if line and _INTRODUCES.match(" ".join([line, *after[:1]])[:400]):
        return all(one.lstrip().startswith(">") for one in lines[number + 2 :] if one.strip()) or (
            line.endswith(":") or bool(after and after[0].endswith(":"))
        )
    if _HEADER.match(line) and sum(bool(_HEADER_NEXT.match(one)) for one in after) >= 1:
        return True
    return line.startswith(">") and all(
        one.lstrip().startswith(">") for one in lines[number:] if one.strip()
    )
