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
    """A brand, to which channels belong."""

    title: str = ""
    """The name shown on screen. The default is the brand's key."""

    language: str = ""
    """The language most of its customers write in, e.g. `es`. Snippets in that language are offered
    first."""


class ChannelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One connected account on one platform: a page, a profile, a room."""

    platform: str
    """Which connector serves it: `facebook`, `instagram`, `matrix`, `mail`, `manual`, or a
    connector from an installed package."""

    brand: str = ""
    """The brand it belongs to, by key. Required if there are several brands. If there is only one,
    that brand is used; if there is none, the channel counts as a brand of its own."""

    title: str = ""
    """The name shown on screen, e.g. `La Roche-Posay MX`. The default is the channel's key."""

    account: str = ""
    """The platform's own id of the account: the page id, the Instagram user id, the Matrix user id.
    It is kept exactly as typed, including leading zeros."""

    base_url: str = ""
    """The address of the platform's API, if it is not the usual one: the home server of a Matrix
    account, a proxy, or the practice platform."""

    api_version: str = ""
    """The version of the platform's API, e.g. `v27.0`. The default is the version the connector was
    written for."""

    token: SecretPlace = SecretPlace("keyring")
    """Where the access token is: `keyring` (stored by `carecli init` or `carecli token`, under the
    channel's key), `keyring:NAME`, `env:VARIABLE`, or `file:PATH`, a file that only you can read
    (mode 0600). Never put the token itself into the configuration."""

    secret: SecretPlace | None = None
    """Where the app secret is, written like `token`, for platforms that require signed calls."""

    language: str = ""
    """The language most people write in on this channel, e.g. `pl`. The default is the brand's
    language."""

    also: tuple[str, ...] = ()
    """Other languages that people use on this channel, e.g. `[en]`. If given, carecli assumes that
    every message is in `language` or in one of these; otherwise it chooses among all languages it
    can recognise."""

    colour: Colour | None = None
    """The colour of every new thread on this channel, e.g. `red` for cases that another team
    reports. Rules and people may change it."""

    safety: bool = False
    """Whether every new thread on this channel gets the safety flag, until a person has checked
    it."""

    options: dict[str, str] = {}
    """Settings that only this platform has; see the documentation of its connector."""


class ColourSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a colour means."""

    within: Duration
    """How soon a contact must get an answer, e.g. `24h`, counted from the first unanswered
    message."""

    team: str
    """The team that answers threads of this colour, by key."""

    clock: str = "always"
    """Which hours count: `always` (every hour of every day), or the key of a calendar."""

    guidance: str = ""
    """How to answer such a thread, e.g. `Say sorry, promise nothing`. The sentence is shown above
    the reply while you write it."""

    snippets: tuple[str, ...] = ()
    """The names of saved replies that are offered first for this colour."""

    answer: Literal["here", "private"] = "here"
    """Where a reply goes unless you change it: `here`, in the thread itself, or `private`, as a
    private message if the platform allows one for this comment. Change it with `ctrl-r` while you
    write."""


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
    """What threads are sorted by: the first word, then, among equals, the second, and so on.
    `pressing` (overdue, or little time left) and `red` put threads before all others, red ones
    first, then by deadline. `campaign` (threads that jump the queue), `point` (the contact point)
    and `colour` (red, yellow, green) sort the rest. The last word must be `deadline`. `oldest`,
    `newest` and `waiting` (longest waiting first) can only be used alone."""

    pressing_time: Duration = Duration(PRESSING_TIME)
    """A thread is pressing when this much time or less is left to answer it; see also
    `pressing_part`."""

    pressing_part: int = PRESSING_PART
    """A thread is pressing only in the last part of the time its colour allows: 3 means the last
    third, so with `within: 1h` the last 20 minutes."""

    points: tuple[ContactPoint, ...] = (
        ContactPoint.PRIVATE_MESSAGE,
        ContactPoint.COMMENT,
        ContactPoint.AD_COMMENT,
    )
    """The order of contact points that `point` sorts by. Contact points that are not listed come
    last."""


class ViewSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A saved filter with an order, for everybody."""

    filter: str
    """The filter, e.g. `is:waiting colour:red,yellow`. Put it between single quotes."""

    title: str = ""
    """The name shown on screen. The default is the view's key."""

    sort: SortKey = "queue"
    """The order: `queue` is the order set in `queue.order`; the others sort by time only."""

    order: tuple[OrderKey, ...] = ()
    """An order for this view alone, in the words of `queue.order`, e.g. `[pressing, colour,
    deadline]`. It overrides `sort`."""


class CampaignSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A contest or promotion with a period and posts."""

    title: str = ""
    """The name shown on screen. The default is the campaign's key."""

    posts: tuple[str, ...] = ()
    """The ids of its posts on the platform."""

    since: Moment | None = msgspec.field(default=None, name="from")
    """The first day or minute, e.g. `2026-12-01` or `2026-12-01 09:00`, in the time zone
    `inbox.zone`. Without it, the campaign has always been running."""

    until: Moment | None = None
    """The day or minute at which it is over; that day or minute no longer counts. Without it, the
    campaign never ends."""

    boost: bool = False
    """Whether its threads jump the queue while it runs."""


class ThemeOfMessagesSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What messages are about: packaging, price, delivery."""

    title: str = ""
    """The name shown on screen and in reports. The default is the theme's key."""


class SendingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How replies are sent."""

    grace: Duration = Duration(5 * SECOND)
    """How long carecli waits before it sends a reply, so that you can undo it. `0s` sends at
    once."""

    public_gap: Duration = Duration(10 * SECOND)
    """The time between two public replies of one batch on a channel, so that a hundred equal
    answers do not look automatic. `0s` sends them as fast as the platform allows."""


class InboxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the inbox looks, and its keys."""

    compact: bool = False
    """Show each thread on one line instead of two."""

    plain: bool = False
    """Print plain lines instead of drawing a screen, for screen readers and simple terminals.
    `--plain` does the same for one start."""

    zone: Zone | None = None
    """The time zone for the times on screen and the dates in filters. The default is the system's
    time zone."""

    keys: dict[str, tuple[str, ...]] = {}
    """Your own keys: the name of an action with all its keys, e.g. `thread.done: [d, ctrl-x]`. The
    names are in the help (`?`) and in docs/keys.md."""


class AlertSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts while the inbox is open: new red threads, and your own threads that are due soon.

    Each alert comes once, even if a moderator has several inboxes open. There is none for threads
    that were there at the start, or that are assigned to somebody else.
    """

    by: Literal["auto", "terminal", "desktop", "both", "bell", "off"] = "auto"
    """How alerts are shown: `terminal` (the terminal's notifications, or the bell if it has none),
    `desktop` (`notify-send` or the notifications of macOS, or the bell if there are none), `both`,
    `bell`, or `off`. `auto` tries the terminal, then the desktop, then the bell."""

    due: Duration = Duration(15 * MINUTE)
    """How long before the deadline of a thread assigned to you an alert comes. `0s` turns these
    alerts off."""

    text: bool = True
    """Whether an alert shows the contact's name and message. `false` shows only how many threads
    there are, for screens that others can see."""

    quiet: tuple[Interval, ...] = ()
    """Hours without alerts, in the time zone `inbox.zone`, e.g. `[22:00-06:00]`."""


class ThemeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The colours of the screen. Every colour is also shown by a letter and a shape."""

    palette: Literal["auto", "dark", "light", "contrast", "16", "none"] = "auto"
    """`dark`, `light`, `contrast` (white on black, 7:1 and more), `16` for the terminal's own
    sixteen colours, `none`, or `auto`, which asks the terminal. If the environment variable
    `NO_COLOR` is set, no colours are used."""

    colours: dict[str, str] = {}
    """Your own colours for the chosen palette, by role: `text`, `strong`, `dim`, `accent`, `brand`,
    `key`, `red`, `yellow`, `green`, `on` (text on a badge), and the surfaces `base`, `panel`,
    `head`, `select`, `theirs`, `ours`, `field`. A colour is `"#ff9e64"`, in quotes; in the palette
    `16` it is `terminal` or a name such as `red` or `bright-red`. `carecli config check` warns
    about text with too little contrast (less than 4.5:1)."""


class EngineSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The engine, which talks to the platforms."""

    fastest: Duration | None = None
    """The shortest time between two requests for the same kind of data on one channel, used while
    people are writing, e.g. `15s`. The default depends on the connector."""

    slowest: Duration | None = None
    """The longest time between two requests, reached after a long silence, e.g. `5m`. It does not
    affect data that is requested less often anyway. The default depends on the connector."""

    listen: str = ""
    """The address and port for webhooks, e.g. `127.0.0.1:8765`, behind a reverse proxy or a tunnel
    with HTTPS. Without it, carecli receives no webhooks and only polls the platforms."""

    verify_token: SecretPlace | None = None
    """Where the verify token is: a word you choose, which Meta sends back when you register the
    webhook."""

    keep_raw: Duration = Duration(30 * DAY)
    """How long the platforms' original payloads are kept, for troubleshooting and for reading them
    again."""

    keep_people: Duration | None = None
    """How long the data of people is kept who no longer write and wait for no answer, e.g. `730d`.
    After that they are erased as by `carecli forget`; all counts stay the same. Without it, data is
    kept for ever."""

    suggest: Literal["auto", "words", "semantic"] = "auto"
    """How colours are suggested: `words` compares words; `semantic` compares meanings, which needs
    `pip install "carecli[semantic]"` and 140 MB more memory in the engine. `auto` uses `semantic`
    if it is installed."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """A whole configuration."""

    me: str = ""
    """The key of the moderator who uses this computer. The default is the environment variable
    `CARECLI_ME`, then the system's user name."""

    language: Literal["auto", "en", "pl", "es"] = "auto"
    """The language of the screen, of `carecli today` and `carecli handover`: English, Polish or
    Spanish. `auto` uses the environment variables `LANGUAGE`, `LC_ALL` and `LANG`. What you type,
    such as filters, is the same in all languages."""

    database: str = ""
    """The database file. A relative path starts at the configuration's folder. The default is
    `carecli.sqlite` in the user's data folder."""

    brands: dict[str, BrandSettings] = {}
    """The brands, each under a short key that is used in filters and for channels."""

    channels: dict[str, ChannelSettings] = {}
    """The connected accounts, each under a short key, used as `channel:KEY` in filters."""

    moderators: dict[str, ModeratorSettings] = {}
    """The people who answer, each under a short key. Without any, everybody who opens the inbox is
    a moderator."""

    teams: dict[str, TeamSettings] = {}
    """The teams, each under a short key. The default is the teams that the protocol and the
    moderators name."""

    protocol: ProtocolSettings = ProtocolSettings()
    """The response protocol: what each colour means."""

    escalation: tuple[EscalationSettings, ...] = ()
    """What happens as a deadline comes nearer, step by step."""

    hooks: dict[str, HookSettings] = {}
    """Programs and web addresses that are notified of events, each under a short name."""

    calendars: dict[str, CalendarSettings] = {}
    """Working hours, each calendar under a key that can be used as the `clock` of a colour."""

    queue: QueueSettings = QueueSettings()
    """The order of the queue."""

    macros: dict[str, tuple[str, ...]] = {}
    """Several decisions under one name, e.g. `parcel: [thread.yellow, thread.labels parcel]`. Each
    step is an action from docs/keys.md. Some take an argument: `thread.assign NAME` or
    `thread.assign team:NAME`, `thread.labels vip -spam`, `thread.done REASON`, `thread.snooze 4h`,
    `reply.note TEXT`, `reply.snippet NAME send` to send a saved reply, or, as the last step,
    `reply.snippet NAME` to start a reply with it. Others take none: the colours, `thread.flag`,
    `thread.wake`, `thread.reopen`, `thread.assign_me`, `message.hide`, `message.like`. Run a macro
    from the command palette, or give it a key in `inbox.keys`, where it is called e.g.
    `macro.parcel`."""

    views: dict[str, ViewSettings] = {}
    """Saved filters, each under a short key. `g 1` to `g 9` open the first nine. Views that a
    moderator saves on screen come after these."""

    campaigns: dict[str, CampaignSettings] = {}
    """Contests and promotions, each under a key, used as `campaign:KEY` in filters."""

    themes: dict[str, ThemeOfMessagesSettings] = {}
    """What messages can be about, each theme under a key, used as `theme:KEY` in filters. People
    may also add other themes while coding. If there are any here, rules may only use these."""

    competitors: dict[str, CompetitorSettings] = {}
    """Profiles of other brands, each under a short key; see docs/competitors.md. If there are any,
    your own pages and profiles are followed in the same way."""

    reports: dict[str, ReportSettings] = {}
    """Monthly reports that the engine makes and mails automatically, each under a short name."""

    report_notes: str = "report-notes"
    """The folder with your own remarks on a month, one Markdown file per month and brand
    (`2026-10-vichy.md`; `2026-10.md` for all brands together). They are shown at the top of the
    report. A relative path starts at the configuration's folder."""

    snippets: str = "snippets"
    """The folder with saved replies. A relative path starts at the configuration's folder."""

    cards: str = "cards"
    """The folder with product cards, one Markdown file each. A relative path starts at the
    configuration's folder."""

    rules: str = "rules"
    """The folder with auto-moderation rules, YAML files as described in docs/rules.md. A relative
    path starts at the configuration's folder."""

    words: str = "words"
    """The folder with the word lists that rules use, one text file each, with one term per line."""

    sending: SendingSettings = SendingSettings()
    """How replies are sent."""

    inbox: InboxSettings = InboxSettings()
    """How the inbox looks, and its keys."""

    alerts: AlertSettings = AlertSettings()
    """Alerts while the inbox is open."""

    theme: ThemeSettings = ThemeSettings()
    """The colours of the screen."""

    engine: EngineSettings = EngineSettings()
    """The engine, which talks to the platforms."""
