"""Public figures of profiles (ours and competitors') and what is computed from them.

Days are in the moderators' time zone, moments are ms UTC. Unknown figures are None, never 0.
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
"""Sources of figures, the most reliable first. A computed figure has the least reliable one."""

AUDIENCE = "audience"
POSTED, REACTIONS, COMMENTS, SHARES = "posts", "reactions", "comments", "shares"
FIGURES = (AUDIENCE, POSTED, REACTIONS, COMMENTS, SHARES)
"""Figures of days: followers at the end of a day; and for one or several days, the posts
published and the reactions, comments and shares of these posts together."""

CARRIED = timedelta(days=7)
"""For how long a count of followers is used for days without one."""

NEARBY = timedelta(days=62)
"""A post's engagement uses a count of followers at most this far from its day."""

SOON: Millis = 2 * HOUR
"""An answer within this time is in time; it is the default deadline of red threads."""

FEW_DAYS = 7
"""Growth and posts per week over fewer days are marked as a small sample."""

FEW_POSTS = 5
"""Figures per post over fewer posts are marked as a small sample."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A followed public profile: a competitor's, or one of our own channels.

    `address` is a page's id or name, or an Instagram user name. `channel` is the one whose token
    reads it; without one, figures come by CSV or by hand.
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
    """One figure of the `days` days up to and including `day`; an audience is of `day` alone."""

    figure: str
    day: date
    value: int
    origin: str
    days: int = 1

    @property
    def first(self) -> date:
        """The first of these days."""
        return self.day - timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True)
class PublicPost:
    """A post as it was last seen; unknown counts are None.

    `day` is the day it was published on, in the moderators' zone, once that is known.
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
        """Reactions, comments and known shares; None if one of the first two is unknown."""
        if self.reactions is None or self.comments is None:
            return None
        return self.reactions + self.comments + (self.shares or 0)


@dataclass(frozen=True, slots=True)
class PublicComment:
    """A comment under a profile's post, and when the profile first answered it there.

    `id` is unique within the profile; authors and texts are not stored.
    """

    at: Millis
    answered_at: Millis | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything known about one profile.

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
    """One figure and its source: `api`, `csv`, `hand`, or `` if `value` is None.

    None means unknown, not zero. A figure computed from several sources has the least reliable
    one. `n` is how many posts, answers or days it was computed from, None for figures that are
    not computed; `is_small` warns of a small sample.
    """

    value: float | None = None
    origin: str = ""
    n: int | None = None
    is_small: bool = False


ABSENT = SourcedFigure()


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `since` to before `until`."""

    since: date
    until: date

    def holds(self, day: date) -> bool:
        """Whether a day is in the period."""
        return self.since <= day < self.until


@dataclass(frozen=True, slots=True)
class _Item:
    """`weight` posts with these counts each."""

    weight: int
    day: date
    reactions: float | None
    comments: float | None
    shares: float | None
    origin: str


def origin_of(origins: Iterable[str]) -> str:
    """The least reliable of several sources."""
    return max(origins, key=ORIGINS.index)


class ProfileFigures:
    """The figures of one profile over a period."""

    def __init__(self, record: Record, period: Period) -> None:
        self._record = record
        self._period = period
        self._counts = sorted(
            (figure for figure in record.figures if figure.figure == AUDIENCE),
            key=lambda figure: (
                figure.day,
                figure.days,
                ORIGINS.index(figure.origin),
                figure.value,
            ),
        )
        self._people = [count for count in self._counts if count.value]
        self._read = self._read_by_api()
        self._totals = self._totals_beside()
        self._items = list(self._of_posts())

    # ---- the parts of the record that count

    def _read_by_api(self) -> Period | None:
        """The days of the period whose posts were all read by API."""
        since, until = self._record.known_since, self._record.known_until
        if since is None or until is None:
            return None
        read = Period(max(since, self._period.since), min(until, self._period.until))
        return read if read.since < read.until else None

    def _totals_beside(self) -> list[dict[str, DayFigure]]:
        """Totals of days in the period, without days read by API and no day twice.

        Of overlapping totals, shorter ones are preferred to longer ones, then later to earlier.
        """
        spans: dict[tuple[date, date], dict[str, DayFigure]] = {}
        for figure in self._record.figures:
            is_within = self._period.holds(figure.first) and self._period.holds(figure.day)
            if figure.figure != AUDIENCE and is_within:
                spans.setdefault((figure.first, figure.day), {})[figure.figure] = figure
        taken: set[date] = set(_days(self._read)) if self._read is not None else set()
        totals = []
        for first, last in sorted(
            spans, key=lambda span: (span[1] - span[0], -span[1].toordinal())
        ):
            days = set(_days(Period(first, last + timedelta(days=1))))
            if POSTED in spans[first, last] and not days & taken:
                taken |= days
                totals.append(spans[first, last])
        return totals

    def _of_posts(self) -> Iterable[_Item]:
        """The single posts; for days of which only totals are known, posts of their mean."""
        alone: set[date] = set()
        for post in self.posts:
            alone.add(post.day)
            yield _Item(1, post.day, post.reactions, post.comments, post.shares, post.origin)
        for totals in self._totals:
            posted = totals[POSTED]
            span = _days(Period(posted.first, posted.day + timedelta(days=1)))
            if posted.value and not alone.intersection(span):
                yield _Item(
                    posted.value,
                    posted.day,
                    _each(totals.get(REACTIONS), posted.value),
                    _each(totals.get(COMMENTS), posted.value),
                    _each(totals.get(SHARES), posted.value),
                    origin_of(figure.origin for figure in totals.values()),
                )

    @property
    def posts(self) -> list[PublicPost]:
        """The single posts of the period."""
        read = self._read
        return [
            post
            for post in self._record.posts
            if self._period.holds(post.day)
            and (post.origin == API or read is None or not read.holds(post.day))
        ]

    # ---- figures

    def audience(self) -> SourcedFigure:
        """Followers at the end of the period: the last count in it or shortly before it."""
        last = self._last()
        return SourcedFigure(last.value, last.origin) if last is not None else ABSENT

    def growth(self) -> tuple[SourcedFigure, SourcedFigure]:
        """Followers gained between two counts `n` days apart, and that as a share of the first.

        The first count is the last one up to the period's first day, at most a week before it,
        else the first in the period.
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
        """Posts per week over the `n` days whose number of posts is known."""
        read = self._read
        days = (read.until - read.since).days if read is not None else 0
        origins = [API] if read is not None else []
        count = sum(1 for post in self.posts if read is not None and read.holds(post.day))
        for totals in self._totals:
            days += totals[POSTED].days
            count += totals[POSTED].value
            origins.append(totals[POSTED].origin)
        if not days:
            return ABSENT
        return SourcedFigure(count / days * 7, origin_of(origins), days, days < FEW_DAYS)

    def reactions_per_post(self) -> SourcedFigure:
        """Mean number of reactions over posts where it is known."""
        return self._mean(lambda item: item.reactions)

    def comments_per_post(self) -> SourcedFigure:
        """Mean number of comments, including replies, over posts where it is known."""
        return self._mean(lambda item: item.comments)

    def engagement(self) -> SourcedFigure:
        """Median over posts of (reactions + comments + known shares) / audience."""
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
        """The engagement rate of one post."""
        count = self._nearest(post.day)
        return post.engaged / count.value if post.engaged is not None and count else None

    def answers(
        self, since: Millis, until: Millis
    ) -> tuple[SourcedFigure, SourcedFigure, SourcedFigure]:
        """For comments of the period: median ms to the first answer, share in time, share answered.

        The first two are over answers, the third over comments.
        """
        comments = [comment for comment in self._record.comments if since <= comment.at < until]
        waits = [
            comment.answered_at - comment.at
            for comment in comments
            if comment.answered_at is not None
        ]
        if not comments:
            return ABSENT, ABSENT, ABSENT
        answered = SourcedFigure(
            len(waits) / len(comments), API, len(comments), len(comments) < SMALL
        )
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
        """The last day of the period with any data."""
        days = [figure.day for figure in self._record.figures if figure.day < self._period.until]
        days += [post.day for post in self.posts]
        if self._read is not None:
            days.append(self._read.until - timedelta(days=1))
        return max(days, default=None)

    def _mean(self, value_of: Callable[[_Item], float | None]) -> SourcedFigure:
        values = [(value_of(item), item) for item in self._items]
        known = [(value, item) for value, item in values if value is not None]
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
        """The non-zero count of followers nearest to a day; of two as near, the earlier one."""
        counts = self._people
        at = bisect_left(counts, day, key=lambda count: count.day)
        near = [
            count for count in counts[max(0, at - 1) : at + 1] if abs(count.day - day) <= NEARBY
        ]
        return min(near, key=lambda count: abs(count.day - day), default=None)


def _each(total: DayFigure | None, posts: int) -> float | None:
    return total.value / posts if total is not None else None


def _days(period: Period) -> Iterable[date]:
    return (period.since + timedelta(days=n) for n in range((period.until - period.since).days))
