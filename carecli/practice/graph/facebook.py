"""Facebook pages: the page itself, its posts, and ratings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from carecli.practice.graph.call import APP_ID, USER_ID, Call, choice
from carecli.practice.graph.comments import author_of, comments_of, post_permalink, write_comment
from carecli.practice.graph.errors import (
    bad_parameter,
    missing_permission,
    no_feature,
    no_permission,
    page_token_wanted,
    token_error,
    unknown_choice,
)
from carecli.practice.graph.kinds import KINDS, Arguments, NodeKind, Reader, Ref, name_set
from carecli.practice.graph.messenger import conversations_of, send
from carecli.practice.graph.paging import EdgeListing, write_time
from carecli.practice.nodes import BrandAccount, Post, PracticePerson, Rating
from carecli.practice.world import World

POST_FIELDS = ("id", "created_time", "message", "story")
PAGE_FIELDS = (
    *("feed", "mention", "ratings", "messages", "message_echoes", "message_edits"),
    *("message_reads", "message_reactions", "message_deliveries", "messaging_postbacks"),
    *("messaging_referrals", "messaging_optins", "messaging_handovers", "standby", "name"),
    *("messaging_policy_enforcement", "leadgen", "live_videos", "inbox_labels"),
)
"""The fields a page can subscribe to."""
PROFILE_FIELDS = (
    *("comments", "live_comments", "mentions", "messages", "message_edit", "message_reactions"),
    *("messaging_seen", "messaging_postbacks", "messaging_referral", "messaging_optins"),
    "story_insights",
)
FIELD_SCOPES = {
    "feed": "pages_read_user_content",
    "mention": "pages_read_engagement",
    "ratings": "pages_read_user_content",
    "messages": "pages_messaging",
}
TASKS = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MESSAGING", "MODERATE"]


def _posts(*kinds: str, scope: str = "pages_read_engagement") -> Reader:
    def read(call: Call, page: BrandAccount, _arguments: Arguments) -> EdgeListing:
        allowed = set(kinds)
        if call.owns(page):
            call.needs(scope)
        elif call.token.is_person and not page.is_others:
            raise page_token_wanted()
        elif not call.world.grants_public_access:
            raise no_feature()
        else:  # in public only posts of the page itself, without its ads
            allowed &= {"post"}
            if not allowed:
                raise no_permission("The page's own access token is required", 10)
        return EdgeListing(
            [post for post in page.posts if post.kind in allowed],
            is_strict=True,
            bounded=True,
            fields=POST_FIELDS,
        )

    return read


def _ratings(call: Call, page: BrandAccount, _arguments: Arguments) -> EdgeListing:
    call.must_own(page)
    call.needs("pages_read_user_content")
    return EdgeListing(page.ratings, fields=("created_time", "recommendation_type", "review_text"))


def _blocked(call: Call, page: BrandAccount, arguments: Arguments) -> dict[str, object]:
    """The blocked people, or with `user` only that person, if blocked."""
    call.must_own(page)
    if not {"pages_read_engagement", "pages_read_user_content"} & call.world.app.granted:
        raise missing_permission("pages_read_user_content", 283)
    wanted = arguments.get("user") or arguments.get("uid")
    if wanted:
        matches = [person for person in page.blocked if wanted in (person.id, person.scoped_id)]
        return {"data": [{"id": wanted, "name": person.name} for person in matches]}
    return {"data": [{"id": person.scoped_id, "name": person.name} for person in page.blocked]}


def _page_token(call: Call, page: BrandAccount, _arguments: Arguments) -> str | None:
    return page.token if call.token.is_person or call.owns(page) else None


def _publish(call: Call, page: BrandAccount) -> dict[str, object]:
    call.must_own(page)
    if not call.text("message"):
        raise bad_parameter("Param message or link is required")
    post = call.world.add_post(page, call.text("message"), call.now)
    return {"id": post.id}


def _people(call: Call, page: BrandAccount) -> Iterable[tuple[str, PracticePerson]]:
    """The people named in a call, each with the id used for them."""
    ids = [word for name in ("user", "psid", "uid", "asid") for word in call.words(name)]
    if not ids:
        raise bad_parameter("Param user is required")
    for user_id in ids:
        person = call.world.nodes.get(user_id)
        if not isinstance(person, PracticePerson) or person.account is not page:
            raise bad_parameter(f"User {user_id} cannot be blocked")
        yield user_id, person


def _block(call: Call, page: BrandAccount) -> dict[str, object]:
    call.must_own(page)
    call.needs("pages_manage_engagement", 200)
    people = dict(_people(call, page))
    page.blocked.extend(person for person in people.values() if person not in page.blocked)
    return dict.fromkeys(people, True)


def _unblock(call: Call, page: BrandAccount) -> dict[str, object]:
    call.must_own(page)
    call.needs("pages_manage_engagement", 200)
    for _named, person in _people(call, page):
        if person in page.blocked:
            page.blocked.remove(person)
    return {"success": True}


def subscribe(call: Call, account: BrandAccount) -> dict[str, object]:
    """Set the webhook fields, replacing the list."""
    call.must_own(account)
    call.needs("pages_manage_metadata", 200)
    fields = call.words("subscribed_fields")
    if not fields:
        raise bad_parameter("Param subscribed_fields is required")
    known = PAGE_FIELDS if account.platform == "facebook" else PROFILE_FIELDS
    for place, name in enumerate(fields):
        if name not in known:
            raise unknown_choice(f"subscribed_fields[{place}]", known, name)
    for name, scope in FIELD_SCOPES.items():
        if name in fields and account.platform == "facebook":
            call.needs(scope, 200)
    account.subscribed = tuple(fields)
    return {"success": True}


def subscribe_all(world: World) -> None:
    """Subscribe all accounts to all fields."""
    for account in world.accounts.values():
        account.subscribed = PAGE_FIELDS if account.platform == "facebook" else PROFILE_FIELDS


def unsubscribe(call: Call, account: BrandAccount) -> dict[str, object]:
    """Remove all webhook fields."""
    call.must_own(account)
    account.subscribed = ()
    return {"success": True}


def subscriptions(call: Call, account: BrandAccount, _arguments: Arguments) -> dict[str, object]:
    """The apps subscribed to the account, with their fields."""
    call.must_own(account)
    if not account.subscribed:
        return {"data": []}
    app = {"id": APP_ID, "name": "carecli practice", "link": "https://example.com/"}
    return {"data": [{**app, "subscribed_fields": list(account.subscribed)}]}


def _reactions(_call: Call, post: Post, arguments: Arguments) -> dict[str, object]:
    kinds = ("like", "love", "haha", "wow", "sad", "angry", "none", "care", "pride", "thankful")
    share = {"LIKE": 0.7, "LOVE": 0.2, "HAHA": 0.04, "WOW": 0.03, "SAD": 0.01, "ANGRY": 0.02}
    kind = choice(arguments, "type", kinds).upper()
    total = int(post.likes * share.get(kind, 0)) if kind else post.likes
    return {
        "data": [],
        "summary": {"total_count": total, "viewer_reaction": "NONE"},
    }


def _remove_post(call: Call, post: Post) -> dict[str, object]:
    call.must_own(post)
    call.needs("pages_manage_engagement", 200)
    if post.author is not post.account and post.kind != "visitor":
        raise no_permission("This post cannot be removed by the page")
    call.world.delete_post(post)
    return {"success": True}


def _like_post(call: Call, post: Post) -> dict[str, object]:
    call.must_own(post)
    post.likes += 1
    return {"success": True}


def _comment(call: Call, post: Post) -> object:
    """`POST /{post}/comments`."""
    if not post.allows_comments:
        raise no_permission("This post does not allow comments")
    return write_comment(call, post)


def _accounts(call: Call, _user: User, _arguments: Arguments) -> EdgeListing:
    if not call.token.is_person:
        raise token_error("This method must be called with a User Access Token")
    granted = call.world.app.granted
    pages = [
        account
        for account in call.world.accounts.values()
        if account.platform == "facebook"
        and "pages_show_list" in granted
        and (not account.in_portfolio or "business_management" in granted)
    ]
    return EdgeListing(
        pages,
        newest_first=False,
        key=lambda page: (int(page.id), 0),
        fields=("access_token", "category", "name", "id", "tasks"),
    )


def _for_pages_only(_call: Call, _user: User, _arguments: Arguments) -> None:
    raise token_error("This method must be called with a Page Access Token")


class User:
    """The person of the user token: an operator who manages all practice pages."""

    id = USER_ID
    name = "Practice Operator"


def _constant(value: Any) -> Reader:
    return lambda _call, _node, _arguments: value


KINDS["facebook-account"] = NodeKind(
    name="Page",
    default=("id", "name"),
    reads={
        "id": lambda _c, page, _a: page.id,
        "name": lambda _c, page, _a: page.title,
        "username": lambda _c, page, _a: page.username,
        "link": lambda _c, page, _a: f"https://www.facebook.com/{page.id}",
        "category": _constant("Health/beauty"),
        "about": lambda _c, page, _a: page.brand,
        "fan_count": lambda _c, page, _a: page.followers,
        "followers_count": lambda _c, page, _a: page.followers,
        "verification_status": _constant("blue_verified"),
        "tasks": _constant(TASKS),
        "access_token": _page_token,
        "instagram_business_account": lambda _c, page, _a: (
            Ref(page.partner) if page.partner else None
        ),
        "feed": _posts("post", "visitor", "tagged"),
        "posts": _posts("post"),
        "published_posts": _posts("post"),
        "visitor_posts": _posts("visitor", scope="pages_read_user_content"),
        "tagged": _posts("tagged"),
        "ads_posts": _posts("ad"),
        "scheduled_posts": _posts(),
        "ratings": _ratings,
        "conversations": conversations_of,
        "blocked": _blocked,
        "subscribed_apps": subscriptions,
    },
    absent=name_set(
        "category_list cover description description_html display_subtext emails engagement "
        "website global_brand_page_name global_brand_root_id phone picture location "
        "overall_star_rating rating_count talking_about_count"
    ),
    posts={
        "feed": _publish,
        "messages": send,
        "blocked": _block,
        "subscribed_apps": subscribe,
    },
    deletes={"blocked": _unblock, "subscribed_apps": unsubscribe},
)

KINDS["facebook-post"] = NodeKind(
    name="Post",
    default=POST_FIELDS,
    reads={
        "id": lambda _c, post, _a: post.id,
        "message": lambda _c, post, _a: post.text or None,
        "created_time": lambda _c, post, _a: write_time(post.created),
        "updated_time": lambda _c, post, _a: write_time(post.updated),
        "tagged_time": lambda _c, post, _a: (
            write_time(post.created) if post.kind == "tagged" else None
        ),
        "permalink_url": lambda _c, post, _a: post_permalink(post),
        "from": lambda call, post, _a: author_of(call, post.author),
        "is_published": lambda _c, post, _a: not post.is_dark,
        "is_hidden": _constant(False),
        "is_expired": _constant(False),
        "status_type": lambda _c, post, _a: (
            "mobile_status_update" if post.kind != "visitor" else "wall_post"
        ),
        "promotable_id": lambda _c, post, _a: post.id,
        "shares": lambda _c, post, _a: {"count": post.shares} if post.shares else None,
        "reactions": _reactions,
        "likes": _reactions,
        "comments": comments_of,
    },
    absent=name_set(
        "story parent_id admin_creator full_picture attachments icon message_tags picture to "
        "properties backdated_time"
    ),
    posts={"comments": _comment, "likes": _like_post},
    delete=_remove_post,
)

KINDS["rating"] = NodeKind(
    name="Recommendation",
    default=("created_time", "recommendation_type", "review_text"),
    reads={
        "created_time": lambda _c, rating, _a: write_time(rating.created),
        "has_rating": _constant(False),
        "has_review": lambda _c, rating, _a: bool(rating.text),
        "recommendation_type": lambda _c, rating, _a: (
            "positive" if rating.is_positive else "negative"
        ),
        "review_text": lambda _c, rating, _a: rating.text or None,
        "reviewer": lambda call, rating, _a: author_of(call, rating.person),
        "open_graph_story": lambda _c, rating, _a: _story(rating),
    },
    absent=frozenset({"rating"}),
)

KINDS["user"] = NodeKind(
    name="User",
    default=("name", "id"),
    reads={
        "id": lambda _c, user, _a: user.id,
        "name": lambda _c, user, _a: user.name,
        "accounts": _accounts,
        "conversations": _for_pages_only,
    },
    absent=name_set("first_name last_name middle_name name_format picture short_name email"),
)


def _story(rating: Rating) -> dict[str, object]:
    return {
        "id": rating.story.id,
        "start_time": write_time(rating.created),
        "type": "sellers.rates",
        "data": {"recommendation_type": "positive" if rating.is_positive else "negative"},
    }
