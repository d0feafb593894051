"""Saved replies: placeholders, filling them in, and how much a sent reply was edited.

    Hello {contact.first_name|there}, {product?} is in stock again. {moderator}

`{name}` is filled from what is known, `{name|fallback}` by the fallback where nothing is known,
`{name?}` is asked for on insert, `{name?|fallback}` likewise, and may be left empty. Where no first
name can be told and there is no fallback, the greeting stands alone: "Hello, …".
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
"""What a snippet leaves to be filled in; a text that holds one cannot be sent."""

KNOWN = (
    *("contact.first_name", "contact.name", "moderator"),
    *("brand", "channel", "post"),
)
"""Names of what is known wherever a reply is written, at least sometimes."""

FIRST_NAME = "contact.first_name"
_NAMELESS_START = re.compile(
    r"^(?P<sign>[¡¿]?)\{ {0,3}contact\.first_name {0,3}\}[,:!]? *(?P<next>\w?)", re.MULTILINE
)
_NAMELESS = re.compile(r",? ?\{ {0,3}contact\.first_name {0,3}\}")
"""The place of a first name without a fallback, with the comma before it."""

WORDS = 400
"""Words of a reply that are compared with its snippet."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A saved reply as it was written.

    Empty `languages`, `teams`, `channels` or `points`: for all of them. Snippets of one `group`
    say the same in different languages. From the day `until` on it is no longer offered.
    `fallbacks` are those of the file's head, by name; one in the text itself goes before it.
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
        """What is asked for on insert, each once, in order."""
        asked = (
            placeholder.name for placeholder in placeholders(self.text) if placeholder.is_asked
        )
        return tuple(dict.fromkeys(asked))

    def filled(self, known: Mapping[str, str], answers: Mapping[str, str] | None = None) -> str:
        """The text with every placeholder filled as far as possible; the rest stays in braces.

        One pass: braces in a contact's name, or in an answer, are never looked into. `answers`
        are to what was asked; None: nobody was asked yet, so that what is asked for stays.
        """

        def value(found: re.Match[str]) -> str:
            one = _placeholder(found)
            fallback = one.fallback or self.fallbacks.get(one.name, "")
            if one.is_asked:
                if answers is None:
                    return found.group()
                return answers.get(one.name) or fallback or found.group()
            return known.get(one.name) or fallback or found.group()

        text = self.text
        if known.get(FIRST_NAME) == "" and not self.fallbacks.get(FIRST_NAME):
            text = _NAMELESS.sub("", _NAMELESS_START.sub(_capital, text))
        return PLACEHOLDER.sub(value, text)


def _capital(found: re.Match[str]) -> str:
    return found["sign"] + found["next"].upper()


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One thing left to be filled in."""

    name: str
    is_asked: bool
    fallback: str


def placeholders(text: str) -> Iterator[Placeholder]:
    """Every placeholder of a text, in order."""
    return map(_placeholder, PLACEHOLDER.finditer(text))


def unfilled_placeholders(text: str, theirs: str = "") -> Iterator[re.Match[str]]:
    """Placeholders that are left in a reply; not those that are the contact's own name."""
    return (found for found in PLACEHOLDER.finditer(text) if found.group() not in theirs)


def closest_known_name(name: str) -> str:
    """The known name that a placeholder's name was probably meant to be; empty for none.

    >>> meant("contact.frist_name"), meant("Moderator"), meant("product")
    ('contact.first_name', 'moderator', '')
    """
    if name in KNOWN:
        return ""
    near = get_close_matches(name.lower().replace(" ", "_"), KNOWN, 1, 0.75)
    return near[0] if near else ""


def misspelt_placeholders(text: str) -> dict[str, str]:
    """Placeholders of a text that nothing fills, as written, with what was probably meant."""
    found = {whole.group(): _placeholder(whole) for whole in PLACEHOLDER.finditer(text)}
    near = {
        written: closest_known_name(one.name) for written, one in found.items() if not one.is_asked
    }
    return {written: f"{{{name}}}" for written, name in near.items() if name}


def _placeholder(found: re.Match[str]) -> Placeholder:
    fallback = (found["fallback"] or "").strip()
    return Placeholder(found["name"].strip(), found["asked"] is not None, fallback)


def shortest_text(snippet: Snippet) -> str:
    """The text with each placeholder replaced by its fallback, or by nothing."""
    blank = {placeholder.name: "" for placeholder in placeholders(snippet.text)}
    return PLACEHOLDER.sub("", snippet.filled(blank, blank))


_OPEN = "\0"
"""Stands for a placeholder among the words of a text: printable text holds none."""


def similarity(filled: str, sent: str) -> float:
    """How much of a snippet is left in what was sent: 1 as filled, 0 nothing.

    Compared word by word; whatever stands where `filled` still has a placeholder is not counted.

    >>> similarity("Thank you, {name?}!", "Thank you, dear Ana!")
    1.0
    """
    old = _words(PLACEHOLDER.sub(f" {_OPEN} ", filled.replace(_OPEN, " ")))
    new = _words(sent.replace(_OPEN, " "))
    same, counted = 0, sum(word != _OPEN for word in old) + len(new)
    for what, start, end, since, until in SequenceMatcher(None, old, new, False).get_opcodes():
        if what == "equal":
            same += end - start
        elif what == "replace" and _OPEN in old[start:end]:
            rest = sum(word != _OPEN for word in old[start:end])
            counted -= max(0, until - since - rest)
    return round(2 * same / counted, 4) if counted else 1.0


def _words(text: str) -> list[str]:
    return re.findall(rf"{_OPEN}|\w+", text)[:WORDS]
