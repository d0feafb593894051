"""Single actions of people on the practice platform, for tests and scripted scenes."""

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


def act(world: World, told: Mapping[str, Any]) -> dict[str, object]:
    """Let somebody do one thing now. `told["act"]` is one of `ACTS`; raises KeyError or ValueError.

    - comment: `on` (post or comment id), `text`; `as` a person's id, a new `name`, or "brand"
    - message: `account` (key) or `to` (conversation id), `text`; `as` likewise
    - edit: `id`, `text` · delete: `id` · hide: `id`, `hidden` (what the brand does in its own app)
    - post: `account`, `text`, `kind` (post, ad, visitor, tagged); `as` or `name` for visitors
    - rate: `account`, `text`, `positive`; `as` or `name`
    """
    match told["act"]:
        case "comment":
            target = _node(world, told["on"], (Post, Comment))
            author = _author(world, target.account, told)
            made = world.add_comment(target, author, told["text"], world.clock())
            return {"id": made.id, "author": getattr(author, "scoped_id", author.id)}
        case "message":
            return _message(world, told)
        case "edit":
            world.edit(_node(world, told["id"], (Comment, Message)), told["text"])
            return {"id": told["id"]}
        case "delete":
            match _node(world, told["id"], (Comment, Message, Post)):
                case Comment() as comment:
                    world.delete_comment(comment)
                case Message() as message:
                    world.unsend(message)
                case post:
                    world.delete_post(post)
            return {"id": told["id"]}
        case "hide":
            comment = _node(world, told["id"], (Comment,))
            world.hide(comment, on=bool(told.get("hidden", True)))
            return {"id": told["id"]}
        case "post":
            account = world.accounts[told["account"]]
            kind = told.get("kind", "post")
            author = account if kind in {"post", "ad"} else _author(world, account, told)
            post = world.add_post(account, told["text"], world.clock(), kind=kind, author=author)
            return {"id": post.id}
        case "rate":
            page = world.accounts[told["account"]]
            author = _author(world, page, told)
            if not isinstance(author, PracticePerson):
                raise TypeError("only a person rates a page")
            positive = bool(told.get("positive", True))
            rating = world.rate(page, author, told["text"], world.clock(), is_positive=positive)
            return {"id": rating.story.id}
        case other:
            raise ValueError(f"no act is called {other}; there are {', '.join(ACTS)}")


def _message(world: World, told: Mapping[str, Any]) -> dict[str, object]:
    if "to" in told:
        conversation = _node(world, told["to"], (PracticeConversation,))
        author = conversation.account if told.get("as") == "brand" else conversation.person
        if author in conversation.account.blocked:
            raise ValueError(f"{conversation.person.name} is blocked and cannot write")
    else:
        author = _author(world, world.accounts[told["account"]], told)
        if not isinstance(author, PracticePerson):
            raise ValueError("a brand writes only into a conversation: say `to`")
        conversation = world.conversation_with(author)
    attachment = told.get("attachment", "")
    made = world.add_message(
        conversation, author, told["text"], world.clock(), attachment=attachment
    )
    return {"id": made.id, "conversation": conversation.id, "author": conversation.person.scoped_id}


def _author(
    world: World, account: BrandAccount, told: Mapping[str, Any]
) -> PracticePerson | BrandAccount:
    """Who writes; raises ValueError for somebody whom the account blocked."""
    known = told.get("as")
    if known == "brand":
        return account
    if known:
        person: PracticePerson = _node(world, known, (PracticePerson,))
        if person in person.account.blocked:
            raise ValueError(f"{person.name} is blocked and cannot write")
        return person
    return world.add_person(account, told.get("name", ""))


def _node(world: World, node_id: str, kinds: tuple[type, ...]) -> Any:
    node = world.nodes.get(node_id)
    if not isinstance(node, kinds):
        raise KeyError(f"no {' or '.join(kind.__name__ for kind in kinds)} has id {node_id}")
    return node
