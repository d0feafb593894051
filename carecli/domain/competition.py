"""Public figures of profiles, and what is computed from them. Pure.

Days are those of the moderators' zone, moments are ms UTC. What nobody told is None, never 0.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from carecli.domain.kpi import SMALL
from carecli.domain.model import HOUR, Millis

API, CSV, HAND = "api", "csv", "hand"
ORIGINS = (API, CSV, HAND)
"""Where a figure is from, the surest first; one made of several tells the least sure of them."""

AUDIENCE = "audience"
POSTED, REACTIONS, COMMENTS, SHARES = "posts", "reactions", "comments", "shares"
FIGURES = (AUDIENCE, POSTED, REACTIONS, COMMENTS, SHARES)
"""What can be told of days: followers at the end of one; over one or several the posts published,
and the reactions, comments and shares that these posts together had."""

CARRIED = timedelta(days=7)
"""How long a count of followers is good for a day on which nobody counted."""

NEARBY = timedelta(days=62)
"""How far from a post's day the audience may have been counted that its reactions are set
against."""

SOON: Millis = 2 * HOUR
"""An answer within this time is in time: what the protocol asks of reds."""

FEW_DAYS = 7
"""Growth and posts a week over fewer days are told to be of a small sample."""

FEW_POSTS = 5
"""Likewise figures a post over fewer posts."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A public profile that is followed: a competitor's, or one of our own channels.

    `address` is a page's id or name, or an Instagram user name. `channel` is whose token reads
    it; without one it is told by CSV or by hand.
    """

    key: str
    title: str
    platform: str
    address: str = ""
    channel: str = ""
    brand: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class DayFigure:
    """One figure of the `days` days that end with `day`; an audience is of that day itself."""

    figure: str
    day: date
    value: int
    origin: str
    days: int = 1

    @property
    def first(self) -> date:
        """The first of its days."""
        return self.day - timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True)
class PublicPost:
    """A post as it was last seen; counts are None where untold.

    `day` is the one it was published on, in the moderators' zone, once that is known.
    """

    id: str
    at: Millis
    text: str = ""
    link: str = ""
    reactions: int | None = None
    comments: int | None = None
    shares: int | None = None
    origin: str = API
    day: date = date.min

    @property
    def engaged(self) -> int | None:
        """Reactions, comments, and shares where told; None where one of the first two is untold."""
        if self.reactions is None or self.comments is None:
            return None
        return self.reactions + self.comments + (self.shares or 0)


@dataclass(frozen=True, slots=True)
class PublicComment:
    """A comment under a profile's post, and when the profile first answered it there.

    `id` tells it from others under the same profile; who wrote what is not kept.
    """

    at: Millis
    answered_at: Millis | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything known of one profile.

    Every post published from the day `known_since` until before `known_until` was read by API.
    """

    figures: Sequence[DayFigure] = ()
    posts: Sequence[PublicPost] = ()
    comments: Sequence[PublicComment] = ()
    known_since: date | None = None
    known_until: date | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class SourcedFigure:
    """One figure and where it is from: `api`, `csv`, `hand`, or `` where `value` is None.

    None is absent: nobody told it; it is not zero. A figure computed from several origins tells
    the least sure of them. `n` is how many posts, answers or days it was computed from, None for
    what is told as it is; `is_small` warns of a small sample.
    """

    value: float | None = None
    origin: str = ""
    n: int | None = None
    is_small: bool = False


ABSENT = SourcedFigure()


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days; `until` is the first one after it."""

    since: date
    until: date

    def holds(self, day: date) -> bool:
        """Whether a day is in it."""
        return self.since <= day < self.until


@dataclass(frozen=True, slots=True)
class _Item:
    """Posts that count alike: `weight` of them, each with these."""

    weight: int
    day: date
    reactions: float | None
    comments: float | None
    shares: float | None
    origin: str


def origin_of(origins: Iterable[str]) -> str:
    """The least sure of several origins."""
    return max(origins, key=ORIGINS.index)


class ProfileFigures:
    """The figures of one profile over a period."""

    def __init__(self, record: Record, period: Period) -> None:
        self._record = record
        self._period = period
        self._counts = sorted(
            (figure for figure in record.figures if figure.figure == AUDIENCE),
            key=lambda one: one.day,
        )
        self._people = [count for count in self._counts if count.value]
        self._read = self._read_by_api()
        self._totals = self._totals_beside()
        self._items = list(self._of_posts())

    # ---- what of the record counts

    def _read_by_api(self) -> Period | None:
        """The days of the period of which every post was read."""
        since, until = self._record.known_since, self._record.known_until
        if since is None or until is None:
            return None
        read = Period(max(since, self._period.since), min(until, self._period.until))
        return read if read.since < read.until else None

    def _totals_beside(self) -> list[dict[str, DayFigure]]:
        """Totals told of days in the period; none that were read by API, and no day twice.

        Of totals that overlap, the shorter count before the longer, the later before the earlier.
        """
        spans: dict[tuple[date, date], dict[str, DayFigure]] = {}
        for figure in self._record.figures:
            is_within = self._period.holds(figure.first) and self._period.holds(figure.day)
            if figure.figure != AUDIENCE and is_within:
                spans.setdefault((figure.first, figure.day), {})[figure.figure] = figure
        taken: set[date] = set(_days(self._read)) if self._read is not None else set()
        found = []
        for first, last in sorted(
            spans, key=lambda span: (span[1] - span[0], -span[1].toordinal())
        ):
            days = set(_days(Period(first, last + timedelta(days=1))))
            if POSTED in spans[first, last] and not days & taken:
                taken |= days
                found.append(spans[first, last])
        return found

    def _of_posts(self) -> Iterable[_Item]:
        """Posts told one by one; for days of which only totals are told, their mean."""
        alone: set[date] = set()
        for post in self.posts:
            alone.add(post.day)
            yield _Item(1, post.day, post.reactions, post.comments, post.shares, post.origin)
        for told in self._totals:
            posted = told[POSTED]
            span = _days(Period(posted.first, posted.day + timedelta(days=1)))
            if posted.value and not alone.intersection(span):
                yield _Item(
                    posted.value,
                    posted.day,
                    _each(told.get(REACTIONS), posted.value),
                    _each(told.get(COMMENTS), posted.value),
                    _each(told.get(SHARES), posted.value),
                    origin_of(one.origin for one in told.values()),
                )

    @property
    def posts(self) -> list[PublicPost]:
        """The posts of the period that are told one by one."""
        read = self._read
        return [
            post
            for post in self._record.posts
            if self._period.holds(post.day)
            and (post.origin == API or read is None or not read.holds(post.day))
        ]

    # ---- figures

    def audience(self) -> SourcedFigure:
        """Followers at the end of the period: the last count in it, or shortly before it."""
        last = self._last()
        return SourcedFigure(last.value, last.origin) if last is not None else ABSENT

    def growth(self) -> tuple[SourcedFigure, SourcedFigure]:
        """People gained between two counts, and that as a part of the first; `n` days apart.

        From the last count before the period or on its first day, no older than a week, else from
        the first in it.
        """
        last, first = self._last(), self._first()
        if last is None or first is None or first.day >= last.day:
            return ABSENT, ABSENT
        origin = origin_of((first.origin, last.origin))
        n = (last.day - first.day).days
        gained = last.value - first.value
        few = n < FEW_DAYS
        share = SourcedFigure(gained / first.value, origin, n, few) if first.value else ABSENT
        return SourcedFigure(gained, origin, n, few), share

    def posts_per_week(self) -> SourcedFigure:
        """Posts a week over the `n` days of which it is known how many were published."""
        read = self._read
        days = (read.until - read.since).days if read is not None else 0
        origins = [API] if read is not None else []
        count = sum(1 for post in self.posts if read is not None and read.holds(post.day))
        for told in self._totals:
            days += told[POSTED].days
            count += told[POSTED].value
            origins.append(told[POSTED].origin)
        if not days:
            return ABSENT
        return SourcedFigure(count / days * 7, origin_of(origins), days, days < FEW_DAYS)

    def reactions_per_post(self) -> SourcedFigure:
        """Mean of reactions over posts that tell them."""
        return self._mean(lambda item: item.reactions)

    def comments_per_post(self) -> SourcedFigure:
        """Mean of comments, replies among them, over posts that tell them."""
        return self._mean(lambda item: item.comments)

    def engagement(self) -> SourcedFigure:
        """Median over posts of (reactions + comments + shares where told) / audience."""
        rates: list[float] = []
        origins: list[str] = []
        for item in self._items:
            count = self._nearest(item.day)
            if item.reactions is None or item.comments is None or count is None:
                continue
            engaged = item.reactions + item.comments + (item.shares or 0)
            rates += [engaged / count.value] * item.weight
            origins += [item.origin, count.origin]
        if not rates:
            return ABSENT
        return SourcedFigure(median(rates), origin_of(origins), len(rates), len(rates) < FEW_POSTS)

    def engagement_of(self, post: PublicPost) -> float | None:
        """The rate of one post."""
        count = self._nearest(post.day)
        return post.engaged / count.value if post.engaged is not None and count else None

    def answers(
        self, since: Millis, until: Millis
    ) -> tuple[SourcedFigure, SourcedFigure, SourcedFigure]:
        """To comments of the period: median ms to the first answer, share in time, share answered.

        The first two are over answers, the third over comments.
        """
        seen = [comment for comment in self._record.comments if since <= comment.at < until]
        waits = [one.answered_at - one.at for one in seen if one.answered_at is not None]
        if not seen:
            return ABSENT, ABSENT, ABSENT
        answered = SourcedFigure(len(waits) / len(seen), API, len(seen), len(seen) < SMALL)
        if not waits:
            return ABSENT, ABSENT, answered
        few = len(waits) < SMALL
        within = sum(wait <= SOON for wait in waits) / len(waits)
        return (
            SourcedFigure(median(waits), API, len(waits), few),
            SourcedFigure(within, API, len(waits), few),
            answered,
        )

    def seen_until(self) -> date | None:
        """The last day in the period that anything is known of."""
        days = [figure.day for figure in self._record.figures if figure.day < self._period.until]
        days += [post.day for post in self.posts]
        if self._read is not None:
            days.append(self._read.until - timedelta(days=1))
        return max(days, default=None)

    def _mean(self, told: Callable[[_Item], float | None]) -> SourcedFigure:
        found = [(told(item), item) for item in self._items]
        known = [(value, item) for value, item in found if value is not None]
        n = sum(item.weight for _, item in known)
        if not n:
            return ABSENT
        mean = sum(value * item.weight for value, item in known) / n
        return SourcedFigure(mean, origin_of(item.origin for _, item in known), n, n < FEW_POSTS)

    def _last(self) -> DayFigure | None:
        earliest = self._period.since - CARRIED
        within = [count for count in self._counts if earliest <= count.day < self._period.until]
        return within[-1] if within else None

    def _first(self) -> DayFigure | None:
        since = self._period.since
        before = [count for count in self._counts if since - CARRIED <= count.day <= since]
        after = [count for count in self._counts if self._period.holds(count.day)]
        return before[-1] if before else after[0] if after else None

    def _nearest(self, day: date) -> DayFigure | None:
        """The count of followers nearest to a day that has any; the earlier of two as near."""
        counts = self._people
        at = bisect_left(counts, day, key=lambda one: one.day)
        near = [
            count for count in counts[max(0, at - 1) : at + 1] if abs(count.day - day) <= NEARBY
        ]
        return min(near, key=lambda one: abs(one.day - day), default=None)


def _each(total: DayFigure | None, posts: int) -> float | None:
    return total.value / posts if total is not None else None


def _days(period: Period) -> Iterable[date]:
    return (period.since + timedelta(days=n) for n in range((period.until - period.since).days))
