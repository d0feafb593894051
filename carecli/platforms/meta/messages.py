"""Private conversations of Messenger and Instagram: the same edges on the page's id.

The platform lets the brand write for 24 hours after the contact's last message (RESPONSE); a
person may write for 7 days where the app has the Human Agent feature (MESSAGE_TAG, HUMAN_AGENT).
A comment can be answered privately once, within 7 days of it. Only the newest 20 messages of a
conversation have details.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence

from carecli.domain.errors import Gone, PlatformError, Refused, WindowClosed
from carecli.domain.events import AnsweredPrivately, Event, MessageSeen, MessageWithdrawn
from carecli.domain.model import MINUTE, SECOND, Millis
from carecli.platforms.base import Known, Order, Page, Sent, Target
from carecli.platforms.meta import ids, wire
from carecli.platforms.meta.brand import Brand
from carecli.platforms.meta.capabilities import HUMAN_WINDOW, WINDOW
from carecli.platforms.meta.graph import Graph, GraphResponse
from carecli.platforms.meta.normalise_messages import (
    contact_in,
    conversation_events,
    message_events,
    private_message,
)
from carecli.platforms.meta.same_text import is_same_text

OVERLAP: Millis = 60 * MINUTE
LOOK_BACK: Millis = 120 * SECOND
"""How long before the first attempt a message of unknown fate is looked for."""
DETAILED = 20
NESTED = 10
SEARCHED = 4
"""Pages of conversations looked through for one person where `user_id` was not obeyed."""


class Conversations:
    """The private conversations of one account."""

    def __init__(
        self, graph: Graph, brand: Brand, *, page: str, platform: str, human_agent: bool
    ) -> None:
        self._graph, self._brand = graph, brand
        self._page, self._platform = page, platform
        self._human_agent = human_agent
        is_instagram = platform == "instagram"
        self._message_fields = (
            f"{wire.MESSAGE_FIELDS},{wire.STORY_FIELD}" if is_instagram else wire.MESSAGE_FIELDS
        )

    async def pull(
        self, cursor: str | None, known: Known, *, now: Millis, horizon: Millis
    ) -> AsyncIterator[Page]:
        """Conversations that changed since the watermark, less an overlap.

        They are observed to come newest first, which nobody promises. So the list is read until
        a whole page is older, and to its end where any stood out of that order.

        The cursor, `{"w": ms}`, is the time of the newest change seen and moves with the last
        page only: a scan cut short must start again.
        """
        watermark = _watermark(cursor)
        until = watermark - OVERLAP if watermark else horizon
        newest, held, last = watermark, None, None
        is_in_order = True
        async for page in self._due(known, horizon, now):
            yield page
        async for reading in self._list(limit="25"):
            if held is not None:
                yield held
            events, losses, is_old = list[Event](), list[str](), bool(reading.items)
            for conversation in reading.items:
                changed = wire.moment(conversation.get("updated_time")) or now
                newest = max(newest, changed)
                is_in_order = is_in_order and (last is None or changed <= last)
                last = changed
                place = f"conversation {wire.ident(conversation)}"
                if changed < until:
                    continue
                is_old = False
                if place in self._graph.unreadable.failing:
                    continue  # it is read by itself, once its time has come
                with self._graph.unreadable.at(place):
                    found, loss, wrong = await self._whole(
                        conversation, known, horizon, is_new=not watermark
                    )
                    events += found
                    losses += [loss] if loss else []
                    if wrong is not None:
                        raise wrong
            held = self._pulled(reading, events, now, "; ".join(losses))
            if is_old and is_in_order:
                break
        if held is not None:
            cursor = json.dumps({"w": newest}) if newest != watermark else None
            yield Page(
                events=held.events,
                cursor=cursor,
                raw=held.raw,
                observed_at=now,
                usage=held.usage,
                park_until=held.park_until,
                possible_loss=held.possible_loss,
            )

    async def _due(self, known: Known, horizon: Millis, now: Millis) -> AsyncIterator[Page]:
        """Conversations that could not be read before, those whose time has come."""
        unreadable = self._graph.unreadable
        for place in unreadable.due("conversation"):
            with unreadable.at(place):
                try:
                    reading = await self._graph.get(
                        place.partition(" ")[2], fields=self._conversation_fields(DETAILED)
                    )
                except Gone as error:
                    if unreadable.is_gone(place, error):
                        continue
                    raise
                events, loss, wrong = await self._whole(reading.node, known, horizon, is_new=False)
                yield self._pulled(reading, events, now, loss)
                if wrong is not None:
                    raise wrong

    async def head(self, target: Target, now: Millis) -> Page:
        """The newest messages of the conversation with the target's contact."""
        conversation, reading = await self._with(self._contact(target))
        events = conversation_events(conversation, self._brand)
        stands = {event.platform_id for event in events if isinstance(event, MessageSeen)}
        told = wire.number(conversation, "message_count")
        if target.message and target.message not in stands and told == len(stands):
            # the whole conversation is in sight, and the message answered is not in it
            events.append(MessageWithdrawn(target.message, now))
        return self._pulled(reading, events, now)

    async def send(self, order: Order, now: Millis) -> Sent:
        """Write into a conversation, as the window allows. Raises `WindowClosed` beyond it."""
        contact = self._contact(order.target)
        message = {"text": order.text, "metadata": order.key}
        body: dict[str, object] = {"recipient": {"id": contact}, "message": message}
        body |= self._tag(order, now)
        answer = await self._graph.post(f"{self._page}/messages", body=body)
        mid = wire.ident(answer.node, "message_id")
        if not mid:
            raise Refused(
                "the platform accepted the message but returned no id",
                hint="Check in the page's inbox whether it was sent.",
            )
        return Sent(
            ids.canonical_message(mid), now, (self._own(mid, contact, order.text, now, order.key),)
        )

    async def answer_comment(self, order: Order, recipient: dict[str, str], now: Millis) -> Sent:
        """A private answer to a comment: once, within 7 days."""
        body = {"recipient": recipient, "message": {"text": order.text, "metadata": order.key}}
        answer = await self._graph.post(f"{self._page}/messages", body=body)
        mid = wire.ident(answer.node, "message_id")
        contact = wire.ident(answer.node, "recipient_id")
        events: list[Event] = [
            AnsweredPrivately(
                order.target.message, ids.private_thread(contact) if contact else "", now
            )
        ]
        if mid and contact:
            events.append(self._own(mid, contact, order.text, now, order.key))
        return Sent(ids.canonical_message(mid), now, tuple(events))

    async def find_sent(self, order: Order) -> Sent | None:
        """Our message with the order's text in the conversation, since a little before it."""
        conversation, _ = await self._with(self._contact(order.target))
        return self._ours(order, conversation_events(conversation, self._brand))

    async def find_private_reply(self, order: Order) -> Sent | None:
        """Our private answer to an Instagram comment, which does not tell of it by itself.

        Looked for in conversations changed since, with the comment's author: by the same id, or
        the same handle.
        """
        target, since = order.target, order.attempted_at - LOOK_BACK
        names = {target.contact, target.contact.removeprefix("@"), target.contact_name} - {""}
        async for reading in self._list(limit="25"):
            for conversation in reading.items:
                people = wire.nodes(conversation.get("participants"))
                if not any({wire.ident(p), wire.text(p, "username")} & names for p in people):
                    continue
                sent = self._ours(order, conversation_events(conversation, self._brand))
                if sent is not None:
                    thread = ids.private_thread(contact_in(conversation, self._brand))
                    told = AnsweredPrivately(target.message, thread, sent.at)
                    return Sent(sent.platform_id, sent.at, (*sent.events, told))
            times = [wire.moment(one.get("updated_time")) or 0 for one in reading.items]
            if times and max(times) < since:
                break
        return None

    async def find_in(self, conversation: str, order: Order) -> Sent | None:
        """Likewise in a conversation known by its own id."""
        reading = await self._graph.get(
            conversation,
            fields=f"participants,messages.limit({DETAILED}){{{self._message_fields}}}",
        )
        return self._ours(order, conversation_events(reading.node, self._brand))

    def _ours(self, order: Order, events: Sequence[Event]) -> Sent | None:
        since = order.attempted_at - LOOK_BACK
        for event in events:
            if (
                isinstance(event, MessageSeen)
                and event.is_ours
                and event.created_at >= since
                and is_same_text(event.text, order.text)
            ):
                return Sent(event.platform_id, event.created_at, (event,))
        return None

    def _own(self, mid: str, contact: str, text: str, now: Millis, key: str) -> MessageSeen:
        sender = {"id": self._brand.account}
        return private_message(
            mid, contact, now, sender=sender, brand=self._brand, is_ours=True, text=text, key=key
        )

    def _contact(self, target: Target) -> str:
        contact = ids.contact_of(target.thread) or target.contact
        if not contact:
            raise Refused("the conversation has no contact", hint="It can only be read.")
        return contact

    def _tag(self, order: Order, now: Millis) -> dict[str, str]:
        last = order.target.last_inbound_at
        if last is None or now - last <= WINDOW:
            return {"messaging_type": "RESPONSE"}
        if not self._human_agent:
            raise WindowClosed(
                "24 hours have passed since the contact's last message",
                hint="With Meta's Human Agent feature (option human_agent), the limit is 7 days.",
            )
        if not order.by_person:
            raise WindowClosed(
                "after 24 hours, only a person may answer", hint="Answer it by hand within 7 days."
            )
        if now - last > HUMAN_WINDOW:
            raise WindowClosed(
                "7 days have passed since the contact's last message",
                hint="Wait until the contact writes again.",
            )
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}

    def _list(self, messages: int = NESTED, **params: str) -> AsyncIterator[GraphResponse]:
        return self._graph.pages(
            f"{self._page}/conversations",
            platform=self._platform,
            fields=self._conversation_fields(messages),
            **params,
        )

    def _conversation_fields(self, messages: int) -> str:
        nested = f"messages.limit({messages}){{{self._message_fields}}}"
        return f"{wire.CONVERSATION_FIELDS},{nested}"

    async def _with(self, contact: str) -> tuple[wire.Node, GraphResponse]:
        """The conversation with a person. Raises `Gone` when there is none."""
        looked = 0
        async for reading in self._list(DETAILED, user_id=contact, limit="25"):
            for conversation in reading.items:
                if contact_in(conversation, self._brand) == contact:
                    return conversation, reading
            looked += 1
            if looked >= SEARCHED:
                break
        raise Gone("no conversation with this contact was found", hint="It may have been deleted.")

    async def _whole(
        self, conversation: wire.Node, known: Known, horizon: Millis, *, is_new: bool
    ) -> tuple[list[Event], str, PlatformError | None]:
        """What is new in a conversation, and what is wrong with the rest.

        A word if part of it can no longer be read, an error if older messages could not be asked
        for.
        """
        events = conversation_events(conversation, self._brand)
        have = self._have(events, known)
        count = wire.number(conversation, "message_count") or 0
        nested = wire.nodes(conversation.get("messages"))
        loss, wrong = "", None
        if not have and len(nested) < count and self._oldest(events) > horizon:
            contact = contact_in(conversation, self._brand)
            try:
                events = await self._details(wire.ident(conversation), contact) or events
            except PlatformError as error:
                wrong = error
            have = self._have(events, known)
            if not have and not is_new and count > DETAILED:
                loss = "a conversation has more new messages than the platform shows"
        return [e for e in events if not self._is_stale(e, have)], loss, wrong

    async def _details(self, conversation: str, contact: str) -> list[Event]:
        events: list[Event] = []
        reading = await self._graph.get(
            f"{conversation}/messages", fields=self._message_fields, limit=str(DETAILED)
        )
        for message in reading.items:
            events += message_events(message, self._brand, contact)
        return events

    @staticmethod
    def _have(events: Sequence[Event], known: Known) -> dict[str, str]:
        seen = [event.platform_id for event in events if isinstance(event, MessageSeen)]
        return dict(known(seen)) if seen else {}

    @staticmethod
    def _oldest(events: Sequence[Event]) -> Millis:
        return min((e.created_at for e in events if isinstance(e, MessageSeen)), default=2**53)

    @staticmethod
    def _is_stale(event: Event, have: dict[str, str]) -> bool:
        """Whether the store has this message with this very text."""
        return isinstance(event, MessageSeen) and have.get(event.platform_id) == (event.text or "")

    @staticmethod
    def _pulled(
        reading: GraphResponse, events: Sequence[Event], now: Millis, loss: str = ""
    ) -> Page:
        return Page(
            events=tuple(events),
            raw=reading.raw if events else b"",
            observed_at=now,
            usage=reading.limits.usage,
            park_until=reading.limits.park_until,
            possible_loss=loss,
        )


def _watermark(cursor: str | None) -> Millis:
    try:
        return wire.number(wire.node(json.loads(cursor or "{}")), "w") or 0
    except ValueError:
        return 0


async def find_private_reply(
    graph: Graph, comment: str, conversations: Conversations, order: Order
) -> Sent | None:
    """Whether a comment was answered privately by this order.

    `private_reply_conversation` shows that somebody did; the text in it tells whether it was us.
    Sending again after None is safe: the platform allows one private answer a comment.
    """
    reading = await graph.get(comment, fields="id,private_reply_conversation{id}")
    conversation = wire.ident(wire.child(reading.node, "private_reply_conversation"))
    if not conversation:
        return None
    found = await conversations.find_in(conversation, order)
    if found is None:
        return None
    thread = next((e.thread for e in found.events if isinstance(e, MessageSeen)), "")
    told = AnsweredPrivately(order.target.message, thread, found.at)
    return Sent(found.platform_id, found.at, (*found.events, told))
