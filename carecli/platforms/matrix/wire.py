"""Readers for untrusted JSON, and the shapes of Matrix events."""

from __future__ import annotations

from dataclasses import dataclass

from carecli.domain.model import DAY, Millis

JsonObject = dict[str, object]
"""One JSON object as it came: any key may be missing, any value of any type."""


def as_dict(value: object) -> JsonObject:
    """A JSON object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def as_dicts(value: object) -> list[JsonObject]:
    """The JSON objects of a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def as_str(value: object) -> str:
    """A string, or an empty one in place of anything else."""
    return value if isinstance(value, str) else ""


def as_strs(value: object) -> list[str]:
    """The strings of a list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def as_int(value: object) -> int | None:
    """A whole number; JSON's true and false are none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def sent_at(wire: JsonObject, now: Millis) -> Millis:
    """When an event was sent, as its sender's server has it.

    That may be any number; what lies before 1970 or more than a day ahead is taken to be now.
    """
    at = as_int(wire.get("origin_server_ts"))
    return at if at is not None and 0 <= at <= now + DAY else now


def event_id(wire: JsonObject) -> str:
    """The id of an event, e.g. `$143273582443PhrSn`."""
    return as_str(wire.get("event_id"))


@dataclass(frozen=True, slots=True)
class Relation:
    """How an event hangs on others; ids are empty where it does not.

    `reply_to` is set only for a deliberate reply: inside a thread, clients that know no threads
    are given a made-up one, marked `is_falling_back`.
    """

    thread: str = ""
    reply_to: str = ""
    edits: str = ""
    annotates: str = ""
    key: str = ""


def relation(wire: JsonObject) -> Relation:
    """The `m.relates_to` of an event."""
    relates = as_dict(as_dict(wire.get("content")).get("m.relates_to"))
    kind, target = as_str(relates.get("rel_type")), as_str(relates.get("event_id"))
    reply_to = as_str(as_dict(relates.get("m.in_reply_to")).get("event_id"))
    match kind:
        case "m.replace":
            return Relation(edits=target)
        case "m.annotation":
            return Relation(annotates=target, key=as_str(relates.get("key")))
        case "m.thread":
            is_made_up = relates.get("is_falling_back") is True
            return Relation(thread=target, reply_to="" if is_made_up else reply_to)
    return Relation(reply_to=reply_to)


def redaction_of(wire: JsonObject) -> JsonObject:
    """The redaction that emptied an event, or an empty object."""
    return as_dict(as_dict(wire.get("unsigned")).get("redacted_because"))


def redaction_target(wire: JsonObject) -> str:
    """What an `m.room.redaction` removed; room version 11 moved the field into the content."""
    return as_str(wire.get("redacts")) or as_str(as_dict(wire.get("content")).get("redacts"))


def outline(wire: JsonObject) -> JsonObject:
    """An event without its words: who, what kind, on what it hangs, whether it was redacted."""
    relates = as_dict(wire.get("content")).get("m.relates_to")
    kept: JsonObject = {name: wire.get(name) for name in ("event_id", "sender", "type")}
    return kept | {
        "content": {"m.relates_to": relates},
        "unsigned": {"redacted_because": redaction_of(wire)},
    }


def thread_root(wire: JsonObject, around: dict[str, JsonObject | None]) -> str:
    """The id of the top-level message an event hangs under, which may be its own.

    `around` holds the events that were looked up; None for those the server does not know. An
    event that hangs on nothing real is its own root. What was not looked up is taken to be real.
    """
    seen: set[str] = set()
    while True:
        own, hangs = event_id(wire), relation(wire)
        seen.add(own)
        if hangs.thread and around.get(hangs.thread, wire) is not None:
            return hangs.thread
        target = hangs.reply_to
        if not target or target in seen:
            return own
        if target not in around:
            return target
        parent = around[target]
        if parent is None:
            return own
        wire = parent
