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
"""Returns the current time, in milliseconds since 1970 UTC."""

Known = Callable[[Sequence[str]], Mapping[str, str]]
"""Returns those of these platform ids of messages that the store has, each with its text."""


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
    """Some events, and the cursor to store together with them.

    `cursor` None keeps the stored one. `raw` is the payload as received, kept for a time. `usage`
    is how much of our quota is used, 0 to 100, as the platform reports it; before `park_until`
    (ms) the platform wants no requests. `possible_loss` says why something may have been missed.
    `unplaced` are posts whose kind a webhook does not tell, so the thread of a comment under them
    is not known yet. `wanted` are places that a webhook only names: the next pull reads them.
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
    """A message on the platform and the thread it is in; ids as the platform spells them."""

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
    """For an answer by mail: the other recipients who also get it, as `Name <address>`."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform's acknowledgement: the new message's id for texts, else empty.

    `events` are those the next pull would bring (the reply as a message, the new visibility), so
    the store has them at once.
    """

    platform_id: str = ""
    at: Millis = 0
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """What `doctor` learns about a channel: whether its token works, for whom, until when."""

    is_ok: bool
    account: str = ""
    findings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    capabilities: Capabilities = field(default_factory=Capabilities)
    ends: Mapping[str, Millis] = field(default_factory=dict)
    """When the `token` and the access to `data` end (ms), if they do."""
    is_usable: bool | None = None
    """Whether pulling works, whatever else is wrong; None means the same as `is_ok`."""


class Connector(Protocol):
    """One channel of one platform."""

    @property
    def capabilities(self) -> Capabilities:
        """What the channel can do."""
        ...

    @property
    def unreadable(self) -> Unreadable:
        """What cannot be read at present; loaded before each pull and stored after it."""
        ...

    def streams(self) -> Sequence[Stream]:
        """What there is to pull."""
        ...

    def pull(self, stream: str, cursor: str | None, known: Known) -> AsyncIterator[Page]:
        """Everything new since `cursor`, page by page, each with the cursor to store with it."""
        ...

    def census(self, since: Millis) -> AsyncIterator[Page]:
        """Everything readable in threads active since a moment (ms), regardless of cursors."""
        ...

    async def head(self, target: Target) -> Page:
        """The newest messages of one thread as they are now, for the check before sending.

        Raises `Gone` if the target itself no longer exists.
        """
        ...

    async def send(self, order: Order) -> Sent:
        """Carry out an order once; raises `Transient(happened=None)` if the outcome is unknown."""
        ...

    async def find_sent(self, order: Order) -> Sent | None:
        """Look for the result of an order whose outcome is unknown; None if it did not happen."""
        ...

    def read(self, raw: bytes, now: Millis) -> Page:
        """The events of a recorded API page or webhook body; never raises, see `Unrecognised`."""
        ...

    async def probe(self) -> Probe:
        """Ask the platform about the token; raises nothing but `PlatformError`."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class WebhookDelivery(NamedTuple):
    """What a platform's webhook sent about one account; its connector reads `raw`."""

    platform: str
    account: str
    raw: bytes


class WebhookSource(Protocol):
    """Receives a platform's webhooks, behind a reverse proxy or a tunnel."""

    @property
    def path(self) -> str:
        """The URL path that the platform calls."""
        ...

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """The answer to the platform's handshake; None to refuse it."""
        ...

    def is_genuine(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Whether the platform sent exactly these bytes; header names are in small letters."""
        ...

    def split(self, raw: bytes) -> Sequence[WebhookDelivery]:
        """The body split by account. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """What a connector is created from: a channel of the configuration and its secret.

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
