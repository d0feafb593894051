"""The protocol between carecli and a platform.

The sync layer pulls `Page`s and ingests each in one transaction together with its cursor; it
hands an `Order` to `send` after committing the attempt. Connectors raise only `PlatformError`s.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from carecli.domain.capabilities import Capabilities
from carecli.domain.model import ContactPoint, Millis, OutboxVerb

if TYPE_CHECKING:
    from carecli.domain.events import Event
    from carecli.platforms.unreadable import Unreadable

Clock = Callable[[], Millis]
"""Tells now, in milliseconds since 1970 UTC."""

Known = Callable[[Sequence[str]], Mapping[str, str]]
"""Which of these message platform ids the store has, each with the text it knows."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One thing to pull, e.g. `comments` or `conversations`, and how often (seconds)."""

    name: str
    busy_interval: float = 15.0
    """Interval while people write."""
    idle_interval: float = 120.0
    """Interval after a long silence."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some events, and the cursor that is true once they are stored.

    `cursor` None leaves the stored one alone. `raw` is the payload as it came, kept for a time.
    `usage` is the platform's own 0..100 measure of our quota; `park_until` a moment before
    which it wants silence. `possible_loss` says why something may have been missed. `unplaced`
    are posts of which a push does not tell the kind, and so not whose thread a comment is.
    `wanted` are places a push only names: the next pull reads them.
    """

    events: tuple[Event, ...] = ()
    cursor: str | None = None
    raw: bytes = b""
    observed_at: Millis = 0
    usage: float = 0.0
    park_until: Millis | None = None
    possible_loss: str = ""
    unplaced: frozenset[str] = frozenset()
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A message on the platform, and what it hangs in; ids as the platform spells them."""

    thread: str
    point: ContactPoint
    message: str = ""
    address: str = ""
    root_address: str = ""
    """The top-level comment of the thread, where replies must go if nesting is shallow."""
    post: str = ""
    contact: str = ""
    contact_name: str = ""
    last_inbound_at: Millis | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to do on the platform. `key` is unique and the same at every attempt."""

    key: str
    verb: OutboxVerb
    target: Target
    text: str = ""
    by_person: bool = True
    attempted_at: Millis = 0
    """When it was first tried; `find_sent` looks from a little before that."""
    also_to: tuple[str, ...] = ()
    """Of an answer to a mail: its other recipients who get it too, as `Name <address>`."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform's acknowledgement: the new message's id for texts, else empty.

    `events` tell the same as the next pull would (the reply as a message, the new visibility),
    so that it stands in the store at once.
    """

    platform_id: str = ""
    at: Millis = 0
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """What `doctor` learns of a channel: is the token good, for whom, until when, for what."""

    is_ok: bool
    account: str = ""
    findings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    capabilities: Capabilities = field(default_factory=Capabilities)
    ends: Mapping[str, Millis] = field(default_factory=dict)
    """When the `token` and the access to `data` end, where they do."""
    is_usable: bool | None = None
    """Whether the token works for pulling, whatever else is wrong; None: if `is_ok`."""


class Connector(Protocol):
    """One channel of one platform."""

    @property
    def capabilities(self) -> Capabilities:
        """What the channel can do."""
        ...

    @property
    def unreadable(self) -> Unreadable:
        """What cannot be read at present; filled before each pull, and read after it."""
        ...

    def streams(self) -> Sequence[Stream]:
        """What there is to pull."""
        ...

    def pull(self, stream: str, cursor: str | None, known: Known) -> AsyncIterator[Page]:
        """Everything new since `cursor`, page by page, each with the cursor true after it."""
        ...

    def census(self, since: Millis) -> AsyncIterator[Page]:
        """Everything that can be read of threads active since a moment, regardless of cursors."""
        ...

    async def head(self, target: Target) -> Page:
        """The newest messages of one thread as they are now, for the check before a send.

        Raises `Gone` when the target itself no longer exists.
        """
        ...

    async def send(self, order: Order) -> Sent:
        """Do it once. `Transient` with `happened=None` when nobody knows whether it happened."""
        ...

    async def find_sent(self, order: Order) -> Sent | None:
        """Whether an order of unknown fate happened; None: surely not, as far as can be seen."""
        ...

    def read(self, raw: bytes, now: Millis) -> Page:
        """Events of a recorded API page or webhook body. Never raises: `Unrecognised` instead."""
        ...

    async def probe(self) -> Probe:
        """Ask the platform about the token; raises nothing but `PlatformError`."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...


class Delivery(NamedTuple):
    """What a platform pushed about one account: `raw` is what its connector reads."""

    platform: str
    account: str
    raw: bytes


class WebhookSource(Protocol):
    """Where a platform pushes what happened; served behind a reverse proxy or a tunnel."""

    @property
    def path(self) -> str:
        """The path it is called at."""
        ...

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """What answers the platform's handshake; None: refuse."""
        ...

    def is_genuine(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Whether the platform sent exactly these bytes; header names are in small letters."""
        ...

    def split(self, raw: bytes) -> Sequence[Delivery]:
        """The body account by account. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """What a connector is made from: a channel of the configuration and its secret.

    `account` is the platform's id of the page, profile or user. `token` never shows in `repr`.
    """

    channel: str
    platform: str
    account: str
    token: str = field(repr=False)
    base_url: str = ""
    api_version: str = ""
    secret: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = lambda: 0
