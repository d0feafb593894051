"""Scenarios: the state of the practice platform at the start of a shift.

`ordinary`: about sixty waiting threads, one of them red and overdue, after a week of answered
ones. `holiday`: five days without answers, about 1,200 waiting threads. `contest`: thousands of
entries under one post. `crisis`: angry comments under one post. `lessons`: the two brands of the
lessons, see `lesson_world`.
Each is reproducible by its seed and `now`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from carecli.domain.model import DAY
from carecli.practice.clock import PracticeClock
from carecli.practice.graph.call import page_token
from carecli.practice.history import PracticeHistory
from carecli.practice.lesson_world import populate
from carecli.practice.nodes import BrandAccount, Post
from carecli.practice.other_brands import build_other_brands
from carecli.practice.sentences import SentenceWriter, voices_of
from carecli.practice.world import World

SCENARIOS = ("ordinary", "holiday", "contest", "crisis", "lessons")
ENTRIES = 4_000
"""Number of comments under the contest's post."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A practice account with the values a configuration needs. `token` is the page's."""

    key: str
    brand: str
    platform: str
    title: str
    account: str
    token: str
    voice: str
    language: str
    username: str
    followers: int


def _pair(
    prefix: str, title: str, page: str, profile: str, name: str, language: str, followers: int
) -> tuple[Channel, Channel]:
    """A brand's page and its Instagram profile, which share the page's token."""
    shared = (prefix, language, name, followers)
    token = page_token(page)
    return (
        Channel(f"{prefix}-fb", title, "facebook", title, page, token, *shared),
        Channel(f"{prefix}-ig", title, "instagram", title, profile, token, *shared),
    )


CHANNELS = (
    *_pair(
        "lrp",
        "La Roche-Posay México",
        "100000000001001",
        "17841400000001001",
        "larocheposaymx",
        "es",
        1_240_000,
    ),
    *_pair(
        "vichy",
        "Vichy México",
        "100000000001002",
        "17841400000001002",
        "vichymx",
        "es",
        680_000,
    ),
    *_pair(
        "avon",
        "Avon Polska",
        "100000000001003",
        "17841400000001003",
        "avonpolska",
        "pl",
        910_000,
    ),
)
"""Key, title, page id, profile id, user name, language and followers of each brand."""


def channels(scenario: str = "ordinary") -> tuple[Channel, ...]:
    """The accounts of a scenario: always the same six, or two of them for the lessons."""
    if scenario not in SCENARIOS:
        raise ValueError(f"no scenario is called {scenario}; there are {', '.join(SCENARIOS)}")
    if scenario == "lessons":
        return tuple(channel for channel in CHANNELS if channel.key in ("lrp-fb", "avon-fb"))
    return CHANNELS


@dataclass(slots=True)
class Town:
    """A world created by a scenario, with the sentence writers of its accounts.

    `busy` is the post with most comments, `contest` the post of the contest.
    """

    scenario: str
    seed: int
    world: World
    voices: Mapping[str, SentenceWriter]
    busy: Post | None = None
    contest: Post | None = None


def build(scenario: str, seed: int, clock: PracticeClock, entries: int = ENTRIES) -> Town:
    """Create the world of a scenario, with events before the clock's time.

    `entries` is the number of comments of the contest.
    """
    world = World(clock, seed)
    world.make_others = partial(build_other_brands, clock, clock(), seed)
    pages: dict[str, BrandAccount] = {}
    voices: dict[str, SentenceWriter] = {}
    for channel in channels(scenario):
        account = BrandAccount(
            key=channel.key,
            brand=channel.brand,
            platform=channel.platform,
            title=channel.title,
            id=channel.account,
            username=channel.username,
            language=channel.language,
            token=channel.token,
            followers=channel.followers,
        )
        if channel.platform == "facebook":
            pages[channel.token] = account
        else:
            account.partner = pages[channel.token]
            pages[channel.token].partner = account
        world.add_account(account)
        voices[channel.key] = voices_of(channel.voice, channel.language)
    town = Town(scenario, seed, world, voices)
    if scenario == "lessons":
        populate(world, clock())
        return town
    past = PracticeHistory(world, voices, clock(), seed, scenario)
    past.publish()
    past.answered(40, clock() - (5 * DAY if scenario == "holiday" else 0))
    past.visitors(1, DAY)
    match scenario:
        case "holiday":
            past.holiday()
        case "contest":
            past.ordinary()
            town.busy = town.contest = past.contest(entries)
        case "crisis":
            past.ordinary()
            town.busy = past.crisis()
        case _:
            past.ordinary()
    return town
