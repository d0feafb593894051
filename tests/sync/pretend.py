"""A platform in memory, which does exactly what a test tells it to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from carecli.domain.capabilities import Capabilities
from carecli.domain.events import Author, AuthorBlocked, Event, MessageSeen, VisibilityChanged
from carecli.domain.model import ContactPoint, Millis, OutboxVerb
from carecli.platforms.base import Known, Order, Page, Probe, Sent, Stream, Target
from carecli.platforms.unreadable import Unreadable

START = 1_790_000_000_000
"""When the tests' virtual clock begins."""


@dataclass
class Pretend:
    """Connector and platform in one. `before` and `after` are errors of the next sends, raised
    before or after the deed was done; `pulls` errors of the next pulls; `heads`, `finds` likewise.
    """

    now: Millis = START
    events: list[Event] = field(default_factory=list)
    received: list[Order] = field(default_factory=list)
    written: dict[str, Order] = field(default_factory=dict)
    before: list[BaseException] = field(default_factory=list)
    after: list[BaseException] = field(default_factory=list)
    pulls: list[Exception] = field(default_factory=list)
    heads: list[Exception] = field(default_factory=list)
    finds: list[Exception] = field(default_factory=list)
    finds_nothing: bool = False
    on_head: Callable[[], None] | None = None
    page_size: int = 3
    usage: float = 0.0
    park_until: Millis | None = None
    is_token_good: bool = True
    calls: list[str] = field(default_factory=list)
    stream_list: Sequence[Stream] = (Stream("comments", 15, 120),)
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(can_hide=True))
    is_closed: bool = False
    blocked: set[str] = field(default_factory=set)
    """Who may not write, by their platform ids."""
    unreadable: Unreadable = field(init=False)

    def __post_init__(self) -> None:
        self.unreadable = Unreadable(self.clock)

    def clock(self) -> Millis:
        return self.now

    def says(
        self,
        id_: str,
        text: str = "hola",
        *,
        thread: str = "",
        by: str = "maria",
        at: Millis | None = None,
        ours: bool = False,
        point: ContactPoint = ContactPoint.COMMENT,
        parent: str | None = None,
        ours_key: str = "",
    ) -> None:
        self.events.append(
            MessageSeen(
                id_,
                thread or id_,
                point,
                self.now if at is None else at,
                author=None if ours else Author(by, by.title()),
                is_ours=ours,
                text=text,
                parent=parent,
                ours_key=ours_key,
            )
        )

    def streams(self) -> Sequence[Stream]:
        return self.stream_list

    async def pull(self, stream: str, cursor: str | None, known: Known) -> AsyncIterator[Page]:
        self.calls.append(f"pull {stream} {cursor}")
        if self.pulls:
            raise self.pulls.pop(0)
        at = int(cursor or 0)
        while at < len(self.events):
            some = tuple(self.events[at : at + self.page_size])
            at += len(some)
            yield Page(some, str(at), b"raw", self.now, self.usage, self.park_until)
        if not self.events:
            yield Page(
                cursor="0", observed_at=self.now, usage=self.usage, park_until=self.park_until
            )

    async def census(self, since: Millis) -> AsyncIterator[Page]:
        yield Page(tuple(self.events), observed_at=self.now)

    async def head(self, target: Target) -> Page:
        self.calls.append(f"head {target.message}")
        if self.heads:
            raise self.heads.pop(0)
        if self.on_head is not None:
            self.on_head()
        mine = [e for e in self.events if isinstance(e, MessageSeen) and e.thread == target.thread]
        others = [e for e in self.events if not isinstance(e, MessageSeen)]
        return Page((*mine, *others), observed_at=self.now)

    async def send(self, order: Order) -> Sent:
        self.calls.append(f"send {order.verb} {order.text}".strip())
        if self.before:
            raise self.before.pop(0)
        self.received.append(order)
        answer = self._do(order)
        if self.after:
            raise self.after.pop(0)
        return answer

    def _do(self, order: Order) -> Sent:
        if order.verb.is_about_person:
            is_blocked = order.verb is OutboxVerb.BLOCK
            (self.blocked.add if is_blocked else self.blocked.discard)(order.target.contact)
            return self._blocked(order)
        if not order.verb.is_text:
            hidden = order.verb is OutboxVerb.HIDE
            event = VisibilityChanged(order.target.message, hidden, self.now)
            self.events.append(event)
            return Sent(at=self.now, events=(event,))
        id_ = f"ours{len(self.received)}"
        self.written[id_] = order
        self.says(
            id_, order.text, thread=order.target.thread, ours=True, parent=order.target.message
        )
        return Sent(id_, self.now, (self.events[-1],))

    async def find_sent(self, order: Order) -> Sent | None:
        self.calls.append(f"find {order.text or order.verb}")
        if self.finds:
            raise self.finds.pop(0)
        if order.verb.is_about_person:
            is_so = (order.target.contact in self.blocked) is (order.verb is OutboxVerb.BLOCK)
            return self._blocked(order) if is_so else None
        for id_, written in self.written.items():
            if written.key == order.key and not self.finds_nothing:
                return Sent(id_, self.now)
        return None

    def _blocked(self, order: Order) -> Sent:
        is_blocked = order.verb is OutboxVerb.BLOCK
        return Sent(
            at=self.now, events=(AuthorBlocked(order.target.contact, is_blocked, self.now),)
        )

    def read(self, raw: bytes, now: Millis) -> Page:
        return Page(observed_at=now)

    async def probe(self) -> Probe:
        self.calls.append("probe")
        return Probe(self.is_token_good)

    async def aclose(self) -> None:
        self.is_closed = True
