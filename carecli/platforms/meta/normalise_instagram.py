"""Instagram media and comments to events. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from carecli.domain.events import Event, MessageSeen, PostSeen, Unrecognised
from carecli.domain.model import ContactPoint, PostKind
from carecli.platforms.meta import ids, wire
from carecli.platforms.meta.brand import ANYWHERE, IG_COMMENT_SCOPE, Brand, CommentPlace, author_of
from carecli.platforms.meta.wire import Node

_HANDLE = re.compile(r"(?<![\w@.])@([A-Za-z0-9_.]{1,30})")


def media_place(media: str, kind: PostKind) -> CommentPlace:
    """Where comments under this media belong."""
    if kind is PostKind.MENTION:
        return CommentPlace(media, ContactPoint.MENTION, media)
    return CommentPlace(
        media, ContactPoint.AD_COMMENT if kind is PostKind.AD else ContactPoint.COMMENT
    )


def media_events(media: Node, brand: Brand, kind: PostKind = PostKind.MEDIA) -> list[Event]:
    """A photo, video or reel. One that tags us (`kind` MENTION) opens a thread itself."""
    address = wire.ident(media)
    if not address:
        return [Unrecognised("a media without an id")]
    created_at = wire.moment(media.get("timestamp"))
    caption = wire.prose(media, "caption")
    permalink = wire.text(media, "permalink")
    if wire.text(media, "media_product_type") == "AD":
        kind = PostKind.AD
    events: list[Event] = [PostSeen(address, kind, caption, permalink, created_at)]
    if kind is PostKind.MENTION and created_at is not None:
        person = {"username": wire.text(media, "username")}
        events.append(
            MessageSeen(
                platform_id=address,
                thread=address,
                point=ContactPoint.MENTION,
                created_at=created_at,
                author=author_of(person, IG_COMMENT_SCOPE),
                text=caption,
                post=address,
                address=address,
                permalink=permalink or "",
                mentions=handles(caption),
            )
        )
    for comment in wire.nodes(media.get("comments")):
        events += ig_comment_events(comment, brand, media_place(address, kind))
    return events


def ig_comment_events(comment: Node, brand: Brand, place: CommentPlace = ANYWHERE) -> list[Event]:
    """A comment and the replies nested in it. `user` stands only on the profile's own comments."""
    own = wire.ident(comment)
    created_at = wire.moment(comment.get("timestamp"))
    if not own or created_at is None:
        return [Unrecognised(f"an Instagram comment without {'an id' if not own else 'a time'}")]
    person = dict(wire.child(comment, "from"))
    person.setdefault("username", wire.text(comment, "username"))
    user = wire.child(comment, "user")
    if user and not wire.ident(person):
        person["id"] = wire.ident(user)
    text = wire.prose(comment, "text")
    media = wire.child(comment, "media")
    post = place.post or wire.ident(media)
    point = place.point
    if wire.text(media, "media_product_type") == "AD" or wire.ident(media, "ad_id"):
        point = ContactPoint.AD_COMMENT
    parent = wire.ident(comment, "parent_id") or place.parent
    events: list[Event] = [
        MessageSeen(
            platform_id=own,
            thread=place.thread or parent or own,
            point=point,
            created_at=created_at,
            author=author_of(person, IG_COMMENT_SCOPE),
            is_ours=bool(user) or brand.speaks(person),
            text=text,
            post=post or None,
            parent=parent or None,
            address=own,
            mentions=handles(text),
            hidden=wire.flag(comment, "hidden"),
        )
    ]
    inner = CommentPlace(post, point, place.thread, parent or own)
    for reply in wire.nodes(comment.get("replies")):
        events += ig_comment_events(reply, brand, inner)
    return events if parent else _with_people(events)


def _with_people(events: list[Event]) -> list[Event]:
    """Handles mentioned in a thread replaced by the ids of those who write in it."""
    seen = [event for event in events if isinstance(event, MessageSeen)]
    people = {f"@{e.author.name}".lower(): e.author.platform_id for e in seen if e.author}
    return [
        replace(event, mentions=tuple(people.get(name.lower(), name) for name in event.mentions))
        if isinstance(event, MessageSeen) and event.mentions
        else event
        for event in events
    ]


def handles(text: str | None) -> tuple[str, ...]:
    """The names a text mentions, each with its `@`, in order, once."""
    found = _HANDLE.findall(text or "")
    return tuple(dict.fromkeys("@" + name.rstrip(".") for name in found if name.strip(".")))


def mentioned_events(answer: Node, brand: Brand, post: str = "") -> list[Event]:
    """`{"mentioned_comment": {…}}` or `{"mentioned_media": {…}}`, as asked on our own profile.

    `post` is the media, where the answer does not name it.
    """
    comment = wire.child(answer, "mentioned_comment")
    if comment:
        media = wire.ident(wire.child(comment, "media"))
        place = CommentPlace(
            media or post, ContactPoint.MENTION, ids.canonical(wire.ident(comment))
        )
        return ig_comment_events(comment, brand, place)
    return media_events(wire.child(answer, "mentioned_media"), brand, PostKind.MENTION)
