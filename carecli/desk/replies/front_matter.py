"""Files with a YAML header between two `---` lines and a text below.

Read strictly, as the configuration is: what is wrong is told with file, line and key.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from carecli.domain.errors import ConfigError
from carecli.domain.text import one_line, printable

if TYPE_CHECKING:
    from carecli.config.document import Node

FENCE = "---"
MAX_BYTES = 200_000
LINE_LIMIT = 200
"""Characters of a value in the head."""

Stamp = tuple[int, int]
"""Size and time of a file in ns: what tells that it changed."""


def files(folders: Sequence[Path], endings: tuple[str, ...]) -> Iterator[tuple[str, Stamp]]:
    """The paths of these folders' files by name, folder by folder; a missing folder is empty.

    Only plain files: whatever else lies there could keep a reader waiting.
    """
    # paths stay plain text: making 2,000 `Path`s would cost as much as asking for the files
    for folder in folders:
        try:
            listed = os.listdir(folder)  # noqa: PTH208  # see above
        except OSError:
            continue
        for name in sorted(name for name in listed if name.endswith(endings)):
            file = f"{folder}{os.sep}{name}"
            try:
                status = os.stat(file)  # noqa: PTH116  # see above
            except OSError:
                continue  # taken away this moment, or a link to nowhere
            if stat.S_ISREG(status.st_mode):
                yield file, (status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file in its two parts: the head's values by key with their lines, and the printable text.

    `line` is where the text begins.
    """

    file: str
    entries: Mapping[str, tuple[int, Node]]
    text: str
    line: int

    def wrong(self, what: str, key: str = "", hint: str = "") -> ConfigError:
        """A problem with a key of the head, or with the text."""
        line = self.entries[key][0] if key in self.entries else self.line
        return ConfigError(what, file=self.file, line=line, key=key, hint=hint)

    def texts(self, key: str) -> tuple[str, ...]:
        """One text, or a list of them; none when the key is left out."""
        from carecli.config.document import DocumentList, Scalar

        if key not in self.entries:
            return ()
        _, value = self.entries[key]
        items = value.items if isinstance(value, DocumentList) else (value,)
        told = [one_line(item.text, LINE_LIMIT) for item in items if isinstance(item, Scalar)]
        if len(told) < len(items):
            raise self.wrong("expected text", key)
        return tuple(text for text in told if text)

    def one(self, key: str) -> str:
        """One text; empty when the key is left out."""
        told = self.texts(key)
        if len(told) > 1:
            raise self.wrong("expected one text", key)
        return told[0] if told else ""

    def table(self, key: str) -> dict[str, str]:
        """Texts by name."""
        from carecli.config.document import Mapping as Table
        from carecli.config.document import Scalar

        if key not in self.entries:
            return {}
        _, value = self.entries[key]
        if not isinstance(value, Table):
            raise self.wrong("expected names with texts", key)
        told: dict[str, str] = {}
        for name, (_, item) in value.entries.items():
            if not isinstance(item, Scalar):
                raise self.wrong(f"expected text for {name!r}", key)
            told[one_line(name, LINE_LIMIT)] = one_line(item.text, LINE_LIMIT)
        return told


def read_sheet(file: Path, keys: Sequence[str]) -> Sheet:
    """A file that may say these keys in its head; raises ConfigError."""
    name = str(file)
    try:
        with file.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=name) from error
    if len(raw) > MAX_BYTES:
        raise ConfigError(f"larger than {MAX_BYTES:,} bytes", file=name)
    try:
        whole = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError("not UTF-8", file=name, line=line) from error
    if not whole.startswith(f"{FENCE}\n"):
        return Sheet(name, {}, printable(whole).strip(), 1 + _blank_lines(whole))
    head, fence, text = whole[len(FENCE) :].partition(f"\n{FENCE}\n")
    if not fence:
        raise ConfigError(
            "the settings have no end", file=name, line=1, hint=f"a line of {FENCE} ends them"
        )
    # `head` keeps the line feed of the fence above it, so that its lines are those of the file
    line = head.count("\n") + 3 + _blank_lines(text)
    return Sheet(name, _entries(head, name, keys), printable(text).strip(), line)


def _blank_lines(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n")


def _entries(head: str, file: str, keys: Sequence[str]) -> dict[str, tuple[int, Node]]:
    from carecli.config.document import Mapping as Table
    from carecli.config.document import read_text

    node = read_text(head, file)
    if not isinstance(node, Table):
        raise ConfigError("expected keys with values", file=file, line=2)
    for key, (line, _) in node.entries.items():
        if key not in keys:
            raise ConfigError(
                "unknown key", file=file, line=line, key=key, hint=f"known: {', '.join(keys)}"
            )
    return node.entries
