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
"""Told of a deed (add, edited, remove, hide, unhide) and of what it was done to."""


class World:
    """Everything on the platform.

    `heard` is told of each thing the brand writes, `watchers` of each deed of anybody.
    """

    def __init__(self, clock: Callable[[], Millis], seed: int = 1) -> None:
        self.clock = clock
        self.app = App()
        self.random = Random(f"world-{seed}")
        self.accounts: dict[str, BrandAccount] = {}
        self.nodes: dict[str, Node] = {}
        self.heard: list[Listener] = []
        self.watchers: list[Watcher] = []
        self.topics: dict[str, str] = {}
        """What a comment, post or conversation is about, by its id: complaint, reaction, …"""
        self.grants_public_access = True
        """Whether our app was granted Page Public Content Access."""
        self.make_others: Callable[[], World] | None = None
        self._serials = itertools.count(1)

    @cached_property
    def others(self) -> World | None:
        """Where other brands' pages and profiles are; made when it is first asked for."""
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
        """Somebody new who writes to `account`."""
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
        """Somebody, by default the brand, publishes something."""
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
            self._watched("add", post)
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
        """Write under a post or a comment; an answer to a reply lands under the top-level one."""
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
        self._tell(comment)
        return comment

    def edit(self, item: Comment | Message, text: str) -> None:
        """Somebody changes what they wrote."""
        item.text = text
        self._watched("edited", item)

    def hide(self, comment: Comment, *, on: bool) -> None:
        """The brand hides a comment, or shows it again."""
        comment.is_hidden = on
        self._watched("hide" if on else "unhide", comment)

    def delete_comment(self, comment: Comment) -> None:
        """Remove a comment with everything under it."""
        self._watched("remove", comment)
        for one in (*comment.replies, comment):
            one.post.stream.remove(one)
            self.nodes.pop(one.id, None)
            self.nodes.pop(one.id.rpartition("_")[2], None)
        siblings = comment.post.toplevel if comment.parent is None else comment.parent.replies
        siblings.remove(comment)

    def delete_post(self, post: Post) -> None:
        """Remove a post with all its comments."""
        for comment in list(post.toplevel):
            self.delete_comment(comment)
        self._watched("remove", post)
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
        """Somebody recommends the page, or advises against it."""
        story = self.add_post(page, text, at, kind="story", author=person)
        rating = Rating(
            page, self._number(15), person, text, is_positive, at, next(self._serials), story
        )
        insort(page.ratings, rating, key=moment)
        self._watched("add", rating)
        return rating

    # in private

    def conversation_with(self, person: PracticePerson) -> PracticeConversation:
        """The one conversation of a person with their account, opened if need be."""
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
        """Write in private."""
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
        self._tell(message)
        return message

    def unsend(self, message: Message) -> None:
        """Its author takes a private message back."""
        self._watched("remove", message)
        conversation = message.conversation
        conversation.messages.remove(message)
        if not message.is_ours:
            conversation.unread = max(0, conversation.unread - 1)
        del self.nodes[message.id]

    def allows_private_reply(self, said: Comment | Post) -> bool:
        """Once per comment or visitor's post of a person, within seven days."""
        return (
            isinstance(said.author, PracticePerson)
            and said.private_reply is None
            and self.clock() - said.created <= PRIVATE_REPLY_WITHIN
        )

    # made of chance, the same from the same seed

    def _number(self, digits: int, start: str = "") -> str:
        while True:
            rest = digits - len(start)
            number = start + str(self.random.randrange(10 ** (rest - 1), 10**rest))
            if number not in self.nodes:
                return number

    def _letters(self, length: int) -> str:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return "".join(self.random.choices(alphabet, k=length))

    def _watched(self, deed: str, item: Watched) -> None:
        for watcher in self.watchers:
            watcher(deed, item)

    def _tell(self, item: Comment | Message) -> None:
        self._watched("add", item)
        if item.is_ours:
            for listener in self.heard:
                listener(item)
