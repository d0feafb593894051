"""Kinds of nodes: what can be read of each and done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from carecli.practice.graph.call import Call
from carecli.practice.graph.errors import unknown_field, unknown_path
from carecli.practice.graph.paging import EdgeListing, page
from carecli.practice.graph.selection import SelectedField
from carecli.practice.nodes import (
    BrandAccount,
    Comment,
    Message,
    Post,
    PracticeConversation,
    PracticePerson,
)

Arguments = Mapping[str, str]
Reader = Callable[[Call, Any, Arguments], object]
"""Reads one field or edge: plain JSON, a `Ref`, a `EdgeListing`, or None for "not there"."""
Deed = Callable[[Call, Any], object]
"""Does something to a node and tells the answer."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Another node, told with these fields unless others were asked for."""

    node: Any
    fields: tuple[str, ...] = ("id",)


@dataclass(frozen=True, slots=True)
class NodeKind:
    """What the platform knows of one kind of node.

    `reads` holds fields and edges alike; `absent` are fields that exist and are empty here.
    `posts` and `deletes` are edges that take POST and DELETE; `update` and `delete` take
    those on the node itself.
    """

    name: str
    default: tuple[str, ...]
    reads: Mapping[str, Reader]
    absent: frozenset[str] = frozenset()
    posts: Mapping[str, Deed] = field(default_factory=dict)
    deletes: Mapping[str, Deed] = field(default_factory=dict)
    update: Deed | None = None
    delete: Deed | None = None


def words(text: str) -> frozenset[str]:
    """Names written in one text, for `absent`."""
    return frozenset(text.split())


KINDS: dict[str, NodeKind] = {}
"""Kinds by `kind_name`; each module of an area adds its own."""


def kind_name(node: object) -> str:
    """Which kind a node is."""
    match node:
        case BrandAccount(platform=platform):
            return f"{platform}-account"
        case Post(account=account):
            return f"{account.platform}-post"
        case Comment(account=account):
            return f"{account.platform}-comment"
        case PracticeConversation():
            return "conversation"
        case Message():
            return "message"
        case PracticePerson():
            return "person"
        case _:
            return type(node).__name__.lower()


def kind_of(node: object) -> NodeKind:
    """What the platform knows of this node's kind."""
    return KINDS[kind_name(node)]


def render(call: Call, node: Any, fields: tuple[SelectedField, ...]) -> dict[str, object]:
    """The node with the asked fields; its id always comes along where it has one."""
    kind = kind_of(node)
    told: dict[str, object] = {}
    for asked in fields or tuple(SelectedField(name) for name in kind.default):
        reader = kind.reads.get(asked.name)
        if reader is None:
            if asked.name in kind.absent:
                continue
            raise unknown_field(asked.name, kind.name)
        value = _told(call, node, asked, reader(call, node, asked.arguments))
        if value is not None:
            told[asked.alias] = value
    if "id" in kind.reads and "id" not in told:
        own = kind.reads["id"](call, node, {})
        if own is not None:
            told["id"] = own
    return told


def render_edge(
    call: Call,
    node: Any,
    name: str,
    arguments: Arguments,
    fields: tuple[SelectedField, ...],
    source: str,
) -> dict[str, object]:
    """One page of an edge of a node. Raises code 2500 if it has no such edge."""
    reader = kind_of(node).reads.get(name)
    value = reader(call, node, arguments) if reader is not None else None
    if isinstance(value, EdgeListing):
        return _told_page(call, node, name, value, arguments, fields, source)
    if isinstance(value, Ref):
        return render(call, value.node, fields)
    if isinstance(value, dict) and "data" in value:
        return value
    raise unknown_path(name)


def _told(call: Call, node: Any, selected_field: SelectedField, value: object) -> object:
    match value:
        case Ref(target, default):
            return render(
                call, target, selected_field.children or tuple(SelectedField(f) for f in default)
            )
        case EdgeListing():
            told = _told_page(
                call,
                node,
                selected_field.name,
                value,
                selected_field.arguments,
                selected_field.children,
                selected_field.source,
            )
            return told if told["data"] or "summary" in told else None
        case dict() if selected_field.children:
            return _narrowed(value, selected_field.children)
        case _:
            return value


def _narrowed(value: dict[str, Any], children: tuple[SelectedField, ...]) -> dict[str, object]:
    if isinstance(value.get("data"), list):
        return {**value, "data": [_narrowed(one, children) for one in value["data"]]}
    narrow: dict[str, object] = {}
    for child in children:
        if (inner := value.get(child.name)) is not None:
            narrow[child.alias] = (
                _narrowed(inner, child.children)
                if child.children and isinstance(inner, dict)
                else inner
            )
    return narrow


def _told_page(
    call: Call,
    node: Any,
    name: str,
    listing: EdgeListing,
    arguments: Arguments,
    fields: tuple[SelectedField, ...],
    source: str,
) -> dict[str, object]:
    cut = page(listing, arguments)
    asked = fields or tuple(SelectedField(one) for one in listing.fields)
    told: dict[str, object] = {"data": [render(call, item, asked) for item in cut.items]}
    if cut.items:
        paging: dict[str, object] = {"cursors": {"before": cut.before, "after": cut.after}}
        forward = cut.after
        if call.traits.repeats_cursor and arguments.get("after"):
            forward = arguments["after"]
            paging["cursors"] = {"before": cut.before, "after": forward}
        if cut.has_next and not call.traits.hides_next:
            paging["next"] = _link(call, node, name, arguments, source, after=forward)
        if cut.has_previous:
            paging["previous"] = _link(call, node, name, arguments, source, before=cut.before)
        told["paging"] = paging
    if listing.summary is not None and arguments.get("summary", "false").lower() not in {
        "false",
        "0",
        "",
    }:
        told["summary"] = dict(listing.summary)
    return told


def _link(
    call: Call, node: Any, name: str, arguments: Arguments, source: str, **cursor: str
) -> str:
    kept = {
        key: value
        for key, value in arguments.items()
        if key not in {"after", "before", "as", "access_token", "fields"} and value != ""
    }
    if source:
        kept["fields"] = source
    if call.query_token:
        kept = {"access_token": call.query_token, **kept}
    query = urlencode({**kept, **cursor})
    return f"{call.origin}/{call.version}/{node.id}/{name}?{query}"
