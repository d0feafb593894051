"""Manual entries: text copied from a place without an API, converted into events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from carecli.domain.errors import Refused
from carecli.domain.events import Author, MessageSeen, PostSeen
from carecli.domain.model import DAY, ContactPoint, Millis, PostKind
from carecli.domain.text import one_line, printable

LINK_LIMIT = 2_000
TEXT_LIMIT = 20_000

TRACKING = ("fbclid", "igsh", "igshid", "mibextid", "rdid", "share_url")
TRACKING_PREFIXES = ("utm_", "__cft__", "__tn__")
"""Query parameters that differ each time a link is copied."""


@dataclass(frozen=True, slots=True)
class ManualEntry:
    """A text somebody wrote, as a moderator enters it.

    `written` is when it was written, parsed by `domain.days.parse_moment` ("" is now); deadlines
    and reports count from then. `place` is where, e.g. "WhatsApp", "TikTok" or a group. Without a
    `link` it belongs to the thread of the author at this place.
    """

    text: str
    link: str = ""
    author: str = ""
    written: str = ""
    point: ContactPoint = ContactPoint.GROUP_POST
    place: str = ""


def entry_events(entry: ManualEntry, at: Millis) -> tuple[PostSeen | MessageSeen, ...]:
    """The events of an entry written at `at` (milliseconds since 1970, UTC).

    Each link is a thread; without a link, each author at a place is one. The same text by the same
    author entered twice is one message; without a link, it is another message on another day.
    Raises `Refused` for a link that cannot be opened safely, for an empty text, and if both link
    and author are missing.
    """
    link, text = entry.link.strip(), printable(entry.text).strip()
    if not text:
        raise Refused("an entry needs a text")
    if len(text) > TEXT_LIMIT:
        raise Refused(f"the text is longer than {TEXT_LIMIT} characters")
    name, title = one_line(entry.author, 200), one_line(entry.place, 200)
    if link or not name:
        link = check_link(link)
        thread_key = _without_tracking(link)
        key = (thread_key, name.casefold())
    else:
        thread_key = f"{entry.point}\0{title.casefold()}\0{name.casefold()}"
        key = (thread_key, str(at // DAY))
    post = PostSeen(_name("group", title.casefold()), PostKind.GROUP, text=title) if title else None
    message = MessageSeen(
        platform_id=_name("message", *key, " ".join(text.split())),
        thread=_name("thread", thread_key),
        point=entry.point,
        created_at=at,
        author=Author(f"name:{name.casefold()}", name, scope="manual") if name else None,
        text=text,
        post=post.platform_id if post else None,
        permalink=link,
    )
    return (post, message) if post else (message,)


def check_link(link: str) -> str:
    """The link without surrounding blanks; raises `Refused` unless it is a plain web address."""
    link = link.strip()
    hint = "Paste the address from the browser: it begins with https://"
    if not link or len(link) > LINK_LIMIT:
        raise Refused(
            f"a link has 1 to {LINK_LIMIT} characters",
            hint=f"{hint}; if there is none, give the author.",
        )
    if printable(link) != link or not link.isprintable() or " " in link or "\\" in link:
        raise Refused("the link contains characters that a web address cannot have", hint=hint)
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Refused("the link is not a web address", hint=hint) from None
    if parts.scheme not in ("http", "https") or not host:
        raise Refused("the link is not a web address", hint=hint)
    if parts.username is not None or parts.password is not None:
        raise Refused(
            "the link has a user name before the host, which hides where it leads", hint=hint
        )
    return link


def _without_tracking(link: str) -> str:
    """The link without tracking parameters, the same however it was copied."""
    parts = urlsplit(link)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name not in TRACKING and not name.startswith(TRACKING_PREFIXES)
    ]
    host, path = (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}{path}?{urlencode(query)}#{parts.fragment}"


def _name(kind: str, *parts: str) -> str:
    encoded = "\0".join(parts).encode("utf-8", "surrogatepass")
    return f"{kind}:{hashlib.sha256(encoded).hexdigest()[:32]}"
