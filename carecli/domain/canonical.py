"""Canonical JSON: equal values give equal bytes, which can be read back."""

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
    """Convert a value to JSON types: dataclasses to objects, sets sorted, enums by value."""
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
    """JSON in ASCII with sorted keys and without spaces; equal values give equal bytes."""
    return json.dumps(to_plain(value), sort_keys=True, separators=(",", ":")).encode()


def from_canonical_json(kind: type[T], body: bytes) -> T:
    """Read a value of type `kind` that `canonical_json` wrote.

    Its fields may be dataclasses, tuples, lists and mappings of them, enums, numbers, texts and
    None. Raises KeyError or ValueError if the body does not fit the type.
    """
    untyped: Any = kind  # `cache` wants a hashable argument
    value: T = _reader(untyped)(json.loads(body))
    return value


def _identity(value: Any) -> Any:
    return value


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _of_optional([_reader(option) for option in inner if option is not type(None)])
    if origin is not None and inner and issubclass(origin, Mapping):
        key, item = int if inner[0] is int else _reader(inner[0]), _reader(inner[1])
        return lambda value: {key(name): item(entry) for name, entry in value.items()}
    if origin is tuple and inner[-1] is not Ellipsis:
        readers = [*map(_reader, inner)]
        return lambda value: tuple(read(entry) for read, entry in zip(readers, value, strict=True))
    if origin is not None and inner:
        item = _reader(inner[0])
        make = tuple if origin is tuple else list
        return lambda value: make(map(item, value))
    if isinstance(kind, type) and is_dataclass(kind):
        return _of_fields(kind)
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else _identity


def _of_optional(readers: list[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    read = next((reader for reader in readers if reader is not _identity), _identity)
    return lambda value: None if value is None else read(value)


def _of_fields(kind: type) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    return lambda value: kind(**{name: read(value[name]) for name, read in readers.items()})
