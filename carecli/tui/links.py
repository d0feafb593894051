"""Whether a link may be opened: strangers write them."""

from __future__ import annotations

from urllib.parse import urlsplit


def link_objection(link: str) -> str:
    """Why a link is not opened; empty when it may be. Only plain web addresses are."""
    if not link:
        return "There is no link to it."
    if not link.isascii() or not link.isprintable() or " " in link:
        return "The link holds characters that may deceive; copy it with Y if you trust it."
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return "The link is broken."
    if parts.scheme not in ("http", "https") or not host:
        return "Only web links are opened."
    if "@" in parts.netloc or host.startswith("xn--") or ".xn--" in host:
        return f"The link really leads to {host}; copy it with Y if you trust it."
    return ""
