"""Single actions of people on the practice platform, for tests and scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carecli.practice.nodes import (
    BrandAccount,
    Comment,
    Message,
    Post,
    PracticeConversation,
    PracticePerson,
)
from carecli.practice.world import World

ACTS = ("comment", "message", "edit", "delete", "hide", "post", "rate")


def act(world: World, request: Mapping[str, Any]) -> dict[str, object]:
    """Do one action now. `request["act"]` is one of `ACTS`; raises KeyError or ValueError.

    - comment: `on` (post or comment id), `text`; `as` a person's id, a new `name`, or "brand"
    - message: `account` (key) or `to` (conversation id), `text`; `as` as for comments
    - edit: `id`, `text` · delete: `id` · hide: `id`, `hidden` (what the brand does in its own app)
    - post: `account`, `text`, `kind` (post, ad, visitor, tagged); `as` or `name` for visitors
    - rate: `account`, `text`, `positive`; `as` or `name`
    """
    match request["act"]:
        case "comment":
            target = _node(world, request["on"], (Post, Comment))
            author = _author(world, target.account, request)
            comment_ = world.add_comment(target, author, request["text"], world.clock())
            return {"id": comment_.id, "author": getattr(author, "scoped_id", author.id)}
        case "message":
            return _message(world, request)
        case "edit":
            world.edit(_node(world, request["id"], (Comment, Message)), request["text"])
            return {"id": request["id"]}
        case "delete":
            match _node(world, request["id"], (Comment, Message, Post)):
                case Comment() as comment:
                    world.delete_comment(comment)
                case Message() as message:
                    world.unsend(message)
                case post:
                    world.delete_post(post)
            return {"id": request["id"]}
        case "hide":
            comment = _node(world, request["id"], (Comment,))
            world.hide(comment, on=bool(request.get("hidden", True)))
            return {"id": request["id"]}
        case "post":
            account = world.accounts[request["account"]]
            kind = request.get("kind", "post")
            author = account if kind in {"post", "ad"} else _author(world, account, request)
            post = world.add_post(account, request["text"], world.clock(), kind=kind, author=author)
            return {"id": post.id}
        case "rate":
            page = world.accounts[request["account"]]
            author = _author(world, page, request)
            if not isinstance(author, PracticePerson):
                raise TypeError("only a person rates a page")
            positive = bool(request.get("positive", True))
            rating = world.rate(page, author, request["text"], world.clock(), is_positive=positive)
            return {"id": rating.story.id}
        case other:
            raise ValueError(f"no act is called {other}; there are {', '.join(ACTS)}")


def _message(world: World, request: Mapping[str, Any]) -> dict[str, object]:
    if "to" in request:
        conversation = _node(world, request["to"], (PracticeConversation,))
        author = conversation.account if request.get("as") == "brand" else conversation.person
        if author in conversation.account.blocked:
            raise ValueError(f"{conversation.person.name} is blocked and cannot write")
    else:
        author = _author(world, world.accounts[request["account"]], request)
        if not isinstance(author, PracticePerson):
            raise ValueError("a brand writes only into a conversation: say `to`")
        conversation = world.conversation_with(author)
    attachment = request.get("attachment", "")
    message = world.add_message(
        conversation, author, request["text"], world.clock(), attachment=attachment
    )
    return {
        "id": message.id,
        "conversation": conversation.id,
        "author": conversation.person.scoped_id,
    }


def _author(
    world: World, account: BrandAccount, request: Mapping[str, Any]
) -> PracticePerson | BrandAccount:
    """The author of an action; raises ValueError for a person whom the account blocked."""
    author = request.get("as")
    if author == "brand":
        return account
    if author:
        person: PracticePerson = _node(world, author, (PracticePerson,))
        if person in person.account.blocked:
            raise ValueError(f"{person.name} is blocked and cannot write")
        return person
    return world.add_person(account, request.get("name", ""))


def _node(world: World, node_id: str, kinds: tuple[type, ...]) -> Any:
    node = world.nodes.get(node_id)
    if not isinstance(node, kinds):
        raise KeyError(f"no {' or '.join(kind.__name__ for kind in kinds)} has id {node_id}")
    return node
