"""Reads word lists: text files that people edit.

Each line is a term, parsed by `WordTerm.parse`; `!` before it marks an exception, `#` begins a
comment. `[kind language severity]` sets the meaning of the terms after it and the language in
which they are inflected; without a language, in any whose stem is long enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from carecli.domain.errors import ConfigError
from carecli.matching.folded_text import fold
from carecli.matching.stems import LANGUAGES
from carecli.matching.term_set import TermSet
from carecli.matching.terms import WordTerm

STARTERS = Path(__file__).parent / "lists"
"""The folder of starter lists: `en.txt`, `es.txt`, `pl.txt`, and SOURCES.md."""
LARGEST = 2_000_000
"""The most bytes of a list."""

_SECTION = re.compile(r"\[\s*([a-z][a-z-]*)(?:\s+([a-z]{2}))?(?:\s+([0-9]))?\s*\]")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


@dataclass(frozen=True, slots=True)
class WordList:
    """The terms of a list, and its exceptions, which are never hits."""

    terms: tuple[WordTerm, ...]
    exceptions: tuple[WordTerm, ...] = ()

    def compiled(self, languages: tuple[str, ...] = tuple(LANGUAGES)) -> TermSet:
        """The terms ready for search; terms without a language are inflected in `languages`."""
        return TermSet.compile(self.terms, languages=languages, exceptions=self.exceptions)

    def __add__(self, other: WordList) -> WordList:
        """Both lists as one."""
        return WordList(self.terms + other.terms, self.exceptions + other.exceptions)


def read_words(path: Path) -> WordList:
    """Read a list from a file; raises ConfigError with file and line, and more errors in `also`."""
    file = str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=file) from error
    if len(raw) > LARGEST:
        raise ConfigError(f"larger than {LARGEST:,} bytes", file=file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError("not UTF-8", file=file, line=line) from error
    return parse_words(text, file)


def parse_words(text: str, file: str) -> WordList:
    """Parse a list; `file` is its name in errors."""
    reader = _ListParser(file)
    for number, line in enumerate(text.splitlines(), 1):
        typed = _COMMENT.sub("", line).strip()
        if typed:
            reader.parse_line(typed, number)
    if reader.problems:
        first, *also = reader.problems
        first.also = tuple(also)
        raise first
    return WordList(tuple(reader.terms), tuple(reader.exceptions))


class _ListParser:
    """Parses a list line by line and collects terms and problems."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.terms: list[WordTerm] = []
        self.exceptions: list[WordTerm] = []
        self.problems: list[ConfigError] = []
        self._section = ("", "", 1)
        self._lines: dict[tuple[str, str], int] = {}

    def parse_line(self, typed: str, line: int) -> None:
        """Parse a line that is not empty."""
        if typed.startswith("["):
            self._begin(typed, line)
        else:
            self._add(typed, line)

    def _begin(self, typed: str, line: int) -> None:
        match = _SECTION.fullmatch(typed)
        if match is None:
            self._add_problem(f"{typed} is no section", line, "expected `[kind language severity]`")
            return
        kind, language, severity = match.groups()
        if language and language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            self._add_problem(f"the language {language!r} is not known", line, f"known: {known}")
            return
        if severity and severity not in "123":
            self._add_problem(
                f"the severity {severity} is not known", line, "1, 2 or 3, the gravest"
            )
            return
        self._section = (kind, language or "", int(severity or 1))

    def _add(self, typed: str, line: int) -> None:
        kind, language, severity = self._section
        is_exception = typed.startswith("!")
        try:
            term = WordTerm.parse(
                typed.removeprefix("!"), language=language, kind=kind, severity=severity
            )
        except ValueError as error:
            self._add_problem(f"{typed!r}: {error}", line)
            return
        key = (typed[0] if typed[0] in "!=" else "", f"{language} {_key(term)}")
        first = self._lines.setdefault(key, line)
        if first != line:
            self._add_problem(f"{typed!r} twice", line, f"it stands on line {first} already")
        elif is_exception:
            self.exceptions.append(term)
        else:
            self.terms.append(term)

    def _add_problem(self, what: str, line: int, hint: str = "") -> None:
        self.problems.append(ConfigError(what, file=self.file, line=line, hint=hint))


def _key(term: WordTerm) -> str:
    return " ".join(term.text.casefold().split()) if fold(term.text) else term.text
