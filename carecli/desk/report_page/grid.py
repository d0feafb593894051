"""The page's tables, with captions and headings; on a phone each row is a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carecli.desk.report_page.html import Child, Html, element


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row: what it is about, its cells in the order of the headings, and a class."""

    head: Child
    cells: Sequence[Child]
    kind: str = ""


GAUGE = ""
"""The heading of a column that only draws what its neighbour says."""


def grid(
    caption: Child,
    heads: Sequence[tuple[str, Child]],
    lines: Sequence[GridRow],
    foot: Sequence[GridRow] = (),
    *,
    is_caption_shown: bool = True,
) -> Html:
    """A table. `heads` are the headings, bare for the cards of a phone, and as they are shown.

    Roles are said, since a table that is laid out as cards would lose them.
    """
    first, *others = heads
    shown = [element("th", first[1], scope="col", role="columnheader")]
    for name, said in others:
        head = "td" if name == GAUGE else "th"
        scope = None if name == GAUGE else "col"
        shown.append(element(head, said, scope=scope, role="columnheader" if scope else None))
    names = [name for name, _ in others]
    return element(
        "table",
        element("caption", caption, class_=None if is_caption_shown else "unseen"),
        element("thead", element("tr", shown, role="row"), role="rowgroup"),
        element("tbody", [_row(line, names) for line in lines], role="rowgroup"),
        element("tfoot", [_row(line, names) for line in foot], role="rowgroup") if foot else None,
        class_="stack brief" if sum(name != GAUGE for name in names) == 1 else "stack",
        role="table",
    )


def _row(line: GridRow, names: Sequence[str]) -> Html:
    cells: list[Child] = [element("th", line.head, scope="row", role="rowheader")]
    for name, cell in zip(names, line.cells, strict=True):
        if name == GAUGE:
            cells.append(element("td", cell, class_="gauge", aria_hidden="true"))
        else:
            cells.append(element("td", element("span", cell), data_label=name, role="cell"))
    return element("tr", cells, role="row", class_=line.kind or None)


def section(title: str, *inside: Child, class_: str = "") -> Html:
    """A part of the page under its heading."""
    return element("section", element("h2", title), *inside, class_=class_ or None)
