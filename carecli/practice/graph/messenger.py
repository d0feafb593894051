"""Private messages, on Messenger and on Instagram: conversations, and sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carecli.domain.model import DAY, HOUR
from carecli.practice.graph.call import Call, choice
from carecli.practice.graph.errors import GraphError, bad_parameter, unknown_object
from carecli.practice.graph.kinds import KINDS, Arguments, NodeKind
from carecli.practice.graph.paging import EdgeListing, write_time
from carecli.practice.nodes import (
    BrandAccount,
    Comment,
    Message,
    Post,
    PracticeConversation,
    PracticePerson,
    moment,
)
from carecli.practice.world import World

WINDOW = 24 * HOUR
HUMAN_WINDOW = 7 * DAY
DETAILED = 20
"""How many of a conversation's newest messages can be read."""
LONGEST = 2000
"""Characters of a Messenger message."""
LONGEST_INSTAGRAM = 1000
"""Bytes of UTF-8 of an Instagram message."""
RETIRED_TAGS = {"CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE"}
CONVERSATION_FIELDS = ("id", "link", "updated_time")
ACTIONS = ("mark_seen", "typing_on", "typing_off", "react", "unreact")


def conversations_of(call: Call, account: BrandAccount, arguments: Arguments) -> EdgeListing:
    """`/conversations?platform=messenger|instagram`, newest first by `updated_time`."""
    call.must_own(account)
    usual = "messenger" if account.platform == "facebook" else "instagram"
    platform = choice(arguments, "platform", ("messenger", "instagram"), usual)
    _needs_messages(call, platform)
    owner = (
        account if platform == "messenger" or account.platform == "instagram" else account.partner
    )
    items = sorted(owner.conversations, key=moment) if owner else []
    if user := arguments.get("user_id"):
        items = [item for item in items if item.person.scoped_id == user]
    if after := arguments.get("updated_after_ms"):
        items = [item for item in items if item.updated > _whole(after)]
    if before := arguments.get("updated_before_ms"):
        items = [item for item in items if item.updated < _whole(before)]
    return EdgeListing([item for item in items if item.messages], fields=CONVERSATION_FIELDS)


def _needs_messages(call: Call, platform: str) -> None:
    """Raise where the app was not granted what private messages of a platform want."""
    if platform == "messenger":
        call.needs("pages_messaging", 230)
    else:
        call.needs("instagram_manage_messages", 230)
    call.needs("pages_manage_metadata", 200)


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise bad_parameter(f"Expected a number of milliseconds, got {text}")
    return int(text)


def _party(party: PracticePerson | BrandAccount, *, with_address: bool = True) -> dict[str, object]:
    scoped = party.id if isinstance(party, BrandAccount) else party.scoped_id
    if party.account.platform == "instagram":
        return {"username": party.username, "id": scoped}
    name = party.title if isinstance(party, BrandAccount) else party.name
    participant: dict[str, object] = {"name": name, "email": f"{scoped}@facebook.com", "id": scoped}
    return participant if with_address else {"name": name, "id": scoped}


def _parties(
    _call: Call, conversation: PracticeConversation, _arguments: Arguments
) -> dict[str, object]:
    return {"data": [_party(conversation.person), _party(conversation.account)]}


def _messages(call: Call, conversation: PracticeConversation, _arguments: Arguments) -> EdgeListing:
    call.must_own(conversation)
    return EdgeListing(conversation.messages, fields=("id", "created_time"))


def _is_detailed(message: Message) -> bool:
    return message in message.conversation.messages[-DETAILED:]


def check_readable(message: Message) -> None:
    """Raise code 9000001 for a message older than the newest twenty."""
    if not _is_detailed(message):
        raise GraphError(9000001, "This Message has been deleted by the user or the business.")


def _attachments(_call: Call, message: Message, _arguments: Arguments) -> object:
    if not _is_detailed(message) or message.attachment not in {"photo", "video", "audio"}:
        return None
    url = f"https://cdn.example.com/{message.id[-12:]}"
    if message.attachment == "photo":
        body: dict[str, object] = {
            "image_data": {"width": 720, "height": 960, "url": f"{url}.jpg", "preview_url": url}
        }
        mime = "image/jpeg"
    else:
        body = {"file_url": url}
        mime = "video/mp4" if message.attachment == "video" else "audio/mpeg"
    return {
        "data": [{"id": message.id[-12:], "mime_type": mime, "name": "file", "size": 1, **body}]
    }


def _tags(_call: Call, message: Message, _arguments: Arguments) -> object:
    names = ["inbox", "sent" if message.is_ours else "read", "source:mobile"]
    return {"data": [{"name": name} for name in names]}


def send(call: Call, account: BrandAccount) -> dict[str, object]:
    """`POST /{account}/messages`: a private message, or a private reply to a comment."""
    call.must_own(account)
    recipient = call.object("recipient")
    message = call.object("message")
    if action := choice(call.arguments(), "sender_action", ACTIONS):
        return _act(call, recipient, message, action)
    person, item = _recipient(call, recipient)
    facebook = person.account.platform == "facebook"
    _needs_messages(call, "messenger" if facebook else "instagram")
    has_file = bool(message.get("attachment") or call.text("filedata"))
    text = _text(person, message, has_file=has_file)
    conversation = call.world.conversation_with(person)
    if item is None:
        _check_window(call, conversation)
    if not person.is_reachable:
        raise GraphError(551, "(#551) This person isn't available right now.", subcode=1545041)
    reply_to = call.object("reply_to") or message.get("reply_to") or {}
    sent = call.world.add_message(
        conversation,
        person.account,
        text,
        call.now,
        attachment="photo" if has_file else "",
        reply_to=str(reply_to.get("mid", "")),
        metadata=str(message.get("metadata", "")),
    )
    if item is not None:
        item.private_reply = conversation
    return {"recipient_id": person.scoped_id, "message_id": sent.id}


def _act(
    call: Call, recipient: Mapping[str, Any], message: Mapping[str, Any], action: str
) -> dict[str, object]:
    if message:
        raise bad_parameter("Message and sender_action cannot be sent together", 2018014)
    person = _person(call.world, str(recipient.get("id", "")))
    if action == "mark_seen":
        call.world.conversation_with(person).unread = 0
    return {"recipient_id": person.scoped_id}


def _recipient(
    call: Call, recipient: Mapping[str, Any]
) -> tuple[PracticePerson, Comment | Post | None]:
    """Whom a message goes to: by their id, or as the author of a comment or of a visitor's post."""
    named = [name for name in ("id", "comment_id", "post_id") if recipient.get(name)]
    if len(named) != 1:
        raise bad_parameter("Param recipient must have exactly one of id, comment_id, post_id")
    address = str(recipient[named[0]])
    if named == ["id"]:
        person = _person(call.world, address)
        call.must_own(person)
        return person, None
    item = call.world.nodes.get(address)
    if not isinstance(item, Comment if named == ["comment_id"] else Post):
        raise unknown_object("post", address)
    call.must_own(item)
    if not isinstance(item.author, PracticePerson) or not call.world.allows_private_reply(item):
        if item.account.platform == "instagram":
            raise GraphError(100, "The comment is invalid for a private reply", subcode=2534025)
        if item.private_reply is not None:
            raise GraphError(10900, "(#10900) Activity already replied to")
        raise GraphError(10903, "(#10903) This user cannot reply to this activity")
    return item.author, item


def _person(world: World, scoped_id: str) -> PracticePerson:
    person = world.nodes.get(scoped_id)
    if not isinstance(person, PracticePerson) or person.scoped_id != scoped_id:
        raise bad_parameter("No matching user found", 2018001)
    return person


def _text(person: PracticePerson, message: Mapping[str, Any], *, has_file: bool) -> str:
    text = message.get("text", "")
    if not isinstance(text, str):
        raise bad_parameter("Param message[text] must be a string")
    if not text and not has_file:
        raise bad_parameter("Message cannot be empty, must provide valid attachment or text")
    if person.account.platform == "instagram":
        if len(text.encode()) > LONGEST_INSTAGRAM:
            raise bad_parameter(
                f"Length of param message[text] must be at most {LONGEST_INSTAGRAM}"
            )
    elif len(text) > LONGEST:
        raise bad_parameter(f"Length of param message[text] must be at most {LONGEST}")
    return text


def _check_window(call: Call, conversation: PracticeConversation) -> None:
    kinds = ("response", "update", "message_tag", "utility")
    kind = choice(call.arguments(), "messaging_type", kinds, "response").upper()
    tag = call.text("tag").upper()
    if tag in RETIRED_TAGS or (kind == "MESSAGE_TAG" and tag != "HUMAN_AGENT"):
        raise bad_parameter("Invalid parameter: tag")
    last = conversation.last_inbound
    span = HUMAN_WINDOW if tag == "HUMAN_AGENT" else WINDOW
    if last is None or call.now - last > span:
        facebook = conversation.account.platform == "facebook"
        raise GraphError(
            10,
            "(#10) This message is sent outside of allowed window.",
            subcode=2018278 if facebook else 2534022,
        )


def _detail(value: Any) -> Any:
    """Only for the newest twenty."""

    def read(call: Call, message: Message, arguments: Arguments) -> object:
        return value(call, message, arguments) if _is_detailed(message) else None

    return read


def _story(_call: Call, message: Message, _arguments: Arguments) -> object:
    if not message.story or message.account.platform != "instagram":
        return None
    how = "mention" if message.attachment == "story_mention" else "reply_to"
    return {how: {"id": f"180{message.serial}", "link": message.story}}


KINDS["conversation"] = NodeKind(
    name="UnifiedThread",
    default=CONVERSATION_FIELDS,
    reads={
        "id": lambda _c, talk, _a: talk.id,
        "updated_time": lambda _c, talk, _a: write_time(talk.updated),
        "link": lambda _c, talk, _a: f"/{talk.account.page.id}/inbox/{talk.id.removeprefix('t_')}/",
        "snippet": lambda _c, talk, _a: talk.messages[-1].text if talk.messages else "",
        "unread_count": lambda _c, talk, _a: talk.unread,
        "message_count": lambda _c, talk, _a: len(talk.messages),
        "can_reply": lambda call, talk, _a: (
            talk.last_inbound is not None and call.now - talk.last_inbound <= HUMAN_WINDOW
        ),
        "is_subscribed": lambda _c, _one, _a: True,
        "is_owner": lambda _c, _one, _a: True,
        "folder": lambda _c, _one, _a: "inbox",
        "scoped_thread_key": lambda _c, talk, _a: talk.id,
        "participants": _parties,
        "senders": _parties,
        "former_participants": lambda _c, _one, _a: {"data": []},
        "messages": _messages,
    },
    absent=frozenset({"name", "subject", "wallpaper"}),
)

KINDS["message"] = NodeKind(
    name="Message",
    default=("id", "created_time"),
    reads={
        "id": lambda _c, message, _a: message.id,
        "created_time": lambda _c, message, _a: write_time(message.created),
        "from": _detail(lambda _c, message, _a: _party(message.author)),
        "to": _detail(
            lambda _c, message, _a: {
                "data": [
                    _party(message.conversation.person if message.is_ours else message.account)
                ]
            }
        ),
        "message": _detail(lambda _c, message, _a: message.text),
        "attachments": _attachments,
        "sticker": _detail(
            lambda _c, message, _a: (
                "https://cdn.example.com/sticker.png" if message.attachment == "sticker" else None
            )
        ),
        "tags": _detail(_tags),
        "reply_to": _detail(
            lambda _c, message, _a: {"mid": message.reply_to} if message.reply_to else None
        ),
        "story": _detail(_story),
        "is_unsupported": lambda _c, message, _a: (
            True if message.attachment == "unsupported" else None
        ),
    },
    absent=frozenset({"shares", "reactions", "thread_id", "subject"}),
)

KINDS["person"] = NodeKind(
    name="User",
    default=("id", "name"),
    reads={
        "id": lambda _c, person, _a: person.scoped_id,
        "name": lambda _c, person, _a: person.name,
        "username": lambda _c, person, _a: (
            person.username if person.account.platform == "instagram" else None
        ),
        "first_name": lambda _c, person, _a: person.name.split()[0],
        "last_name": lambda _c, person, _a: " ".join(person.name.split()[1:]),
    },
    absent=frozenset({"profile_pic", "locale", "timezone", "gender", "picture"}),
)
