"""Decodes the bytes of a mail: evidence in the bytes goes before the declared charset.

Programs often declare a charset that is not the one they wrote. Bytes that are valid UTF-8 with
letters of several bytes are UTF-8: other text almost never is by chance. Names of charsets mean
what browsers take them for (https://encoding.spec.whatwg.org/#names-and-labels): latin-1 is
windows-1252, for example. Pure.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

_WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""Charsets that are read as a larger one, by Python's names."""

_OWN_SHAPE = re.compile(r"utf-?16|utf-?32|utf-?7|iso-?2022|hz")
"""Charsets whose bytes may look like ASCII or UTF-8 and are neither."""

_MANY_BYTES = frozenset(("gb18030", "cp932", "cp949", "big5hkscs", "euc_jp", "johab"))


_NO_CHARSETS = frozenset(
    ("punycode", "idna", "unicode_escape", "unicode-escape", "raw_unicode_escape", "undefined")
)
"""What Python calls encodings and no mail is written in."""


_LATIN = frozenset(("cp1252", "iso8859-15", "cp1250", "iso8859-2", "cp1254", "cp1257", "mac-roman"))
"""Charsets of letters that are mostly without accents."""

SAMPLE = 20_000
"""Bytes or letters that are looked at to tell a charset."""

_CANDIDATES = (
    *("cp1252", "iso8859-15", "cp1250", "iso8859-2", "cp1254", "cp1257", "cp1258", "cp874"),
    *("cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp1253", "iso8859-7", "cp1255", "cp1256"),
    *("cp932", "euc_jis_2004", "gb18030", "big5hkscs", "cp949"),
)
"""What mails are written in, by Python's names."""


def decode_text(raw: bytes, declared: str = "", usual: str = "") -> str:
    """The letters of some bytes. `usual`: what the rest of the mail is written in, if it says so.

    Never raises; what nothing can read becomes replacement characters.
    """
    name = known_charset(declared)
    if name and _OWN_SHAPE.match(name):
        try:
            return raw.decode(name)
        except (ValueError, LookupError):
            pass
    if raw.isascii():
        return raw.decode("ascii")
    for mark, charset in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark) and len(raw) > len(mark) + 1:
            try:
                return raw.decode(charset)
            except ValueError:
                continue
    try:
        return raw.decode("utf-8")
    except ValueError:
        pass
    loosely = raw.decode("utf-8", "replace")
    good = sum(char > "\x7f" and char != "\ufffd" for char in loosely)
    if good >= 3 and loosely.count("\ufffd") * 5 <= good:
        return loosely  # UTF-8 with a letter cut in two
    for charset in (name, known_charset(usual)):
        text = _read(raw, charset) if charset not in ("", "ascii", "utf-8") else None
        if text is not None and (charset in _MANY_BYTES or _is_likely(text, charset)):
            return text
    return _guessed(raw, name)


def known_charset(declared: str) -> str:
    """Python's name of a declared charset, the larger one where names are used loosely; or ''."""
    try:
        name = codecs.lookup(declared.strip().strip("'\"")).name
    except (LookupError, ValueError):
        return ""
    return "" if name in _NO_CHARSETS else _WIDER.get(name, name)


def _read(raw: bytes, charset: str) -> str | None:
    """The text in a charset; None where it cannot be. A few bytes of cp125x mean nothing."""
    try:
        return raw.decode(charset)
    except ValueError:
        if charset in _MANY_BYTES:
            return None
        return raw.decode(charset, "replace")
    except LookupError:
        return None


def _oddities(text: str) -> int:
    """Signs that no word has: `paczk¹`, a control character, a capital within a word."""
    count = 0
    for place, char in enumerate(text):
        if char <= "\x7f":
            continue
        kind = unicodedata.category(char)
        if kind in ("Cc", "Cn", "Co") or char == "\ufffd":
            count += 2
            continue
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        is_in_word = before.isalpha() and after.isalpha()
        if kind in ("No", "Sk", "Sm", "Sc", "So", "Po", "Pi", "Pf", "Ps") and is_in_word:
            count += char not in "’‘·'"
        elif (kind in ("No", "Sk", "Lm") and (before.isalpha() or after.isalpha())) or (
            kind == "Lu" and before.islower()
        ):
            count += 1
    return count


def _is_likely(text: str, charset: str) -> bool:
    """Whether a text may be what was written: no odd signs, and not an accent on every letter."""
    if charset in _LATIN:
        letters = [char for char in text[:SAMPLE] if char.isalpha()]
        if sum(char > "\x7f" for char in letters) * 2 > len(letters):
            return False
    return not _oddities(text)


def _guessed(raw: bytes, declared: str) -> str:
    """The likeliest reading; the declared one, or windows-1252, where nothing is likely."""
    from chardet import detect

    sample = raw[:SAMPLE]
    charset = detect(sample, include_encodings=_CANDIDATES, compat_names=False)["encoding"]
    text = _read(raw, charset or declared or "cp1252")
    return text if text is not None else raw.decode("cp1252", "replace")
