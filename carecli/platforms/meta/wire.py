"""Field lists of the Graph API, and readers that accept anything.

Payloads are untrusted: any field may be missing, null, or of another type, ids come as text or as
numbers, and lists come bare or inside `{"data": [...]}`. The readers here give a plain value or
None and never raise. Shapes are described beside the field lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias, cast

from carecli.domain.model import SECOND, Millis
from carecli.domain.text import printable

Node: TypeAlias = Mapping[str, object]
"""One JSON object of the Graph API."""

COMMENT_FIELDS = (
    "id,message,message_tags,created_time,from{id,name},parent{id},attachment,comment_count,"
    "like_count,user_likes,is_hidden,can_hide,can_remove,can_comment,can_reply_privately,"
    "private_reply_conversation{id,updated_time,participants},permalink_url"
)
"""id text, message text, created_time ISO, from {id, name}, parent {id}, flags as booleans."""

COUNT_FIELDS = "comments.limit(0).filter(stream).summary(total_count){id}"
"""`comments {summary {total_count}}`, replies included because of `filter(stream)`."""

POST_FIELDS = (
    f"id,created_time,updated_time,message,story,permalink_url,is_published,{COUNT_FIELDS}"
)
"""A post of the page's own."""

GUEST_POST_FIELDS = f"{POST_FIELDS},from{{id,name}},is_hidden"
"""A post somebody else wrote on the page, or one that tags it."""

MESSAGE_FIELDS = (
    "id,created_time,from,to,message,attachments{id,mime_type,name,size,image_data,video_data,"
    "file_url},shares,sticker,tags,reply_to,is_unsupported"
)
STORY_FIELD = "story{mention{id,link},reply_to{id,link}}"
"""Of an Instagram message that mentions the profile in a story, or answers one of its stories."""
CONVERSATION_FIELDS = "id,updated_time,unread_count,message_count,can_reply,participants"

RATING_FIELDS = (
    "created_time,has_rating,has_review,rating,recommendation_type,review_text,"
    "reviewer{id,name},open_graph_story{id}"
)

IG_REPLY_FIELDS = "id,text,timestamp,from{id,username},username,user,hidden,like_count,parent_id"
IG_COMMENT_FIELDS = f"{IG_REPLY_FIELDS},replies.limit(50){{{IG_REPLY_FIELDS}}}"
MEDIA_FIELDS = "id,timestamp,caption,media_type,media_product_type,permalink,comments_count"


def is_node(value: object) -> bool:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def node(value: object) -> Node:
    """A JSON object, or an empty one."""
    return cast("Node", value) if isinstance(value, dict) else {}


def child(parent: Node, key: str) -> Node:
    """The object under `key`, or an empty one."""
    return node(parent.get(key))


def nodes(value: object) -> list[Node]:
    """The objects of a list, bare or under `data`; anything else in it is left out."""
    items = value.get("data") if isinstance(value, dict) else value
    return (
        [cast("Node", item) for item in items if isinstance(item, dict)]
        if isinstance(items, list)
        else []
    )


def ident(parent: Node, key: str = "id") -> str:
    """An id as text, whether it came as text or as a number; empty when missing."""
    value = parent.get(key)
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def text(parent: Node, key: str) -> str | None:
    """A text, or None when missing or something else."""
    value = parent.get(key)
    return value if isinstance(value, str) else None


def prose(parent: Node, key: str) -> str | None:
    """A text people wrote, made inert; None when missing."""
    written = text(parent, key)
    return None if written is None else printable(written)


def flag(parent: Node, key: str) -> bool | None:
    """A boolean, or None when missing or something else."""
    value = parent.get(key)
    return value if isinstance(value, bool) else None


def number(parent: Node, key: str) -> int | None:
    """A whole number, also when it came as text."""
    value = parent.get(key)
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return value if isinstance(value, int) else None


def moment(value: object) -> Millis | None:
    """A moment in ms UTC from `2026-11-21T09:00:00+0000`, Unix seconds or Unix milliseconds.

    REST gives text, `feed` webhooks seconds, `messaging` webhooks milliseconds.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:18])
    if isinstance(value, int):
        if not 0 < value < 10**15:
            return None
        return value if value > 10**11 else value * SECOND
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * SECOND)
    except (ValueError, OverflowError):
        return None
