"""Figures of a report in words."""

from __future__ import annotations

from datetime import date, timedelta

from carecli.desk.reports.kpi_report import FigureRow
from carecli.domain.figures import MONTHS, day_and_month, number, percent, weekday, weekday_and_day
from carecli.domain.model import (
    DAY,
    HOUR,
    MINUTE,
    Colour,
    ContactPoint,
    Millis,
    NoReplyReason,
)
from carecli.domain.names import REASONS, reason_name
from carecli.i18n import N_, _, pgettext
from carecli.tui.style.clock import local, span

TITLES = {
    "arrived": N_("Came in"),
    "answered": N_("Answered by us"),
    "answered_elsewhere": N_("Answered in the app"),
    "answered_by_rule": N_("Answered by rules"),
    "no_reply_needed": N_("No reply needed"),
    "moderated": N_("Hidden or deleted"),
    "withdrawn": N_("Withdrawn"),
    "window_closed": N_("Window closed"),
    "open": N_("Still open now"),
    "response_rate": N_("Response rate"),
    "in_time": N_("In time"),
    "missed": N_("Missed"),
    "excusable_miss": N_("Missed, received late"),
    "replies": N_("Replies"),
    "reaction": N_("Reaction, median"),
    "reaction_cohort": N_("Reaction, median"),
    "reaction_working": N_("In working time"),
    "touch_time": N_("First action"),
    "replies_in_time": N_("In time"),
    "within_2h": N_("Up to 2 hours"),
    "over_2h": N_("Over 2 hours"),
    "from_2h_to_6h": N_("2 to 6 hours"),
    "from_6h_to_24h": N_("6 to 24 hours"),
    "over_24h": N_("Over 24 hours"),
    "private_answers": N_("In private"),
    "handovers": N_("Reassigned"),
    "time_to_hide": N_("Time to hide"),
    "no_reply_share": N_("No reply needed"),
    "snippets_used": N_("From a snippet"),
    "undone": N_("Undone"),
    "reopened": N_("Reopened"),
    "edited_after_answer": N_("Edited afterwards"),
    "automatic_replies": N_("Sent by rules"),
    "backlog": N_("Open at the end"),
    "backlog_overdue": N_("Overdue"),
    "backlog_earlier": N_("· from earlier"),
    "overdue_earlier": N_("· overdue earlier"),
    "backlog_ended": N_("· new, now closed"),
    "hidden_by_rule": N_("Hidden by rules"),
    "due_soon": N_("Due within 2 hours"),
    "burn_down": N_("Time to clear"),
    "sync_lag": N_("Received after"),
    "no_reply_unsaid": N_("No reply needed: no reason given"),
    "excluded_no_reply": N_("Not counted: no reply needed"),
    "excluded_not_due": N_("Not counted: open, not yet due"),
    "reaction_brand": N_("Reaction, also in the app"),
    "reaction_first": N_("Reaction to a first message"),
    "reaction_later": N_("Reaction to later messages"),
    "working_within_2h": N_("Working time: up to 2 hours"),
    "working_over_2h": N_("Working time: over 2 hours"),
    "working_from_2h_to_6h": N_("Working time: 2 to 6 hours"),
    "working_from_6h_to_24h": N_("Working time: 6 to 24 hours"),
    "working_over_24h": N_("Working time: over 24 hours"),
    "public_answers": N_("In public"),
    "ended": N_("Closed waits"),
    "automatic_acknowledgements": N_("Sent by rules: no answers"),
    "automatic_answers": N_("Sent by rules: answers"),
    "waiting_within_2h": N_("Waiting up to 2 hours"),
    "waiting_over_2h": N_("Waiting over 2 hours"),
    "waiting_from_2h_to_6h": N_("Waiting 2 to 6 hours"),
    "waiting_from_6h_to_24h": N_("Waiting 6 to 24 hours"),
    "waiting_over_24h": N_("Waiting over 24 hours"),
}

REASON = "no_reply_"
"""Begins the key of a KPI that counts a reason why no reply was needed."""

GROUP_TITLES = {
    "channel": N_("channel"),
    "point": N_("contact point"),
    "campaign": N_("campaign"),
    "team": N_("team"),
    "brand": N_("brand"),
    "week": N_("week"),
    "day": N_("day"),
}
"""What the last table can be told by, in the order its key goes through."""


def title_of(kpi: str) -> str:
    """What a KPI is called on the screen; by its key where nobody knows it any more."""
    if kpi in TITLES:
        return _(TITLES[kpi])
    reason = kpi.removeprefix(REASON)
    if kpi.startswith(REASON) and reason in REASONS:
        return _("No reply needed: {reason}").format(reason=reason_name(NoReplyReason(reason)))
    return kpi


def exact(length: float) -> str:
    """A span as exact as it matters: `42 s`, `1 h 05 min`, `30 h`, `3 d 04 h`."""
    whole = round(length)
    if HOUR <= whole < 10 * HOUR:
        hours, minutes = divmod(whole // MINUTE, 60)
        return _("{hours} h {minutes:02} min").format(hours=hours, minutes=minutes)
    if whole < 2 * DAY:
        return span(whole)
    days, hours = divmod(whole // HOUR, 24)
    return _("{days} d {hours:02} h").format(days=number(days), hours=hours)


def value_of(row: FigureRow | None) -> float | None:
    """The one number a figure is told by: its share, its median, or how many."""
    if row is None:
        return None
    if row.of is not None:
        return row.share
    return row.median if row.unit else row.n


def told(row: FigureRow | None) -> str:
    """A figure in short: `93%`, `1 h 05 min`, `1,214`; a dash where there is none."""
    value = value_of(row)
    if row is None or value is None:
        return "–"
    if row.of is not None or row.unit == "share":
        return percent(value)
    return exact(value) if row.unit else number(row.n)


def change(now: FigureRow | None, before: FigureRow | None) -> str:
    """How it moved: `▲ 12%` of the number or span before, `▼ 3 pp` of a share, `=`; or nothing."""
    new, old = value_of(now), value_of(before)
    if now is None or new is None or old is None:
        return ""
    if now.of is not None or now.unit == "share":
        by = round(100 * new) - round(100 * old)
        said = _("{n} pp").format(n=abs(by))
    elif not old:
        return "" if not new else "▲"
    else:
        by = round(100 * (new - old) / old)
        said = percent(abs(by) / 100)
    return "=" if not by else f"{'▲' if by > 0 else '▼'} {said}"


BETTER = {
    **dict.fromkeys(("answered", "response_rate", "in_time", "replies", "within_2h"), 1),
    **dict.fromkeys(("missed", "reaction", "reaction_cohort", "over_2h", "over_24h"), -1),
    **dict.fromkeys(("reaction_working", "touch_time", "time_to_hide", "sync_lag"), -1),
}
"""Which way a figure moves when work goes better; others may move as they like."""


def change_role(kpi: str, said: str) -> str:
    """The ink of a change: for the better, for the worse, or neither."""
    way = {"▲": 1, "▼": -1}.get(said[:1], 0) * BETTER.get(kpi, 0)
    return {1: "ok", -1: "bad"}.get(way, "dim")


def group_title(by: str, group: str) -> str:
    """A group in words: a day, an hour of the week, a contact point; others as they are."""
    from carecli.desk.threads.overview import POINT_TITLES

    if by == "day":
        return weekday_and_day(date.fromisoformat(group))
    if by == "week":
        year, week = group.split("-W")
        return day_and_month(date.fromisocalendar(int(year), int(week), 1))
    if by == "hour":
        day, hour = group.split(" ")
        return f"{weekday_of(int(day))} {hour}:00"
    if by == "point" and group in list(ContactPoint):
        return _(POINT_TITLES[ContactPoint(group)])
    if by == "colour" and group in list(Colour):
        return {"red": _("Red"), "yellow": _("Yellow"), "green": _("Green")}[group]
    return _("nobody") if group == "-" and by == "moderator" else group


def weekday_of(day: int) -> str:
    """The name of a weekday; 1 is Monday."""
    return weekday(date(2024, 1, day))  # that year began on a Monday


def period_title(since: Millis, until: Millis, zone: str, month: str) -> str:
    """`Oct 2026` for a month, else its first and last day."""
    first = local(since, zone).date()
    if month:
        return f"{pgettext('month', MONTHS[first.month - 1])} {first.year}"
    end = local(until, zone)
    last = end.date() if (end.hour, end.minute) != (0, 0) else end.date() - timedelta(days=1)
    return f"{day_and_month(first)} – {day_and_month(max(first, last))} {last.year}"
