"""Charts as inline SVG: bars, splits, meters and heat maps; widths in percent.

Only attributes place things, no style does, and text keeps its size at any width. What is drawn
is told in words by a title and a description, and every mark by a title of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from carecli.desk.report_page.html import Child, Html, element

HEAD = 22.0
"""Pixels above the highest bar."""


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A bar, a segment or a cell: how large, its class, what it says, what stands below it."""

    size: float
    kind: str
    says: str
    label: str = ""


def picture(
    key: str, title: str, says: str, height: float, *drawn: Child, class_: str = "chart"
) -> Html:
    """A drawing with a name and a description for those who do not see it."""
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", says, id=f"{key}-desc"),
        *drawn,
        class_=class_,
        width="100%",
        height=height,
        role="img",
        aria_labelledby=f"{key}-title",
        aria_describedby=f"{key}-desc",
        focusable="false",
    )


def steps(most: float, wanted: int = 4) -> list[float]:
    """Round numbers from 0 to at least `most`: 0, 20, 40, 60.

    >>> steps(74)
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    if most <= 0:
        return [0.0, 1.0]
    rough = most / wanted
    power = 10.0 ** int(log10(rough)) if rough >= 1 else 1.0
    step = next(power * n for n in (1, 2, 5, 10, 20) if power * n >= rough)
    return [step * number for number in range(ceil(most / step) + 1)]


def columns(
    key: str, title: str, says: str, groups: Sequence[Sequence[ChartMark]], height: float = 190.0
) -> Html:
    """Upright bars, one group of them a day; the highest one has its number above it."""
    marks = [mark for group in groups for mark in group]
    lines = steps(max((mark.size for mark in marks), default=0.0))
    room, base = height - HEAD - 20, height - 20

    def at(size: float) -> float:
        return base - room * size / lines[-1]

    left, wide = 6.0, 94.0
    slot = wide / max(1, len(groups))
    drawn: list[Child] = []
    for line in lines:
        drawn.append(
            element("line", x1=f"{left}%", x2="100%", y1=at(line), y2=at(line), class_="grid")
        )
        drawn.append(
            element(
                "text", f"{line:g}", x=f"{left - 0.8:g}%", y=at(line) + 4, class_="axis", **_END
            )
        )
    highest = max(marks, key=lambda mark: mark.size, default=None)
    for place, group in enumerate(groups):
        bar = slot * 0.76 / max(1, len(group))
        start = left + slot * place + slot * 0.12
        for number, mark in enumerate(group):
            x = start + bar * number
            drawn.append(
                element(
                    "rect",
                    element("title", mark.says),
                    x=_percent(x),
                    width=_percent(bar),
                    y=at(mark.size),
                    height=max(0.0, base - at(mark.size)),
                    class_=mark.kind,
                )
            )
            if mark is highest and mark.size:
                drawn.append(
                    element(
                        "text",
                        f"{mark.size:g}",
                        x=_percent(x + bar / 2),
                        y=at(mark.size) - 5,
                        class_="peak",
                        **_MIDDLE,
                    )
                )
        if group and group[0].label:
            drawn.append(
                element(
                    "text",
                    group[0].label,
                    x=_percent(left + slot * (place + 0.5)),
                    y=height - 4,
                    class_="axis",
                    **_MIDDLE,
                )
            )
    return picture(key, title, says, height, *drawn)


def split(
    key: str, title: str, says: str, marks: Sequence[ChartMark], height: float = 34.0
) -> Html:
    """One bar that is the whole, in segments."""
    whole = sum(mark.size for mark in marks)
    drawn: list[Child] = []
    start = 0.0
    for mark in marks:
        width = 100 * mark.size / whole if whole else 0.0
        if width:
            drawn.append(
                element(
                    "rect",
                    element("title", mark.says),
                    x=_percent(start),
                    width=_percent(width),
                    y=0,
                    height=height,
                    class_=mark.kind,
                )
            )
        start += width
    return picture(key, title, says, height, *drawn, class_="chart split")


def meter(key: str, title: str, says: str, share: float | None, kind: str) -> Html:
    """How much of the whole: a bar in its track."""
    track = element("rect", x=0, y=0, width="100%", height=10, rx=5, class_="track")
    bar = None
    if share:
        bar = element("rect", x=0, y=0, width=_percent(100 * share), height=10, rx=5, class_=kind)
    return picture(key, title, says, 10, track, bar, class_="chart meter")


def bar(share: float, kind: str = "bar") -> Html:
    """A small bar beside a number that says the same: decoration."""
    drawn = element("rect", x=0, y=0, width=_percent(100 * share), height=8, class_=kind)
    return element(
        "svg", drawn, class_="tiny", width="100%", height=8, aria_hidden="true", focusable="false"
    )


def heat_map(
    key: str,
    title: str,
    says: str,
    rows: Sequence[tuple[str, Sequence[ChartMark]]],
    heads: Sequence[str],
) -> Html:
    """A row of cells for each weekday; a cell's shade is its size, in six steps."""
    most = max((mark.size for _, marks in rows for mark in marks), default=0.0)
    left, tall = 9.0, 19.0
    drawn: list[Child] = []
    for number, (label, marks) in enumerate(rows):
        y = tall * number
        drawn.append(element("text", label, x=0, y=y + 13, class_="axis"))
        wide = (100 - left) / max(1, len(marks))
        for place, mark in enumerate(marks):
            level = ceil(6 * mark.size / most) if most else 0
            drawn.append(
                element(
                    "rect",
                    element("title", mark.says),
                    x=_percent(left + wide * place),
                    width=_percent(wide * 0.94),
                    y=y,
                    height=tall - 2,
                    class_=f"heat{level}",
                )
            )
    below = tall * len(rows) + 13
    wide = (100 - left) / max(1, len(heads))
    for place, head in enumerate(heads):
        if head:
            drawn.append(
                element("text", head, x=_percent(left + wide * place), y=below, class_="axis")
            )
    return picture(key, title, says, below + 6, *drawn)


_END = {"text_anchor": "end"}
_MIDDLE = {"text_anchor": "middle"}


def _percent(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"
