"""The practice platform's objects: accounts, people, posts, comments, conversations.

All moments are milliseconds since 1970 UTC. Lists are kept in order of time, so that a page
of any of them is found by bisection.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from carecli.domain.model import Millis

SCOPES = (
    "pages_show_list",
    "business_management",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
    "instagram_basic",
    "instagram_manage_comments",
    "instagram_manage_messages",
    "instagram_manage_engagement",
    "ads_read",
)
"""Every permission there is here."""


@dataclass(slots=True, eq=False)
class App:
    """The app whose tokens call: what it was granted, and what Meta knows of it.

    Moments are ms; None: never. `is_live` is what webhooks want, `is_advanced` (Advanced Access)
    what webhooks of Instagram comments want.
    """

    granted: set[str] = field(default_factory=lambda: set(SCOPES))
    is_live: bool = True
    is_advanced: bool = True
    wants_proof: bool = False
    """Whether each call must carry `appsecret_proof`."""
    token_ends: Millis | None = None
    data_access_ends: Millis | None = None
    refused: set[str] = field(default_factory=set)
    """Tokens that are worth nothing any more."""


@dataclass(slots=True, eq=False)
class BrandAccount:
    """A connected Facebook page or Instagram profile of a brand."""

    key: str
    brand: str
    platform: str
    """`facebook` or `instagram`."""
    title: str
    id: str
    username: str
    language: str
    token: str
    partner: BrandAccount | None = None
    """The Instagram profile of a page, and the page of a profile."""
    followers: int = 0
    posts: list[Post] = field(default_factory=list)
    conversations: list[PracticeConversation] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    blocked: list[PracticePerson] = field(default_factory=list)
    subscribed: tuple[str, ...] = ()
    in_portfolio: bool = False
    """Whether a business portfolio owns it: then it is listed with `business_management` only."""
    is_others: bool = False
    """Somebody else's: no token of ours rules it."""
    is_closed: bool = False
    """Somebody else's that our app may not see."""

    @property
    def page(self) -> BrandAccount:
        """The page whose token rules this account."""
        return self if self.platform == "facebook" or self.partner is None else self.partner

    @property
    def account(self) -> BrandAccount:
        """Itself: every node tells its account."""
        return self


@dataclass(slots=True, eq=False)
class PracticePerson:
    """Somebody who writes to an account.

    Facebook gives one person two ids: `id` under posts, `scoped_id` in Messenger.
    """

    account: BrandAccount
    id: str
    scoped_id: str
    """PSID or IGSID: the address for private messages."""
    name: str
    username: str
    is_nameless: bool = False
    """The platform keeps `from` back."""
    is_reachable: bool = True
    conversation: PracticeConversation | None = None


Author = PracticePerson | BrandAccount


@dataclass(slots=True, eq=False)
class Post:
    """What comments hang under: kind is post, ad, visitor, tagged, story (of a rating)."""

    account: BrandAccount
    id: str
    kind: str
    author: Author
    text: str
    created: Millis
    updated: Millis
    serial: int
    likes: int = 0
    shares: int = 0
    allows_comments: bool = True
    private_reply: PracticeConversation | None = None
    hides_likes: bool = False
    toplevel: list[Comment] = field(default_factory=list)
    stream: list[Comment] = field(default_factory=list)

    @property
    def is_dark(self) -> bool:
        """Used in ads only, and on no timeline."""
        return self.kind == "ad"


@dataclass(slots=True, eq=False)
class Comment:
    """A comment, or a reply under a top-level one. `attachment` is sticker, photo, gif or empty.

    `answers` is what it was written under, which the platform itself does not tell.
    """

    account: BrandAccount
    id: str
    post: Post
    author: Author
    text: str
    created: Millis
    serial: int
    parent: Comment | None = None
    answers: Post | Comment | None = None
    attachment: str = ""
    is_hidden: bool = False
    is_liked: bool = False
    likes: int = 0
    private_reply: PracticeConversation | None = None
    replies: list[Comment] = field(default_factory=list)

    @property
    def is_ours(self) -> bool:
        """Whether the brand wrote it."""
        return self.author is self.account

    @property
    def root(self) -> Comment:
        """The top-level comment of its thread."""
        return self if self.parent is None else self.parent


@dataclass(slots=True, eq=False)
class Message:
    """A private message. `metadata` came with the send; only a webhook would give it back.

    `attachment` is photo, video, audio, sticker, unsupported, story_mention, story_reply or empty.
    """

    account: BrandAccount
    id: str
    conversation: PracticeConversation
    author: Author
    text: str
    created: Millis
    serial: int
    attachment: str = ""
    reply_to: str = ""
    metadata: str = ""

    @property
    def story(self) -> str:
        """The address of the story that the message mentions us in, or answers; empty: none."""
        is_story = self.attachment in ("story_mention", "story_reply")
        return f"https://cdn.example.com/story/{self.serial}.mp4" if is_story else ""

    @property
    def is_ours(self) -> bool:
        """Whether the brand wrote it."""
        return self.author is self.account


@dataclass(slots=True, eq=False)
class PracticeConversation:
    """All private messages between an account and a person."""

    account: BrandAccount
    id: str
    person: PracticePerson
    serial: int
    updated: Millis = 0
    unread: int = 0
    messages: list[Message] = field(default_factory=list)

    @property
    def created(self) -> Millis:
        """Conversations are ordered by their newest message."""
        return self.updated

    @property
    def last_inbound(self) -> Millis | None:
        """When the person last wrote; None if they never did."""
        return next((m.created for m in reversed(self.messages) if not m.is_ours), None)


@dataclass(slots=True, eq=False)
class Rating:
    """A recommendation of a page; replies to it are comments under its story."""

    account: BrandAccount
    id: str
    person: PracticePerson
    text: str
    is_positive: bool
    created: Millis
    serial: int
    story: Post


Node = BrandAccount | PracticePerson | Post | Comment | PracticeConversation | Message


def moment(item: Post | Comment | Message | PracticeConversation | Rating) -> tuple[int, int]:
    """The place of a thing in time: its moment, and a serial number among equals."""
    return (item.created, item.serial)
