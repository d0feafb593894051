"""Lists unanswered contacts on the practice platform, which carecli's waits must equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from carecli.practice.nodes import Comment, Message, Post
from carecli.practice.world import World


def waiting(world: World) -> list[dict[str, object]]:
    """`{thread, account, point, since (ms), author, person, text}` of each contact nobody answered.

    `author` is the id under posts, `person` the one for private messages.

    In a comment thread a reply of the brand answers the people it names, else the author of what
    it was written under, which the platform's API does not always tell. Hidden comments wait no
    longer.
    What somebody posted on the page, or tagging it, and a rating are threads of their own.
    """
    threads: list[dict[str, object]] = []
    for account in world.accounts.values():
        for conversation in account.conversations:
            first = _first_unanswered(conversation.messages)
            if first is not None:
                threads.append(_entry(world, conversation.id, account.key, "dm", first))
        for post in account.posts:
            if post.author is not account:
                point = "mention" if post.kind == "tagged" else "comment"
                threads += _guest(world, post, account.key, point)
                continue
            point = "ad" if post.is_dark else "comment"
            for root in post.toplevel:
                waits = _unanswered((root, *root.replies))
                threads += [_entry(world, root.id, account.key, point, wait) for wait in waits]
        for rating in account.ratings:
            threads += _guest(world, rating.story, account.key, "review")
    return threads


def _first_unanswered(messages: list[Message]) -> Message | None:
    first: Message | None = None
    for message in messages:
        if message.is_ours:
            first = None
        elif first is None:
            first = message
    return first


def _guest(world: World, post: Post, account: str, point: str) -> list[dict[str, object]]:
    waits = _unanswered((post, *post.stream))
    return [_entry(world, post.id, account, point, wait) for wait in waits]


def _unanswered(items: Iterable[Post | Comment]) -> Iterator[Post | Comment]:
    open_: dict[str, Post | Comment] = {}
    for item in items:
        if item.author is not item.account:
            done = isinstance(item, Comment) and (item.is_hidden or item.private_reply)
            if not done:
                open_.setdefault(item.author.id, item)
            continue
        named = [key for key, comment in open_.items() if _names(item.text, comment)]
        for key in named or [_answered(item)]:
            open_.pop(key, None)
    yield from open_.values()


def _answered(item: Post | Comment) -> str:
    """The person a comment of the brand answers; an answer to its own goes on to the same one."""
    while isinstance(item, Comment) and item.answers is not None:
        item = item.answers
        if item.author is not item.account:
            return item.author.id
    return ""


def _names(text: str, item: Post | Comment) -> bool:
    author = item.author
    shown = "username" if item.account.platform == "instagram" else "name"
    name = getattr(author, shown, "")
    return bool(name) and name in text


def _entry(
    world: World, thread: str, account: str, point: str, first: Post | Comment | Message
) -> dict[str, object]:
    return {
        "thread": thread,
        "account": account,
        "point": point,
        "since": first.created,
        "author": first.author.id,
        "person": getattr(first.author, "scoped_id", first.author.id),
        "text": first.text,
        "topic": world.topics.get(thread, ""),
    }
