"""Goals of the lessons: pure predicates over the state at a step's start and now."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from carecli.domain.model import Colour, OutboxState, OutboxVerb, Outcome
from carecli.tui.lessons.seen import LessonState

Goal = Callable[[LessonState, LessonState], bool]
"""Whether a step is done: `(when it began, now)`."""


def at_the_end(_: LessonState, now: LessonState) -> bool:
    """The cursor is on the last line."""
    return now.screen.place == "list" and 0 < now.screen.count == now.screen.cursor + 1


def first_opened(_: LessonState, now: LessonState) -> bool:
    """The first thread of the list is open."""
    return now.screen.opened is not None and now.screen.cursor == 0


def back_in_the_list(began: LessonState, now: LessonState) -> bool:
    """The list has the keys again."""
    return began.screen.opened is not None and now.screen.place == "list"


def two_opened(_: LessonState, now: LessonState) -> bool:
    """Two threads were opened, one after the other, and nothing else was shown between."""
    return now.screen.opened is not None and len(set(now.screen.opened_since)) >= 2


def coloured(author: str, colour: Colour) -> Goal:
    """Somebody gave the thread this colour."""

    def goal(_: LessonState, now: LessonState) -> bool:
        row = now.row(author)
        return row is not None and row.colour is colour and bool(row.colour_by)

    return goal


def flagged(author: str) -> Goal:
    """The flag is up."""
    return lambda _, now: (row := now.row(author)) is not None and row.is_flagged


def _came_through(author: str, verb: OutboxVerb, began: LessonState, now: LessonState) -> list[str]:
    """Texts to this person that were sent since, and that the platform received as they were."""
    known = {one.id for one in began.orders.get(author, ()) if one.state is OutboxState.SENT}
    heard = {one.text for one in now.received}
    return [
        one.text
        for one in now.orders.get(author, ())
        if one.verb is verb
        and one.state is OutboxState.SENT
        and one.id not in known
        and one.text in heard
    ]


def answered(author: str) -> Goal:
    """A reply stands on the platform."""
    return lambda began, now: bool(_came_through(author, OutboxVerb.REPLY, began, now))


def answered_privately(author: str) -> Goal:
    """A private answer to a comment stands on the platform."""
    return lambda began, now: bool(_came_through(author, OutboxVerb.PRIVATE_REPLY, began, now))


def answered_with(snippet: str, author: str) -> Goal:
    """A reply made from a saved one stands on the platform, nothing left to fill in."""

    def goal(began: LessonState, now: LessonState) -> bool:
        texts = _came_through(author, OutboxVerb.REPLY, began, now)
        is_used = now.snippets.get(snippet, 0) > began.snippets.get(snippet, 0)
        return is_used and any("{" not in text for text in texts)

    return goal


def draft_kept(author: str) -> Goal:
    """Something begun is kept, and the reply pane is closed."""

    def goal(_: LessonState, now: LessonState) -> bool:
        row = now.row(author)
        return row is not None and row.has_draft and now.screen.place != "compose"

    return goal


def draft_kept_or_answered(author: str) -> Goal:
    """Something begun is kept; whoever sent it at once knows that as well."""
    return lambda began, now: draft_kept(author)(began, now) or answered(author)(began, now)


def assigned_to_me(author: str) -> Goal:
    """The thread is the learner's."""
    return lambda _, now: (row := now.row(author)) is not None and row.assignee == now.me


def assigned_to_team(author: str, team: str) -> Goal:
    """The thread is a team's."""
    return lambda _, now: (row := now.row(author)) is not None and row.team == team


def claimed(author: str) -> Goal:
    """The learner holds the lease."""
    return lambda _, now: (row := now.row(author)) is not None and row.claimed_by == now.me


def released(author: str) -> Goal:
    """Nobody holds the lease."""
    return lambda _, now: (row := now.row(author)) is not None and not row.claimed_by


def done(author: str) -> Goal:
    """The wait ended without a reply."""
    return lambda _, now: done_among(now, (author,)) == 1


def waits(author: str) -> Goal:
    """The person waits."""
    return lambda _, now: (row := now.row(author)) is not None and row.is_waiting


def taken_back(author: str) -> Goal:
    """A reply was stopped before it left, and the person waits still."""

    def goal(began: LessonState, now: LessonState) -> bool:
        known = {one.id for one in began.orders.get(author, ())}
        row = now.row(author)
        return (
            row is not None
            and row.is_waiting
            and any(
                one.state is OutboxState.CANCELLED and one.id not in known
                for one in now.orders.get(author, ())
            )
        )

    return goal


def hidden(author: str) -> Goal:
    """The platform shows the comment to nobody any more."""
    return lambda _, now: author in now.hidden and any(one.is_hiding for one in now.received)


def filtered(word: str) -> Goal:
    """The list shows what a filter with this word takes in."""
    return lambda _, now: word in now.screen.view.filter.split() and now.screen.count > 0


def not_filtered(word: str) -> Goal:
    """The list shows something else again."""
    return lambda _, now: word not in now.screen.view.filter.split()


def view_kept(word: str) -> Goal:
    """A view of the learner's own has this word in its filter."""
    return lambda _, now: any(word in one.split() for one in now.views)


def found(_: LessonState, now: LessonState) -> bool:
    """A search for words found somebody."""
    return now.screen.view.filter.startswith('"') and now.screen.count > 0


def sorted_by(sort: str) -> Goal:
    """The list is in this order."""
    return lambda _, now: now.screen.view.sort == sort


def done_among(now: LessonState, authors: Sequence[str]) -> int:
    """How many of these ended without a reply."""
    rows = (now.row(author) for author in authors)
    return sum(
        row is not None and not row.is_waiting and row.outcome is Outcome.NO_REPLY_NEEDED
        for row in rows
    )


def many_done(authors: Sequence[str], least: int) -> Goal:
    """At least so many of these ended without a reply."""
    return lambda _, now: done_among(now, authors) >= least


def all_wait_again(authors: Sequence[str]) -> Goal:
    """All of these wait."""
    return lambda _, now: all(waits(author)(now, now) for author in authors)


def shared_out(least: int) -> Goal:
    """So many who wait are assigned, to two people or more, the learner among them."""

    def goal(_: LessonState, now: LessonState) -> bool:
        whose = [row.assignee for row in now.rows if row.is_waiting and row.assignee]
        return len(whose) >= least and len(set(whose)) >= 2 and now.me in whose

    return goal


def handed_over(began: LessonState, now: LessonState) -> bool:
    """What was the learner's and waits is somebody else's now."""
    mine = {row.id for row in began.rows if row.is_waiting and row.assignee == began.me}
    rows = {row.id: row for row in now.rows}
    return bool(mine) and all(
        (row := rows.get(one)) is not None and row.assignee not in ("", now.me) for one in mine
    )
