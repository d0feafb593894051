"""Every configuration key with its default and its meaning.

The paragraph under a field is the documentation of its key: `docs/configuration.md` is made of
them, and an error shows the first sentence. Keys left out keep the default, also one by one
within a section.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from carecli.config.hours import CalendarSettings
from carecli.config.profiles import CompetitorSettings
from carecli.config.reports import ReportSettings
from carecli.config.teamwork import (
    EscalationSettings,
    HookSettings,
    ModeratorSettings,
    TeamSettings,
)
from carecli.config.values import Duration, Interval, Moment, SecretPlace, Zone
from carecli.domain.model import DAY, HOUR, MINUTE, SECOND, Colour, ContactPoint
from carecli.domain.queue import PRESSING_PART, PRESSING_TIME

OrderKey = Literal[
    "pressing", "red", "campaign", "point", "colour", "deadline", "oldest", "newest", "waiting"
]
"""The words of an order: what sorts threads into groups, and a time as the last."""


SortKey = Literal["queue", "deadline", "oldest", "newest", "waiting"]
"""What a list can be sorted by."""


class BrandSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A brand: what channels belong to."""

    title: str = ""
    """The name shown on screen. Left out, the brand's key is shown."""

    language: str = ""
    """The language its customers mostly write in, e.g. `es`. Snippets in it come first."""


class ChannelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One connected account on one platform: a page, a profile, a room."""

    platform: str
    """Which connector serves it: `facebook`, `instagram`, `matrix`, `mail`, `manual`, or one an
    installed package brings."""

    brand: str = ""
    """The brand it belongs to, by key. Needed when there are several brands; with one brand it is
    that one, and with none the channel is a brand of its own."""

    title: str = ""
    """The name shown on screen, e.g. `La Roche-Posay MX`. Left out, the channel's key is shown."""

    account: str = ""
    """The platform's own id of the account: the page id, the Instagram user id, the Matrix user id.
    It stays as typed, leading zeros and all."""

    base_url: str = ""
    """Another address of the platform's API than the connector's usual one: the home server of a
    Matrix account, a proxy, the practice platform."""

    api_version: str = ""
    """The version of the platform's API, e.g. `v27.0`. Left out, the one the connector was written
    for."""

    token: SecretPlace = SecretPlace("keyring")
    """Where the access token is: `keyring` (stored by `carecli init` or `carecli token`,
    under the channel's key), `keyring:NAME`, `env:VARIABLE`, or `file:PATH` of a file only you can
    read (mode 0600). The token itself never stands in the configuration."""

    secret: SecretPlace | None = None
    """Where the app secret is, in the same way, for platforms that want calls signed with it."""

    language: str = ""
    """The language people mostly write in here, e.g. `pl`. Left out, the brand's."""

    also: tuple[str, ...] = ()
    """Languages some people write in here too, e.g. `[en]`: then a message is taken to be in one of
    these or in `language`. Left out, in any that can be told apart."""

    colour: Colour | None = None
    """The colour every new thread here begins with, e.g. `red` for what another team reports. Rules
    and people may change it."""

    safety: bool = False
    """Whether every new thread here carries the safety flag until a person looked."""

    options: dict[str, str] = {}
    """Settings of this platform only; its connector's documentation names them."""


class ColourSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a colour means."""

    within: Duration
    """How soon a contact must have been answered, e.g. `24h`. Counted from the first unanswered
    message."""

    team: str
    """The team that answers threads of this colour, by key."""

    clock: str = "always"
    """Which hours count: `always` for every hour of every day, or a calendar by key."""

    guidance: str = ""
    """How such a thread is answered, e.g. `Say sorry, promise nothing`: a sentence that stands
    above the reply while it is written."""

    snippets: tuple[str, ...] = ()
    """Saved replies, by name, that are offered first for this colour."""

    answer: Literal["here", "private"] = "here"
    """How a reply begins: `here`, in the thread itself, or `private`, where a comment can be
    answered privately. Whoever writes may change it (`ctrl-r`)."""


class ProtocolSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The response protocol: colours with deadlines, teams and clocks."""

    green: ColourSettings = ColourSettings(within=Duration(24 * HOUR), team="care")
    """Questions, thanks and chat."""

    yellow: ColourSettings = ColourSettings(within=Duration(6 * HOUR), team="specialists")
    """Complaints and negative comments."""

    red: ColourSettings = ColourSettings(within=Duration(2 * HOUR), team="communication")
    """Crises, adverse reactions, press and lawyers."""


class QueueSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The order of the queue."""

    order: tuple[OrderKey, ...] = ("pressing", "red", "campaign", "point", "colour", "deadline")
    """What comes first, then what among equals, and so on. `pressing` (overdue, or little time is
    left) and `red` put threads before all others, red ones first, then by deadline. `campaign`
    (those that jump the queue), `point` (the kind of place) and `colour` (red, yellow, green) sort
    the rest. The last word is `deadline`; `oldest`, `newest` and `waiting` (longest waiting first)
    stand alone."""

    pressing_time: Duration = Duration(PRESSING_TIME)
    """A thread is pressing when no more time than this is left to answer it, or less: see
    `pressing_part`."""

    pressing_part: int = PRESSING_PART
    """A thread is not pressing before this part of what its colour allows is left: 3 means a third,
    so with `within: 1h` the last 20 minutes."""

    points: tuple[ContactPoint, ...] = (
        ContactPoint.PRIVATE_MESSAGE,
        ContactPoint.COMMENT,
        ContactPoint.AD_COMMENT,
    )
    """The contact points in the order that `point` means; those left out come after."""


class ViewSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A saved filter with an order, for everybody."""

    filter: str
    """What it shows, in the filter language, e.g. `is:waiting colour:red,yellow`; best between
    single quotes."""

    title: str = ""
    """The name shown on screen. Left out, the view's key is shown."""

    sort: SortKey = "queue"
    """The order: `queue` is the one under `queue.order`, the others are plain times."""

    order: tuple[OrderKey, ...] = ()
    """An order of its own, in the words of `queue.order`, e.g. `[pressing, colour, deadline]`. It
    goes before `sort`."""


class CampaignSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A contest or promotion with a period and posts."""

    title: str = ""
    """The name shown on screen. Left out, the campaign's key is shown."""

    posts: tuple[str, ...] = ()
    """The platform's ids of the posts that belong to it."""

    since: Moment | None = msgspec.field(default=None, name="from")
    """The first day or minute, e.g. `2026-12-01` or `2026-12-01 09:00`, in `inbox.zone`. Left out:
    always."""

    until: Moment | None = None
    """The day or minute it is over; that moment no longer belongs to it. Left out: never."""

    boost: bool = False
    """Whether its threads jump the queue while it runs."""


class ThemeOfMessagesSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What messages are about: packaging, price, delivery."""

    title: str = ""
    """The name shown on screen and in reports. Left out, the theme's key is shown."""


class SendingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How replies leave."""

    grace: Duration = Duration(5 * SECOND)
    """How long a reply waits before it is sent, so that it can be undone. `0s` sends at once."""

    public_gap: Duration = Duration(10 * SECOND)
    """How far apart the public replies of one batch go out on a channel, so that a hundred equal
    answers do not look like a machine's. `0s`: at the pace the platform takes."""


class InboxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the inbox looks and listens."""

    compact: bool = False
    """One line a thread instead of two."""

    plain: bool = False
    """Plain lines instead of the screen, for screen readers and dumb terminals: what `--plain`
    asks for once."""

    zone: Zone | None = None
    """The time zone of shown times and of dates in filters. Left out, the system's."""

    keys: dict[str, tuple[str, ...]] = {}
    """Other keys than the usual ones: an action's name and all its keys, e.g.
    `thread.done: [d, ctrl-x]`. The help (`?`) and docs/keys.md name the actions."""


class AlertSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is told while the inbox is open: reds that come, deadlines of mine that are near.

    Each is told once, by one inbox of a moderator; what was there at the start, and what is
    somebody else's, is not told.
    """

    by: Literal["auto", "terminal", "desktop", "both", "bell", "off"] = "auto"
    """How: `terminal` (its own notifications where it has them, else the bell), `desktop`
    (`notify-send`, or macOS's own, else the bell), `both`, only the `bell`, or `off`. `auto` is the
    terminal's own, else the desktop's, else the bell."""

    due: Duration = Duration(15 * MINUTE)
    """How near the deadline of a thread assigned to me must be. `0s` never tells."""

    text: bool = True
    """Whether the contact's name and words are shown, or only how many there are: for screens that
    others see."""

    quiet: tuple[Interval, ...] = ()
    """Hours without, in `inbox.zone`, e.g. `[22:00-06:00]`."""


class ThemeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The colours of the screen. A letter and a shape stand beside every colour in any case."""

    palette: Literal["auto", "dark", "light", "contrast", "16", "none"] = "auto"
    """`dark`, `light`, `contrast` (white on black, 7:1 and more), `16` for the terminal's own
    sixteen colours, `none`, or `auto`, which asks the terminal. Where the variable `NO_COLOR` is
    set, there are none."""

    colours: dict[str, str] = {}
    """Colours of one's own in the palette named, by role: `text`, `strong`, `dim`, `accent`,
    `brand`, `key`, `red`, `yellow`, `green`, `on` (text on a badge), and the surfaces `base`,
    `panel`, `head`, `select`, `theirs`, `ours`, `field`. A colour is `"#ff9e64"`, in quotes; in the
    palette `16` it is `terminal` or a name such as `red` or `bright-red`. `carecli config check`
    names text that does not stand out from what it is on (less than 4.5:1)."""


class EngineSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The process that talks with the platforms."""

    fastest: Duration | None = None
    """The shortest time between two pulls of one kind of thing on one channel, kept while people
    write, e.g. `15s`. Left out, the connector's own."""

    slowest: Duration | None = None
    """The longest time between two pulls, reached after a long silence, e.g. `5m`; for what is
    pulled more seldom in any case, it changes nothing. Left out, the connector's own."""

    listen: str = ""
    """Where webhooks are received, e.g. `127.0.0.1:8765`, behind a reverse proxy or a tunnel that
    speaks HTTPS. Left out, nothing listens and platforms are only polled."""

    verify_token: SecretPlace | None = None
    """Where the word is that Meta repeats when the webhook is registered; you choose it."""

    keep_raw: Duration = Duration(30 * DAY)
    """How long payloads are kept as the platform sent them, to look into and to read again."""

    keep_people: Duration | None = None
    """How long people are kept who write nothing any more and wait for nothing, e.g. `730d`: after
    that they are forgotten as `carecli forget` does, and every count stays. Left out: for ever."""

    suggest: Literal["auto", "words", "semantic"] = "auto"
    """What colours are suggested by: `words`, or `semantic`, by the meaning, which needs
    `pip install "carecli[semantic]"`; it takes 140 MB more of memory in the engine. `auto` goes by
    the meaning where that is installed."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """A whole configuration."""

    me: str = ""
    """The moderator using this computer, by key. Left out, the variable `CARECLI_ME`, then the
    system's user name."""

    language: Literal["auto", "en", "pl", "es"] = "auto"
    """The language of the screen, of `carecli today` and `carecli handover`: English, Polish or
    Spanish, or `auto`, which asks the variables `LANGUAGE`, `LC_ALL` and `LANG`. What is typed, as
    filters are, is the same in all of them."""

    database: str = ""
    """The file everything is kept in; a relative path counts from the configuration's folder. Left
    out, `carecli.sqlite` in the user's data folder."""

    brands: dict[str, BrandSettings] = {}
    """The brands, by a short key that filters and channels use."""

    channels: dict[str, ChannelSettings] = {}
    """The connected accounts, by a short key that `channel:` in a filter takes."""

    moderators: dict[str, ModeratorSettings] = {}
    """The people who answer, by a short key. Left out, anybody who opens the inbox."""

    teams: dict[str, TeamSettings] = {}
    """The teams, by a short key. Left out, those the protocol names."""

    protocol: ProtocolSettings = ProtocolSettings()
    """The response protocol: what each colour means."""

    escalation: tuple[EscalationSettings, ...] = ()
    """What is done while a deadline comes nearer, step by step."""

    hooks: dict[str, HookSettings] = {}
    """Programs and addresses that are told what happens, by a short name."""

    calendars: dict[str, CalendarSettings] = {}
    """Working hours, by a key that a colour's `clock` can name."""

    queue: QueueSettings = QueueSettings()
    """The order of the queue."""

    macros: dict[str, tuple[str, ...]] = {}
    """Several decisions under one name, e.g. `parcel: [thread.yellow, thread.labels parcel]`. Each
    step is an action of docs/keys.md with its argument: `thread.assign NAME` or `team:NAME`,
    `thread.labels vip -spam`, `thread.done REASON`, `thread.snooze 4h`, `reply.note TEXT`,
    `reply.snippet NAME send` to send a saved reply, or last `reply.snippet NAME` to begin with it;
    or one without: the colours, `thread.flag`, `thread.wake`, `thread.reopen`, `thread.assign_me`,
    `message.hide`, `message.like`. Taken from the palette, or by a key: `inbox.keys` calls it
    `macro.parcel`."""

    views: dict[str, ViewSettings] = {}
    """Saved filters, by a short key. The first nine are reached by `g 1` to `g 9`; what a moderator
    saves on screen comes after them."""

    campaigns: dict[str, CampaignSettings] = {}
    """Contests and promotions, by a key that `campaign:` in a filter takes."""

    themes: dict[str, ThemeOfMessagesSettings] = {}
    """What messages can be about, by a key that `theme:` in a filter takes. Others can be given by
    hand; rules may only name these, if there are any."""

    competitors: dict[str, CompetitorSettings] = {}
    """Profiles of other brands, by a short key; docs/competitors.md tells what is compared. With
    any, our own pages and profiles are followed in the same way."""

    reports: dict[str, ReportSettings] = {}
    """Monthly reports that the engine makes and mails by itself, by a short name."""

    report_notes: str = "report-notes"
    """The folder of your own words about a month, a Markdown file per month and brand
    (`2026-10-vichy.md`; `2026-10.md` for all brands together), shown at the top of its report; a
    relative path counts from the configuration's folder."""

    snippets: str = "snippets"
    """The folder of saved replies; a relative path counts from the configuration's folder."""

    cards: str = "cards"
    """The folder of product cards, a Markdown file each; a relative path counts from the
    configuration's folder."""

    rules: str = "rules"
    """The folder of auto-moderation rules, YAML files as docs/rules.md tells; a relative path
    counts from the configuration's folder."""

    words: str = "words"
    """The folder of word lists that rules name, a text file each with a term a line."""

    sending: SendingSettings = SendingSettings()
    """How replies leave."""

    inbox: InboxSettings = InboxSettings()
    """How the inbox looks and listens."""

    alerts: AlertSettings = AlertSettings()
    """What is told while the inbox is open."""

    theme: ThemeSettings = ThemeSettings()
    """The colours of the screen."""

    engine: EngineSettings = EngineSettings()
    """How the platforms are asked."""
