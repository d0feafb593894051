"""A room: direct chat or community room, its name and its members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from carecli.domain.events import Author, PostSeen
from carecli.domain.model import PostKind
from carecli.domain.text import one_line
from carecli.platforms.matrix.wire import JsonObject, as_dict, as_int, as_str, as_strs

PRESENT = ("join", "invite")


@dataclass(frozen=True, slots=True)
class Room:
    """One room. `names` maps user ids to display names; `present` are those in it or invited."""

    id: str
    name: str = ""
    alias: str = ""
    is_marked_direct: bool = False
    is_encrypted: bool = False
    names: dict[str, str] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    levels: JsonObject = field(default_factory=dict)
    successor: str = ""
    """The room this one was replaced by (`m.room.tombstone`); empty: it goes on."""
    moved_by: str = ""
    """Who replaced it."""

    @property
    def is_direct(self) -> bool:
        """Marked so in our account, or two people in a room nobody named."""
        return self.is_marked_direct or (len(self.present) == 2 and not self.title)

    @property
    def title(self) -> str:
        """The name people gave the room; empty where they gave none."""
        return self.name or self.alias

    @property
    def label(self) -> str:
        """The title, or at least the id."""
        return self.title or self.id or "an unknown room"

    @property
    def post(self) -> PostSeen:
        """The room as the post that messages hang under."""
        return PostSeen(
            self.id, PostKind.ROOM, text=self.title or None, permalink=permalink(self.id)
        )

    def author(self, user: str) -> Author:
        """The person behind a user id."""
        return Author(user, self.names.get(user, ""))

    def level_of(self, user: str) -> int:
        """A user's power level."""
        users = as_dict(self.levels.get("users"))
        level = as_int(users.get(user))
        return level if level is not None else as_int(self.levels.get("users_default")) or 0

    @property
    def level_to_redact(self) -> int:
        """The power level it takes to remove other people's messages; 50 where nothing is said."""
        level = as_int(self.levels.get("redact"))
        return 50 if level is None else level


def with_state(room: Room, state: Iterable[JsonObject]) -> Room:
    """The room after these state events; others are passed over."""
    names, present = dict(room.names), set(room.present)
    for wire in state:
        if not isinstance(wire.get("state_key"), str):
            continue
        content, key = as_dict(wire.get("content")), as_str(wire.get("state_key"))
        match wire.get("type"):
            case "m.room.name":
                room = replace(room, name=one_line(as_str(content.get("name"))))
            case "m.room.canonical_alias":
                room = replace(room, alias=one_line(as_str(content.get("alias"))))
            case "m.room.encryption":
                room = replace(room, is_encrypted=True)
            case "m.room.tombstone":
                successor = as_str(content.get("replacement_room"))
                room = replace(room, successor=successor, moved_by=as_str(wire.get("sender")))
            case "m.room.power_levels":
                room = replace(room, levels=content)
            case "m.room.member":
                is_present = content.get("membership") in PRESENT
                (present.add if is_present else present.discard)(key)
                if name := one_line(as_str(content.get("displayname")), 100):
                    names[key] = name
    return replace(room, names=names, present=frozenset(present))


def direct_rooms(content: JsonObject) -> dict[str, list[str]]:
    """User id -> ids of the direct chats with them, from `m.direct` account data."""
    return {user: as_strs(rooms) for user, rooms in content.items()}


def marked_direct(content: JsonObject) -> set[str]:
    """Ids of all direct chats in `m.direct` account data."""
    return {room for rooms in direct_rooms(content).values() for room in rooms}


def permalink(room: str, event: str = "") -> str:
    """A link any Matrix app opens (matrix.to), to a room or one message in it."""
    if not room:
        return ""
    path = "/".join(quote(part, safe="!$:@") for part in (room, event) if part)
    return f"https://matrix.to/#/{path}"
