"""Ids of the Graph API: two spellings become one canonical form.

A comment is `{post}_{comment}` or `{comment}`, whichever edge or webhook tells of it; canonical is
the part after the last underscore. A post keeps its full spelling `{page}_{post}`.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

PRIVATE = "dm:"


def canonical(address: str) -> str:
    """The part of a comment's or post's id that is the same in every spelling."""
    return address.rpartition("_")[2]


def canonical_message(mid: str) -> str:
    """A private message's id: the API says `m_mid.1:2` where old webhooks say `mid.1:2`."""
    return mid[2:] if mid.startswith("m_mid.") else mid


def private_thread(contact: str) -> str:
    """The key of the private conversation with a person, known to the API and to webhooks."""
    return PRIVATE + contact


def contact_of(thread: str) -> str:
    """The person behind a private conversation's key; empty for another kind of thread."""
    return thread[len(PRIVATE) :] if thread.startswith(PRIVATE) else ""


def full_post(page: str, address: str) -> str:
    """The full id of the post a comment with this address hangs under, or empty."""
    prefix = address.rpartition("_")[0]
    if not prefix or "_" in prefix:
        return prefix
    return f"{page}_{prefix}" if page else prefix


def comment_in_link(permalink: str) -> tuple[str, str]:
    """The comment a permalink leads to, as (canonical id, canonical id of its parent or empty).

    Ids are withheld where only public access was granted, yet the link names them.
    """
    try:
        query = parse_qs(urlsplit(permalink).query)
    except ValueError:
        return "", ""
    top = query.get("comment_id", [""])[0]
    reply = query.get("reply_comment_id", [""])[0]
    return (canonical(reply), canonical(top)) if reply else (canonical(top), "")


def post_in_link(permalink: str) -> str:
    """The full id of the post in `https://…/{page}/posts/{post}/?…`, or empty."""
    try:
        parts = [part for part in urlsplit(permalink).path.split("/") if part]
    except ValueError:
        return ""
    match parts:
        case [page, "posts", post] if page.isdigit() and post.isdigit():
            return f"{page}_{post}"
        case _:
            return ""
