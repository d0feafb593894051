"""Removes personal data from quotes of customers.

Removed are the names of everybody who writes in the thread (also inflected and inside longer
words), mentions, e-mail addresses, links, phone numbers, and numbers of orders and accounts.
Initials of one letter and particles such as `de la` stay, as they identify nobody. Nicknames and
other identifying details must be removed by a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from unicodedata import normalize

from carecli.domain.text import fold

OMITTED = "[…]"
"""Replaces what was removed."""

ENDING = 3
"""How many letters longer an inflected name may be."""
INSIDE = 4
"""A name of at least so many letters is also found inside other words: `olanowak92`."""

# each begins where a run begins, and what it repeats is bounded or taken once: linear in the text
_APART = r"(?<![^\W_])"
_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]+(?:@|\s?\(at\)\s?|\s?\[at\]\s?)[\w-]+(?:\.[\w-]+)*", re.IGNORECASE
)
_LINK = re.compile(
    rf"{_APART}(?:[a-z][a-z0-9+.-]{{1,15}}://|www\.)\S+"
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}/\S*"
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.){1,4}(?:com|net|org|info|pl|eu|mx|uk)\b",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<!\w)@[\w.-]*\w")
_ORDER = re.compile(
    rf"(?:#|№|{_APART}(?:nr|no\.|num|numer\w*|number|zam[oó]wieni\w*|order|pedido|folio|n[uú]mero"
    r"|n[º°])[\s.:#]{0,3}(?:(?:nr|no|n[º°])[\s.:#]{1,3})?)"
    r"(?=[\w\-/]*\d[\w\-/]*\d)[\w\-/]+",
    re.IGNORECASE,
)
_PHONE = re.compile(rf"{_APART}\+?\(?\d(?:[\s().\-/]{{0,3}}\d){{6,24}}(?![^\W_])")
_CODE = re.compile(
    r"(?<![\w\-/])(?=[\w\-/]*\d[\w\-/]*\d[\w\-/]*\d)(?=[\w\-/]*[^\W\d_])[\w\-/]{6,}"
    rf"|{_APART}\d{{5,}}(?![^\W_])"
)
_PATTERNS = (_MAIL, _LINK, _MENTION, _ORDER, _PHONE, _CODE)
_MARKS = re.compile(r"\[…\](?:[\s,;._-]*\[…\])+")
_PARTICLES = frozenset(("de", "del", "la", "las", "los", "el", "da", "di", "do", "van", "von", "y"))


def anonymise(text: str, names: Iterable[str]) -> str:
    """The text with OMITTED in place of personal data; `names` are the people of the thread.

    >>> nameless("Anna Nowak here, write to anna@example.com about order 12345!", ["Anna Nowak"])
    '[…] here, write to […] about […]!'
    """
    text = normalize("NFC", text)
    for pattern in _PATTERNS:
        text = pattern.sub(OMITTED, text)
    parts = sorted(set(_parts(names)))
    if parts:
        words = (OMITTED if _contains_name(word, parts) else word for word in _words(text))
        text = "".join(words)
    return _MARKS.sub(OMITTED, text).strip()


def _parts(names: Iterable[str]) -> Iterator[str]:
    """The words of names, folded for comparison, without initials and particles."""
    for name in names:
        whole = normalize("NFC", name)
        for word in (*_words(whole), *_words(fold(whole))):
            part = _bare(word)
            if part and part not in _PARTICLES and (len(part) > 1 or not _has_case(part)):
                yield part


def _bare(word: str) -> str:
    """The letters and digits of a word, folded."""
    return "".join(char for char in fold(word) if char.isalnum())


def _has_case(word: str) -> bool:
    """Whether it is written in a script with upper and lower case, or is a number.

    In other scripts names are searched inside words, as words are not separated by spaces.
    """
    return any(char.lower() != char.upper() for char in word) or word.isdigit()


def _contains_name(word: str, parts: Sequence[str]) -> bool:
    """Whether a word is one of the names, is an inflected form of one, or contains one."""
    bare = _bare(word)
    return bool(bare) and any(_is_form(bare, part) for part in parts)


def _is_form(bare: str, part: str) -> bool:
    if not _has_case(part) or len(part) >= INSIDE:
        if part in bare:
            return True
    elif bare == part:
        return True
    stem = part[:-1] if len(part) > INSIDE - 1 else part
    return bare.startswith(stem) and len(bare) <= len(part) + ENDING and len(stem) > 2


def _words(text: str) -> Iterator[str]:
    """The text split into words (with invisible characters inside them) and what is between."""
    piece = ""
    was_word = False
    for char in text:
        folded = fold(char)
        is_word = was_word if not folded else any(char_.isalnum() for char_ in folded)
        if is_word != was_word and piece:
            yield piece
            piece = ""
        piece += char
        was_word = is_word
    if piece:
        yield piece


def is_excerpt_of(quote: str, original: str) -> bool:
    """Whether a quote contains only words of the original, some left out or OMITTED.

    Words are kept whole and in order; punctuation and emoji may be left out.
    """
    excerpt, source = (normalize("NFC", value) for value in (quote.replace(OMITTED, " "), original))
    rest = iter("".join(source.split()))
    if not all(char in rest for char in "".join(excerpt.split())):
        return False
    words = (word for word in _words(source) if _is_word(word))
    return all(word in words for word in _words(excerpt) if _is_word(word))


def _is_word(piece: str) -> bool:
    return any(char.isalnum() for char in fold(piece))
