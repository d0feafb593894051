"""Converts a document into settings, or collects its problems.

The type of a field decides how a scalar is parsed, not the document. All problems are collected
and raised as one error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from types import UnionType
from typing import TypeVar, Union, cast, get_args, get_origin

import msgspec

from carecli.config.document import DocumentList, Mapping, Node, Scalar
from carecli.config.values import PARSERS, looks_like_a_token
from carecli.domain.errors import ConfigError

T = TypeVar("T", bound=msgspec.Struct)

_WRONG = object()
"""Stands for a value that could not be parsed; its problem is recorded."""

_NAME = re.compile(r"\w[\w.@+-]{0,63}")
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d+)?")


def nearest_word(word: str, words: Iterable[str]) -> str:
    """The word that was probably meant; empty if none is similar."""
    from difflib import get_close_matches

    matches = get_close_matches(word.lower(), list(words), 1, 0.6)
    return matches[0] if matches else ""


def expected_one_of(words: Iterable[str], word: str = "") -> str:
    """A hint with the valid words: `did you mean 'red'? known: green, red`."""
    known = list(words)
    nearest = nearest_word(word, known) if word else ""
    listed = ", ".join(known) if known else "none"
    return f"did you mean {nearest!r}? known: {listed}" if nearest else f"known: {listed}"


class DocumentReader:
    """Converts one document; collects `problems`, and in `lines` the line of each key."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[ConfigError] = []
        self.lines: dict[str, int] = {}

    def wrong(self, key: str, what: str, *, line: int = 0, hint: str = "") -> object:
        """Record a problem with a key, only the first one; `line` 0: the key's line."""
        if any(problem.key == key for problem in self.problems):
            return _WRONG
        at, path = line or self.lines.get(key, 0), key
        while not at and path:
            path = path.rpartition(".")[0]
            at = self.lines.get(path, 0)
        self.problems.append(ConfigError(what, file=self.file, line=at, key=key, hint=hint))
        return _WRONG

    def done(self) -> None:
        """Raise the recorded problems, if any, in the order of lines, as one ConfigError."""
        if self.problems:
            first, *also = sorted(self.problems, key=lambda problem: problem.line)
            first.also = tuple(also)
            raise first

    def settings(self, node: Node, kind: type[T]) -> T:
        """Convert the whole document to settings; raises ConfigError with all problems."""
        self._refuse_secrets(node, "")
        settings_ = self._section(node, kind, "", None)
        self.done()
        return cast("T", settings_)

    def _refuse_secrets(self, node: Node, key: str) -> None:
        match node:
            case Scalar(text=text) if looks_like_a_token(text) and not text.startswith("file:"):
                self.wrong(
                    key,
                    "this looks like a secret; secrets are not allowed in the configuration",
                    line=node.line,
                    hint="put it into the keyring (carecli init), and revoke it if others have "
                    "seen it",
                )
            case Mapping(entries=entries):
                for name, (_, value) in entries.items():
                    self._refuse_secrets(value, f"{key}.{name}" if key else name)
            case DocumentList(items=items):
                for place, item in enumerate(items):
                    self._refuse_secrets(item, f"{key}[{place}]")

    def _section(
        self, node: Node, kind: type[msgspec.Struct], key: str, base: msgspec.Struct | None
    ) -> object:
        """Convert a mapping to a Struct; missing keys come from `base`, else from the defaults."""
        if not isinstance(node, Mapping):
            return self.wrong(
                key, f"expected keys and values, not {_describe(node)}", line=node.line
            )
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        values: dict[str, object] = {}
        is_whole = True
        for name, (line, value) in node.entries.items():
            path = f"{key}.{name}" if key else name
            self.lines[path] = line
            field = fields.get(name)
            if field is None:
                is_whole = False
                self.wrong(path, "no such key", hint=expected_one_of(sorted(fields), name))
                continue
            usual = getattr(base, field.name) if base else field.default
            values[field.name] = self._value(value, field.type, path, usual)
            is_whole = is_whole and values[field.name] is not _WRONG
        for name, field in fields.items():
            if field.name in values:
                continue
            if base is not None:
                values[field.name] = getattr(base, field.name)
            elif field.required:
                is_whole = False
                path = f"{key}.{name}" if key else name
                self.wrong(path, "this key is missing", line=node.line)
        return kind(**values) if is_whole else _WRONG

    def _value(self, node: Node, kind: object, key: str, usual: object = None) -> object:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            base = usual if isinstance(usual, kind) else None
            return self._section(node, kind, key, base)
        origin = get_origin(kind)
        if origin is dict:
            return self._by_name(node, get_args(kind)[1], key)
        if origin is tuple:
            return self._list(node, get_args(kind)[0], key)
        if origin in (Union, UnionType):
            return self._value(node, get_args(kind)[0], key)
        if not isinstance(node, Scalar):
            return self.wrong(key, f"expected one value, not {_describe(node)}", line=node.line)
        if node.is_plain and not node.text:
            return self.wrong(key, "this is empty", line=node.line, hint="or leave the key out")
        return self._scalar(node, kind, key)

    def _by_name(self, node: Node, kind: object, key: str) -> object:
        if not isinstance(node, Mapping):
            return self.wrong(key, f"expected names, not {_describe(node)}", line=node.line)
        values: dict[str, object] = {}
        for name, (line, value) in node.entries.items():
            path = f"{key}.{name}"
            self.lines[path] = line
            if not _NAME.fullmatch(name):
                self.wrong(path, "expected a short name of letters, digits, `-`, `_` and `.`")
            values[name] = self._value(value, kind, path)
        return _WRONG if _WRONG in values.values() else values

    def _list(self, node: Node, kind: object, key: str) -> object:
        if not isinstance(node, DocumentList):
            hint = "write it in brackets: [one, two]"
            return self.wrong(
                key, f"expected a list, not {_describe(node)}", line=node.line, hint=hint
            )
        values = []
        for place, item in enumerate(node.items):
            path = f"{key}[{place}]"
            self.lines[path] = item.line
            values.append(self._value(item, kind, path))
        return _WRONG if _WRONG in values else tuple(values)

    def _scalar(self, node: Scalar, kind: object, key: str) -> object:
        text, line = node.text, node.line
        if kind is str:
            return text
        if (parse := PARSERS.get(kind)) is not None:
            try:
                return parse(text)
            except ValueError as error:
                return self.wrong(key, str(error), line=line)
        if kind is bool:
            if node.is_plain and text in ("true", "false"):
                return text == "true"
            return self.wrong(key, f"expected true or false, not {text!r}", line=line)
        if kind is int or kind is float:
            pattern = _INTEGER if kind is int else _NUMBER
            if node.is_plain and pattern.fullmatch(text):
                return kind(text)
            return self.wrong(key, f"expected a number, not {text!r}", line=line)
        return self._choice(text, kind, key, line)

    def _choice(self, text: str, kind: object, key: str, line: int) -> object:
        words: dict[str, object]
        if isinstance(kind, type) and issubclass(kind, Enum):
            words = {str(member.value): member for member in kind}
        else:  # a Literal of words
            words = {word: word for word in get_args(kind)}
        if text in words:
            return words[text]
        return self.wrong(
            key, f"no such choice: {text!r}", line=line, hint=expected_one_of(words, text)
        )


def _describe(node: Node) -> str:
    match node:
        case Scalar(text="", is_plain=True):
            return "nothing"
        case Scalar():
            return "one value"
        case Mapping():
            return "keys and values"
    return "a list"
