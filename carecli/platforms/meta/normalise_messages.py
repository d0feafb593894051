"""Conversations of Messenger and Instagram to events. Pure."""

from __future__ import annotations

from carecli.domain.events import Event, MessageSeen, Unrecognised
from carecli.domain.model import Attachment, ContactPoint, Millis
from carecli.platforms.meta import ids, wire
from carecli.platforms.meta.brand import Brand, author_of
from carecli.platforms.meta.wire import Node


def contact_in(conversation: Node, brand: Brand) -> str:
    """The id of the person a conversation is with, from its participants; empty if untold."""
    for person in (
        *wire.nodes(conversation.get("participants")),
        *wire.nodes(conversation.get("senders")),
    ):
        if wire.ident(person) and not brand.speaks(person):
            return wire.ident(person)
    return ""


def conversation_events(conversation: Node, brand: Brand) -> list[Event]:
    """Every message nested in a conversation, as a list: newest first, as they came."""
    contact = contact_in(conversation, brand)
    link = wire.text(conversation, "link") or ""
    if link.startswith("/"):
        link = "https://www.facebook.com" + link
    events: list[Event] = []
    for message in wire.nodes(conversation.get("messages")):
        events += message_events(message, brand, contact, link)
    return events


def message_events(message: Node, brand: Brand, contact: str = "", link: str = "") -> list[Event]:
    """One private message. Without a known `contact`, whoever of `from` and `to` is not us."""
    mid = wire.ident(message)
    created_at = wire.moment(message.get("created_time"))
    sender = wire.child(message, "from")
    if not wire.ident(sender):
        sender = _sender_by_recipients(message, brand, contact)
    is_ours = brand.speaks(sender)
    if not contact:
        people = [sender, *wire.nodes(message.get("to"))]
        others = [wire.ident(person) for person in people if not brand.speaks(person)]
        contact = next((person for person in others if person), "")
    if not mid or created_at is None or not contact:
        missing = "an id" if not mid else "a time" if created_at is None else "a contact"
        return [Unrecognised(f"a private message without {missing}")]
    files = _attachments(message)
    reply_to = wire.child(message, "reply_to")
    text = wire.prose(message, "message")
    return [
        private_message(
            mid,
            contact,
            created_at,
            sender=sender,
            brand=brand,
            is_ours=is_ours,
            text="" if text is None and files else text,
            files=files,
            parent=wire.ident(reply_to) or wire.ident(reply_to, "mid"),
            link=link,
        )
    ]


def _sender_by_recipients(message: Node, brand: Brand, contact: str) -> Node:
    """Who wrote a message that names only whom it was written to; empty where that is untold."""
    to = [person for person in wire.nodes(message.get("to")) if wire.ident(person)]
    if not to or not contact:
        return {}
    if all(brand.speaks(person) for person in to):
        return {"id": contact}
    return {"id": brand.account} if all(wire.ident(one) == contact for one in to) else {}


def private_message(
    mid: str,
    contact: str,
    created_at: Millis,
    *,
    sender: Node,
    brand: Brand,
    is_ours: bool,
    text: str | None,
    files: tuple[Attachment, ...] = (),
    parent: str = "",
    link: str = "",
    key: str = "",
    native_actor: str = "",
) -> MessageSeen:
    """A message of a private conversation, whoever told of it."""
    return MessageSeen(
        platform_id=ids.canonical_message(mid),
        thread=ids.private_thread(contact),
        point=ContactPoint.PRIVATE_MESSAGE,
        created_at=created_at,
        author=author_of(sender, brand.scope),
        is_ours=is_ours,
        text=text,
        parent=ids.canonical_message(parent) or None,
        address=mid,
        permalink=link,
        attachments=files,
        ours_key=key,
        native_actor=native_actor,
    )


def _attachments(message: Node) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    for item in wire.nodes(message.get("attachments")):
        image, video = wire.child(item, "image_data"), wire.child(item, "video_data")
        mime = (wire.text(item, "mime_type") or "").partition("/")[0]
        kind = "video" if video else "image" if image else mime
        if kind not in ("image", "video", "audio"):
            kind = "file" if mime or wire.text(item, "file_url") else "other"
        url = (
            wire.text(video, "url") or wire.text(image, "url") or wire.text(item, "file_url") or ""
        )
        found.append(Attachment(kind, url, wire.prose(item, "name") or ""))
    for share in wire.nodes(message.get("shares")):
        link = wire.text(share, "link") or ""
        found.append(Attachment("link", link, wire.prose(share, "name") or ""))
    story = wire.child(message, "story")
    for how, kind in (("reply_to", "story_reply"), ("mention", "story")):
        target = wire.child(story, how)
        if target:
            found.append(Attachment(kind, wire.text(target, "link") or ""))
    sticker = wire.text(message, "sticker")
    if sticker:
        found.append(Attachment("sticker", sticker))
    if message.get("is_unsupported") in (True, "true") and not found:
        found.append(Attachment("other", "", "not shown by the platform"))
    return tuple(found)
