"""Comments under Facebook posts: read, reply, edit, hide, like, delete."""

from __future__ import annotations

from carecli.practice.graph.call import Call, choice
from carecli.practice.graph.errors import bad_parameter, no_permission, unknown_object
from carecli.practice.graph.kinds import KINDS, Arguments, NodeKind, Ref, render
from carecli.practice.graph.paging import EdgeListing, write_time
from carecli.practice.graph.selection import parse
from carecli.practice.nodes import BrandAccount, Comment, Post, PracticePerson

COMMENT_FIELDS = ("created_time", "from", "message", "id")
LONGEST = 8000
"""The most characters of a comment."""


def author_of(call: Call, author: PracticePerson | BrandAccount) -> dict[str, object] | None:
    """The `from` of posts and comments; None if the platform hides the author."""
    if isinstance(author, PracticePerson) and (
        author.is_nameless
        or not call.owns(author.account)
        or "pages_read_user_content" not in call.world.app.granted
    ):
        return None
    name = author.title if isinstance(author, BrandAccount) else author.name
    return {"name": name, "id": author.id}


def post_permalink(post: Post) -> str:
    """The web address of a post."""
    return f"https://www.facebook.com/{post.account.id}/posts/{post.id.rpartition('_')[2]}"


def comments_of(call: Call, node: Post | Comment, arguments: Arguments) -> EdgeListing:
    """`/comments` of a post or a comment: top level only and oldest first unless asked otherwise.

    For other tokens than the page's own the list is empty, without an error; for public pages of
    others it is filled, but without the ids of comments.
    """
    everything = choice(arguments, "filter", ("toplevel", "stream"), "toplevel") == "stream"
    choice(arguments, "live_filter", ("filter_low_quality", "no_filter"))
    if isinstance(node, Comment):
        items = node.replies
    else:
        items = node.stream if everything else node.toplevel
    order = choice(arguments, "order", ("chronological", "reverse_chronological"), "chronological")
    is_visible = is_seen(call, node)
    return EdgeListing(
        items if is_visible else (),
        newest_first=order == "reverse_chronological",
        bounded=True,
        summary={
            "order": order,
            "total_count": len(items) if is_visible else 0,
            "can_comment": is_visible,
        },
        fields=COMMENT_FIELDS,
    )


def is_seen(call: Call, node: Post | Comment) -> bool:
    """Whether comments are visible to the token: of its own page, or (without ids) in public."""
    return call.owns(node) or node.account.is_others or call.token.kind == "page"


def write_comment(call: Call, target: Post | Comment) -> dict[str, object]:
    """`POST /{post or comment}/comments`: the page answers; each call adds a comment."""
    call.must_own(target)
    call.needs("pages_manage_engagement", 200)
    text, picture = (
        call.text("message"),
        call.text("attachment_url") or call.text("attachment_share_url") or call.text("source"),
    )
    if not text and not picture and not call.text("attachment_id"):
        raise bad_parameter("Param message or attachment is required")
    if len(text) > LONGEST:
        raise bad_parameter(f"Param message must be at most {LONGEST} characters")
    if isinstance(target, Comment) and (call.traits.edits_instead or call.traits.tells_target):
        target.text = text
        return {"id": target.id} if call.traits.tells_target else {"success": True}
    comment = call.world.add_comment(
        target, target.account, text, call.now, attachment="photo" if picture else ""
    )
    return creation_response(call, comment)


def creation_response(call: Call, comment: Comment) -> dict[str, object]:
    """The response to a creation: the id, or with `fields=` the object."""
    if call.traits.no_id:
        return {}
    if call.traits.numeric_ids:
        return {"id": int(comment.id.rpartition("_")[2])}
    if fields := call.text("fields"):
        return render(call, comment, parse(fields))
    return {"id": comment.id}


def update_comment(call: Call, comment: Comment) -> dict[str, object]:
    """`POST /{comment}`: hide or show; `message` EDITS the comment, whoever wrote it."""
    call.must_own(comment)
    call.needs("pages_manage_engagement", 200)
    hidden = call.flag("is_hidden")
    if "message" in call.parameters:
        call.world.edit(comment, call.text("message"))
    elif hidden is None:
        raise bad_parameter("Param message or is_hidden is required")
    if hidden is not None:
        if comment.is_ours:
            raise no_permission("This comment cannot be hidden")
        if comment.post.kind == "story":
            raise no_permission("Comments of a recommendation cannot be hidden")
        call.world.hide(comment, on=hidden)
    return {"success": True}


def remove_comment(call: Call, comment: Comment) -> dict[str, object]:
    """`DELETE /{comment}`: delete it with its replies."""
    call.must_own(comment)
    call.needs("pages_manage_engagement", 200)
    if comment.post.kind == "story" and not comment.is_ours:
        raise no_permission("Comments of a recommendation cannot be removed")
    call.world.delete_comment(comment)
    return {"success": True}


def _like(call: Call, comment: Comment) -> dict[str, object]:
    call.must_own(comment)
    call.needs("pages_manage_engagement", 200)
    comment.likes += 0 if comment.is_liked else 1
    comment.is_liked = True
    return {"success": True}


def _unlike(call: Call, comment: Comment) -> dict[str, object]:
    call.must_own(comment)
    call.needs("pages_manage_engagement", 200)
    comment.likes -= 1 if comment.is_liked else 0
    comment.is_liked = False
    return {"success": True}


def _likers(_call: Call, comment: Comment, _arguments: Arguments) -> dict[str, object]:
    page = comment.account
    data = [{"id": page.id, "name": page.title}] if comment.is_liked else []
    return {"data": data, "summary": {"total_count": comment.likes}}


def _id(call: Call, comment: Comment, _arguments: Arguments) -> str | None:
    if not call.owns(comment) and call.token.is_person and not comment.account.is_others:
        raise unknown_object(call.method, comment.id)
    return comment.id if call.owns(comment) else None


def _attachment(_call: Call, comment: Comment, _arguments: Arguments) -> dict[str, object] | None:
    if not comment.attachment:
        return None
    number = comment.id.rpartition("_")[2]
    url = f"https://www.facebook.com/photo.php?fbid={number}"
    image = {"height": 180, "width": 180, "src": f"https://scontent.example.com/{number}.png"}
    kind = {"gif": "animated_image_share"}.get(comment.attachment, comment.attachment)
    return {
        "media": {"image": image},
        "target": {"id": number, "url": url},
        "type": kind,
        "url": url,
    }


def _tags(_call: Call, comment: Comment, _arguments: Arguments) -> list[dict[str, object]] | None:
    title = comment.account.title
    at = comment.text.find(title)
    if at < 0:
        return None
    tag = {"id": comment.account.id, "name": title, "type": "page", "offset": at}
    return [{**tag, "length": len(title)}]


def _private(_call: Call, comment: Comment, _arguments: Arguments) -> Ref | None:
    return Ref(comment.private_reply, ("id", "link")) if comment.private_reply else None


KINDS["facebook-comment"] = NodeKind(
    name="Comment",
    default=COMMENT_FIELDS,
    reads={
        "id": _id,
        "message": lambda _c, comment, _a: (
            comment.text if not comment.attachment or comment.text else None
        ),
        "message_tags": _tags,
        "created_time": lambda _c, comment, _a: write_time(comment.created),
        "from": lambda call, comment, _a: author_of(call, comment.author),
        "parent": lambda _c, comment, _a: (
            Ref(comment.parent, COMMENT_FIELDS) if comment.parent else None
        ),
        "object": lambda _c, comment, _a: Ref(comment.post),
        "attachment": _attachment,
        "comment_count": lambda _c, comment, _a: len(comment.replies),
        "like_count": lambda _c, comment, _a: comment.likes,
        "user_likes": lambda _c, comment, _a: comment.is_liked,
        "is_hidden": lambda _c, comment, _a: comment.is_hidden,
        "is_private": lambda _c, _comment, _a: False,
        "can_hide": lambda _c, comment, _a: not comment.is_ours and comment.post.kind != "story",
        "can_remove": lambda _c, comment, _a: comment.is_ours or comment.post.kind != "story",
        "can_comment": lambda _c, _comment, _a: True,
        "can_like": lambda _c, _comment, _a: True,
        "can_reply_privately": lambda call, comment, _a: call.world.allows_private_reply(comment),
        "private_reply_conversation": _private,
        "permalink_url": lambda _c, comment, _a: (
            f"{post_permalink(comment.post)}/?comment_id={comment.id.rpartition('_')[2]}"
        ),
        "comments": comments_of,
        "likes": _likers,
        "reactions": _likers,
    },
    absent=frozenset({"admin_creator", "application", "live_broadcast_timestamp"}),
    posts={"comments": write_comment, "likes": _like},
    deletes={"likes": _unlike},
    update=update_comment,
    delete=remove_comment,
)
