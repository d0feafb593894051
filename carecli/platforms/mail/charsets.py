"""Bytes of a mail as letters: what the bytes themselves prove goes before what the mail declares.

Programs often declare a charset that is not the one they wrote. Bytes that are valid UTF-8 with
letters of several bytes are UTF-8: other text almost never is by chance. Names of charsets mean
what browsers take them for (https://encoding.spec.whatwg.org/#names-and-labels): latin-1 is
windows-1252, for example. Pure.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import NamedTuple

from carecli.domain.text import fold

_WIDER = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
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


class _Language(NamedTuple):
    charsets: tuple[str, ...]
    letters: frozenset[str]
    words: frozenset[str]
    """Frequent words, without accents."""


def _language(charsets: str, letters: str, words: str) -> _Language:
    return _Language(
        tuple(charsets.split()), frozenset(letters + letters.upper()), frozenset(words.split())
    )


_WESTERN, _CENTRAL = "cp1252 iso8859-15", "cp1250 iso8859-2"

_LANGUAGES = (
    _language(
        _WESTERN,
        "áéíóúüñ¿¡ªº",
        "que de la el no es por con para mi un una los hola gracias esta donde manana llego",
    ),
    _language(
        _CENTRAL,
        "ąćęłńóśźż",
        "nie jest na do to czy jak moja moje za po dla od mam i w z o ale sie chce prosze zwrot "
        "dzien dobry paczka paczke pieniedzy pieniadze gdzie kiedy juz zle bardzo dziekuje",
    ),
    _language(
        _WESTERN, "àâæçéèêëîïôœùûüÿ", "je ne pas le la les est vous pour de un une bonjour merci"
    ),
    _language(_WESTERN, "äöüß", "ich nicht das ist und der die zu mit es sie ein habe bitte hallo"),
    _language(
        _WESTERN, "ãõáéíóúâêôàç", "que de o a no por com para meu um uma os bom obrigado ola"
    ),
    _language(_WESTERN, "àèéìòù", "che di la il non per con mio un una ho ciao grazie sono"),
    _language(_WESTERN, "åäöæøé", "jag det att och inte en ett er har min jeg ikke og hej"),
    _language(
        _CENTRAL, "áčďéěíňóřšťúůýžäôľĺŕ", "je na se v to a ne si mi dobry den prosim jsem som"
    ),
    _language(_CENTRAL, "áéíóöőúüű", "a az es nem hogy van egy meg is koszonom jo napot"),
    _language(_CENTRAL, "ăâîșțşţ", "nu si de la in pe cu un o ca este multumesc"),
    _language(_CENTRAL, "čćđšž", "je i u na da se ne za sam hvala dobar dan"),
    _language("cp1251 koi8-u koi8-r iso8859-5", "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ", ""),
    _language("cp1253 iso8859-7", "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", ""),
    _language("cp1254", "çğıöşü", "ve bir bu da ne icin merhaba"),
)


def decoded(raw: bytes, declared: str = "", usual: str = "") -> str:
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
        text = _read(raw, charset) if charset not in ("", "utf-8") else None
        if text is not None and (charset in _MANY_BYTES or not _oddities(text)):
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


def _guessed(raw: bytes, declared: str) -> str:
    """The reading in which most is a word of some language, the declared one if all are alike."""
    best, best_score = "", float("-inf")
    texts: dict[str, str] = {}
    for charset in dict.fromkeys(
        (*([declared] if declared and declared != "utf-8" else ()), *_EVERY)
    ):
        text = _read(raw, charset)
        if text is not None:
            texts.setdefault(text, charset)
    for text, charset in texts.items():
        score = _score(text, charset) + (0.5 if charset == declared else 0.0)
        if score > best_score:
            best, best_score = text, score
    return best or raw.decode("latin-1")


_EVERY = ("cp1252", *dict.fromkeys(one for language in _LANGUAGES for one in language.charsets))


def _score(text: str, charset: str) -> float:
    sample = text[:20_000]
    foreign = [char for char in sample if char > "\x7f" and (char.isalpha() or char in "¿¡")]
    plain = sum(char <= "\x7f" and char.isalpha() for char in sample)
    words = re.findall(r"[a-z]+", fold(sample))[:2_000]
    score = -4.0 * _oddities(sample)
    likeness = -1.0 * len(foreign)
    for language in _LANGUAGES:
        if charset not in language.charsets:
            continue
        own = sum(char in language.letters for char in foreign)
        common = sum(word in language.words for word in words)
        share = common / len(words) if words else 0.0
        alien = len(foreign) - own
        # letters of another alphabet do not stand between Latin ones
        mixed = plain if "а" in language.letters or "α" in language.letters else 0
        likeness = max(likeness, own - 2.0 * alien + 4.0 * share - min(mixed, 2 * len(foreign)))
    return score + likeness
