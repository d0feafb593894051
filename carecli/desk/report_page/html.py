"""Builds HTML; whatever is not `Html` is text and is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Union

from carecli.domain.text import printable

VOID = frozenset({"meta", "br", "hr", "wbr"})
"""Elements without an end."""


class Html(str):
    """Markup that this module made, or wrote itself."""

    __slots__ = ()


Child = Union[Html, str, None, Iterable["Child"]]  # noqa: UP007  # a name within itself
"""What an element may hold: markup, text, nothing, or many of them."""

Attribute = str | int | float | bool | None


def element(tag: str, *children: Child, **attributes: Attribute) -> Html:
    """An element; `class_` is the attribute `class`, `data_kpi` is `data-kpi`.

    An attribute that is None or False is left out, one that is True has no value.

    >>> element("p", "a < b", class_="small")
    '<p class="small">a &lt; b</p>'
    """
    said = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in VOID:
        return Html(f"<{tag}{said}>")
    return Html(f"<{tag}{said}>{joined(children)}</{tag}>")


def joined(children: Child) -> Html:
    """Children one after another."""
    if children is None:
        return Html("")
    if isinstance(children, Html):
        return children
    if isinstance(children, str):
        return text(children)
    return Html("".join(joined(one) for one in children))


def text(said: str) -> Html:
    """Text, made inert."""
    return Html(escape(printable(said)))


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    if isinstance(value, float):
        value = f"{value:.3f}".rstrip("0").rstrip(".")
    return f' {name}="{escape(printable(str(value)))}"'
