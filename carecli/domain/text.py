"""Makes untrusted text harmless, and folds text for searching.

`printable` runs twice: when a message is normalised, so that the store is clean, and again
wherever text leaves the program, so that nothing depends on who wrote the row.
"""

from __future__ import annotations

import re
import unicodedata

MAX_MARKS = 4
"""Combining marks kept on one letter; more would overlap the lines above and below."""

_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20)}
_CONTROLS |= dict.fromkeys(range(128, 160), "�")
_CONTROLS |= {0x7F: "\u2421", 0x0A: "\n", 0x0D: "\n", 0x09: "    ", 0x2028: "\n", 0x2029: "\n"}
_CONTROLS |= dict.fromkeys(range(55296, 57344), "�")
_CONTROLS |= {code: f"<U+{code:04X}>" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}

_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
_INVISIBLE += (
    "\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U0001d173-\U0001d17a"
)

_EMOJI = "\u00a9\u00ae\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\ufe0f"

_SUSPECT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u0300-\u036f\u0483-\u0489\u2028-\u202e\u2066-\u2069\u200d"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\ud800-\udfff\U000e0000-\U000e0fff"
    + _INVISIBLE
    + "]"
)
_HIDDEN = re.compile(f"[{_INVISIBLE}]")
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f)|[\U000e0000-\U000e0fff]+")
_JOINERS = re.compile(f"(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])")
_SPACE = re.compile(r"\s+")


def _one_mark_run(match: re.Match[str]) -> str:
    return match.group()[:MAX_MARKS]


_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5,}"
)


def printable(text: str) -> str:
    """The text without anything that a terminal would interpret.

    Control characters become visible pictures, direction overrides become tokens such as
    `<U+202E>`, invisible characters are removed, long runs of combining marks are cut. Ordinary
    text in any script, and emoji sequences, are unchanged. Lines end in a line feed.
    """
    if _SUSPECT.search(text) is None:
        return text
    text = text.replace("\r\n", "\n").translate(_CONTROLS)
    text = _TAGS.sub(lambda match: match.group(1) or "", text)
    text = _HIDDEN.sub("", text)
    text = _JOINERS.sub("", text)
    return _MARKS.sub(_one_mark_run, text)


def join_sentences(what: str, hint: str) -> str:
    """What went wrong and, if given, what to do about it, joined as sentences.

    >>> sentences("the platform answered 429", "carecli waits as long as it is asked.")
    'the platform answered 429. carecli waits as long as it is asked.'
    """
    stop = "" if not what or not hint or what.endswith((".", "!", "?")) else "."
    return f"{what}{stop} {hint}".strip()


def one_line(text: str, limit: int = 500) -> str:
    """Printable text on one line, at most `limit` characters."""
    return _SPACE.sub(" ", printable(text[: limit * 2]))[:limit].strip()


def _folding() -> dict[int, str]:
    # a letter that is not in the table costs `translate` an exception: ASCII stands for itself
    table = {code: chr(code) for code in range(0x80)}
    for code in (*range(0x80, 0x250), *range(0x1E00, 0x1F00), *range(0xFF00, 0xFFF0)):
        plain = unicodedata.normalize("NFKD", chr(code)).casefold()
        table[code] = "".join(char for char in plain if not unicodedata.combining(char))
    for code in range(0x300, 0x370):
        table[code] = ""
    letters = {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
    letters |= {"ħ": "h", "ŧ": "t", "þ": "th"}
    for letter, plain in letters.items():
        table[ord(letter)] = table[ord(letter.upper()[0])] = plain
    table[ord("S")] = "S"
    return table


_FOLD = _folding()


def fold(text: str) -> str:
    """The text folded for searching: lower case, without diacritics (ł and ø too) and full width.

    >>> fold("Paczka ŁÓDŹ, ¿qué?")
    'paczka lodz, ¿que?'
    """
    if text.isascii():
        return text.lower()
    return text.casefold().translate(_FOLD)


def search_form(text: str) -> str:
    """The text as it is stored in search indexes: folded, in Unicode normalisation form C.

    A letter with marks may be one character or several, which look the same; normalisation form C
    joins them (Unicode Standard Annex 15).

    >>> search_form("Её") == search_form("Ее\u0308")
    True
    """
    return fold(text) if text.isascii() else fold(unicodedata.normalize("NFC", text))
