"""Detects links, mentions, questions and the like in a message.

Only the text is used. What the platform knows in addition (attachments, tagged people whose names
are in the text without an `@`) must be added by the caller.
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
"""Domain endings that are also words: `bueno.es muy` is no link, `bit.co/x` is."""

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
    """Whether the text contains a web address, also as `example [dot] com`."""
    return _LINK.search(_folded(text).text) is not None


def has_mail(text: str | Folded) -> bool:
    """Whether the text contains an e-mail address."""
    return _MAIL.search(_folded(text).text) is not None


def mentions(text: str | Folded) -> list[str]:
    """The accounts mentioned with `@`, as written, without the `@`."""
    folded = _folded(text)
    if "@" not in folded.text:
        return []
    spans = (folded.span(*match.span()) for match in _MENTION.finditer(folded.text))
    return [folded.original[start + 1 : end].rstrip(".") for start, end in spans]


def is_only_emoji(text: str | Folded) -> bool:
    """Whether the text is only emoji, with at most punctuation and space around them."""
    original = _folded(text).original
    rest, count = EMOJI.subn("", original)
    return count > 0 and not _has_words(rest)


def is_only_mentions(text: str | Folded) -> bool:
    """Whether the text is only mentions of accounts, apart from emoji and punctuation."""
    folded = _folded(text)
    rest, count = _MENTION.subn("", folded.text)
    return count > 0 and not _has_words(EMOJI.sub("", rest))


def is_question(text: str | Folded) -> bool:
    """Whether it is a question: it has a question mark, or a sentence begins like a question."""
    folded = _folded(text).text
    if "?" in folded or "¿" in folded:
        return True
    return _ASKING.search(folded) is not None


def _has_words(text: str) -> bool:
    return any(unicodedata.category(letter)[0] in "LN" for letter in text)


def _folded(text: str | Folded) -> Folded:
    return text if isinstance(text, Folded) else Folded(text)
