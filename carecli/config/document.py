"""Reads YAML documents without interpreting scalars.

Only mappings, lists and scalars are allowed; duplicate keys, aliases, anchors, tags and second
documents are refused. A scalar stays the text that was typed (`no`, `12:30`, `0123`); the field
that expects it interprets it. Every node has its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from carecli.domain.errors import ConfigError

MAX_BYTES = 1_000_000
MAX_DEPTH = 12

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser, where it was built


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar as typed; `is_plain`: it was written without quotes."""

    text: str
    is_plain: bool
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping: keys in their order in the file, each with its line and its value."""

    entries: dict[str, tuple[int, Node]]
    line: int


@dataclass(frozen=True, slots=True)
class DocumentList:
    """A list: items in their order in the file."""

    items: tuple[Node, ...]
    line: int


Node = Scalar | Mapping | DocumentList


def read_file(path: Path) -> Node:
    """Read the document in a file; raises ConfigError with file and line."""
    file = str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=file) from error
    if len(raw) > MAX_BYTES:
        raise ConfigError(f"larger than {MAX_BYTES:,} bytes", file=file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError("not UTF-8", file=file, line=line) from error
    return read_text(text, file)


def read_text(text: str, file: str) -> Node:
    """Read a document; `file` is its name in errors. An empty document is an empty mapping."""
    try:
        return _NodeBuilder(text, file).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        line = mark.line + 1 if mark else 0
        raise ConfigError(f"not YAML: {what}", file=file, line=line) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigError(
            f"a character YAML does not allow: U+{int(error.character):04X}", file=file, line=line
        ) from error


class _NodeBuilder:
    """Builds nodes from the parser's events."""

    def __init__(self, text: str, file: str) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
        self._file = file

    def document(self) -> Node:
        """Build the only document of the stream."""
        next(self._events)  # the stream's start
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            return Mapping({}, 1)
        node = self._node(next(self._events), 0)
        next(self._events)  # the document's end
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._wrong(after, "a second document (`---`)", "one file holds one document")
        return node

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            raise self._wrong(event, f"an alias (`*{event.anchor}`)", "write the value out")
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            raise self._wrong(event, f"an anchor (`&{anchor}`)", "write the value out")
        if tag is not None:
            raise self._wrong(
                event, f"a tag (`{tag}`)", "leave it out; the key decides the type of the value"
            )
        if depth > MAX_DEPTH:
            raise self._wrong(event, "nested too deeply", f"{MAX_DEPTH} levels are enough")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, is_plain=event.implicit[0], line=line)
        if isinstance(event, yaml.MappingStartEvent):
            return Mapping(self._entries(depth), line)
        return DocumentList(tuple(self._items(depth)), line)

    def _entries(self, depth: int) -> dict[str, tuple[int, Node]]:
        entries: dict[str, tuple[int, Node]] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise self._wrong(event, "a key that is not a word", "expected `key: value`")
            if key.text in entries:
                first = entries[key.text][0]
                raise self._wrong(
                    event, f"the key {key.text!r} twice", f"it is already on line {first} already"
                )
            entries[key.text] = (key.line, self._node(next(self._events), depth + 1))
        return entries

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _wrong(self, event: yaml.Event, what: str, hint: str) -> ConfigError:
        line = _line(event)
        return ConfigError(f"{what} is refused", file=self._file, line=line, hint=hint)


def _line(event: yaml.Event) -> int:
    """The line of an event, counted from 1."""
    return event.start_mark.line + 1 if event.start_mark else 0
