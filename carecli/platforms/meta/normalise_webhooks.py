"""Webhook bodies to events: page feed, mention, ratings, messaging, standby, Instagram.

Pure: payload in, events out. A webhook cannot tell that a post is a visitor's or an ad's unless it
says so; the next poll, which can, corrects thread and contact point of such a comment.
"""

from __future__ import annotations

from carecli.domain.events import (
    Event,
    LikeChanged,
    MessageEdited,
    MessageGone,
    MessageRemoved,
    MessageSeen,
    MessageWithdrawn,
    PostGone,
    PostSeen,
    Unrecognised,
    VisibilityChanged,
)
from carecli.domain.model import Attachment, ContactPoint, Millis, PostKind
from carecli.platforms.meta import ids, wire
from carecli.platforms.meta.brand import COMMENT_SCOPE, Brand, CommentPlace, author_of
from carecli.platforms.meta.normalise_comments import (
    place_under,
    review_events,
    review_text,
    story_of,
)
from carecli.platforms.meta.normalise_instagram import ig_comment_events, media_place
from carecli.platforms.meta.normalise_messages import private_message
from carecli.platforms.meta.webhook_files import webhook_files
from carecli.platforms.meta.wire import Node

_POST_ITEMS = frozenset(
    {"post", "status", "photo", "video", "share", "note", "link", "album", "event", "reel"}
)
_SILENT = frozenset(
    {
        "read",
        "delivery",
        "referral",
        "optin",
        "account_linking",
        "pass_thread_control",
        "take_thread_control",
        "request_thread_control",
        "app_roles",
    }
)
"""Kinds of messaging updates that tell nothing a moderator answers to."""


def webhook_events(body: Node, brand: Brand, now: Millis) -> list[Event]:
    """All updates of a body `{"object", "entry": [{"id", "time", "changes" | "messaging"}]}`."""
    events: list[Event] = []
    is_instagram = body.get("object") == "instagram"
    for entry in wire.nodes(body.get("entry")):
        identity = wire.ident(entry)
        ours = Brand(
            brand.account,
            brand.ids | ({identity} if identity else set()),
            "igsid" if is_instagram else brand.scope,
        )
        at = wire.moment(entry.get("time")) or now
        for change in wire.nodes(entry.get("changes")):
            field, value = wire.text(change, "field") or "", wire.child(change, "value")
            if is_instagram:
                events += _instagram_change(field, value, ours, at)
            else:
                events += _page_change(field, value, ours, identity, at)
        for channel in ("messaging", "standby"):
            for update in wire.nodes(entry.get(channel)):
                events += _messaging(update, ours, at)
    return events


def _page_change(field: str, value: Node, brand: Brand, page: str, at: Millis) -> list[Event]:
    item = wire.text(value, "item") or ""
    match field:
        case "feed" if item == "comment":
            return _comment(value, brand, page, at, ContactPoint.COMMENT)
        case "feed" if item in ("reaction", "like"):
            return _reaction(value, brand)
        case "feed" if item in _POST_ITEMS:
            return _post(value, brand, at)
        case "ratings" if item in ("rating", "recommendation"):
            return _rating(value, brand, at)
        case "ratings" if item == "comment":
            return _comment(value, brand, page, at, ContactPoint.REVIEW)
        case "ratings" if item in ("reaction", "like"):
            return []
        case "mention" if item == "comment":
            return _comment(value, brand, page, at, ContactPoint.MENTION)
        case "mention" if item == "post":
            return _post(value, brand, at, PostKind.MENTION)
        case _:
            return [Unrecognised(f"webhook field {field!r}, item {item!r}")]


def _sender(value: Node) -> Node:
    """Who did it: `from`, or the older `sender_id` with `sender_name`."""
    person = dict(wire.child(value, "from"))
    if not wire.ident(person) and wire.ident(value, "sender_id"):
        person = {"id": wire.ident(value, "sender_id"), "name": wire.text(value, "sender_name")}
    return person


def _comment(value: Node, brand: Brand, page: str, at: Millis, point: ContactPoint) -> list[Event]:
    address = wire.ident(value, "comment_id")
    own = ids.canonical(address)
    verb = wire.text(value, "verb") or ""
    if not own:
        return [Unrecognised("a webhook about a comment without its id")]
    sender = _sender(value)
    match verb:
        case "remove":
            if brand.speaks(sender):
                return [MessageRemoved(own, at, wire.prose(sender, "name") or "")]
            return [MessageWithdrawn(own, at)]
        case "hide" | "unhide":
            return [VisibilityChanged(own, verb == "hide", at)]
        case "edit" | "edited":
            text = wire.prose(value, "message")
            return [MessageEdited(own, text)] if text is not None else []
        case "add":
            pass
        case _:
            return [Unrecognised(f"webhook verb {verb!r} on a comment")]
    post = wire.ident(value, "post_id") or ids.full_post(page, address)
    parent = ids.canonical(wire.ident(value, "parent_id"))
    if parent == ids.canonical(post):
        parent = ""
    told = wire.child(value, "post")
    if point is ContactPoint.COMMENT and wire.flag(told, "is_published") is False:
        point = ContactPoint.AD_COMMENT
    thread = ids.canonical(post) if point is ContactPoint.REVIEW else parent or own
    files = tuple(
        Attachment(kind, url)
        for kind, url in (
            ("image", wire.text(value, "photo") or ""),
            ("video", wire.text(value, "video") or ""),
        )
        if url
    )
    text = wire.prose(value, "message")
    return [
        MessageSeen(
            platform_id=own,
            thread=thread,
            point=point,
            created_at=wire.moment(value.get("created_time")) or at,
            author=author_of(sender, COMMENT_SCOPE),
            is_ours=brand.speaks(sender),
            text="" if text is None and point is not ContactPoint.MENTION else text,
            post=post or None,
            parent=parent or None,
            address=address,
            permalink=wire.text(told, "permalink_url") or "",
            attachments=files,
            hidden=wire.flag(value, "is_hidden"),
        )
    ]


def _reaction(value: Node, brand: Brand) -> list[Event]:
    own = ids.canonical(wire.ident(value, "comment_id"))
    if not own or not brand.speaks(_sender(value)):
        return []
    return [LikeChanged(own, wire.text(value, "verb") != "remove")]


def _post(value: Node, brand: Brand, at: Millis, kind: PostKind | None = None) -> list[Event]:
    address = wire.ident(value, "post_id")
    verb = wire.text(value, "verb") or ""
    if not address:
        return [Unrecognised("a webhook about a post without its id")]
    sender = _sender(value)
    own, is_ours = ids.canonical(address), brand.speaks(sender)
    if verb == "remove":
        by_us = MessageRemoved(own, at) if is_ours else MessageWithdrawn(own, at)
        return [PostGone(address, at), by_us if sender else MessageGone(own, at)]
    if kind is None:
        kind = PostKind.POST if is_ours or not sender else PostKind.VISITOR_POST
    if kind is PostKind.POST and wire.number(value, "published") == 0:
        kind = PostKind.AD
    text = wire.prose(value, "message")
    if verb in ("hide", "unhide"):
        return [VisibilityChanged(own, verb == "hide", at)] if not is_ours else []
    if verb in ("edit", "edited"):
        edited: list[Event] = [PostSeen(address, kind, text)]
        if kind is not PostKind.POST and text is not None:
            edited.append(MessageEdited(own, text))
        return edited
    if verb not in ("add", ""):
        return [Unrecognised(f"webhook verb {verb!r} on a post")]
    created_at = wire.moment(value.get("created_time")) or at
    events: list[Event] = [PostSeen(address, kind, text, None, created_at)]
    if kind in (PostKind.VISITOR_POST, PostKind.MENTION):
        place = place_under(address, kind)
        events.append(
            MessageSeen(
                platform_id=own,
                thread=place.thread,
                point=place.point,
                created_at=created_at,
                author=author_of(sender, COMMENT_SCOPE),
                is_ours=is_ours,
                text=text,
                post=address,
                address=address,
                hidden=wire.flag(value, "is_hidden"),
            )
        )
    return events


def _rating(value: Node, brand: Brand, at: Millis) -> list[Event]:
    person = {"id": wire.ident(value, "reviewer_id"), "name": wire.text(value, "reviewer_name")}
    created_at = wire.moment(value.get("created_time")) or at
    told = wire.ident(value, "open_graph_story_id")
    story = story_of(told, wire.ident(person), created_at, brand)
    if wire.text(value, "verb") == "remove":
        return [MessageWithdrawn(ids.canonical(story), at)]
    return review_events(
        story,
        author_of(person, COMMENT_SCOPE),
        created_at,
        review_text(value),
        is_ours=brand.speaks(person),
    )


def _messaging(update: Node, brand: Brand, at: Millis) -> list[Event]:
    sender, recipient = wire.child(update, "sender"), wire.child(update, "recipient")
    at = wire.moment(update.get("timestamp")) or at
    message = wire.child(update, "message")
    if message:
        return _message(message, sender, recipient, brand, at)
    edit = wire.child(update, "message_edit")
    text = wire.prose(edit, "text")
    if wire.ident(edit, "mid") and text is not None:
        return [MessageEdited(ids.canonical_message(wire.ident(edit, "mid")), text)]
    reaction = wire.child(update, "reaction")
    if reaction:
        mid = ids.canonical_message(wire.ident(reaction, "mid"))
        liked = wire.text(reaction, "action") != "unreact"
        return [LikeChanged(mid, liked)] if mid and brand.speaks(sender) else []
    postback = wire.child(update, "postback")
    if postback and wire.ident(sender):
        # without an id of its own, a tap on a button is known by who tapped on what, and when
        made = f"postback:{wire.ident(sender)}:{at}:{wire.text(postback, 'payload') or ''}"
        title = {"text": postback.get("title"), "mid": wire.ident(postback, "mid") or made}
        return _message(title, sender, recipient, brand, at)
    if _SILENT & set(update):
        return []
    policy = wire.child(update, "policy-enforcement")
    if policy:
        action = wire.text(policy, "action") or "?"
        return [Unrecognised(f"policy enforcement: {action}")]
    kinds = sorted(set(update) - {"sender", "recipient", "timestamp"})
    return [Unrecognised(f"messaging update {', '.join(kinds)[:80]!r}")]


def _message(message: Node, sender: Node, recipient: Node, brand: Brand, at: Millis) -> list[Event]:
    mid = wire.ident(message, "mid")
    is_echo = wire.flag(message, "is_echo") is True or brand.speaks(sender)
    is_to_contact = brand.speaks(sender) or (is_echo and not brand.speaks(recipient))
    contact = wire.ident(recipient if is_to_contact else sender)
    if not mid or not contact:
        return [Unrecognised(f"a private message without {'an id' if not mid else 'a contact'}")]
    if message.get("is_deleted") is True:
        return [MessageWithdrawn(ids.canonical_message(mid), at)]
    files = webhook_files(message)
    reply_to = wire.child(message, "reply_to")
    story = wire.child(reply_to, "story")
    if story:
        files += (Attachment("story_reply", wire.text(story, "url") or ""),)
    key = wire.text(message, "metadata") or "" if is_echo else ""
    app = wire.ident(message, "app_id")
    text = wire.prose(message, "text")
    return [
        private_message(
            mid,
            contact,
            at,
            sender={"id": brand.account} if is_echo else sender,
            brand=brand,
            is_ours=is_echo,
            text="" if text is None and files else text,
            files=files,
            parent=wire.ident(reply_to, "mid"),
            key=key,
            native_actor=f"app {app}" if is_echo and app and not key else "",
        )
    ]


def _instagram_change(field: str, value: Node, brand: Brand, at: Millis) -> list[Event]:
    if field in ("comments", "live_comments") and wire.ident(value):
        media = wire.child(value, "media")
        is_ad = wire.text(media, "media_product_type") == "AD" or bool(wire.ident(media, "ad_id"))
        kind = PostKind.AD if is_ad else PostKind.MEDIA
        place: CommentPlace = media_place(wire.ident(media), kind)
        comment = {"timestamp": at, **value}
        posts: list[Event] = (
            [PostSeen(place.post, kind, wire.prose(media, "ad_title"))] if place.post else []
        )
        return posts + ig_comment_events(comment, brand, place)
    if field == "mentions" and (wire.ident(value, "comment_id") or wire.ident(value, "media_id")):
        media_id = wire.ident(value, "media_id")
        own = wire.ident(value, "comment_id") or media_id
        return [
            MessageSeen(
                platform_id=own,
                thread=own,
                point=ContactPoint.MENTION,
                created_at=at,
                post=media_id or None,
                address=own,
            )
        ]
    return [Unrecognised(f"Instagram webhook field {field!r}")]
