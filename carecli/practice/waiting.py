"""Who is unanswered on the practice platform: the truth that carecli's waits must meet."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.practice.world import Comment, Message, World


def waiting(world: World) -> list[dict[str, object]]:
    """`{thread, account, point, since (ms), author}` of each contact nobody answered yet.

    In a comment thread a reply of the brand answers the people it names, else the author of the
    top-level comment, and who that is not, everybody before it. Hidden comments wait no longer.
    """
    found: list[dict[str, object]] = []
    for account in world.accounts.values():
        for conversation in account.conversations:
            first = _first_unanswered(conversation.messages)
            if first is not None:
                found.append(_told(conversation.id, account.key, "dm", first))
        posts = [*account.posts, *(rating.story for rating in account.ratings)]
        for post in posts:
            point = "ad" if post.is_dark else "comment"
            for root in post.toplevel:
                found += [_told(root.id, account.key, point, one) for one in _unanswered(root)]
    return found


def _first_unanswered(messages: list[Message]) -> Message | None:
    first: Message | None = None
    for message in messages:
        if message.is_ours:
            first = None
        elif first is None:
            first = message
    return first


def _unanswered(root: Comment) -> Iterator[Comment]:
    open_: dict[str, Comment] = {}
    for comment in (root, *root.replies):
        if not comment.is_ours:
            if not comment.is_hidden and comment.private_reply is None:
                open_.setdefault(comment.author.id, comment)
            continue
        named = [key for key, one in open_.items() if _names(comment.text, one)]
        for key in named or list(open_):
            open_.pop(key)
    yield from open_.values()


def _names(text: str, comment: Comment) -> bool:
    author = comment.author
    name = (
        author.username if comment.account.platform == "instagram" else getattr(author, "name", "")
    )
    return bool(name) and name in text


def _told(thread: str, account: str, point: str, first: Comment | Message) -> dict[str, object]:
    return {
        "thread": thread,
        "account": account,
        "point": point,
        "since": first.created,
        "author": first.author.id,
        "text": first.text,
    }
