"""Downloads an attached picture: small, with a time limit, without a token.

An address comes from a stranger, by way of a platform. So nothing of ours goes with the request (no
token, no cookie), only `https` is asked, and only hosts of the public internet: never the machine
itself, nor others of its network. A place named in `trusted` (a channel's own `base_url`) may be
asked also over `http` and nearby, as the practice platform is.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from carecli.domain.errors import PlatformError, Refused, Transient
from carecli.platforms.http import CONNECT_TIMEOUT, USER_AGENT, same_host

MOST = 8_000_000
"""Bytes of a picture."""

SECONDS = 15.0
"""How long it may take altogether."""

HOPS = 3
"""Redirects followed, each of them judged like the first address."""

_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


def is_picture(content: bytes) -> bool:
    """Whether it begins as PNG, JPEG, GIF or WebP do; what a server calls it is not asked."""
    return content.startswith(_BEGINNINGS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def fetch_picture(url: str, trusted: Iterable[str] = (), *, most: int = MOST) -> bytes:
    """The picture at an address; raises Refused, or Transient where trying again may help."""
    import httpx

    places = tuple(trusted)
    deadline = time.monotonic() + SECONDS
    with httpx.Client(
        headers={"User-Agent": USER_AGENT, "Accept": "image/*"},
        timeout=httpx.Timeout(SECONDS, connect=CONNECT_TIMEOUT),
        follow_redirects=False,
        trust_env=False,
    ) as client:
        for _hop in range(HOPS + 1):
            _judge(url, places)
            try:
                with client.stream("GET", url) as answer:
                    if answer.is_redirect:
                        url = urljoin(url, answer.headers.get("location", ""))
                        continue
                    if answer.status_code != 200:
                        raise _refused(f"the server answered {answer.status_code}")
                    return _read(answer.iter_bytes(), most, deadline)
            except httpx.HTTPError as error:
                raise Transient(
                    "The picture could not be fetched.", hint=type(error).__name__, happened=False
                ) from None
    raise _refused("it leads from one address to another")


def _read(chunks: Iterable[bytes], most: int, deadline: float) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > most:
            raise _refused(f"it is larger than {most // 1_000_000} MB")
        if len(content) > 16 and not is_picture(bytes(content[:16])):
            raise _refused("it is not a picture")
        if time.monotonic() > deadline:
            raise Transient("The picture could not be fetched.", hint="It took too long.")
    if not is_picture(bytes(content[:16])):
        raise _refused("it is not a picture")
    return bytes(content)


def _judge(url: str, trusted: Iterable[str]) -> None:
    """Raise Refused for an address that is not asked."""
    if any(same_host(url, place) for place in trusted):
        return
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise _refused("its address is not valid") from None
    if parts.scheme != "https" or not host or "@" in parts.netloc:
        raise _refused("only plain https addresses are allowed")
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        raise Transient(
            "The picture could not be fetched.", hint="Is the network up?", happened=False
        ) from None
    if not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in found):
        raise _refused("its address is in a private network")


def _refused(why: str) -> PlatformError:
    return Refused(f"The picture is not shown: {why}.", hint="w opens it in the browser.")
