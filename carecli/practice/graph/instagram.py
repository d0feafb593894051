"""Instagram profiles of brands: media, comments and mentions."""

from __future__ import annotations

from dataclasses import dataclass

from carecli.practice.graph.call import Call
from carecli.practice.graph.comments import creation_response
from carecli.practice.graph.errors import (
    bad_parameter,
    no_permission,
    unknown_object,
    unknown_user,
)
from carecli.practice.graph.facebook import subscribe, subscriptions, unsubscribe
from carecli.practice.graph.kinds import KINDS, Action, Arguments, NodeKind, Reader, Ref
from carecli.practice.graph.messenger import conversations_of, send
from carecli.practice.graph.paging import EdgeListing, write_time
from carecli.practice.nodes import BrandAccount, Comment, Post

LONGEST = 2200
"""The most characters of a comment."""


def _media(*kinds: str) -> Reader:
    def read(call: Call, profile: BrandAccount, _arguments: Arguments) -> EdgeListing:
        call.must_own(profile)
        call.needs("instagram_basic")
        return EdgeListing(
            [post for post in profile.posts if post.kind in kinds], bounded=True, fields=("id",)
        )

    return read


def _comments(call: Call, media: Post, _arguments: Arguments) -> EdgeListing:
    """Top-level comments, newest first, at most fifty per page, without time bounds."""
    items = media.toplevel if call.owns(media) else ()
    if call.owns(media):
        call.needs("instagram_manage_comments")
    return EdgeListing(items, most=50, fields=("timestamp", "text", "id"))


def _replies(call: Call, comment: Comment, _arguments: Arguments) -> EdgeListing:
    items = comment.replies if call.owns(comment) else ()
    return EdgeListing(items, newest_first=False, most=50, fields=("timestamp", "text", "id"))


def _reply(call: Call, target: Post | Comment) -> dict[str, object]:
    call.must_own(target)
    call.needs("instagram_manage_comments")
    text = call.text("message")
    if not text:
        raise bad_parameter("The parameter message is required")
    if len(text) > LONGEST:
        raise bad_parameter(f"Param message must be at most {LONGEST} characters")
    if isinstance(target, Comment) and (call.traits.edits_instead or call.traits.tells_target):
        target.text = text
        return {"id": target.id} if call.traits.tells_target else {"success": True}
    return creation_response(call, call.world.add_comment(target, target.account, text, call.now))


def _hide(call: Call, comment: Comment) -> dict[str, object]:
    call.must_own(comment)
    call.needs("instagram_manage_comments")
    hidden = call.flag("hide")
    if hidden is None:
        raise bad_parameter("The parameter hide is required")
    if comment.is_ours:
        raise no_permission("This comment cannot be hidden")
    call.world.hide(comment, on=hidden)
    return {"success": True}


def _delete(call: Call, comment: Comment) -> dict[str, object]:
    call.must_own(comment)
    call.needs("instagram_manage_comments")
    call.world.delete_comment(comment)
    return {"success": True}


def _comments_on_off(call: Call, media: Post) -> dict[str, object]:
    call.must_own(media)
    allowed = call.flag("comment_enabled")
    if allowed is None:
        raise bad_parameter("The parameter comment_enabled is required")
    media.allows_comments = allowed
    return {"success": True}


def _liked(value: bool) -> Action:
    def act(call: Call, profile: BrandAccount) -> dict[str, object]:
        call.must_own(profile)
        call.needs("instagram_manage_engagement")
        comment = _comment(call, profile, call.text("comment_id"))
        comment.likes += int(value) - int(comment.is_liked)
        comment.is_liked = value
        return {"success": True}

    return act


def _comment(call: Call, profile: BrandAccount, comment_id: str) -> Comment:
    comment = call.world.nodes.get(comment_id)
    if not isinstance(comment, Comment) or comment.account is not profile:
        raise unknown_object(call.method, comment_id)
    return comment


def _mentioned_comment(call: Call, profile: BrandAccount, arguments: Arguments) -> Ref:
    comment = _comment(call, profile, arguments.get("comment_id", ""))
    if profile.username not in comment.text:
        raise unknown_object(call.method, comment.id)
    return Ref(comment, ("id", "text", "timestamp"))


def _mentioned_media(call: Call, profile: BrandAccount, arguments: Arguments) -> Ref:
    media = call.world.nodes.get(arguments.get("media_id", ""))
    if not isinstance(media, Post) or media.account is not profile or media.kind != "tagged":
        raise unknown_object(call.method, arguments.get("media_id", ""))
    return Ref(media, ("id", "caption", "timestamp"))


@dataclass(frozen=True, slots=True)
class DiscoveredProfile:
    """A professional profile as shown by business discovery."""

    account: BrandAccount

    @property
    def id(self) -> str:
        """The profile's own id."""
        return self.account.id


def _discover(call: Call, profile: BrandAccount, arguments: Arguments) -> Ref:
    call.must_own(profile)
    name = arguments.get("username", "")
    others = call.world.others
    accounts = [*call.world.accounts.values(), *(others.accounts.values() if others else ())]
    for account in accounts:
        if account.platform == "instagram" and account.username == name and not account.is_closed:
            return Ref(DiscoveredProfile(account))
    raise unknown_user(name)


def _shown_media(_call: Call, shown: DiscoveredProfile, _arguments: Arguments) -> EdgeListing:
    posts = [post for post in shown.account.posts if post.kind == "post"]
    return EdgeListing(posts, fields=("id",))


def _answer_mention(call: Call, profile: BrandAccount) -> dict[str, object]:
    target = call.text("comment_id") or call.text("media_id")
    node = call.world.nodes.get(target)
    if not isinstance(node, (Comment, Post)) or node.account is not profile:
        raise unknown_object(call.method, target)
    return _reply(call, node)


def _author(call: Call, comment: Comment, _arguments: Arguments) -> dict[str, object] | None:
    author = comment.author
    return {"id": author.id, "username": author.username} if call.owns(comment) else None


def permalink(media: Post) -> str:
    """The web address of a medium."""
    return f"https://www.instagram.com/p/{int(media.id):x}/"


_likes = {"like": _liked(True), "unlike": _liked(False)}

KINDS["instagram-account"] = NodeKind(
    name="IGUser",
    default=("id",),
    reads={
        "id": lambda _c, profile, _a: profile.id,
        "username": lambda _c, profile, _a: profile.username,
        "name": lambda _c, profile, _a: profile.title,
        "biography": lambda _c, profile, _a: profile.brand,
        "followers_count": lambda _c, profile, _a: profile.followers,
        "follows_count": lambda _c, _profile, _a: 12,
        "media_count": lambda _c, profile, _a: sum(post.kind == "post" for post in profile.posts),
        "media": _media("post"),
        "tags": _media("tagged"),
        "stories": _media(),
        "business_discovery": _discover,
        "mentioned_comment": _mentioned_comment,
        "mentioned_media": _mentioned_media,
        "conversations": conversations_of,
        "subscribed_apps": subscriptions,
    },
    absent=frozenset({"profile_picture_url", "website", "ig_id"}),
    posts={
        "messages": send,
        "mentions": _answer_mention,
        "likes": _likes["like"],
        "subscribed_apps": subscribe,
    },
    deletes={"likes": _likes["unlike"], "subscribed_apps": unsubscribe},
)

KINDS["discoveredprofile"] = NodeKind(
    name="IGUser",
    default=("id",),
    reads={
        "id": lambda _c, profile, _a: profile.id,
        "username": lambda _c, profile, _a: profile.account.username,
        "name": lambda _c, profile, _a: profile.account.title,
        "biography": lambda _c, profile, _a: profile.account.brand,
        "followers_count": lambda _c, profile, _a: profile.account.followers,
        "media_count": lambda _c, profile, _a: sum(
            post.kind == "post" for post in profile.account.posts
        ),
        "media": _shown_media,
    },
    absent=frozenset({"website", "profile_picture_url"}),
)

KINDS["instagram-post"] = NodeKind(
    name="IGMedia",
    default=("id",),
    reads={
        "id": lambda _c, media, _a: media.id,
        "caption": lambda _c, media, _a: media.text or None,
        "timestamp": lambda _c, media, _a: write_time(media.created),
        "media_type": lambda _c, _media, _a: "IMAGE",
        "media_product_type": lambda _c, media, _a: "AD" if media.is_dark else "FEED",
        "media_url": lambda _c, media, _a: f"https://cdn.example.com/{media.id}.jpg",
        "permalink": lambda _c, media, _a: permalink(media),
        "shortcode": lambda _c, media, _a: f"{int(media.id):x}",
        "comments_count": lambda _c, media, _a: len(media.stream),
        "like_count": lambda _c, media, _a: None if media.hides_likes else media.likes,
        "is_comment_enabled": lambda _c, media, _a: media.allows_comments,
        "username": lambda _c, media, _a: media.author.username,
        "owner": lambda _c, media, _a: {"id": media.author.id},
        "comments": _comments,
    },
    absent=frozenset({"children", "thumbnail_url", "ig_id", "boost_ads_list", "legacy_id"}),
    posts={"comments": _reply},
    update=_comments_on_off,
)

KINDS["instagram-comment"] = NodeKind(
    name="IGComment",
    default=("timestamp", "text", "id"),
    reads={
        "id": lambda _c, comment, _a: comment.id,
        "text": lambda _c, comment, _a: comment.text,
        "timestamp": lambda _c, comment, _a: write_time(comment.created),
        "from": _author,
        "username": lambda _c, comment, _a: comment.author.username,
        "user": lambda _c, comment, _a: {"id": comment.author.id} if comment.is_ours else None,
        "hidden": lambda _c, comment, _a: comment.is_hidden,
        "like_count": lambda _c, comment, _a: comment.likes,
        "parent_id": lambda _c, comment, _a: comment.parent.id if comment.parent else None,
        "media": lambda _c, comment, _a: Ref(comment.post),
        "replies": _replies,
    },
    absent=frozenset({"legacy_instagram_comment_id"}),
    posts={"replies": _reply},
    update=_hide,
    delete=_delete,
)
