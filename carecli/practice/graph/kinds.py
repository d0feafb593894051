"""Kinds of nodes: their fields, edges and actions."""

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
"""Reads a field or edge: returns JSON values, a `Ref`, an `EdgeListing`, or None if absent."""
Action = Callable[[Call, Any], object]
"""Performs an action on a node and returns the response."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to another node, rendered with these fields unless others were requested."""

    node: Any
    fields: tuple[str, ...] = ("id",)


@dataclass(frozen=True, slots=True)
class NodeKind:
    """The definition of a kind of nodes.

    `reads` are its fields and edges; `absent` are fields that exist but are always empty here.
    `posts` and `deletes` are edges that accept POST and DELETE; `update` and `delete` handle
    those methods on the node itself.
    """

    name: str
    default: tuple[str, ...]
    reads: Mapping[str, Reader]
    absent: frozenset[str] = frozenset()
    posts: Mapping[str, Action] = field(default_factory=dict)
    deletes: Mapping[str, Action] = field(default_factory=dict)
    update: Action | None = None
    delete: Action | None = None


def name_set(text: str) -> frozenset[str]:
    """The names in a text, for `absent`."""
    return frozenset(text.split())


KINDS: dict[str, NodeKind] = {}
"""All kinds by `kind_name`; each module adds its own."""


def kind_name(node: object) -> str:
    """The name of a node's kind."""
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
    """The kind of a node."""
    return KINDS[kind_name(node)]


def render(call: Call, node: Any, fields: tuple[SelectedField, ...]) -> dict[str, object]:
    """The node as JSON with the requested fields, and always its id if it has one."""
    kind = kind_of(node)
    rendered: dict[str, object] = {}
    for field_ in fields or tuple(SelectedField(name) for name in kind.default):
        reader = kind.reads.get(field_.name)
        if reader is None:
            if field_.name in kind.absent:
                continue
            raise unknown_field(field_.name, kind.name)
        value = _render_value(call, node, field_, reader(call, node, field_.arguments))
        if value is not None:
            rendered[field_.alias] = value
    if "id" in kind.reads and "id" not in rendered:
        node_id = kind.reads["id"](call, node, {})
        if node_id is not None:
            rendered["id"] = node_id
    return rendered


def render_edge(
    call: Call,
    node: Any,
    name: str,
    arguments: Arguments,
    fields: tuple[SelectedField, ...],
    source: str,
) -> dict[str, object]:
    """A page of an edge of a node as JSON. Raises code 2500 if there is no such edge."""
    reader = kind_of(node).reads.get(name)
    value = reader(call, node, arguments) if reader is not None else None
    if isinstance(value, EdgeListing):
        return _render_page(call, node, name, value, arguments, fields, source)
    if isinstance(value, Ref):
        return render(call, value.node, fields)
    if isinstance(value, dict) and "data" in value:
        return value
    raise unknown_path(name)


def _render_value(call: Call, node: Any, selected_field: SelectedField, value: object) -> object:
    match value:
        case Ref(target, default):
            return render(
                call, target, selected_field.children or tuple(SelectedField(f) for f in default)
            )
        case EdgeListing():
            page_ = _render_page(
                call,
                node,
                selected_field.name,
                value,
                selected_field.arguments,
                selected_field.children,
                selected_field.source,
            )
            return page_ if page_["data"] or "summary" in page_ else None
        case dict() if selected_field.children:
            return _narrow(value, selected_field.children)
        case _:
            return value


def _narrow(value: dict[str, Any], children: tuple[SelectedField, ...]) -> dict[str, object]:
    if isinstance(value.get("data"), list):
        return {**value, "data": [_narrow(item, children) for item in value["data"]]}
    narrow: dict[str, object] = {}
    for child in children:
        if (inner := value.get(child.name)) is not None:
            narrow[child.alias] = (
                _narrow(inner, child.children)
                if child.children and isinstance(inner, dict)
                else inner
            )
    return narrow


def _render_page(
    call: Call,
    node: Any,
    name: str,
    listing: EdgeListing,
    arguments: Arguments,
    fields: tuple[SelectedField, ...],
    source: str,
) -> dict[str, object]:
    page_ = page(listing, arguments)
    selected = fields or tuple(SelectedField(name_) for name_ in listing.fields)
    rendered: dict[str, object] = {"data": [render(call, item, selected) for item in page_.items]}
    if page_.items:
        paging: dict[str, object] = {"cursors": {"before": page_.before, "after": page_.after}}
        forward = page_.after
        if call.traits.repeats_cursor and arguments.get("after"):
            forward = arguments["after"]
            paging["cursors"] = {"before": page_.before, "after": forward}
        if page_.has_next and not call.traits.hides_next:
            paging["next"] = _link(call, node, name, arguments, source, after=forward)
        if page_.has_previous:
            paging["previous"] = _link(call, node, name, arguments, source, before=page_.before)
        rendered["paging"] = paging
    if listing.summary is not None and arguments.get("summary", "false").lower() not in {
        "false",
        "0",
        "",
    }:
        rendered["summary"] = dict(listing.summary)
    return rendered


def _link(
    call: Call, node: Any, name: str, arguments: Arguments, source: str, **cursor: str
) -> str:
    query_arguments = {
        key: value
        for key, value in arguments.items()
        if key not in {"after", "before", "as", "access_token", "fields"} and value != ""
    }
    if source:
        query_arguments["fields"] = source
    if call.query_token:
        query_arguments = {"access_token": call.query_token, **query_arguments}
    query = urlencode({**query_arguments, **cursor})
    return f"{call.origin}/{call.version}/{node.id}/{name}?{query}"
