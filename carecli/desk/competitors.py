"""Competitors: what is told in public about their profiles, and about ours beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carecli.domain.model import Millis


@dataclass(frozen=True, slots=True)
class Told:
    """One figure and where it is from: `api`, `csv`, `hand`, or `` where `value` is None.

    None is absent: nobody told it; it is not zero. A figure computed from several origins tells
    the least sure of them: by hand before CSV before API. `n` is how many posts, answers or days
    it was computed from, None for what is told as it is; `is_small` warns of a small sample.
    """

    value: float | None = None
    origin: str = ""
    n: int | None = None
    is_small: bool = False


ABSENT = Told()


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One profile over the period. `is_ours` are our own channels, told in the same way.

    `audience`: followers at the end; `growth`: people gained over `growth.n` days, and
    `growth_share` as a part of the first figure. `posts_per_week`. `reactions_per_post` and
    `comments_per_post`: means. `engagement`: median over posts of (reactions + comments + shares
    where told) / audience. `answers_within`: median ms from a public comment to the page's first
    answer; `answered_in_time`: the share of those answers given within 2 hours; `answered`: the
    share of comments seen that have an answer. `seen_until`: the last day anything is known of.
    `trouble` is why the API tells nothing now (`not permitted`, `not found`, …), empty if it does.
    """

    key: str
    title: str
    platform: str
    is_ours: bool
    audience: Told
    growth: Told
    posts_per_week: Told
    reactions_per_post: Told
    comments_per_post: Told
    engagement: Told
    answers_within: Told
    seen_until: date | None
    growth_share: Told = ABSENT
    answered_in_time: Told = ABSENT
    answered: Told = ABSENT
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class BestPost:
    """A post with much engagement in its profile. `text` is inert; counts None where untold."""

    profile: str
    title: str
    day: date
    text: str
    reactions: int | None
    comments: int | None
    link: str
    shares: int | None = None
    engagement: float | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Competition:
    """Every profile over a period, half open in ms, ours first; `best` posts, best first."""

    since: Millis
    until: Millis
    profiles: tuple[ProfileRow, ...] = ()
    best: tuple[BestPost, ...] = ()
