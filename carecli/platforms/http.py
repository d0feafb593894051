"""The HTTP client of all platforms: timeouts, redaction, and what surely was not sent.

A connector asks with `Http.request` and gets an `Response`, whatever its status; what a status or a
body means is the platform's own affair. Only the absence of an answer is an error here, always
`Transient`: `happened` is False when the request surely never reached the platform (no
connection) or asked for nothing to change, and None when nobody knows.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from carecli import __version__
from carecli.domain.errors import Refused, Transient
from carecli.domain.model import SECOND, Millis

if TYPE_CHECKING:
    import ssl

    import httpx

USER_AGENT = f"carecli/{__version__}"

SAFE_METHODS = frozenset({"GET", "HEAD"})
"""Methods that change nothing, so that a lost answer means nothing happened."""

CONNECT_TIMEOUT = 10.0
RESPONSE_TIMEOUT = 30.0

_SECRET_PARAMETER = re.compile(
    r"(?i)\b(access_token|input_token|appsecret_proof|client_secret|fb_exchange_token|bearer)"
    r"(\"?\s*[=: ]\s*\"?)([^\s&\"'<>]+)"
)


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust; read once, because that takes longer than a request."""
    import httpx

    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True)
class Response:
    """What a server said. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """The body as JSON; None when it is none."""
        try:
            parsed: object = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return parsed


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without any of `secrets` and without anything that looks like a token parameter."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[redacted]")
    return _SECRET_PARAMETER.sub(r"\1\2[redacted]", text)


def same_host(url: str, base_url: str) -> bool:
    """Whether `url` leads to the server of `base_url`: scheme, host and port alike."""
    try:
        there, here = urlsplit(url), urlsplit(base_url)
        places = [(place.scheme, place.hostname, place.port) for place in (there, here)]
    except ValueError:
        return False
    return places[0] == places[1]


class Http:
    """A client of one server. Its connections open with the first request and close with `aclose`.

    `secrets` never appear in an error; the libraries underneath are kept from logging addresses,
    which may carry tokens, by raising their log level. `heard` is told, with each answer, what
    time it is at the server (ms).
    """

    def __init__(
        self,
        base_url: str,
        *,
        secrets: Iterable[str] = (),
        answer_seconds: float = RESPONSE_TIMEOUT,
        heard: Callable[[Millis], object] = bool,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.secrets = tuple(secrets)
        self._answer_seconds = answer_seconds
        self._heard = heard
        self._client: httpx.AsyncClient | None = None

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            import httpx

            for name in ("httpx", "httpcore"):
                logging.getLogger(name).setLevel(logging.WARNING)
            self._client = httpx.AsyncClient(
                headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
                timeout=httpx.Timeout(self._answer_seconds, connect=CONNECT_TIMEOUT),
                follow_redirects=False,
                verify=_certificates(),
            )
        return self._client

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        body: object | None = None,
        headers: Mapping[str, str] | None = None,
        answer_seconds: float | None = None,
    ) -> Response:
        """Ask once. `form` is sent as a form, `body` as JSON; `path` starts with a slash.

        Raises `Transient` when no answer came, `Refused` for an address no request can be made of.
        """
        import httpx

        url = self.base_url + path
        try:
            answer = await self._open().request(
                method,
                url,
                params=params or None,
                data=form,
                json=body,
                headers=headers,
                timeout=(
                    httpx.USE_CLIENT_DEFAULT
                    if answer_seconds is None
                    else httpx.Timeout(answer_seconds, connect=CONNECT_TIMEOUT)
                ),
            )
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise Refused(
                f"{redact(url, self.secrets)} is not a valid address",
                hint="Correct the channel's base_url.",
            ) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Transient(
                self._no_answer(error), hint="Is the network up?", happened=False
            ) from None
        except httpx.HTTPError as error:
            raise Transient(
                self._no_answer(error), happened=False if method in SAFE_METHODS else None
            ) from None
        if (moment := _date(answer.headers.get("date", ""))) is not None:
            self._heard(moment)
        return Response(
            answer.status_code,
            {name.lower(): value for name, value in answer.headers.items()},
            answer.content,
        )

    def _no_answer(self, error: Exception) -> str:
        why = redact(str(error), self.secrets) or type(error).__name__
        return f"no answer from {urlsplit(self.base_url).netloc}: {why}"

    async def aclose(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()


def _date(told: str) -> Millis | None:
    """The moment in a `Date` header (RFC 9110); None where there is none."""
    try:
        return int(parsedate_to_datetime(told).timestamp() * SECOND) if told else None
    except (ValueError, TypeError, OverflowError):
        return None
