"""Webhook updates that no recording shows, in the shapes of those that one does."""

from __future__ import annotations

import json
from typing import Any

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
from carecli.domain.model import ContactPoint, PostKind
from carecli.platforms.base import Account
from carecli.platforms.meta.facebook import FacebookPage
from carecli.platforms.meta.instagram import InstagramProfile

AT = 1_763_715_600
PAGE = {"id": "1", "name": "Avon"}
OLA = {"id": "55", "name": "Ola"}


def heard(body: dict[str, Any]) -> list[Event]:
    fb = FacebookPage(Account("fb", "facebook", "1", "t"))
    return list(fb.read(json.dumps(body).encode(), AT * 1000).events)


def feed(value: dict[str, Any], field: str = "feed") -> list[Event]:
    change = {"field": field, "value": {"created_time": AT, **value}}
    return heard({"object": "page", "entry": [{"id": "1", "time": AT, "changes": [change]}]})


def comment(verb: str, **more: Any) -> list[Event]:
    told = {"item": "comment", "comment_id": "9_90", "post_id": "1_9", "parent_id": "1_9"}
    return feed({**told, "verb": verb, **more})


def chat(update: dict[str, Any], channel: str = "messaging") -> list[Event]:
    sides = {"sender": {"id": "55"}, "recipient": {"id": 1}, "timestamp": AT * 1000}
    entry = {"id": "1", "time": AT * 1000, channel: [{**sides, **update}]}
    return heard({"object": "page", "entry": [entry]})


def only(events: list[Event], kind: type[Any]) -> Any:
    (event,) = events
    assert isinstance(event, kind)
    return event


def test_who_removed_a_comment_decides_what_happened() -> None:
    assert comment("remove", **{"from": OLA}) == [MessageWithdrawn("90", AT * 1000)]
    assert comment("remove", **{"from": PAGE}) == [MessageRemoved("90", AT * 1000, "Avon")]
    assert comment("remove", sender_id=1) == [MessageRemoved("90", AT * 1000, "")]


def test_hiding_showing_and_editing() -> None:
    assert comment("hide") == [VisibilityChanged("90", True, AT * 1000)]
    assert comment("unhide") == [VisibilityChanged("90", False, AT * 1000)]
    for verb in ("edit", "edited"):
        assert comment(verb, message="new") == [MessageEdited("90", "new")]
    assert comment("edited") == []
    only(comment("block"), Unrecognised)


def test_a_reply_is_told_by_its_parent_not_by_having_one() -> None:
    top = only(comment("add", message="a", **{"from": OLA}), MessageSeen)
    reply = only(comment("add", message="b", parent_id="9_80", **{"from": PAGE}), MessageSeen)
    assert (top.thread, top.parent, top.is_ours) == ("90", None, False)
    assert (reply.thread, reply.parent, reply.is_ours) == ("80", "80", True)


def test_a_comment_under_an_unpublished_post_is_under_an_ad() -> None:
    seen = only(comment("add", message="a", post={"is_published": False}), MessageSeen)
    assert seen.point is ContactPoint.AD_COMMENT


def test_a_sticker_is_a_message_without_text() -> None:
    seen = only(comment("add", photo="https://cdn.example.com/1.png"), MessageSeen)
    assert seen.text == ""
    assert seen.attachments[0].kind == "image"


def test_reactions_matter_only_when_they_are_ours() -> None:
    told = {"item": "reaction", "comment_id": "9_90", "post_id": "1_9", "reaction_type": "like"}
    assert feed({**told, "verb": "add", "from": OLA}) == []
    assert feed({**told, "verb": "add", "from": PAGE}) == [LikeChanged("90", True)]
    assert feed({**told, "verb": "remove", "from": PAGE}) == [LikeChanged("90", False)]


def test_posts_of_the_page_and_of_visitors() -> None:
    told = {"item": "status", "post_id": "1_9", "message": "Hi"}
    own = only(feed({**told, "verb": "add", "from": PAGE}), PostSeen)
    assert own.kind is PostKind.POST
    dark = only(feed({**told, "verb": "add", "from": PAGE, "published": 0}), PostSeen)
    assert dark.kind is PostKind.AD
    post, message = feed({**told, "verb": "add", "from": OLA})
    assert isinstance(post, PostSeen)
    assert post.kind is PostKind.VISITOR_POST
    assert isinstance(message, MessageSeen)
    assert message.thread == "9"
    assert feed({**told, "verb": "edited", "from": OLA})[1] == MessageEdited("9", "Hi")
    assert feed({**told, "verb": "hide", "from": OLA}) == [VisibilityChanged("9", True, AT * 1000)]


def test_a_removed_post() -> None:
    told = {"item": "post", "post_id": "1_9", "verb": "remove"}
    gone = PostGone("1_9", AT * 1000)
    assert feed({**told, "from": OLA}) == [gone, MessageWithdrawn("9", AT * 1000)]
    assert feed({**told, "from": PAGE}) == [gone, MessageRemoved("9", AT * 1000)]
    assert feed(told) == [gone, MessageGone("9", AT * 1000)]


def test_a_removed_rating_and_a_reaction_to_one() -> None:
    told = {"open_graph_story_id": 77, "verb": "remove"}
    assert feed({"item": "rating", **told}, "ratings") == [MessageWithdrawn("77", AT * 1000)]
    assert feed({"item": "like", **told}, "ratings") == []


def test_native_and_own_echoes() -> None:
    echo = {"mid": "m_1", "text": "Hello", "is_echo": True, "app_id": 263902037430900}
    sides = {"sender": {"id": "1"}, "recipient": {"id": "55"}}
    native = only(chat({**sides, "message": echo}), MessageSeen)
    assert (native.is_ours, native.thread, native.ours_key) == (True, "dm:55", "")
    assert native.native_actor == "app 263902037430900"
    own = only(chat({**sides, "message": {**echo, "metadata": "key-1"}}), MessageSeen)
    assert (own.ours_key, own.native_actor) == ("key-1", "")


def test_a_pressed_button_is_a_message_also_without_an_id() -> None:
    pressed = only(chat({"postback": {"mid": "m_2", "title": "Contact us"}}), MessageSeen)
    assert pressed.text == "Contact us"
    bare = only(chat({"postback": {"title": "Contact us"}}), MessageSeen)
    assert bare.text == "Contact us"
    assert bare == only(chat({"postback": {"title": "Contact us"}}), MessageSeen)


def test_updates_that_tell_nothing_are_not_unrecognised() -> None:
    assert [chat({kind: {}}) for kind in ("read", "delivery", "optin", "referral")] == [[]] * 4
    assert "policy" in only(chat({"policy-enforcement": {"action": "block"}}), Unrecognised).what
    only(chat({"hologram": {}}), Unrecognised)


def test_standby_is_heard_too() -> None:
    seen = only(chat({"message": {"mid": "m_3", "text": "Hi"}}, "standby"), MessageSeen)
    assert seen.thread == "dm:55"


def test_old_and_new_spellings_of_a_messages_id_meet() -> None:
    webhook = only(chat({"message": {"mid": "mid.12:3", "text": "Hi"}}), MessageSeen)
    rest = heard({"id": "m_mid.12:3", "created_time": AT, "from": {"id": "55"}, "to": [PAGE]})
    assert webhook.platform_id == only(rest, MessageSeen).platform_id


def test_comments_on_instagram() -> None:
    def told(**value: Any) -> list[Event]:
        ig = InstagramProfile(Account("ig", "instagram", "2", "t"))
        entry = {"id": "2", "time": AT, "changes": [{"field": "comments", "value": value}]}
        body = {"object": "instagram", "entry": [entry]}
        return list(ig.read(json.dumps(body).encode(), AT * 1000).events)

    media = {"id": "7", "media_product_type": "AD", "ad_title": "Sale"}
    post, seen = told(id="70", text="Cena?", media=media, **{"from": {"id": "55", "username": "o"}})
    assert isinstance(post, PostSeen)
    assert post.kind is PostKind.AD
    assert isinstance(seen, MessageSeen)
    assert (seen.point, seen.created_at) == (ContactPoint.AD_COMMENT, AT * 1000)
    own = told(id="71", parent_id="70", text="20 zł", **{"from": {"id": 2, "username": "avon"}})
    reply = only(own, MessageSeen)
    assert (reply.is_ours, reply.thread) == (True, "70")
    only(told(), Unrecognised)
