"""Recorded and malformed Matrix payloads, read without a homeserver."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.errors import (
    BehaviourBlocked,
    Gone,
    PermissionMissing,
    PlatformError,
    Refused,
    Throttled,
    TokenRefused,
    Transient,
)
from carecli.domain.events import (
    Author,
    Event,
    LikeChanged,
    MessageEdited,
    MessageGone,
    MessageRemoved,
    MessageSeen,
    MessageWithdrawn,
    PostSeen,
    Unrecognised,
)
from carecli.domain.model import Attachment, ContactPoint, PostKind
from carecli.platforms.base import Account
from carecli.platforms.http import Response
from carecli.platforms.matrix.client import error_from
from carecli.platforms.matrix.connector import MatrixRooms

FIXTURES = Path(__file__).parent / "fixtures"
CARE, ANA, MOD = "@care:localhost", "@ana:localhost", "@mod:localhost"
NOW = 1_763_000_000_000


def connector() -> MatrixRooms:
    options = {"staff": MOD}
    return MatrixRooms(
        Account("c", "matrix", CARE, "secret", "http://127.0.0.1:1", options=options)
    )


def read(payload: object) -> tuple[Event, ...]:
    return connector().read(json.dumps(payload).encode(), NOW).events


def said(
    body: str, sender: str = ANA, number: int = 1, more: Mapping[str, object] | None = None
) -> dict[str, object]:
    return {
        "type": "m.room.message",
        "event_id": f"${number}",
        "room_id": "!r:localhost",
        "sender": sender,
        "origin_server_ts": 1_000 + number,
        "content": {"msgtype": "m.text", "body": body, **(more or {})},
    }


def seen(event: dict[str, object]) -> MessageSeen:
    _, message = read(event)
    assert isinstance(message, MessageSeen)
    return message


GOLDEN: dict[str, tuple[Event, ...]] = {
    "sync.json": (
        PostSeen(
            "!SVkFJHzfwvuaIEawgC:localhost",
            PostKind.ROOM,
            "#tutorial:localhost",
            "https://matrix.to/#/!SVkFJHzfwvuaIEawgC:localhost",
        ),
        MessageSeen(
            "$152037280074GZeOm:localhost",
            "$152037280074GZeOm:localhost",
            ContactPoint.GROUP_POST,
            1_520_372_800_469,
            author=Author("@example:localhost", "example"),
            text="baba",
            post="!SVkFJHzfwvuaIEawgC:localhost",
            permalink="https://matrix.to/#/!SVkFJHzfwvuaIEawgC:localhost/$152037280074GZeOm:localhost",
        ),
    ),
    "message_text.json": (
        MessageSeen(
            "$152037280074GZeOm:localhost",
            "$152037280074GZeOm:localhost",
            ContactPoint.GROUP_POST,
            1_520_372_800_469,
            author=Author("@example:localhost"),
            text="is dancing",
        ),
    ),
    "redacted.json": (MessageWithdrawn("$15275046980maRLj:localhost", 1_527_504_703_496),),
    "redaction.json": (MessageGone("$151957878228ssqrj:localhost", 1_519_578_782_185),),
    "limit_exceeded_error.json": (Unrecognised("nothing a Matrix homeserver would say"),),
}


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("*.json")))
def test_every_recorded_payload_tells_what_is_expected_of_it(name: str) -> None:
    raw = (FIXTURES / name).read_bytes()
    page = connector().read(raw, NOW)
    assert page.events == GOLDEN[name]
    assert page.raw == raw


def test_the_quotation_before_a_reply_is_left_out() -> None:
    relates = {"m.in_reply_to": {"event_id": "$0"}}
    body = "> <@care:localhost> Are you there?\n> Really?\n\nYes\n> and this is mine"
    reply = seen(said(body, more={"m.relates_to": relates}))
    assert reply.text == "Yes\n> and this is mine"
    assert (reply.thread, reply.parent) == ("$0", "$0")
    assert seen(said("> <i> am no reply")).text == "> <i> am no reply"


def test_a_made_up_reply_in_a_thread_is_no_reply() -> None:
    relates = {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$5"},
    }
    assert seen(said("hi", more={"m.relates_to": relates})).parent == "$root"
    relates["is_falling_back"] = False
    assert seen(said("hi", more={"m.relates_to": relates})).parent == "$5"


def test_replies_that_name_each_other_end_in_one_of_them() -> None:
    def reply(number: int, to: int) -> dict[str, object]:
        relates = {"m.in_reply_to": {"event_id": f"${to}"}}
        return said("x", number=number, more={"m.relates_to": relates})

    messages = [
        event for event in read([reply(1, 2), reply(2, 1)]) if isinstance(event, MessageSeen)
    ]
    assert [message.thread for message in messages] == ["$2", "$1"]


@pytest.mark.parametrize(
    ("content", "text", "attachment"),
    [
        ({"msgtype": "m.image", "url": "mxc://x/1"}, "", Attachment("image", "mxc://x/1", "b")),
        (
            {"msgtype": "m.file", "url": "mxc://x/1", "filename": "a.pdf"},
            "b",
            Attachment("file", "mxc://x/1", "a.pdf"),
        ),
        (
            {"msgtype": "m.location", "geo_uri": "geo:1,2"},
            "b",
            Attachment("location", "geo:1,2", "b"),
        ),
        ({"msgtype": "m.emote"}, "* b", None),
        ({"msgtype": "org.example.new"}, "b", None),
    ],
)
def test_what_is_not_text_is_attached(
    content: dict[str, object], text: str, attachment: Attachment | None
) -> None:
    message = seen(said("b", more=content))
    assert message.text == text
    assert message.attachments == ((attachment,) if attachment else ())


@pytest.mark.parametrize("at", [-1, 10**30, True, "soon", 1.5, None])
def test_a_time_no_clock_tells_is_taken_to_be_now(at: object) -> None:
    assert seen(said("hi") | {"origin_server_ts": at}).created_at == NOW


def test_a_sticker_is_a_message() -> None:
    sticker = said("a cat") | {"type": "m.sticker"}
    message = seen(sticker)
    assert message.text == ""
    assert message.attachments == (Attachment("sticker", "", "a cat"),)


def test_who_removed_something_is_told() -> None:
    def removal(by: str) -> Event:
        redaction = {"type": "m.room.redaction", "event_id": "$9", "sender": by, "redacts": "$1"}
        redaction |= {"room_id": "!r:localhost"}
        *_, last = read([said("hi"), redaction])
        return last

    assert removal(ANA) == MessageWithdrawn("$1", NOW)
    assert removal(CARE) == MessageRemoved("$1", NOW)
    assert removal(MOD) == MessageRemoved("$1", NOW, by=MOD)
    assert removal("@admin:localhost") == MessageRemoved("$1", NOW, by="@admin:localhost")


def test_our_reaction_is_a_like_until_it_is_taken_back() -> None:
    def reaction(sender: str, key: str) -> dict[str, object]:
        relates = {"rel_type": "m.annotation", "event_id": "$1", "key": key}
        content = {"m.relates_to": relates}
        return {"type": "m.reaction", "event_id": "$2", "sender": sender, "content": content}

    taken_back = {
        "type": "m.room.redaction",
        "event_id": "$3",
        "sender": CARE,
        "content": {"redacts": "$2"},
    }
    liked, unliked = LikeChanged("$1", liked=True), LikeChanged("$1", liked=False)
    assert read([reaction(CARE, "❤️"), taken_back]) == (liked, unliked)
    assert read([reaction(CARE, "👍🏽")]) == (liked,)
    assert Unrecognised("nothing a Matrix homeserver would say") in read([reaction(ANA, "👍")])
    assert liked not in read([reaction(CARE, "😡")])


def test_only_an_authors_own_edit_counts() -> None:
    def edit(sender: str) -> dict[str, object]:
        new = {"m.new_content": {"msgtype": "m.text", "body": "new"}}
        relates = {"rel_type": "m.replace", "event_id": "$1"}
        return said("* new", sender, 2, {**new, "m.relates_to": relates})

    assert MessageEdited("$1", "new") in read([said("old"), edit(ANA)])
    assert not [e for e in read([said("old"), edit(MOD)]) if isinstance(e, MessageEdited)]
    assert not [e for e in read([edit(ANA)]) if isinstance(e, MessageEdited)]


def test_two_people_in_a_nameless_room_chat_directly() -> None:
    def member(user: str) -> dict[str, object]:
        content = {"membership": "join", "displayname": "Ana\x1b[31m"}
        return {"type": "m.room.member", "state_key": user, "content": content}

    block = {"state": {"events": [member(CARE), member(ANA)]}, "timeline": {"events": [said("hi")]}}
    (message,) = read({"next_batch": "s1", "rooms": {"join": {"!r:localhost": block}}})
    assert isinstance(message, MessageSeen)
    assert message.point is ContactPoint.PRIVATE_MESSAGE
    assert message.thread == "!r:localhost"
    assert message.author == Author(ANA, "Ana␛[31m")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[" * 100_000,
        b'{"rooms": {"join": {"!r": {"timeline": {"events": [1, null, {"type": 7}]}}}}}',
        b'{"rooms": {"join": []}}',
        b'[{"type": "m.room.message", "event_id": "$1", "content": []}]',
        b'[{"type": "m.poll.start", "event_id": "$1"}]',
    ],
)
def test_what_nobody_understands_is_counted(raw: bytes) -> None:
    events = connector().read(raw, NOW).events
    assert events
    assert all(isinstance(event, Unrecognised) for event in events)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = (
    "type",
    "event_id",
    "sender",
    "content",
    "unsigned",
    "redacts",
    "origin_server_ts",
    "state_key",
)


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING), ANYTHING)
def test_no_event_however_twisted_raises(twisted: dict[str, object], content: object) -> None:
    for kind in ("m.room.message", "m.room.redaction", "m.reaction", "m.sticker"):
        event = {"event_id": "$1", "sender": ANA, "content": content} | twisted | {"type": kind}
        assert read([event, said("fine", number=2)])


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 500}, Throttled),
        (429, "slow down", Throttled),
        (401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}, TokenRefused),
        (401, "who are you", TokenRefused),
        (403, {"errcode": "M_FORBIDDEN"}, PermissionMissing),
        (403, {"errcode": "M_USER_SUSPENDED"}, BehaviourBlocked),
        (404, {"errcode": "M_NOT_FOUND"}, Gone),
        (404, {"errcode": "M_UNRECOGNIZED"}, Refused),
        (413, {"errcode": "M_TOO_LARGE"}, Refused),
        (502, "<html>", Transient),
        (200, "<html>a captive portal", Transient),
    ],
)
def test_each_refusal_has_its_class(status: int, body: object, kind: type[PlatformError]) -> None:
    error = error_from(Response(status, {}, json.dumps(body).encode()), is_read=False, now=NOW)
    assert type(error) is kind


def test_how_long_to_be_silent_is_obeyed() -> None:
    raw = (FIXTURES / "limit_exceeded_error.json").read_bytes()
    error = error_from(Response(429, {}, raw), is_read=True, now=NOW)
    assert isinstance(error, Throttled)
    assert error.until == NOW + 500
    error = error_from(Response(429, {"retry-after": "7"}, b""), is_read=True, now=NOW)
    assert isinstance(error, Throttled)
    assert error.until == NOW + 7_000


def test_a_refusal_that_repeats_the_token_does_not_show_it() -> None:
    body = json.dumps({"errcode": "M_UNKNOWN_TOKEN", "error": "no such token: secret"}).encode()
    error = error_from(Response(401, {}, body), is_read=True, now=NOW, secrets=("secret",))
    assert "secret" not in f"{error} {error!r}"


def test_a_write_that_broke_off_may_have_happened() -> None:
    assert (
        getattr(error_from(Response(500, {}, b""), is_read=False, now=NOW), "happened", "") is None
    )
    assert (
        getattr(error_from(Response(500, {}, b""), is_read=True, now=NOW), "happened", "") is False
    )
