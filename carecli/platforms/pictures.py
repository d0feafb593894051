"""Downloads an attached picture: small, with a time limit, without a token.

The address comes from a stranger, through a platform. So the request carries no token and no
cookie, uses only `https`, and goes only to hosts on the public internet, never to this computer or
its network. Servers in `trusted` (a channel's own `base_url`) may also be reached over `http` and
locally; the practice platform needs that.
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
"""The largest picture, in bytes."""

SECONDS = 15.0
"""The time limit for the whole download."""

HOPS = 3
"""Redirects followed; each address is checked like the first one."""

_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


def is_picture(content: bytes) -> bool:
    """Whether the bytes begin as PNG, JPEG, GIF or WebP do; the Content-Type is ignored."""
    return content.startswith(_BEGINNINGS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def fetch_picture(url: str, trusted: Iterable[str] = (), *, most: int = MOST) -> bytes:
    """The picture at an address; raises Refused, or Transient where trying again may help."""
    import httpx

    trusted_urls = tuple(trusted)
    deadline = time.monotonic() + SECONDS
    with httpx.Client(
        headers={"User-Agent": USER_AGENT, "Accept": "image/*"},
        timeout=httpx.Timeout(SECONDS, connect=CONNECT_TIMEOUT),
        follow_redirects=False,
        trust_env=False,
    ) as client:
        for _hop in range(HOPS + 1):
            _check_address(url, trusted_urls)
            try:
                with client.stream("GET", url) as response:
                    if response.is_redirect:
                        url = urljoin(url, response.headers.get("location", ""))
                        continue
                    if response.status_code != 200:
                        raise _refused(f"the server answered {response.status_code}")
                    return _read(response.iter_bytes(), most, deadline)
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


def _check_address(url: str, trusted: Iterable[str]) -> None:
    """Raise Refused for an address that must not be requested."""
    if any(same_host(url, base_url) for base_url in trusted):
        return
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise _refused("its address is not valid") from None
    if parts.scheme != "https" or not host or "@" in parts.netloc:
        raise _refused("only plain https addresses are allowed")
    try:
        addresses = {
            str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        }
    except OSError:
        raise Transient(
            "The picture could not be fetched.", hint="Is the network up?", happened=False
        ) from None
    if not all(ipaddress.ip_address(ip.partition("%")[0]).is_global for ip in addresses):
        raise _refused("its address is in a private network")


def _refused(why: str) -> PlatformError:
    return Refused(f"The picture is not shown: {why}.", hint="w opens it in the browser.")
