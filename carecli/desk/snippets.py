"""Saved replies: files in a folder, one each, with what is to be filled in between braces.

A file is its text, or YAML between two lines of `---` and then the text. The YAML knows `name`
(left out: the file's name), `title`, `languages` and `channels`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from carecli.desk.legality import PLACEHOLDER
from carecli.desk.rows import SnippetView
from carecli.domain.errors import ConfigError
from carecli.domain.text import fold, one_line, printable

SHIPPED = Path(__file__).parent / "snippets"
"""Snippets that come with the program, for practice."""

ENDINGS = (".md", ".txt")
FENCE = "---"
KEYS = ("name", "title", "languages", "channels")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A saved reply as it was written. No channels: for all of them."""

    name: str
    title: str
    text: str
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


def read_snippets(folders: Sequence[Path]) -> list[Snippet]:
    """All snippets of these folders by name; the first folder that has a name wins.

    Raises ConfigError, with file and line, for one that cannot be read.
    """
    found: dict[str, Snippet] = {}
    for folder in folders:
        for file in _files(folder):
            snippet = read_snippet(file)
            found.setdefault(snippet.name, snippet)
    return [found[name] for name in sorted(found)]


def stamp(folders: Sequence[Path]) -> tuple[tuple[str, int, int], ...]:
    """What tells that a snippet changed: each file's name, size and time."""
    told: list[tuple[str, int, int]] = []
    for folder in folders:
        for file in _files(folder):
            status = file.stat()
            told.append((str(file), status.st_size, status.st_mtime_ns))
    return tuple(told)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(file for file in folder.iterdir() if file.suffix in ENDINGS)


def read_snippet(file: Path) -> Snippet:
    """One snippet; raises ConfigError."""
    try:
        whole = file.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", file=str(file)) from error
    told: Mapping[str, tuple[str, ...]] = {}
    if whole.startswith(f"{FENCE}\n"):
        head, fence, whole = whole[len(FENCE) + 1 :].partition(f"\n{FENCE}\n")
        if not fence:
            raise ConfigError(
                "the settings have no end", file=str(file), line=1, hint=f"a line of {FENCE}"
            )
        told = _settings(head, str(file))
    text = printable(whole).strip()
    if not text:
        raise ConfigError("a snippet without text", file=str(file))
    name = one_line(" ".join(told.get("name", ())), 60) or one_line(file.stem, 60)
    title = one_line(" ".join(told.get("title", ())), 120) or name
    return Snippet(name, title, text, told.get("languages", ()), told.get("channels", ()))


def _settings(head: str, file: str) -> dict[str, tuple[str, ...]]:
    from carecli.config.document import Listing, Mapping, Scalar, read_text

    node = read_text(head, file)
    if not isinstance(node, Mapping):
        raise ConfigError("expected keys with values", file=file, line=2)
    told: dict[str, tuple[str, ...]] = {}
    for key, (line, value) in node.entries.items():
        if key not in KEYS:
            raise ConfigError(
                "unknown key", file=file, line=line + 1, key=key, hint=f"known: {', '.join(KEYS)}"
            )
        items = value.items if isinstance(value, Listing) else (value,)
        texts = [item.text for item in items if isinstance(item, Scalar)]
        if len(texts) < len(items):
            raise ConfigError("expected text", file=file, line=line + 1, key=key)
        told[key] = tuple(texts)
    return told


def fitting(
    snippets: Sequence[Snippet], channel: str, language: str, search: str
) -> list[SnippetView]:
    """Snippets a channel takes that hold the words searched, those in its language first."""
    words = fold(search).split()
    fits = [
        one
        for one in snippets
        if (not one.channels or channel in one.channels)
        and all(word in fold(f"{one.name} {one.title} {one.text}") for word in words)
    ]
    fits.sort(key=lambda one: (_strangeness(one, language), fold(one.name)))
    return [SnippetView(one.name, one.title, one.text, one.languages) for one in fits]


def _strangeness(snippet: Snippet, language: str) -> int:
    if language and language in snippet.languages:
        return 0
    return 1 if not snippet.languages else 2


def fill(text: str, known: Mapping[str, str]) -> str:
    """The text with every placeholder that is known filled, once; the others stay in braces."""
    return PLACEHOLDER.sub(
        lambda found: known.get(found.group()[1:-1].strip()) or found.group(), text
    )
