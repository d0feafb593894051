"""Private conversations of Messenger and Instagram: the same edges on the page's id.

The platform lets the brand write for 24 hours after the contact's last message (RESPONSE); a
person may write for 7 days where the app has the Human Agent feature (MESSAGE_TAG, HUMAN_AGENT).
A comment can be answered privately once, within 7 days of it. Only the newest 20 messages of a
conversation have details.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

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
"""How long before the first attempt the search for a message of unknown outcome begins (ms)."""
DETAILED = 20
NESTED = 10
SEARCHED = 4
"""Pages of conversations searched for one person if the platform ignores `user_id`."""


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

        They usually come newest first, but Meta does not promise it. So the list is read until a
        whole page is older, and to its end if any conversation was out of order.

        The cursor, `{"w": ms}`, is the time of the newest change seen and comes with the last page
        only, so that an interrupted scan starts again.
        """
        watermark = _watermark(cursor)
        until = watermark - OVERLAP if watermark else horizon
        newest, previous, last = watermark, None, None
        is_in_order = True
        async for page in self._retry_failed(known, horizon, now):
            yield page
        async for response in self._list(limit="25"):
            if previous is not None:
                yield previous
            events, losses, is_old = list[Event](), list[str](), bool(response.items)
            for conversation in response.items:
                changed = wire.moment(conversation.get("updated_time")) or now
                newest = max(newest, changed)
                is_in_order = is_in_order and (last is None or changed <= last)
                last = changed
                place = f"conversation {wire.ident(conversation)}"
                if changed < until:
                    continue
                is_old = False
                if place in self._graph.unreadable.failing:
                    continue  # it is read by itself once it is due
                with self._graph.unreadable.reading(place):
                    new_events, loss, error = await self._new_events(
                        conversation, known, horizon, is_new=not watermark
                    )
                    events += new_events
                    losses += [loss] if loss else []
                    if error is not None:
                        raise error
            previous = response.page(events, now, "; ".join(losses))
            if is_old and is_in_order:
                break
        if previous is not None:
            cursor = json.dumps({"w": newest}) if newest != watermark else None
            yield replace(previous, cursor=cursor)

    async def _retry_failed(
        self, known: Known, horizon: Millis, now: Millis
    ) -> AsyncIterator[Page]:
        """Read again the conversations that failed before and are due."""
        unreadable = self._graph.unreadable
        for place in unreadable.due_places("conversation"):
            with unreadable.reading(place):
                try:
                    response = await self._graph.get(
                        place.partition(" ")[2], fields=self._conversation_fields(DETAILED)
                    )
                except Gone as error:
                    if unreadable.is_gone(place, error):
                        continue
                    raise
                events, loss, wrong = await self._new_events(
                    response.node, known, horizon, is_new=False
                )
                yield response.page(events, now, loss)
                if wrong is not None:
                    raise wrong

    async def head(self, target: Target, now: Millis) -> Page:
        """The newest messages of the conversation with the target's contact."""
        conversation, response = await self._find_conversation(self._contact_of(target))
        events = conversation_events(conversation, self._brand)
        shown_ids = {event.platform_id for event in events if isinstance(event, MessageSeen)}
        message_count = wire.number(conversation, "message_count")
        if target.message and target.message not in shown_ids and message_count == len(shown_ids):
            # the whole conversation was read, and the message to answer is not in it
            events.append(MessageWithdrawn(target.message, now))
        return response.page(events, now)

    async def send(self, order: Order, now: Millis) -> Sent:
        """Write into a conversation; raises `WindowClosed` if the platform's window is over."""
        contact = self._contact_of(order.target)
        message = {"text": order.text, "metadata": order.key}
        body: dict[str, object] = {"recipient": {"id": contact}, "message": message}
        body |= self._message_tag(order, now)
        response = await self._graph.post(f"{self._page}/messages", body=body)
        mid = wire.ident(response.node, "message_id")
        if not mid:
            raise Refused(
                "the platform accepted the message but returned no id",
                hint="Check in the page's inbox whether it was sent.",
            )
        return Sent(
            ids.canonical_message(mid),
            now,
            (self._our_message(mid, contact, order.text, now, order.key),),
        )

    async def answer_comment(self, order: Order, recipient: dict[str, str], now: Millis) -> Sent:
        """Answer a comment privately: possible once, within 7 days."""
        body = {"recipient": recipient, "message": {"text": order.text, "metadata": order.key}}
        response = await self._graph.post(f"{self._page}/messages", body=body)
        mid = wire.ident(response.node, "message_id")
        contact = wire.ident(response.node, "recipient_id")
        events: list[Event] = [
            AnsweredPrivately(
                order.target.message, ids.private_thread(contact) if contact else "", now
            )
        ]
        if mid and contact:
            events.append(self._our_message(mid, contact, order.text, now, order.key))
        return Sent(ids.canonical_message(mid), now, tuple(events))

    async def find_sent(self, order: Order) -> Sent | None:
        """Our message with the order's text, since a little before the first attempt."""
        conversation, _ = await self._find_conversation(self._contact_of(order.target))
        return self._find_ours(order, conversation_events(conversation, self._brand))

    async def find_private_reply(self, order: Order) -> Sent | None:
        """Our private answer to an Instagram comment, which has no link to it.

        It is searched for in later conversations with the comment's author, who has the same id or
        the same handle there.
        """
        target, since = order.target, order.attempted_at - LOOK_BACK
        names = {target.contact, target.contact.removeprefix("@"), target.contact_name} - {""}
        async for response in self._list(limit="25"):
            for conversation in response.items:
                people = wire.nodes(conversation.get("participants"))
                if not any({wire.ident(p), wire.text(p, "username")} & names for p in people):
                    continue
                sent = self._find_ours(order, conversation_events(conversation, self._brand))
                if sent is not None:
                    thread = ids.private_thread(contact_in(conversation, self._brand))
                    told = AnsweredPrivately(target.message, thread, sent.at)
                    return Sent(sent.platform_id, sent.at, (*sent.events, told))
            times = [
                wire.moment(conversation.get("updated_time")) or 0
                for conversation in response.items
            ]
            if times and max(times) < since:
                break
        return None

    async def find_in_conversation(self, conversation: str, order: Order) -> Sent | None:
        """Our message with the order's text in the conversation with this id."""
        response = await self._graph.get(
            conversation,
            fields=f"participants,messages.limit({DETAILED}){{{self._message_fields}}}",
        )
        return self._find_ours(order, conversation_events(response.node, self._brand))

    def _find_ours(self, order: Order, events: Sequence[Event]) -> Sent | None:
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

    def _our_message(self, mid: str, contact: str, text: str, now: Millis, key: str) -> MessageSeen:
        sender = {"id": self._brand.account}
        return private_message(
            mid, contact, now, sender=sender, brand=self._brand, is_ours=True, text=text, key=key
        )

    def _contact_of(self, target: Target) -> str:
        contact = ids.contact_of(target.thread) or target.contact
        if not contact:
            raise Refused("the conversation has no contact", hint="It can only be read.")
        return contact

    def _message_tag(self, order: Order, now: Millis) -> dict[str, str]:
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

    async def _find_conversation(self, contact: str) -> tuple[wire.Node, GraphResponse]:
        """The conversation with a person. Raises `Gone` when there is none."""
        page_count = 0
        async for response in self._list(DETAILED, user_id=contact, limit="25"):
            for conversation in response.items:
                if contact_in(conversation, self._brand) == contact:
                    return conversation, response
            page_count += 1
            if page_count >= SEARCHED:
                break
        raise Gone("no conversation with this contact was found", hint="It may have been deleted.")

    async def _new_events(
        self, conversation: wire.Node, known: Known, horizon: Millis, *, is_new: bool
    ) -> tuple[list[Event], str, PlatformError | None]:
        """What is new in a conversation, a possible loss, and the error of reading the rest.

        The loss is empty unless older messages can no longer be read.
        """
        events = conversation_events(conversation, self._brand)
        known_texts = self._known_texts(events, known)
        count = wire.number(conversation, "message_count") or 0
        nested_messages = wire.nodes(conversation.get("messages"))
        loss, error = "", None
        if not known_texts and len(nested_messages) < count and self._oldest_time(events) > horizon:
            contact = contact_in(conversation, self._brand)
            try:
                events = await self._detailed_events(wire.ident(conversation), contact) or events
            except PlatformError as raised:
                error = raised
            known_texts = self._known_texts(events, known)
            if not known_texts and not is_new and count > DETAILED:
                loss = "a conversation has more new messages than the platform shows"
        return [e for e in events if not self._is_known(e, known_texts)], loss, error

    async def _detailed_events(self, conversation: str, contact: str) -> list[Event]:
        events: list[Event] = []
        response = await self._graph.get(
            f"{conversation}/messages", fields=self._message_fields, limit=str(DETAILED)
        )
        for message in response.items:
            events += message_events(message, self._brand, contact)
        return events

    @staticmethod
    def _known_texts(events: Sequence[Event], known: Known) -> dict[str, str]:
        message_ids = [event.platform_id for event in events if isinstance(event, MessageSeen)]
        return dict(known(message_ids)) if message_ids else {}

    @staticmethod
    def _oldest_time(events: Sequence[Event]) -> Millis:
        return min((e.created_at for e in events if isinstance(e, MessageSeen)), default=2**53)

    @staticmethod
    def _is_known(event: Event, known_texts: dict[str, str]) -> bool:
        """Whether the store has this message with the same text."""
        return isinstance(event, MessageSeen) and known_texts.get(event.platform_id) == (
            event.text or ""
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

    `private_reply_conversation` shows that somebody did; its text shows whether it was this order.
    Sending again after None is safe: the platform allows one private answer for each comment.
    """
    response = await graph.get(comment, fields="id,private_reply_conversation{id}")
    conversation = wire.ident(wire.child(response.node, "private_reply_conversation"))
    if not conversation:
        return None
    found = await conversations.find_in_conversation(conversation, order)
    if found is None:
        return None
    thread = next((e.thread for e in found.events if isinstance(e, MessageSeen)), "")
    answered = AnsweredPrivately(order.target.message, thread, found.at)
    return Sent(found.platform_id, found.at, (*found.events, answered))
