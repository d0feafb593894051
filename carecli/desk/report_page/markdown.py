"""The brand's own comments on a month, written in Markdown.

Headings, lists, paragraphs, bold and italic; everything else, links and markup too, stays the text
that it is, so that nothing in a file can mean more on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from carecli.desk.report_page.html import Child, Html, element

_STRESSED = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*|\*(?=\S)([^*\n]+?)(?<=\S)\*")
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_ITEM = re.compile(r"[-*+]\s+(.*)")


def rendered(text: str) -> list[Html]:
    """Markdown as parts of a page."""
    return list(_blocks(text))


def _blocks(text: str) -> Iterator[Html]:
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        paragraph: list[str] = []
        items: list[str] = []
        for line in lines:
            heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
            if heading or item:
                yield from _paragraph(paragraph)
            if not item:
                yield from _list(items)
            if heading:
                yield element("h3", *_stressed(heading[1]))
            elif item:
                items.append(item[1])
            else:
                paragraph.append(line)
        yield from _paragraph(paragraph)
        yield from _list(items)


def _paragraph(lines: list[str]) -> Iterator[Html]:
    if lines:
        yield element("p", *_stressed(" ".join(lines)))
        lines.clear()


def _list(items: list[str]) -> Iterator[Html]:
    if items:
        yield element("ul", *(element("li", *_stressed(one)) for one in items))
        items.clear()


def _stressed(text: str) -> Iterator[Child]:
    at = 0
    for found in _STRESSED.finditer(text):
        yield text[at : found.start()]
        yield element("strong", found[1]) if found[1] else element("em", found[2])
        at = found.end()
    yield text[at:]
