"""The part of the desk in memory that compares public profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from carecli.desk.competitors.comparison import (
    ABSENT,
    BestPost,
    Competition,
    ProfileRow,
    SourcedFigure,
)
from carecli.desk.competitors.figure_files import FiguresRead
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.domain.errors import Refusal
from carecli.domain.model import HOUR, MINUTE

API, CSV, HAND = "api", "csv", "hand"

BRANDS = (
    ("La Roche-Posay México", 1_240_000, API, True),
    ("Vichy México", 680_000, API, True),
    ("Lumira", 2_310_000, API, False),
    ("Dermalia", 845_000, API, False),
    ("Botánica Norte", 412_000, API, False),
    ("Agua Viva", 1_120_000, API, False),
    ("Céléstine", 3_480_000, API, False),
    ("Nopalia", 96_500, API, False),
    ("Solara", 655_000, API, False),
    ("Oleada", 58_200, CSV, False),
    ("Bursztyn", 734_000, HAND, False),
    ("Lipowa 8", 188_000, CSV, False),
)
"""Title, followers, their origin, whether it is ours; each on two platforms."""

TROUBLED = "Bursztyn"
"""The API does not show it, so that most of it is not told."""


def _row(
    place: int, title: str, people: int, origin: str, platform: str, *, ours: bool
) -> ProfileRow:
    def told(value: float, n: int | None = None, least: int = 5) -> SourcedFigure:
        return SourcedFigure(value, origin, n, n is not None and n < least)

    n = 3 + 5 * place % 41
    is_page, is_dark = platform == "facebook", title == TROUBLED
    can_see = is_page and origin == API
    row = ProfileRow(
        key=f"{title.split()[0].lower()}-{platform[:1]}",
        title=title,
        platform=platform,
        is_ours=ours,
        audience=told(people if is_page else round(people * 0.6)),
        growth=told(people // 90 * (1 if place % 4 else -1), 30, 7),
        growth_share=told((1 if place % 4 else -1) * (1 + place) / 300, 30, 7),
        posts_per_week=told(1.5 + place * 7 % 10, 31, 7),
        reactions_per_post=told(people / 700, n),
        comments_per_post=told(3.5 + place, n),
        engagement=told(0.0012 + place / 4_000, n),
        answers_within=told((20 + 37 * place) * MINUTE, 6 * n, 20) if can_see else ABSENT,
        answered_in_time=told(1 - place / 15, 6 * n, 20) if can_see else ABSENT,
        answered=told(0.9 - place / 20, 8 * n, 20) if can_see else ABSENT,
        seen_until="2025-12-31",
    )
    if is_dark:
        lost = dict.fromkeys(("growth", "growth_share", "reactions_per_post"), ABSENT)
        lost |= dict.fromkeys(("comments_per_post", "engagement", "answers_within"), ABSENT)
        lost |= dict.fromkeys(("answered_in_time", "answered"), ABSENT)
        return replace(row, **lost, trouble="permission")  # type: ignore[arg-type]  # fields by name
    if not is_page and title == "Solara":
        return replace(row, reactions_per_post=ABSENT, engagement=ABSENT)
    return row


def town() -> Competition:
    """Two dozen profiles, and posts of most."""
    rows = tuple(
        _row(place, title, people, origin, platform, ours=ours)
        for place, (title, people, origin, ours) in enumerate(BRANDS)
        for platform in ("facebook", "instagram")
    )
    texts = (
        "Tres pasos y a dormir. Guarda este post 💾",
        "Nowość: lekki krem z owsem.",
        "¿De día?",
    )
    best = tuple(
        BestPost(
            profile=row.key,
            title=row.title,
            day=f"2025-12-{29 - n * 7:02}",
            text=texts[(n + len(row.title)) % 3],
            reactions=round((row.audience.value or 0) / (200 + 90 * n)),
            comments=7 * n if n else None,
            link=f"https://www.facebook.com/{row.key}/posts/{n}",
            engagement=1 / (200 + 90 * n),
            origin=row.audience.origin,
        )
        for n in range(3)
        for row in rows
        if row.title != TROUBLED
    )
    return Competition(0, 24 * HOUR, rows, best)


class MemoryCompetitors:
    """Profiles as they are given."""

    asked: list[str]
    compared: Competition | Exception = Competition(0, 1)

    def competition(self, asked: ReportAsked) -> Competition:
        self.asked.append(f"competition {asked.month} {asked.brand}".rstrip())
        if isinstance(self.compared, Exception):
            raise self.compared
        return self.compared

    def import_figures(self, text: str, *, dry_run: bool = False) -> FiguresRead:
        return FiguresRead(len(text.splitlines()), 0, 0, (), not dry_run)

    def set_figures(self, profile: str, day: str, told: Mapping[str, int], days: int = 1) -> None:
        self.asked.append(f"set_figures {profile} {day} {days} {dict(told)}")

    def forget_figures(self, profile: str, day: str) -> int:
        raise Refusal(f"{profile} has no figures of {day}.")
