"""The shapes of `--json`: told in words from their types, and compared with what is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def _plain(kind: Any) -> Any:
    """A NewType is what it stands for."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    return kind


def told(kind: Any) -> str:
    """A type as JSON, in words: `list of [ThreadRow](#threadrow)`, `integer or null`."""
    kind = _plain(kind)
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(told(one) for one in get_args(kind))
    if get_origin(kind) in (list, tuple):
        return f"list of {told(get_args(kind)[0])}"
    if get_origin(kind) is dict:
        return f"object; each value: {told(get_args(kind)[1])}"
    if dataclasses.is_dataclass(kind):
        name = getattr(kind, "__name__", "")
        return f"[{name}](#{name.lower()})"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "one of " + ", ".join(f"`{one.value}`" for one in kind)
    return {int: "integer", float: "number", str: "text", bool: "true or false", NoneType: "null"}[
        kind
    ]


def classes_in(kind: Any) -> Iterator[type]:
    """The dataclasses a type is made of, outermost first, each maybe more than once."""
    kind = _plain(kind)
    for inner in get_args(kind):
        yield from classes_in(inner)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        yield kind
        hints = get_type_hints(kind)
        for field in dataclasses.fields(kind):
            yield from classes_in(hints[field.name])


def differences(value: Any, kind: Any, at: str = "") -> list[str]:
    """Where a JSON value is not what its type promises; empty when it is."""
    kind = _plain(kind)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        found = [differences(value, one, at) for one in get_args(kind)]
        return [] if [] in found else found[0]
    if origin in (list, tuple):
        if not isinstance(value, list):
            return [f"{at}: not a list"]
        inner = get_args(kind)[0]
        return [d for i, item in enumerate(value) for d in differences(item, inner, f"{at}[{i}]")]
    if origin is dict:
        if not isinstance(value, dict):
            return [f"{at}: not an object"]
        inner = get_args(kind)[1]
        return [d for key, item in value.items() for d in differences(item, inner, f"{at}.{key}")]
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        names = {field.name for field in dataclasses.fields(kind)}
        if not isinstance(value, dict) or set(value) != names:
            return [f"{at}: keys are not {sorted(names)}: {value!r:.200}"]
        return [d for name in names for d in differences(value[name], hints[name], f"{at}.{name}")]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [] if value in [one.value for one in kind] else [f"{at}: {value!r} is no {kind}"]
    expected = (int, float) if kind is float else kind
    is_right = isinstance(value, expected) and (kind is bool or not isinstance(value, bool))
    return [] if is_right else [f"{at}: {value!r} is not {kind}"]
