"""Other signs of a message: links, mentions, only emoji, questions.

All of them look at the text alone. What a platform tells beside it (attachments, tagged people
whose names stand in the text without an `@`) is for the caller to add.
"""

from __future__ import annotations

import re
import unicodedata

from carecli.matching.folded_text import Folded

_SURE = (
    "com|net|org|info|biz|mx|pl|eu|de|uk|fr|it|ru|cn|ly|gg|app|dev|shop|store|online|site|xyz|link"
)
_SURE += "|click|top|club|live|vip|win|bid|page|blog|edu|gov|tv|ws"
_WORDS_TOO = "es|me|co|io|us|la|to|be|at|is|ai|in"
"""Endings of addresses that are words as well: `bueno.es muy` is no link, `bit.co/x` is."""

_LINK = re.compile(
    rf"(?:https?|ftp|hxxps?)://\S|\bwww\.\w"
    rf"|(?<![@\w.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:(?:{_SURE})\b(?!@)|(?:{_WORDS_TOO})/\w)"
    rf"|\b[a-z0-9-]{{2,63}}\s?[\[(]\s?(?:\.|dot|punto|kropka)\s?[\])]\s?(?:{_SURE}|{_WORDS_TOO})\b"
)
_MAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}\b")
_MENTION = re.compile(r"(?<![\w@./])@\w[\w.]{1,63}")
_ASKING = re.compile(
    r"(?:^|[.!,;:\n]\s*)(?:(?:hola|hi|hello|hey|buenas|buenos dias|buenas tardes|dzien dobry|hej"
    r"|witam|y|a|i|and|pero|ale|but)[,!]?\s+)?"
    r"(?:cuanto|cuanta|cuantos|cuantas|donde|cual|cuales|quien|en cuanto|en que|por que"
    r"|czy|ile|gdzie|kiedy|jaki|jaka|jakie|ktory|ktora|dlaczego|skad|po ile|od kiedy"
    r"|how|where|when|why|which|who|what(?! an? )|can i|can you|could you|do you"
    r"|does it|does this|is it|is this|is there|are there|are you|will you|have you)\b"
)
EMOJI = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u231a-\u23ff\u25aa-\u27bf\u2934-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]|[0-9#*]\ufe0f?\u20e3"
)


def has_link(text: str | Folded) -> bool:
    """Whether an address of a page stands in the text, `example [dot] com` too."""
    return _LINK.search(_folded(text).text) is not None


def has_mail(text: str | Folded) -> bool:
    """Whether an e-mail address stands in the text."""
    return _MAIL.search(_folded(text).text) is not None


def mentions(text: str | Folded) -> list[str]:
    """The accounts named with an `@`, as written, without it."""
    folded = _folded(text)
    if "@" not in folded.text:
        return []
    spans = (folded.span(*found.span()) for found in _MENTION.finditer(folded.text))
    return [folded.original[start + 1 : end].rstrip(".") for start, end in spans]


def is_only_emoji(text: str | Folded) -> bool:
    """Whether there are emoji, and nothing but punctuation and space around them."""
    original = _folded(text).original
    rest, count = EMOJI.subn("", original)
    return count > 0 and not _says_something(rest)


def is_only_mentions(text: str | Folded) -> bool:
    """Whether the message tags accounts and says nothing else; emoji do not count as saying."""
    folded = _folded(text)
    rest, count = _MENTION.subn("", folded.text)
    return count > 0 and not _says_something(EMOJI.sub("", rest))


def is_question(text: str | Folded) -> bool:
    """Whether something is asked: a question mark, or a sentence that begins as questions do."""
    folded = _folded(text).text
    if "?" in folded or "¿" in folded:
        return True
    return _ASKING.search(folded) is not None


def word_count(text: str | Folded) -> int:
    """Words of the text, numbers included, mentions not."""
    return len(re.findall(r"[^\W_]+", _MENTION.sub("", _folded(text).text)))


def _says_something(text: str) -> bool:
    return any(unicodedata.category(letter)[0] in "LN" for letter in text)


def _folded(text: str | Folded) -> Folded:
    return text if isinstance(text, Folded) else Folded(text)
