"""A filter as SQL: conditions on thread rows, and index ranges that can drive the query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carecli.domain.codes import NONE
from carecli.domain.days import parse_moment, parse_period, parse_span
from carecli.domain.filter import FilterTerm, Query
from carecli.domain.model import Millis, moderator
from carecli.domain.text import search_form

Params = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, when and where: what `me`, `today` and `due<30m` mean."""

    me: str
    now: Millis
    zone: str = "UTC"
    brand: str = ""
    teams: Sequence[str] | None = None
    """Only threads of these teams, and one's own; None: all."""


@dataclass(frozen=True, slots=True)
class SqlCondition:
    """One term on `threads t`.

    `driver` is a sub-query giving the ids the term takes in by an index of its own, newest
    first where that is cheap. `is_counted` tells that `waiting_counts` has the column too.
    """

    sql: str
    params: Params = ()
    driver: tuple[str, Params] | None = None
    is_counted: bool = False


@dataclass(frozen=True, slots=True)
class CompiledFilter:
    """A filter as SQL. `earliest` and `latest` bound the deadlines of those it takes in."""

    conditions: tuple[SqlCondition, ...]
    is_waiting: bool
    earliest: Millis | None = None
    latest: Millis | None = None

    def where(self, but: SqlCondition | None = None) -> tuple[str, Params]:
        """The WHERE clause, leaving out the condition that drives the query."""
        kept = [condition for condition in self.conditions if condition is not but]
        params = tuple(param for condition in kept for param in condition.params)
        return " AND ".join(condition.sql for condition in kept) or "1", params


REOPENED = (
    "(t.waiting = 1 AND (EXISTS (SELECT 1 FROM waits w JOIN messages m ON m.id = "
    "w.first_message_id WHERE w.thread_id = t.id AND w.ended_at IS NULL AND w.ordinal > 1 "
    "AND w.started_at = m.edited_at AND (t.assignee = ? OR EXISTS (SELECT 1 FROM waits b "
    "WHERE b.thread_id = t.id AND b.ended_by = ?))) "
    "OR EXISTS (SELECT 1 FROM outbox o JOIN messages m ON m.id = o.message_id WHERE "
    "o.thread_id = t.id AND o.verb = 'hide' AND o.state = 'sent' AND m.visibility = 'visible' "
    "AND (t.assignee = ? OR o.actor = ?) AND NOT EXISTS (SELECT 1 FROM outbox u WHERE "
    "u.thread_id = t.id AND u.message_id = o.message_id AND u.verb = 'unhide' AND u.id > o.id "
    "AND u.state <> 'cancelled')) "
    "OR EXISTS (SELECT 1 FROM outbox o JOIN messages m ON m.platform_id = o.sent_id "
    "AND m.channel_id = o.channel_id JOIN waits w ON w.thread_id = o.thread_id WHERE "
    "o.thread_id = t.id AND o.verb IN ('reply', 'private_reply') AND o.state = 'sent' "
    "AND m.visibility <> 'visible' AND w.ended_at IS NULL AND w.started_at <= m.created_at "
    "AND (t.assignee = ? OR o.actor = ?) AND NOT EXISTS (SELECT 1 FROM outbox u WHERE "
    "u.thread_id = t.id AND u.message_id = m.id AND u.verb = 'delete' AND u.actor = ? "
    "AND u.state <> 'cancelled'))))"
)
"""Waiting again by what came late: it was edited after its end, is shown again though we hid it,
or the answer was deleted by another. Of threads that are one's own, or that one closed oneself."""

_BLOCKED = (
    "SELECT t.id FROM contacts k CROSS JOIN threads t ON t.contact_id = k.id "
    "WHERE k.blocked_at IS NOT NULL UNION "
    "SELECT w.thread_id FROM contacts k CROSS JOIN waits w ON w.contact_id = k.id "
    "WHERE k.blocked_at IS NOT NULL"
)
"""Threads that somebody who is blocked opened, or waited in."""

_STATES = {
    "waiting": "t.waiting = 1",
    "flagged": "t.flagged = 1",
    "safety": "t.safety <> ''",
    "check": "t.unclear = 1",
    "snoozed": "t.snoozed = 1",
    "sending": "t.sending <> ''",
    "failed": "t.sending IN ('failed', 'unknown')",
    "done": "(t.waiting = 0 AND t.outcome <> '')",
    "untriaged": "t.colour_by = ''",
    "boosted": "t.boosted = 1",
    "case": "t.id IN (SELECT thread_id FROM cases WHERE answered_at IS NULL)",
    "quoted": "t.id IN (SELECT thread_id FROM quotes)",
    "blocked": f"t.id IN ({_BLOCKED})",
}

_DRIVERS = {
    "flagged": "SELECT id FROM threads WHERE flagged = 1",
    "safety": "SELECT id FROM threads WHERE safety <> ''",
    "check": "SELECT id FROM threads WHERE unclear = 1",
    "snoozed": "SELECT id FROM threads WHERE snoozed = 1",
    "sending": "SELECT id FROM threads WHERE sending <> ''",
    "failed": "SELECT id FROM threads WHERE sending IN ('failed', 'unknown') AND sending <> ''",
    "case": "SELECT DISTINCT thread_id AS id FROM cases WHERE answered_at IS NULL",
    "quoted": "SELECT DISTINCT thread_id AS id FROM quotes",
    "blocked": _BLOCKED,
    "boosted": "SELECT t.id FROM posts p CROSS JOIN threads t ON t.post_id = p.id WHERE p.boosted",
}
"""States with an index of their own."""

COUNTED = (
    "(SELECT channel_id, point, rtrim(colour, '?') AS colour, "
    "iif(colour LIKE '%?', '', 'set') AS colour_by, team, assignee, flagged, snoozed, boosted, "
    "1 AS waiting, n FROM waiting_counts) t"
)
"""`waiting_counts` with the columns that counted conditions name."""

_COUNTED = ("colour", "at", "channel", "brand", "assignee", "team")
_COUNTED_STATES = {"waiting", "untriaged", "flagged", "snoozed", "boosted"}


def compile_filter(query: Query, asking: Asking) -> CompiledFilter:
    """The SQL of a filter, for somebody at some moment."""
    is_waiting = query.asks("is", "waiting", "overdue") or query.asks("due")
    conditions: list[SqlCondition] = []
    earliest: Millis | None = None
    latest: Millis | None = None
    for term in query.terms:
        sql, params = _condition(term, asking)
        driver = None
        if not term.is_negated:
            driver = _driver(term, asking, is_waiting=is_waiting)
            if term.field == "since" or (term.field, term.sign) == ("due", ">"):
                earliest = params[0]  # type: ignore[assignment]  # a deadline is after its start
            elif (term.field, term.sign) == ("due", "<") or term.values == ("overdue",):
                latest = params[0]  # type: ignore[assignment]  # a moment
        else:
            sql = f"NOT ({sql})"
            if is_waiting and "overdue" in term.values:
                earliest = asking.now
        is_counted = term.field in _COUNTED or (
            term.field == "is" and set(term.values) <= _COUNTED_STATES
        )
        conditions.append(SqlCondition(sql, params, driver, is_counted))
    if asking.brand:
        sql = "t.channel_id IN (SELECT id FROM channels WHERE brand = ?)"
        conditions.append(SqlCondition(sql, (asking.brand,), is_counted=True))
    if asking.teams is not None:
        marks = ",".join("?" * len(asking.teams))
        sql = f"(t.team IN ({marks}) OR t.assignee = ?)"
        conditions.append(SqlCondition(sql, (*asking.teams, asking.me), is_counted=True))
    return CompiledFilter(tuple(conditions), is_waiting, earliest, latest)


def _any(column: str, values: tuple[str, ...]) -> tuple[str, Params]:
    if len(values) == 1:
        return f"{column} = ?", values
    return f"{column} IN ({','.join('?' * len(values))})", values


def _condition(term: FilterTerm, asking: Asking) -> tuple[str, Params]:  # one case a field
    values = term.values
    match term.field:
        case "is":
            parts = [_state(value, asking) for value in values]
            joined = " OR ".join(sql for sql, _ in parts)
            sql = f"({joined})" if len(parts) > 1 else joined
            return sql, tuple(p for _, ps in parts for p in ps)
        case "colour":
            return _any("t.colour", values)
        case "at":
            return _any("t.point", values)
        case "channel":
            sql, params = _any("key", values)
            return f"t.channel_id IN (SELECT id FROM channels WHERE {sql})", params
        case "brand":
            sql, params = _any("brand COLLATE NOCASE", values)
            return f"t.channel_id IN (SELECT id FROM channels WHERE {sql})", params
        case "assignee":
            return _any("t.assignee", _people(values, asking))
        case "team":
            return _any("t.team", values)
        case "mentioned":
            sql, params = _any("moderator", _people(values, asking))
            return f"t.id IN ({_MENTIONS} WHERE {sql})", params
        case "label":
            sql, params = _any("label", values)
            sql = f"t.id IN (SELECT thread_id FROM thread_labels WHERE {sql})"
            if "none" in values:
                sql = f"({sql} OR t.id NOT IN (SELECT thread_id FROM thread_labels))"
            return sql, params
        case "sentiment" | "stage" | "theme":
            sql, params = _any("value", values)
            sql = f"t.id IN ({_CODED} AND {sql})"
            if NONE not in values:
                return sql, (term.field, *params)
            return f"({sql} OR t.id NOT IN ({_CODED}))", (term.field, *params, term.field)
        case "campaign":
            sql, params = _any("campaign", values)
            return f"coalesce(t.post_id, 0) IN ({_CAMPAIGN_POSTS} WHERE {sql})", params
        case "post":
            sql, params = _any("platform_id", values)
            return f"coalesce(t.post_id, 0) IN (SELECT id FROM posts WHERE {sql})", params
        case "due":
            limit = asking.now + (parse_span(values[0]) or 0)
            sign = "<=" if term.sign == "<" else ">"
            return f"(t.waiting = 1 AND t.deadline {sign} ?)", (limit,)
        case "since":
            return f"{_ARRIVED} >= ?", (parse_moment(values[0], asking.now, asking.zone),)
        case "until":
            return f"{_ARRIVED} < ?", (parse_moment(values[0], asking.now, asking.zone),)
        case "on":
            found = [(f"{_ARRIVED} >= ? AND {_ARRIVED} < ?", _period(v, asking)) for v in values]
            return _either(found)
        case "done":
            return _either([(f"t.id IN ({_ENDED})", _period(value, asking)) for value in values])
        case "from":
            return f"t.id IN ({_FROM})", (_matching(term),)
        case _:
            words = _matching(term)
            return f"t.id IN ({_SAID} UNION {_FROM})", (words, words)


def _either(found: list[tuple[str, Params]]) -> tuple[str, Params]:
    """Any of these conditions."""
    joined = " OR ".join(f"({sql})" for sql, _ in found)
    return f"({joined})", tuple(param for _, params in found for param in params)


_CAMPAIGN_POSTS = (
    "SELECT p.id FROM campaign_posts c CROSS JOIN posts p ON p.platform_id = c.platform_id"
)
_CODED = "SELECT thread_id AS id FROM codes WHERE kind = ?"
_CODING = "SELECT thread_id AS id FROM blind_codes WHERE coder = ? AND value = ''"
_MENTIONS = "SELECT thread_id AS id FROM mentions"
_ARRIVED = "coalesce(t.wait_started_at, t.last_message_at)"
_ENDED = "SELECT thread_id AS id FROM waits WHERE ended_at >= ? AND ended_at < ?"
_FROM = (
    "SELECT id FROM threads WHERE contact_id IN "
    "(SELECT rowid FROM contact_names WHERE contact_names MATCH ?)"
)
_SAID = (
    "SELECT thread_id AS id FROM messages WHERE id IN "
    "(SELECT rowid FROM message_words WHERE message_words MATCH ?)"
)
NEWEST_SAID = 3000
"""Matching messages a first page of a search looks at, newest first."""

_NEWEST_SAID = (
    "SELECT DISTINCT m.thread_id AS id FROM (SELECT rowid AS r FROM message_words "
    f"WHERE message_words MATCH ? ORDER BY rowid DESC LIMIT {NEWEST_SAID}) "
    "CROSS JOIN messages m ON m.id = r"
)


_NEWEST_FROM = (
    "SELECT k.id FROM (SELECT rowid AS r FROM contact_names "
    f"WHERE contact_names MATCH ? ORDER BY rowid DESC LIMIT {NEWEST_SAID // 10}) "
    "CROSS JOIN threads k ON k.contact_id = r"
)


def _state(value: str, asking: Asking) -> tuple[str, Params]:
    match value:
        case "overdue":
            return "(t.waiting = 1 AND t.deadline <= ?)", (asking.now,)
        case "claimed":
            return "t.id IN (SELECT thread_id FROM claims WHERE expires_at > ?)", (asking.now,)
        case "mentioned":
            return f"t.id IN ({_MENTIONS} WHERE moderator = ?)", (asking.me,)
        case "reopened":
            me = (asking.me, str(moderator(asking.me)))
            return REOPENED, (*me, *me, *me, me[1])
        case "coding":
            return f"t.id IN ({_CODING})", (asking.me,)
        case "draft":
            return "t.id IN (SELECT thread_id FROM drafts WHERE moderator = ?)", (asking.me,)
        case _:
            return _STATES[value], ()


def _people(values: tuple[str, ...], asking: Asking) -> tuple[str, ...]:
    meant = {"me": asking.me, "none": ""}
    return tuple(meant.get(value, value) for value in values)


def _period(value: str, asking: Asking) -> Params:
    return parse_period(value, asking.now, asking.zone)


def _state_driver(value: str, asking: Asking) -> tuple[str, Params]:
    """Ids of the threads in a state, by an index of its own; no SQL where it has none."""
    match value:
        case "claimed":
            return "SELECT thread_id AS id FROM claims WHERE expires_at > ?", (asking.now,)
        case "draft":
            return "SELECT DISTINCT thread_id AS id FROM drafts WHERE moderator = ?", (asking.me,)
        case "mentioned":
            return f"{_MENTIONS} WHERE moderator = ?", (asking.me,)
        case "coding":
            return _CODING.replace("SELECT", "SELECT DISTINCT"), (asking.me,)
        case _:
            return _DRIVERS.get(value, ""), ()


def _driver(term: FilterTerm, asking: Asking, *, is_waiting: bool) -> tuple[str, Params] | None:
    values = term.values
    match term.field:
        case "is":
            drivers = [_state_driver(value, asking) for value in values]
            if "" in (sql for sql, _ in drivers):
                return None
            joined = " UNION ALL ".join(sql for sql, _ in drivers)
            return joined, tuple(param for _, params in drivers for param in params)
        case "mentioned":
            sql, params = _any("moderator", _people(values, asking))
            return f"SELECT DISTINCT thread_id AS id FROM mentions WHERE {sql}", params
        case "assignee" if "none" not in values:
            sql, params = _any("assignee", _people(values, asking))
            also = " AND waiting = 1" if is_waiting else ""
            return f"SELECT id FROM threads WHERE {sql} AND assignee <> ''{also}", params
        case "label" if "none" not in values:
            sql, params = _any("label", values)
            return f"SELECT thread_id AS id FROM thread_labels WHERE {sql}", params
        case "sentiment" | "stage" | "theme" if NONE not in values:
            sql, params = _any("value", values)
            return f"{_CODED.replace('SELECT', 'SELECT DISTINCT')} AND {sql}", (term.field, *params)
        case "campaign":
            sql, params = _any("c.campaign", values)
            return f"{_OF_POSTS.format(f'{_CAMPAIGN_POSTS} WHERE {sql}')}", params
        case "post":
            sql, params = _any("platform_id", values)
            return _OF_POSTS.format(f"SELECT id FROM posts WHERE {sql}"), params
        case "done":
            ended = [_period(value, asking) for value in values]
            return " UNION ALL ".join([_ENDED] * len(ended)), tuple(p for ps in ended for p in ps)
        case "since":
            return _arrived(
                [(parse_moment(values[0], asking.now, asking.zone), FOREVER)], is_waiting
            )
        case "until":
            return _arrived([(0, parse_moment(values[0], asking.now, asking.zone))], is_waiting)
        case "on":
            periods = [parse_period(value, asking.now, asking.zone) for value in values]
            return _arrived(periods, is_waiting)
        case "from":
            return _NEWEST_FROM, (_matching(term),)
        case "text":
            words = _matching(term)
            return f"{_NEWEST_SAID} UNION {_NEWEST_FROM}", (words, words)
        case _:
            return None


FOREVER: Millis = 1 << 62
"""Later than anything."""

_OF_POSTS = "SELECT t.id FROM ({}) p CROSS JOIN threads t ON t.post_id = p.id"


def _arrived(
    periods: list[tuple[Millis, Millis]], is_waiting: bool
) -> tuple[str, tuple[Millis, ...]]:
    """Threads whose wait began in one of these periods, or whose last message, if none waits."""
    among = [("waiting = 1", "wait_started_at")]
    if not is_waiting:
        among.append(("waiting = 0", "last_message_at"))
    sql = " UNION ALL ".join(
        f"SELECT id FROM threads WHERE {state} AND {column} >= ? AND {column} < ?"
        for state, column in among
        for _ in periods
    )
    return sql, tuple(moment for _ in among for period in periods for moment in period)


def _matching(term: FilterTerm) -> str:
    """The full-text query of a term: any of its values."""
    return " OR ".join(match_words(value, is_phrase=term.is_phrase) for value in term.values)


def match_words(text: str, *, is_phrase: bool) -> str:
    """A full-text query that finds these words literally; whatever is typed, nothing is syntax.

    Words of three letters and more also match as beginnings, quoted phrases only as they stand.
    """
    folded = search_form(text)
    words = "".join(char if char.isalnum() else " " for char in folded).split()
    if not words:
        return '""'
    phrase = '"' + " ".join(words) + '"'
    return phrase if is_phrase or len(words[-1]) < 3 else phrase + "*"
