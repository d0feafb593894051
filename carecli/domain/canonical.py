"""Canonical JSON: the same bytes for the same value everywhere, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


_PLAIN = frozenset((int, float, str, bool, type(None)))


def to_plain(value: object) -> object:
    """A value as JSON knows it: dataclasses as objects, sets sorted, enums by their value."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(to_plain(key)): to_plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((to_plain(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return value


def canonical_json(value: object) -> bytes:
    """JSON with sorted keys, without spaces, in ASCII; the same value gives the same bytes."""
    return json.dumps(to_plain(value), sort_keys=True, separators=(",", ":")).encode()


def from_canonical_json(kind: type[T], body: bytes) -> T:
    """The value that `canonical_json` wrote, of a dataclass whose types say what it holds.

    Those may be dataclasses, tuples, lists and mappings of them, enums, numbers, texts, and None.
    Raises KeyError or ValueError for a body of another type.
    """
    wanted: Any = kind
    found: T = _reader(wanted)(json.loads(body))
    return found


def _same(value: Any) -> Any:
    return value


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _of_some([_reader(one) for one in inner if one is not type(None)])
    if origin is not None and inner and issubclass(origin, Mapping):
        key, item = int if inner[0] is int else _reader(inner[0]), _reader(inner[1])
        return lambda value: {key(name): item(one) for name, one in value.items()}
    if origin is tuple and inner[-1] is not Ellipsis:
        each = [*map(_reader, inner)]
        return lambda value: tuple(read(one) for read, one in zip(each, value, strict=True))
    if origin is not None and inner:
        item = _reader(inner[0])
        make = tuple if origin is tuple else list
        return lambda value: make(map(item, value))
    if isinstance(kind, type) and is_dataclass(kind):
        return _of_fields(kind)
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else _same


def _of_some(readers: list[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    read = next((reader for reader in readers if reader is not _same), _same)
    return lambda value: None if value is None else read(value)


def _of_fields(kind: type) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    return lambda value: kind(**{name: read(value[name]) for name, read in readers.items()})
