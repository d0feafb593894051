"""The links of a message, and whether one may be opened: strangers write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from carecli.desk.wording import attached
from carecli.i18n import _

if TYPE_CHECKING:
    from carecli.desk.conversations.rows import Conversation, MessageView

_WRITTEN = re.compile(r"https?://[^\s<>\"'«»“”]{1,2000}", re.IGNORECASE)
_AFTER = ".,;:!?…"


@dataclass(frozen=True, slots=True)
class Link:
    """Something that can be opened, and what it is."""

    what: str
    url: str


def links_of(talk: Conversation, message: MessageView | None) -> list[Link]:
    """Where a message stands, what is attached to it, what it names; each address once."""
    found: dict[str, Link] = {}
    for one in _links(talk, message):
        found.setdefault(one.url, one)
    return list(found.values())


def _links(talk: Conversation, message: MessageView | None) -> Iterator[Link]:
    link = message.permalink if message is not None else ""
    if link:
        yield Link(_("The message on the platform"), link)
    elif talk.post is not None and talk.post.permalink:
        yield Link(_("The post"), talk.post.permalink)
    if message is None:
        return
    for one in message.attachments:
        if one.url:
            yield Link(attached(one.kind, one.name), one.url)
    for url in written(message.text):
        yield Link(_("Link in the text"), url)


def written(text: str) -> Iterator[str]:
    """Web addresses in a text, without the sign that ends the sentence or the bracket around."""
    for match in _WRITTEN.finditer(text):
        url = match.group().rstrip(_AFTER)
        if url.endswith(")") and "(" not in url:
            url = url.rstrip(")").rstrip(_AFTER)
        yield url


def link_objection(link: str) -> str:
    """Why a link is not opened; empty when it may be. Only plain web addresses are."""
    if not link:
        return _("It has no link.")
    if not link.isascii() or not link.isprintable() or " " in link:
        return _("The link contains misleading characters. Copy it with Y if you trust it.")
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return _("The link is broken.")
    if parts.scheme not in ("http", "https") or not host:
        return _("Only web links can be opened.")
    if "@" in parts.netloc or host.startswith("xn--") or ".xn--" in host:
        said = _("The link actually leads to {host}. Copy it with Y if you trust it.")
        return said.format(host=host)
    return ""
