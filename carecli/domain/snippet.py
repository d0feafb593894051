"""Saved replies (snippets): fills placeholders, and measures how much a sent reply was edited.

    Hello {contact.first_name|there}, {product?} is in stock again. {moderator}

`{name}` is filled with a known value, `{name|fallback}` with the fallback if no value is known.
`{name?}` is asked for on insert; `{name?|fallback}` is too, and may be left empty. If no first name
is known and there is no fallback, the greeting is used without it: "Hello, …".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher, get_close_matches

from carecli.domain.model import ContactPoint

PLACEHOLDER = re.compile(
    r"\{ {0,3}(?P<name>[^\W\d_][\w .-]{0,40}?) {0,3}(?P<asked>\? {0,3})?"
    r"(?:\|(?P<fallback>[^{}|\n]{0,120}))?\}"
)
"""A placeholder; a text that contains one cannot be sent."""

KNOWN = (
    *("contact.first_name", "contact.name", "moderator"),
    *("brand", "channel", "post"),
)
"""Names that carecli can fill in by itself."""

FIRST_NAME = "contact.first_name"
_NAMELESS_START = re.compile(
    r"^(?P<sign>[¡¿]?)\{ {0,3}contact\.first_name {0,3}\}[,:!]? *(?P<next>\w?)", re.MULTILINE
)
_NAMELESS = re.compile(r",? ?\{ {0,3}contact\.first_name {0,3}\}")
"""A placeholder of the first name without a fallback, with the comma before it."""

WORDS = 400
"""How many words of a reply are compared with its snippet."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A saved reply.

    Empty `languages`, `teams`, `channels` or `points`: for all of them. Snippets of one `group`
    say the same in different languages. It is no longer offered from the day `until` on.
    `fallbacks` come from the file's header, by name; a fallback in the text takes precedence.
    `line` is where the text begins in its file.
    """

    name: str
    title: str
    text: str
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    points: tuple[ContactPoint, ...] = ()
    group: str = ""
    until: date | None = None
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 1

    def takes(self, channel: str, today: date) -> bool:
        """Whether it may be used on a channel today."""
        is_over = self.until is not None and today >= self.until
        return not is_over and (not self.channels or channel in self.channels)

    def prompts(self) -> tuple[str, ...]:
        """Names of the values to ask for on insert, each once, in order."""
        names = (
            placeholder.name for placeholder in placeholders(self.text) if placeholder.is_asked
        )
        return tuple(dict.fromkeys(names))

    def filled(self, known: Mapping[str, str], answers: Mapping[str, str] | None = None) -> str:
        """The text with all placeholders filled for which there is a value; others stay in braces.

        Braces in a contact's name or in an answer are not interpreted. `answers` are the values
        asked for; None: nobody was asked yet, so those placeholders stay.
        """

        def value(match: re.Match[str]) -> str:
            placeholder = _placeholder(match)
            fallback = placeholder.fallback or self.fallbacks.get(placeholder.name, "")
            if placeholder.is_asked:
                if answers is None:
                    return match.group()
                return answers.get(placeholder.name) or fallback or match.group()
            return known.get(placeholder.name) or fallback or match.group()

        text = self.text
        if known.get(FIRST_NAME) == "" and not self.fallbacks.get(FIRST_NAME):
            text = _NAMELESS.sub("", _NAMELESS_START.sub(_capital, text))
        return PLACEHOLDER.sub(value, text)


def _capital(match: re.Match[str]) -> str:
    return match["sign"] + match["next"].upper()


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder: its name, whether a person is asked for it, and its fallback."""

    name: str
    is_asked: bool
    fallback: str


def placeholders(text: str) -> Iterator[Placeholder]:
    """All placeholders of a text, in order."""
    return map(_placeholder, PLACEHOLDER.finditer(text))


def unfilled_placeholders(text: str, theirs: str = "") -> Iterator[re.Match[str]]:
    """The placeholders left in a reply, without those that are part of the contact's name."""
    return (match for match in PLACEHOLDER.finditer(text) if match.group() not in theirs)


def closest_known_name(name: str) -> str:
    """The name in KNOWN that a placeholder's name was probably meant to be; empty if none.

    >>> meant("contact.frist_name"), meant("Moderator"), meant("product")
    ('contact.first_name', 'moderator', '')
    """
    if name in KNOWN:
        return ""
    near = get_close_matches(name.lower().replace(" ", "_"), KNOWN, 1, 0.75)
    return near[0] if near else ""


def misspelt_placeholders(text: str) -> dict[str, str]:
    """Placeholders that cannot be filled, each with the placeholder that was probably meant."""
    placeholders_ = {match.group(): _placeholder(match) for match in PLACEHOLDER.finditer(text)}
    near = {
        written: closest_known_name(placeholder.name)
        for written, placeholder in placeholders_.items()
        if not placeholder.is_asked
    }
    return {written: f"{{{name}}}" for written, name in near.items() if name}


def _placeholder(match: re.Match[str]) -> Placeholder:
    fallback = (match["fallback"] or "").strip()
    return Placeholder(match["name"].strip(), match["asked"] is not None, fallback)


def shortest_text(snippet: Snippet) -> str:
    """The text with each placeholder replaced by its fallback or removed."""
    blank = {placeholder.name: "" for placeholder in placeholders(snippet.text)}
    return PLACEHOLDER.sub("", snippet.filled(blank, blank))


_OPEN = "\0"
"""Represents a placeholder when texts are compared; printable text never contains it."""


def similarity(filled: str, sent: str) -> float:
    """How similar a sent reply is to its filled snippet: from 0 (nothing left) to 1 (unchanged).

    Compared word by word; words in place of a placeholder of `filled` are not counted.

    >>> similarity("Thank you, {name?}!", "Thank you, dear Ana!")
    1.0
    """
    old = _words(PLACEHOLDER.sub(f" {_OPEN} ", filled.replace(_OPEN, " ")))
    new = _words(sent.replace(_OPEN, " "))
    same, counted = 0, sum(word != _OPEN for word in old) + len(new)
    for operation, start, end, since, until in SequenceMatcher(None, old, new, False).get_opcodes():
        if operation == "equal":
            same += end - start
        elif operation == "replace" and _OPEN in old[start:end]:
            rest = sum(word != _OPEN for word in old[start:end])
            counted -= max(0, until - since - rest)
    return round(2 * same / counted, 4) if counted else 1.0


def _words(text: str) -> list[str]:
    return re.findall(rf"{_OPEN}|\w+", text)[:WORDS]
