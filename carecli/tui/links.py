"""Whether a link may be opened: strangers write them."""

from __future__ import annotations

from urllib.parse import urlsplit

from carecli.i18n import _


def link_objection(link: str) -> str:
    """Why a link is not opened; empty when it may be. Only plain web addresses are."""
    if not link:
        return _("There is no link to it.")
    if not link.isascii() or not link.isprintable() or " " in link:
        return _("The link holds characters that may deceive; copy it with Y if you trust it.")
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return _("The link is broken.")
    if parts.scheme not in ("http", "https") or not host:
        return _("Only web links are opened.")
    if "@" in parts.netloc or host.startswith("xn--") or ".xn--" in host:
        said = _("The link really leads to {host}; copy it with Y if you trust it.")
        return said.format(host=host)
    return ""
