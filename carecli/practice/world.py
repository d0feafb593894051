"""What can happen on the practice platform: somebody writes, edits, deletes.

Nothing here knows HTTP or the Graph API.
"""

from __future__ import annotations

import itertools
from bisect import insort
from collections.abc import Callable
from functools import cached_property
from random import Random

from carecli.domain.model import DAY, Millis
from carecli.practice.nodes import (
    App,
    Author,
    BrandAccount,
    Comment,
    Message,
    Node,
    Post,
    PracticeConversation,
    PracticePerson,
    Rating,
    moment,
)
from carecli.practice.people import full_name, username

PRIVATE_REPLY_WITHIN: Millis = 7 * DAY
Listener = Callable[[Comment | Message], None]
Watched = Comment | Message | Post | Rating
Watcher = Callable[[str, Watched], None]
"""Called with an action (add, edited, remove, hide, unhide) and the object of the action."""


class World:
    """The whole state of the platform.

    `listeners` are called with everything the brand writes, `watchers` with every action.
    """

    def __init__(self, clock: Callable[[], Millis], seed: int = 1) -> None:
        self.clock = clock
        self.app = App()
        self.random = Random(f"world-{seed}")
        self.accounts: dict[str, BrandAccount] = {}
        self.nodes: dict[str, Node] = {}
        self.listeners: list[Listener] = []
        self.watchers: list[Watcher] = []
        self.topics: dict[str, str] = {}
        """The topics of comments, posts and conversations by id: complaint, reaction, …"""
        self.grants_public_access = True
        """Whether our app was granted Page Public Content Access."""
        self.make_others: Callable[[], World] | None = None
        self._serials = itertools.count(1)

    @cached_property
    def others(self) -> World | None:
        """The world of other brands' pages and profiles, created on first use."""
        return self.make_others() if self.make_others is not None else None

    # who

    def add_account(self, account: BrandAccount) -> BrandAccount:
        """Connect a page or a profile."""
        self.accounts[account.key] = account
        self.nodes[account.id] = account
        return account

    def add_person(
        self, account: BrandAccount, name: str = "", *, nameless: bool = False
    ) -> PracticePerson:
        """Add a new person who writes to `account`."""
        name = name or full_name(self.random, account.language)
        scoped = self._number(16)
        is_facebook = account.platform == "facebook"
        person = PracticePerson(
            account=account,
            id=self._number(16) if is_facebook else scoped,
            scoped_id=scoped,
            name=name,
            username=username(self.random, name, account.language),
            is_nameless=nameless and is_facebook,
        )
        self.nodes[person.scoped_id] = self.nodes[person.id] = person
        return person

    # in public

    def add_post(
        self,
        account: BrandAccount,
        text: str,
        at: Millis,
        *,
        kind: str = "post",
        author: Author | None = None,
        likes: int = 0,
    ) -> Post:
        """Publish a post, by default of the brand."""
        number = self._number(17, "17") if account.platform == "instagram" else self._number(15)
        plain = account.platform == "instagram" or kind == "story"
        post = Post(
            account=account,
            id=number if plain else f"{account.id}_{number}",
            kind=kind,
            author=author or account,
            text=text,
            created=at,
            updated=at,
            serial=next(self._serials),
            likes=likes,
            shares=likes // 9,
        )
        self.nodes[post.id] = post
        if kind != "story":
            insort(account.posts, post, key=moment)
            self._notify_watchers("add", post)
        return post

    def add_comment(
        self,
        target: Post | Comment,
        author: Author,
        text: str,
        at: Millis,
        *,
        attachment: str = "",
    ) -> Comment:
        """Add a comment under a post or comment; an answer to a reply goes under the top one."""
        post = target if isinstance(target, Post) else target.post
        parent = target.root if isinstance(target, Comment) else None
        number = self._number(16)
        instagram = post.account.platform == "instagram"
        short_post = post.id.rpartition("_")[2]
        comment = Comment(
            account=post.account,
            id=self._number(17, "17") if instagram else f"{short_post}_{number}",
            post=post,
            author=author,
            text=text,
            created=at,
            serial=next(self._serials),
            parent=parent,
            answers=target,
            attachment=attachment,
        )
        insort(post.stream, comment, key=moment)
        insort(post.toplevel if parent is None else parent.replies, comment, key=moment)
        post.updated = max(post.updated, at)
        self.nodes[comment.id] = comment
        if not instagram:
            self.nodes[number] = comment
        self._announce(comment)
        return comment

    def edit(self, item: Comment | Message, text: str) -> None:
        """Change the text of a comment or message."""
        item.text = text
        self._notify_watchers("edited", item)

    def hide(self, comment: Comment, *, on: bool) -> None:
        """Hide a comment, or show it again."""
        comment.is_hidden = on
        self._notify_watchers("hide" if on else "unhide", comment)

    def delete_comment(self, comment: Comment) -> None:
        """Remove a comment with its replies."""
        self._notify_watchers("remove", comment)
        for item in (*comment.replies, comment):
            item.post.stream.remove(item)
            self.nodes.pop(item.id, None)
            self.nodes.pop(item.id.rpartition("_")[2], None)
        siblings = comment.post.toplevel if comment.parent is None else comment.parent.replies
        siblings.remove(comment)

    def delete_post(self, post: Post) -> None:
        """Remove a post with all its comments."""
        for comment in list(post.toplevel):
            self.delete_comment(comment)
        self._notify_watchers("remove", post)
        post.account.posts.remove(post)
        del self.nodes[post.id]

    def rate(
        self,
        page: BrandAccount,
        person: PracticePerson,
        text: str,
        at: Millis,
        *,
        is_positive: bool,
    ) -> Rating:
        """Add a positive or negative recommendation of the page."""
        story = self.add_post(page, text, at, kind="story", author=person)
        rating = Rating(
            page, self._number(15), person, text, is_positive, at, next(self._serials), story
        )
        insort(page.ratings, rating, key=moment)
        self._notify_watchers("add", rating)
        return rating

    # in private

    def conversation_with(self, person: PracticePerson) -> PracticeConversation:
        """The conversation of a person with their account, created if missing."""
        if person.conversation is not None:
            return person.conversation
        number = self._number(16)
        conversation = PracticeConversation(
            account=person.account,
            id=f"t_{number}" if person.account.platform == "facebook" else f"aWdfZAG06{number}",
            person=person,
            serial=next(self._serials),
        )
        person.conversation = conversation
        person.account.conversations.append(conversation)
        self.nodes[conversation.id] = conversation
        return conversation

    def add_message(
        self,
        conversation: PracticeConversation,
        author: Author,
        text: str,
        at: Millis,
        *,
        attachment: str = "",
        reply_to: str = "",
        metadata: str = "",
    ) -> Message:
        """Add a private message."""
        prefix = "m_" if conversation.account.platform == "facebook" else "aWdfZAG1faXRlbToxOk"
        message = Message(
            account=conversation.account,
            id=prefix + self._letters(28),
            conversation=conversation,
            author=author,
            text=text,
            created=at,
            serial=next(self._serials),
            attachment=attachment,
            reply_to=reply_to,
            metadata=metadata,
        )
        insort(conversation.messages, message, key=moment)
        conversation.updated = max(conversation.updated, at)
        conversation.unread = 0 if message.is_ours else conversation.unread + 1
        self.nodes[message.id] = message
        self._announce(message)
        return message

    def unsend(self, message: Message) -> None:
        """Remove a private message that its author took back."""
        self._notify_watchers("remove", message)
        conversation = message.conversation
        conversation.messages.remove(message)
        if not message.is_ours:
            conversation.unread = max(0, conversation.unread - 1)
        del self.nodes[message.id]

    def allows_private_reply(self, item: Comment | Post) -> bool:
        """Whether it can be answered privately: once per comment or visitor's post, for 7 days."""
        return (
            isinstance(item.author, PracticePerson)
            and item.private_reply is None
            and self.clock() - item.created <= PRIVATE_REPLY_WITHIN
        )

    # random values, reproducible by the seed

    def _number(self, digits: int, start: str = "") -> str:
        while True:
            rest = digits - len(start)
            number = start + str(self.random.randrange(10 ** (rest - 1), 10**rest))
            if number not in self.nodes:
                return number

    def _letters(self, length: int) -> str:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return "".join(self.random.choices(alphabet, k=length))

    def _notify_watchers(self, action: str, item: Watched) -> None:
        for watcher in self.watchers:
            watcher(action, item)

    def _announce(self, item: Comment | Message) -> None:
        self._notify_watchers("add", item)
        if item.is_ours:
            for listener in self.listeners:
                listener(item)
