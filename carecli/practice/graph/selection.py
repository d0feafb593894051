"""The `fields` parameter: `id,from{id},comments.limit(0).filter(stream).as(x){id}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from carecli.practice.graph.errors import GraphError


@dataclass(frozen=True, slots=True)
class SelectedField:
    """A requested field: its name, its parameters, and the fields requested of its objects."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    children: tuple[SelectedField, ...] = ()
    source: str = ""
    """The text between the braces, for the `next` link of a nested edge."""

    @property
    def alias(self) -> str:
        """The key of the field in the response."""
        return self.arguments.get("as", self.name)


def parse(text: str) -> tuple[SelectedField, ...]:
    """Parse a `fields` parameter. Raises the platform's syntax error (code 2500)."""
    fields, end = _fields(text, 0)
    if end != len(text):
        raise _syntax(text, end)
    return fields


def _fields(text: str, at: int) -> tuple[tuple[SelectedField, ...], int]:
    selected_fields: list[SelectedField] = []
    while at < len(text) and text[at] != "}":
        if text[at] in ", \n\t":
            at += 1
            continue
        field_, at = _field(text, at)
        selected_fields.append(field_)
    return tuple(selected_fields), at


def _field(text: str, at: int) -> tuple[SelectedField, int]:
    name, at = _word(text, at)
    arguments: dict[str, str] = {}
    while at < len(text) and text[at] == ".":
        key, at = _word(text, at + 1)
        if at >= len(text) or text[at] != "(":
            raise _syntax(text, at)
        end = text.find(")", at)
        if end < 0:
            raise _syntax(text, at)
        arguments[key] = text[at + 1 : end]
        at = end + 1
    if at >= len(text) or text[at] != "{":
        return SelectedField(name, arguments), at
    start = at + 1
    children, at = _fields(text, start)
    if at >= len(text):
        raise _syntax(text, at)
    return SelectedField(name, arguments, children, text[start:at]), at + 1


def _word(text: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    if end == at:
        raise _syntax(text, at)
    return text[at:end], end


def _syntax(text: str, at: int) -> GraphError:
    token = repr(text[at]) if at < len(text) else "end of string"
    return GraphError(2500, f"Syntax error, unexpected {token} at character {at + 1}: {text[:80]}")
