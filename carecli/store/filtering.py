"""A filter as SQL: conditions on a thread's row, and index ranges that may drive the query."""

from __future__ import annotations

from dataclasses import dataclass

from carecli.domain.filter import Query, Term, day_after, moment_of, span_of
from carecli.domain.model import Millis
from carecli.domain.text import fold

Params = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, when and where: what `me`, `today` and `due<30m` mean."""

    me: str
    now: Millis
    zone: str = "UTC"
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One term on `threads t`.

    `driver` is a sub-query giving the ids the term takes in by an index of its own, newest
    first where that is cheap. `is_counted` tells that `waiting_counts` has the column too.
    """

    sql: str
    params: Params = ()
    driver: tuple[str, Params] | None = None
    is_counted: bool = False


@dataclass(frozen=True, slots=True)
class Compiled:
    """A filter as SQL. `earliest` and `latest` bound the deadlines of those it takes in."""

    conditions: tuple[Condition, ...]
    is_waiting: bool
    earliest: Millis | None = None
    latest: Millis | None = None

    def where(self, but: Condition | None = None) -> tuple[str, Params]:
        """The WHERE clause, leaving out the condition that drives the query."""
        kept = [condition for condition in self.conditions if condition is not but]
        params = tuple(param for condition in kept for param in condition.params)
        return " AND ".join(condition.sql for condition in kept) or "1", params


_STATES = {
    "waiting": "t.waiting = 1",
    "flagged": "t.flagged = 1",
    "snoozed": "t.snoozed = 1",
    "sending": "t.sending <> ''",
    "failed": "t.sending IN ('failed', 'unknown')",
    "done": "(t.waiting = 0 AND t.outcome <> '')",
    "untriaged": "t.colour_by = ''",
    "boosted": "t.boosted = 1",
}

_DRIVERS = {
    "flagged": "SELECT id FROM threads WHERE flagged = 1 ORDER BY last_message_at DESC",
    "snoozed": "SELECT id FROM threads WHERE snoozed = 1",
    "sending": "SELECT id FROM threads WHERE sending <> ''",
    "failed": "SELECT id FROM threads WHERE sending IN ('failed', 'unknown') AND sending <> ''",
    "claimed": "SELECT thread_id AS id FROM claims",
    "draft": "SELECT thread_id AS id FROM drafts",
}


def compile_filter(query: Query, asking: Asking) -> Compiled:
    """The SQL of a filter, for somebody at some moment."""
    is_waiting = query.asks("is", "waiting") or query.asks("is", "overdue")
    conditions: list[Condition] = []
    earliest: Millis | None = None
    latest: Millis | None = None
    for term in query.terms:
        sql, params = _condition(term, asking)
        driver = None
        if not term.is_negated:
            driver = _driver(term, asking, is_waiting=is_waiting)
            if term.field == "since":
                earliest = params[0]  # type: ignore[assignment]  # a deadline is after its start
            elif (term.field, term.sign) == ("due", "<") or term.values == ("overdue",):
                latest = params[0]  # type: ignore[assignment]  # a moment
        else:
            sql = f"NOT ({sql})"
        is_counted = term.field in _COUNTED or (
            term.field == "is" and set(term.values) <= {"waiting", "flagged", "snoozed", "boosted"}
        )
        conditions.append(Condition(sql, params, driver, is_counted))
    if asking.brand:
        sql = "t.channel_id IN (SELECT id FROM channels WHERE brand = ?)"
        conditions.append(Condition(sql, (asking.brand,), is_counted=True))
    return Compiled(tuple(conditions), is_waiting, earliest, latest)


_COUNTED = ("at", "channel", "brand", "assignee", "team")


def _any(column: str, values: tuple[str, ...]) -> tuple[str, Params]:
    if len(values) == 1:
        return f"{column} = ?", values
    return f"{column} IN ({','.join('?' * len(values))})", values


def _condition(term: Term, asking: Asking) -> tuple[str, Params]:  # one case a field
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
            folded = tuple(value.casefold() for value in values)
            sql, params = _any("lower(brand)", folded)
            return f"t.channel_id IN (SELECT id FROM channels WHERE {sql})", params
        case "assignee":
            return _any("t.assignee", _people(values, asking))
        case "team":
            return _any("t.team", values)
        case "label":
            if values == ("none",):
                return "t.id NOT IN (SELECT thread_id FROM thread_labels)", ()
            sql, params = _any("label", values)
            return f"t.id IN (SELECT thread_id FROM thread_labels WHERE {sql})", params
        case "due":
            limit = asking.now + span_of(values[0])
            sign = "<=" if term.sign == "<" else ">"
            return f"(t.waiting = 1 AND t.deadline {sign} ?)", (limit,)
        case "since":
            return f"{_ARRIVED} >= ?", (moment_of(values[0], asking.now, asking.zone),)
        case "until":
            return f"{_ARRIVED} < ?", (moment_of(values[0], asking.now, asking.zone),)
        case "done":
            return f"t.id IN ({_ENDED})", _day(values[0], asking)
        case "from":
            return f"t.id IN ({_FROM})", (match_words(values[0], is_phrase=False),)
        case _:
            words = match_words(values[0], is_phrase=term.is_phrase)
            return f"t.id IN ({_SAID} UNION {_FROM})", (words, words)


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
        case "draft":
            return "t.id IN (SELECT thread_id FROM drafts WHERE moderator = ?)", (asking.me,)
        case _:
            return _STATES[value], ()


def _people(values: tuple[str, ...], asking: Asking) -> tuple[str, ...]:
    meant = {"me": asking.me, "none": ""}
    return tuple(meant.get(value, value) for value in values)


def _day(value: str, asking: Asking) -> Params:
    start = moment_of(value, asking.now, asking.zone)
    return start, day_after(value, asking.now, asking.zone)


def _driver(term: Term, asking: Asking, *, is_waiting: bool) -> tuple[str, Params] | None:
    values = term.values
    match term.field:
        case "is" if len(values) == 1 and values[0] in _DRIVERS:
            return _DRIVERS[values[0]], ()
        case "assignee" if "none" not in values:
            sql, params = _any("assignee", _people(values, asking))
            also = " AND waiting = 1" if is_waiting else ""
            return f"SELECT id FROM threads WHERE {sql} AND assignee <> ''{also}", params
        case "label" if values != ("none",):
            sql, params = _any("label", values)
            return f"SELECT thread_id AS id FROM thread_labels WHERE {sql}", params
        case "done":
            return _ENDED, _day(values[0], asking)
        case "since" | "until" if is_waiting:
            sign = ">=" if term.field == "since" else "<"
            moment = moment_of(values[0], asking.now, asking.zone)
            sql = f"SELECT id FROM threads WHERE waiting = 1 AND wait_started_at {sign} ?"
            return sql, (moment,)
        case "from":
            return _NEWEST_FROM, (match_words(values[0], is_phrase=False),)
        case "text":
            words = match_words(values[0], is_phrase=term.is_phrase)
            return f"{_NEWEST_SAID} UNION {_NEWEST_FROM}", (words, words)
        case _:
            return None


def match_words(text: str, *, is_phrase: bool) -> str:
    """A full-text query that finds these words literally; whatever is typed, nothing is syntax.

    Words of three letters and more also match as beginnings, quoted phrases only as they stand.
    """
    folded = fold(text)
    words = "".join(char if char.isalnum() else " " for char in folded).split()
    if not words:
        return '""'
    phrase = '"' + " ".join(words) + '"'
    return phrase if is_phrase or len(words[-1]) < 3 else phrase + "*"
