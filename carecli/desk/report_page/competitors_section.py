"""The competitors section: public figures, each with its source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from carecli.desk.competitors.comparison import BestPost, Competition, ProfileRow, SourcedFigure
from carecli.desk.report_page import formatting
from carecli.desk.report_page.formatting import Notes
from carecli.desk.report_page.grid import GridRow, grid, section
from carecli.desk.report_page.html import Child, Html, element
from carecli.desk.reports.monthly import Monthly
from carecli.domain.figures import decimal, exact_span, number, whole_day
from carecli.domain.text import one_line
from carecli.i18n import N_, _, ngettext

POSTS = 8
"""Best posts that are shown."""

ORIGINS = {"csv": N_("csv"), "hand": N_("hand")}
"""What stands beside a figure that the platform's API did not tell."""


def competitors(found: Monthly, notes: Notes) -> list[Child]:
    """The table of profiles, and the best posts; nothing while nothing is told of any."""
    told = found.competition
    if told is None or not any(_is_told(row) for row in told.profiles):
        return []
    parts: list[Child] = [_table(told, notes)]
    if told.best:
        parts.append(_best(told.best))
    return parts


def _is_told(row: ProfileRow) -> bool:
    return any(getattr(row, key).value is not None for key, _name, _write in FIGURES)


def whole(value: float) -> str:
    """A number without places."""
    return number(round(value))


def percent_of(value: float) -> str:
    """A small share with two places: `1.23%`."""
    return _("{n}%").format(n=decimal(100 * value, 2))


FIGURES: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("audience", N_("Followers"), whole),
    ("growth", N_("Growth"), lambda value: formatting.signed(value, whole)),
    ("posts_per_week", N_("Posts a week"), decimal),
    ("reactions_per_post", N_("Reactions a post"), decimal),
    ("comments_per_post", N_("Comments a post"), decimal),
    ("engagement", N_("Engagement"), percent_of),
    ("answers_within", N_("Answers within"), lambda value: exact_span(round(value))),
)
"""What is told of a profile: the field, its heading, how it is written."""


def _table(told: Competition, notes: Notes) -> Html:
    title = _("Compared with competitors")
    heads: list[tuple[str, Child]] = [(_("Profile"), _("Profile"))]
    for key, name, _write in FIGURES:
        mark = notes.mark(key, _(name)) if key in ("engagement", "answers_within") else None
        heads.append((_(name), [_(name), mark]))
    lines = [
        GridRow(
            [
                one_line(row.title, 60),
                element("span", f" {row.platform.capitalize()}", class_="origin"),
            ],
            [_figure(row, key, write) for key, _name, write in FIGURES],
            "ours" if row.is_ours else "",
        )
        for row in told.profiles
    ]
    ours = sum(row.is_ours for row in told.profiles)
    n = len(told.profiles) - ours
    says = ngettext(
        "{n} profile compared with our own.", "{n} profiles compared with our own.", n
    ).format(n=number(n))
    return section(
        title,
        element("p", says, notes.mark("competitors", title), class_="under"),
        grid(title, heads, lines, is_caption_shown=False),
    )


def _figure(row: ProfileRow, key: str, write: Callable[[float], str]) -> Child:
    told: SourcedFigure = getattr(row, key)
    said: list[Child] = [formatting.bare(told.value, write, data_profile=row.key, data_figure=key)]
    if told.value is not None and told.origin in ORIGINS:
        said.append(element("span", _(ORIGINS[told.origin]), class_="origin"))
    if told.value is not None and told.is_small:
        said.append(formatting.few())
    return said


def _best(best: Sequence[BestPost]) -> Html:
    items = []
    for post in best[:POSTS]:
        said = [one_line(post.title, 60), whole_day(date.fromisoformat(post.day))]
        for n, name in ((post.reactions, _("reactions")), (post.comments, _("comments"))):
            if n is not None:
                said.append(f"{name}: {number(n)}")
        if post.engagement is not None:
            said.append(f"{_('engagement')}: {percent_of(post.engagement)}")
        items.append(
            element(
                "li",
                element("p", one_line(post.text, 240) or formatting.NOTHING, dir="auto"),
                element("p", " · ".join(said), class_="from"),
            )
        )
    return section(_("Their best posts"), element("ul", items, class_="posts"))
