"""Whether a text on the platform is the one that was sent."""

from __future__ import annotations

import unicodedata

from carecli.domain.text import printable


def is_same_text(theirs: str | None, ours: str) -> bool:
    """Equal but for white space, Unicode composition and what is made inert on the way in."""
    return theirs is not None and _folded(theirs) == _folded(ours)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", printable(text)).split())
