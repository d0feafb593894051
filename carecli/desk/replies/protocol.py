"""Texts for replies, as the screen and the command line see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carecli.desk.conversations.rows import SnippetView
    from carecli.desk.replies.mass_reply import Addressed
    from carecli.desk.replies.rows import CardView, SnippetFinding, SnippetMade, SnippetUsage
    from carecli.domain.model import ThreadId


class ReplyService(Protocol):
    """Saved replies, product cards, and one text for many threads."""

    def snippets(self, thread: ThreadId, search: str = "") -> Sequence[SnippetView]:
        """Saved replies for a thread, best first: those its channel takes today, by their fit.

        Those meant for other contact points are left out. With a `search`, those that hold every
        word of it (letters in order are enough), best first. 2,000 snippets: about 10 ms; the
        first call reads the files and takes longer, so make one in a thread before a person waits
        for it.
        """
        ...

    def all_snippets(self, search: str = "") -> Sequence[SnippetView]:
        """Saved replies by name wherever they belong, also those no longer offered."""
        ...

    def fill(self, snippet: str, thread: ThreadId, answers: Mapping[str, str] | None = None) -> str:
        """A snippet's text for a thread, filled as far as is known; the rest stays in braces.

        Without `answers` it is the preview: what must be asked for (`SnippetView.prompts`) is seen
        as `{product?}`. With them, by prompt, that is filled too; an empty one takes its fallback.
        """
        ...

    def check_snippets(self) -> Sequence[SnippetFinding]:
        """What is wrong with the saved replies, file by file."""
        ...

    def snippet_usage(self) -> Sequence[SnippetUsage]:
        """How often each saved reply was sent, and how much it was edited; the most used first."""
        ...

    def make_snippet(
        self, name: str, thread: ThreadId, title: str = "", text: str = ""
    ) -> SnippetMade:
        """Save a reply as a snippet file: `text`, or else my newest reply in the thread.

        Names of the contact, brand, channel and moderator become placeholders, numbers and
        e-mail addresses questions. Refusal when there is no reply, or the name is taken.
        """
        ...

    def cards(self, search: str = "", thread: ThreadId | None = None) -> Sequence[CardView]:
        """Product cards that hold every word of `search`, best first; the thread's brand first."""
        ...

    def quote(self, card: str, section: str) -> str:
        """A section of a product card by its title, as plain text for the composer."""
        ...

    def address(
        self,
        threads: Sequence[ThreadId],
        text: str,
        answers: Mapping[str, str] | None = None,
        *,
        private: bool = False,
        snippet: str = "",
        draft: str = "",
    ) -> Addressed:
        """One text as a reply to each of these threads, its placeholders filled in for each.

        `answers` are to what the text asks for. Threads where nobody waits, where an answer is on
        its way, or that take none now are left out and told. Nothing is changed.
        """
        ...
