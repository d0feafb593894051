"""The comparison of competitors' public profiles with ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from carecli.desk.competitors.figure_files import FiguresRead, by_hand, keep, read_file
from carecli.desk.context import DeskContext
from carecli.desk.reports.kpi_report import ReportAsked, span_of
from carecli.domain.competition import (
    ABSENT,
    NEARBY,
    Period,
    Profile,
    ProfileFigures,
    PublicPost,
    Record,
    SourcedFigure,
)
from carecli.domain.errors import Refusal
from carecli.domain.model import Millis
from carecli.domain.text import one_line, printable
from carecli.i18n import _
from carecli.store import profiles

__all__ = ["ABSENT", "BestPost", "Competition", "ProfileRow", "SourcedFigure", "competition"]

BEST_OF_ONE = 3
"""Best posts of one profile at most."""

BEST = 60
"""Best posts in all."""


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One profile over the period. `is_ours` are our own channels, told in the same way.

    `audience`: followers at the end; `growth`: people gained over `growth.n` days, and
    `growth_share` as a part of the first figure. `posts_per_week`. `reactions_per_post` and
    `comments_per_post`: means. `engagement`: median over posts of (reactions + comments + shares
    where told) / audience. `answers_within`: median ms from a public comment to the page's first
    answer; `answered_in_time`: the share of those answers given within 2 hours; `answered`: the
    share of comments seen that have an answer. `seen_until`: the last day anything is known of,
    `2026-10-31`, or empty. `trouble`: why the API tells nothing now (`permission`, `gone`, …).
    """

    key: str
    title: str
    platform: str
    is_ours: bool
    audience: SourcedFigure
    growth: SourcedFigure
    posts_per_week: SourcedFigure
    reactions_per_post: SourcedFigure
    comments_per_post: SourcedFigure
    engagement: SourcedFigure
    answers_within: SourcedFigure
    seen_until: str = ""
    growth_share: SourcedFigure = ABSENT
    answered_in_time: SourcedFigure = ABSENT
    answered: SourcedFigure = ABSENT
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class BestPost:
    """A post with much engagement. `day`: `2026-10-31`; `text` is inert; counts None where untold.

    `engagement` is (reactions + comments + shares where told) / audience.
    """

    profile: str
    title: str
    day: str
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


def competition(db: Connection, context: DeskContext, asked: ReportAsked) -> Competition:
    """What is known of every profile over a period; of one brand, its own and its competitors.

    A competitor without a brand is in every brand's. `as_of` ends the period earlier; counts are
    always as they were last seen. Raises Refusal for a period that cannot be read.
    """
    span = span_of(asked, context)
    until = min(span.until, max(span.moment, span.since + 1))
    zone = ZoneInfo(context.zone)
    days = Period(_day(span.since, zone), _day(until - 1, zone) + timedelta(days=1))
    wanted = [one for one in context.profiles if asked.brand in ("", one.brand) or not one.brand]
    records = profiles.records(
        db,
        [one.key for one in wanted],
        (days.since - NEARBY, days.until),
        (span.since, until),
        lambda at: _day(at, zone),
    )
    rows: list[ProfileRow] = []
    best: list[BestPost] = []
    for one in sorted(wanted, key=lambda one: not one.is_ours):
        record = records.get(one.key, Record())
        standing = ProfileFigures(record, days)
        rows.append(_row(one, record, standing, span.since, until))
        best += _best(one, standing)
    best.sort(key=_merit, reverse=True)
    return Competition(span.since, span.until, tuple(rows), tuple(best[:BEST]))


def import_figures(
    db: Connection, context: DeskContext, text: str, *, dry_run: bool = False
) -> FiguresRead:
    """Keep the figures in a CSV file; with any mistake in it, or dry, nothing is kept."""
    today = _day(context.clock(), ZoneInfo(context.zone))
    entries, mistakes = read_file(text, context.profiles, today, context.zone)
    is_kept = not mistakes and not dry_run
    if is_kept:
        keep(db, entries, context.clock())
    posts = sum(one.post is not None for one in entries)
    figures = sum(len(one.figures) for one in entries)
    return FiguresRead(len(entries), figures, posts, tuple(mistakes), is_kept)


def set_figures(
    db: Connection, context: DeskContext, profile: str, day: str, told: Mapping[str, int], days: int
) -> None:
    """Enter figures by hand; raises Refusal."""
    today = _day(context.clock(), ZoneInfo(context.zone))
    entry = by_hand(profile, day, days, told, context.profiles, today)
    keep(db, [entry], context.clock())


def forget_figures(db: Connection, context: DeskContext, profile: str, day: str) -> int:
    """Drop what people told of a day; how many figures. Raises Refusal."""
    if profile not in {one.key for one in context.profiles}:
        raise Refusal(_("There is no profile {name!r}.").format(name=one_line(profile, 40)))
    return profiles.forget_figures(db, profile, day)


def _row(
    profile: Profile, record: Record, standing: ProfileFigures, since: Millis, until: Millis
) -> ProfileRow:
    growth, growth_share = standing.growth()
    within, in_time, answered = standing.answers(since, until)
    seen = standing.seen_until()
    return ProfileRow(
        key=profile.key,
        title=profile.title,
        platform=profile.platform,
        is_ours=profile.is_ours,
        audience=standing.audience(),
        growth=growth,
        posts_per_week=standing.posts_per_week(),
        reactions_per_post=standing.reactions_per_post(),
        comments_per_post=standing.comments_per_post(),
        engagement=standing.engagement(),
        answers_within=within,
        seen_until=seen.isoformat() if seen is not None else "",
        growth_share=growth_share,
        answered_in_time=in_time,
        answered=answered,
        trouble=record.trouble,
    )


def _best(profile: Profile, standing: ProfileFigures) -> list[BestPost]:
    found = [
        _post(profile, post, standing.engagement_of(post))
        for post in standing.posts
        if post.engaged is not None
    ]
    return sorted(found, key=_merit, reverse=True)[:BEST_OF_ONE]


def _post(profile: Profile, post: PublicPost, engagement: float | None) -> BestPost:
    return BestPost(
        profile=profile.key,
        title=profile.title,
        day=post.day.isoformat(),
        text=printable(post.text),
        reactions=post.reactions,
        comments=post.comments,
        link=post.link,
        shares=post.shares,
        engagement=engagement,
        origin=post.origin,
    )


def _merit(post: BestPost) -> tuple[bool, float, int]:
    """Best first: by the rate where there is one, then by how many took part."""
    engaged = (post.reactions or 0) + (post.comments or 0) + (post.shares or 0)
    return (post.engagement is not None, post.engagement or 0.0, engaged)


def _day(at: Millis, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at / 1000, zone).date()
