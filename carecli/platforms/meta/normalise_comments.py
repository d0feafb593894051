"""Facebook comments, posts and ratings to events. Pure."""

from __future__ import annotations

from carecli.domain.events import (
    AnsweredPrivately,
    Author,
    Event,
    MessageSeen,
    PostSeen,
    Unrecognised,
)
from carecli.domain.model import Attachment, ContactPoint, PostKind
from carecli.platforms.meta import ids, wire
from carecli.platforms.meta.brand import ANYWHERE, COMMENT_SCOPE, Brand, CommentPlace, author_of
from carecli.platforms.meta.normalise_messages import contact_in
from carecli.platforms.meta.wire import Node

_KINDS = {
    "photo": "image",
    "image": "image",
    "video": "video",
    "audio": "audio",
    "sticker": "sticker",
    "file": "file",
    "share": "link",
    "fallback": "link",
}


def kind_of(type_name: str) -> str:
    """Our word for the platform's attachment type, e.g. `animated_image_share` -> `image`."""
    for known, kind in _KINDS.items():
        if known in type_name:
            return kind
    return "other"


def comment_events(comment: Node, brand: Brand, place: CommentPlace = ANYWHERE) -> list[Event]:
    """A comment, its private answer, and the replies nested in it.

    Its thread is its parent's canonical id, or its own: Facebook's threads are two levels deep.
    Where the platform withholds ids, the permalink tells them.
    """
    permalink = wire.text(comment, "permalink_url") or ""
    address = wire.ident(comment)
    own, parent = ids.canonical(address), ids.canonical(wire.ident(wire.child(comment, "parent")))
    if not own:
        own, parent = ids.comment_in_link(permalink)
        prefix = ids.canonical(place.post or ids.post_in_link(permalink))
        address = f"{prefix}_{own}" if own and prefix else own
    parent = parent or place.parent
    created_at = wire.moment(comment.get("created_time"))
    if not own or created_at is None:
        return [Unrecognised(f"a comment without {'an id' if not own else 'a time'}")]
    person = wire.child(comment, "from")
    is_ours = brand.speaks(person)
    files = _attachments(comment)
    text = wire.prose(comment, "message")
    post = place.post or ids.post_in_link(permalink) or ids.full_post(brand.account, address)
    admin = wire.child(comment, "admin_creator")
    events: list[Event] = [
        MessageSeen(
            platform_id=own,
            thread=place.thread or parent or own,
            point=place.point,
            created_at=created_at,
            author=author_of(person, COMMENT_SCOPE),
            is_ours=is_ours,
            text="" if text is None and files else text,
            post=post or None,
            parent=parent or None,
            address=address,
            permalink=permalink,
            attachments=files,
            mentions=_mentions(comment),
            hidden=wire.flag(comment, "is_hidden"),
            liked=wire.flag(comment, "user_likes"),
            can_reply_privately=wire.flag(comment, "can_reply_privately"),
            native_actor=wire.prose(admin, "name") or "" if is_ours else "",
        )
    ]
    private = wire.child(comment, "private_reply_conversation")
    if private:
        contact = contact_in(private, brand)
        thread = ids.private_thread(contact) if contact else ""
        # the answer's own time is not told; the conversation's newest is nearer to it than now
        events.append(AnsweredPrivately(own, thread, wire.moment(private.get("updated_time"))))
    inner = CommentPlace(post, place.point, place.thread, parent or own)
    for reply in wire.nodes(comment.get("comments")):
        events += comment_events(reply, brand, inner)
    return events


def post_events(post: Node, brand: Brand, kind: PostKind | None = None) -> list[Event]:
    """A post with the comments embedded in it.

    A post that somebody else wrote is itself the first message of a thread: of a visitor on our
    page, or (`kind` MENTION) of somebody who tagged us.
    """
    address = wire.ident(post)
    if not address:
        return [Unrecognised("a post without an id")]
    created_at = wire.moment(post.get("created_time")) or wire.moment(post.get("tagged_time"))
    person = wire.child(post, "from")
    is_guest = kind in (PostKind.VISITOR_POST, PostKind.MENTION) or (
        kind is None and bool(person) and not brand.speaks(person)
    )
    kind = kind or (PostKind.VISITOR_POST if is_guest else PostKind.POST)
    text = wire.prose(post, "message")
    if text is None:
        text = wire.prose(post, "story")
    permalink = wire.text(post, "permalink_url")
    events: list[Event] = [PostSeen(address, kind, text, permalink, created_at)]
    place = place_under(address, kind)
    if is_guest and created_at is not None:
        events.append(
            MessageSeen(
                platform_id=ids.canonical(address),
                thread=place.thread,
                point=place.point,
                created_at=created_at,
                author=author_of(person, COMMENT_SCOPE),
                is_ours=brand.speaks(person),
                text=text,
                post=address,
                address=address,
                permalink=permalink or "",
                hidden=wire.flag(post, "is_hidden"),
            )
        )
    for comment in wire.nodes(post.get("comments")):
        events += comment_events(comment, brand, place)
    return events


def place_under(post: str, kind: PostKind) -> CommentPlace:
    """Where comments under a post of this kind belong."""
    match kind:
        case PostKind.AD:
            return CommentPlace(post, ContactPoint.AD_COMMENT)
        case PostKind.VISITOR_POST:
            return CommentPlace(post, ContactPoint.COMMENT, ids.canonical(post))
        case PostKind.MENTION:
            return CommentPlace(post, ContactPoint.MENTION, ids.canonical(post))
        case PostKind.REVIEW:
            return CommentPlace(post, ContactPoint.REVIEW, ids.canonical(post))
        case _:
            return CommentPlace(post)


def rating_events(rating: Node, brand: Brand) -> list[Event]:
    """A rating or recommendation; its story is the post that replies are comments on."""
    story = wire.child(rating, "open_graph_story")
    created_at = wire.moment(rating.get("created_time")) or wire.moment(story.get("start_time"))
    if created_at is None:
        return [Unrecognised("a rating without a time")]
    person = wire.child(rating, "reviewer")
    address = story_of(wire.ident(story), wire.ident(person), created_at, brand)
    return review_events(
        address,
        author_of(person, COMMENT_SCOPE),
        created_at,
        review_text(rating),
        is_ours=brand.speaks(person),
    )


NO_STORY = "rating-"
"""How a review is known whose story the platform does not name: it can be read, not answered."""


def story_of(story: str, reviewer: str, created_at: int, brand: Brand) -> str:
    """The post that replies to a review are comments on, in its full spelling.

    The platform tells it bare, or after the page's id; without one, the review is known by its
    author and its time.
    """
    if not story:
        return f"{NO_STORY}{reviewer or 'unknown'}-{created_at}"
    return story if "_" in story else f"{brand.account}_{story}"


def review_events(
    story: str, author: Author | None, created_at: int, text: str, *, is_ours: bool
) -> list[Event]:
    """A review as a post and as the first message of its thread."""
    place = place_under(story, PostKind.REVIEW)
    return [
        PostSeen(story, PostKind.REVIEW, text, None, created_at),
        MessageSeen(
            platform_id=place.thread,
            thread=place.thread,
            point=place.point,
            created_at=created_at,
            author=author,
            is_ours=is_ours,
            text=text,
            post=story,
            address=story,
        ),
    ]


def review_text(rating: Node) -> str:
    """What the reviewer wrote, after a mark that says how it was meant: `[3/5]`, `[negative]`."""
    stars = wire.number(rating, "rating")
    meant = (wire.text(rating, "recommendation_type") or "").lower()
    mark = f"{stars}/5" if stars is not None else meant if meant in ("positive", "negative") else ""
    written = wire.prose(rating, "review_text") or ""
    return " ".join(part for part in (f"[{mark}]" if mark else "", written) if part)


def _attachments(comment: Node) -> tuple[Attachment, ...]:
    attachment = wire.child(comment, "attachment")
    if not attachment:
        return ()
    source = wire.text(wire.child(wire.child(attachment, "media"), "image"), "src")
    return (
        Attachment(
            kind_of(wire.text(attachment, "type") or ""),
            source or wire.text(attachment, "url") or "",
            wire.prose(attachment, "title") or "",
        ),
    )


def _mentions(comment: Node) -> tuple[str, ...]:
    """Ids of the people and pages a comment tags."""
    tags = (wire.ident(tag) for tag in wire.nodes(comment.get("message_tags")))
    return tuple(tag for tag in tags if tag)
