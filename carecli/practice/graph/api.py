"""Dispatches calls: finds the node, the edge and the action."""

from __future__ import annotations

from typing import Any

from carecli.practice.graph import facebook, instagram, messenger, tokens, versions
from carecli.practice.graph.call import USER_ID, Call
from carecli.practice.graph.errors import (
    GraphError,
    bad_parameter,
    no_feature,
    unknown_alias,
    unknown_object,
    unknown_path,
)
from carecli.practice.graph.kinds import kind_of, render, render_edge
from carecli.practice.graph.selection import parse
from carecli.practice.nodes import BrandAccount, Comment, Message, Post, PracticeConversation

AREAS = (facebook, instagram, messenger)
"""Importing these modules registers the kinds."""

METHODS = ("GET", "POST", "DELETE")
MOST_IDS = 50


def answer(call: Call) -> object:
    """Execute a call and return its response. Raises `GraphError`."""
    if call.method not in METHODS:
        raise bad_parameter(f"Unsupported method, {call.method}")
    match call.path, call.method:
        case (), "GET" if "ids" in call.parameters:
            if not versions.supports_ids(call.version):
                raise versions.ids_not_supported()
            return _many(call)
        case ("debug_token",), "GET":
            return tokens.debug_token(call)
        case ("oauth", "access_token"), "GET" | "POST":
            return tokens.exchange(call)
        case (node_id,), _:
            return _on_node(call, find(call, node_id), node_id)
        case (node_id, edge), _:
            return _on_edge(call, find(call, node_id), edge)
        case (), _:
            raise bad_parameter("Empty request")
        case _:
            raise unknown_path("/".join(call.path[1:]))


def find(call: Call, node_id: str) -> Any:
    """The node with this id or page name, or of `me`. Raises 100/33 or 803."""
    if node_id == "me":
        if call.token.page is not None:
            return call.token.page
        if call.token.is_person:
            return facebook.User()
        raise GraphError(
            2500, "An active access token must be used to query information about the current user."
        )
    if node_id == USER_ID:
        return facebook.User()
    node = call.world.nodes.get(node_id) or _find_elsewhere(call, node_id)
    if node is None and not node_id.isascii():
        raise unknown_alias(node_id)
    if node is None:
        by_name = [
            account for account in call.world.accounts.values() if account.username == node_id
        ]
        if by_name and by_name[0].platform == "facebook":
            return by_name[0]
        if node_id.isalpha():
            raise unknown_alias(node_id)
        raise unknown_object(call.method, node_id)
    if isinstance(node, Message):
        call.must_own(node)
        messenger.check_readable(node)
    is_closed = isinstance(node, (PracticeConversation, Comment)) and call.token.kind == "page"
    if is_closed and not call.owns(node):
        raise unknown_object(call.method, node_id)
    if isinstance(node, BrandAccount | Post) and call.token.kind == "page" and not call.owns(node):
        _check_visible(call, node)
    return node


def _check_visible(call: Call, node: BrandAccount | Post) -> None:
    """Raise if a page's token may not see another page of ours."""
    if node.account.platform == "instagram":
        raise unknown_object(call.method, node.id)
    is_read = call.method == "GET"  # what is to be changed is refused by the node itself
    if isinstance(node, Post) and is_read and not call.world.grants_public_access:
        raise no_feature()


def _find_elsewhere(call: Call, node_id: str) -> Any:
    """A node of another brand's page, by id or name. Raises if our app may not see it."""
    world = call.world.others
    if world is None:
        return None
    pages = [account for account in world.accounts.values() if account.platform == "facebook"]
    node = world.nodes.get(node_id)
    node = node or next((page for page in pages if page.username == node_id), None)
    if not isinstance(node, (BrandAccount, Post, Comment)):
        return None
    if node.account.platform != "facebook":
        raise unknown_object(call.method, node_id)  # others' media are seen by discovery only
    if node.account.is_closed or not call.world.grants_public_access:
        raise no_feature()
    return node


def _many(call: Call) -> dict[str, object]:
    ids = call.words("ids")
    if not ids:
        raise bad_parameter("Cannot specify an empty identifier")
    if len(ids) > MOST_IDS:
        raise bad_parameter(f"Too many IDs. Maximum: {MOST_IDS}. Provided: {len(ids)}")
    fields = parse(call.text("fields"))
    return {node_id: render(call, find(call, node_id), fields) for node_id in ids}


def _on_node(call: Call, node: Any, node_id: str) -> object:
    kind = kind_of(node)
    if call.method == "GET":
        return render(call, node, parse(call.text("fields")))
    action = kind.update if call.method == "POST" else kind.delete
    if action is None:
        raise unknown_object(call.method, node_id)
    result = action(call, node)
    if call.method == "POST" and call.text("fields") and not isinstance(node, BrandAccount):
        return render(call, node, parse(call.text("fields")))
    return result


def _on_edge(call: Call, node: Any, edge: str) -> object:
    kind = kind_of(node)
    if call.method == "GET":
        source = call.text("fields")
        return render_edge(call, node, edge, call.arguments(), parse(source), source)
    actions = kind.posts if call.method == "POST" else kind.deletes
    if edge not in actions:
        raise unknown_path(edge) if edge not in kind.reads else unknown_object(call.method, edge)
    return actions[edge](call, node)
