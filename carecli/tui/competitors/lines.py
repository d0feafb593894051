"""Best posts, and one profile with all its figures, as lines. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from carecli.desk.competitors.comparison import BestPost, ProfileRow
from carecli.domain.figures import day_and_month, exact_span, number, whole_day
from carecli.i18n import N_, _, ngettext, pgettext
from carecli.tui.competitors.table import (
    COLUMNS,
    MARKS,
    SMALL,
    figure,
    hundredths,
    steady_cut,
)
from carecli.tui.style.cells import Line, cells, fit, steady, wrap

TROUBLES = {
    "permission": N_(
        "The platform does not show it to us. Import it from CSV or enter it by hand."
    ),
    "gone": N_("The API does not find this profile. Check its name in the configuration."),
    "refused": N_("The API does not provide it. Import it from CSV or enter it by hand."),
    "throttled": N_("The platform asked us to wait. It will be read again later."),
    "token": N_("The channel's token is refused. Reading resumes when you renew it."),
    "secret": N_("The channel's token is missing."),
    "transient": N_("The platform did not respond. It will be read again in an hour."),
}
"""What is said of a profile that the API does not tell now."""

UNFORESEEN = N_("It could not be read. carecli will try again tomorrow.")

NAMES = {"facebook": "Facebook", "instagram": "Instagram"}


def trouble_of(row: ProfileRow) -> str:
    """Why the API tells nothing now, in words; empty where it does."""
    if not row.trouble:
        return ""
    return _(TROUBLES.get(row.trouble, UNFORESEEN))


def best_lines(row: ProfileRow, best: Sequence[BestPost], width: int, height: int) -> list[Line]:
    """The best posts of the profile under the cursor, and of all where there is room."""
    title = _("BEST POSTS OF {name}").format(name=steady(row.title).upper())
    where = f"  {NAMES.get(row.platform, row.platform)}"
    lines: list[Line] = [
        [(" " + fit(title, min(cells(title), width - 14)), "title"), (where, "dim")]
    ]
    own = [post for post in best if post.profile == row.key]
    lines += [_post(post, width, "") for post in own]
    if not own:
        lines.append([(" " + _("Individual posts are not available."), "dim")])
    trouble = trouble_of(row)
    if trouble:
        lines += [[(" " + text, "warn")] for text in wrap(trouble, width - 2)]
    if len(lines) + 3 <= height:
        lines += [[], [(" " + _("BEST POSTS OVERALL"), "title")]]
        lines += [_post(post, width, post.title) for post in best[: height - len(lines)]]
    return lines[:height]


def _post(post: BestPost, width: int, title: str, *, with_text: bool = True) -> Line:
    """A post: its rate, how many took part, when, what it says."""
    rate = hundredths(post.engagement) if post.engagement is not None else "–"
    told = f"{_count(post.reactions)} ♥ {_count(post.comments)} ✎"
    line: Line = [
        (f" {rate:>7}", "strong"),
        (f"{MARKS.get(post.origin, '')} ", "accent"),
        (f"{told:>16}", "text"),
        (f"  {day_and_month(date.fromisoformat(post.day)):>7}  ", "dim"),
    ]
    if title:
        line.append((f"{fit(steady(title), 18)} ", "accent"))
    if not with_text:
        return line
    used = sum(cells(text) for text, _role in line)
    return [*line, (steady_cut(post.text or post.link or "–", width - used - 1), "text")]


def _count(value: int | None) -> str:
    return "–" if value is None else number(value)


def profile_lines(row: ProfileRow, best: Sequence[BestPost], period: str, width: int) -> list[Line]:
    """Every figure of a profile with where it is from and how many it was computed from."""
    lines: list[Line] = [[], [(" " + period, "dim")]]
    trouble = trouble_of(row)
    if trouble:
        lines += [[], *([(" " + text, "warn")] for text in wrap(trouble, width - 2))]
    lines.append([])
    origins = {
        "api": pgettext("origin", "API"),
        "csv": pgettext("origin", "CSV"),
        "hand": pgettext("origin", "by hand"),
    }
    titles = [_(one.title) for one in COLUMNS]
    wide = min(max(map(cells, titles)), width // 2)
    for title, one in zip(titles, COLUMNS, strict=True):
        told = one.told(row)
        is_span = one.key == "answers_within"
        found = figure(told, _exactly if is_span else one.write)
        line: Line = [(f" {fit(title, wide)}  ", "text"), *found]
        beside = origins.get(told.origin, _("no data"))
        if told.n is not None:
            beside += " · " + _of(one.key, told.n)
        if told.is_small:
            beside += f" · {SMALL} {_('small sample')}"
        room = max(1, 14 - sum(cells(text) for text, _role in found))
        lines.append([*line, (" " * room + beside, "dim")])
    if row.platform == "instagram":
        said = _("Instagram does not show other profiles' comments, so their answers are unknown.")
        lines += [[], *([(" " + text, "dim")] for text in wrap(said, width - 2))]
    if row.seen_until:
        known = _("Data until {day}.").format(day=whole_day(date.fromisoformat(row.seen_until)))
        lines += [[], [(" " + known, "dim")]]
    for post in (one for one in best if one.profile == row.key):
        lines += [[], _post(post, width, "", with_text=False)]
        lines += [[("   ", "text"), (text, "text")] for text in wrap(steady(post.text), width - 4)]
        if post.link:
            lines.append([("   ", "text"), (steady_cut(post.link, width - 4), "accent")])
    return lines


def _exactly(value: float) -> str:
    return exact_span(round(value))


def _of(key: str, n: int) -> str:
    """How many a figure was computed from."""
    if key in ("growth", "growth_share", "posts_per_week"):
        return ngettext("{n} day", "{n} days", n).format(n=number(n))
    if key in ("answers_within", "answered_in_time"):
        return ngettext("{n} answer", "{n} answers", n).format(n=number(n))
    if key == "answered":
        return ngettext("{n} comment", "{n} comments", n).format(n=number(n))
    return ngettext("{n} post", "{n} posts", n).format(n=number(n))
