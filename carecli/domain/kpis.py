"""The list of all KPIs by key; docs/kpis.md is generated from it."""

from __future__ import annotations

from carecli.domain import kpi
from carecli.domain.kpi import Basis, FactKind, Kpi, Trait
from carecli.domain.model import NoReplyReason, Outcome

ARRIVAL, REPLY, STANDING = Basis.ARRIVAL, Basis.REPLY, Basis.STANDING


def _ended_by_us(trait: Trait) -> bool:
    return trait.is_by_us and trait.outcome in (Outcome.REPLIED, Outcome.NO_REPLY_NEEDED)


def _has_verb(*verbs: str) -> kpi.Predicate:
    return lambda trait: trait.verb in verbs


def _for_reason(reason: str) -> kpi.Predicate:
    return lambda trait: trait.outcome == Outcome.NO_REPLY_NEEDED and trait.reason == reason


ELSEWHERE_EDGE = (
    "Uses the platform's time, even if carecli saw the answer late. Not counted for any moderator."
)

VOLUMES = (
    Kpi("arrived", "Waits that began.", ARRIVAL, kpi.any_fact),
    Kpi("answered", "Waits a moderator answered.", ARRIVAL, kpi.is_ours),
    Kpi(
        "answered_elsewhere",
        "Waits the brand answered in the platform's app.",
        ARRIVAL,
        kpi.is_elsewhere,
        edges=ELSEWHERE_EDGE,
    ),
    Kpi(
        "answered_by_rule",
        "Waits ended by an automatic reply of a rule with `answers: true`.",
        ARRIVAL,
        kpi.is_automatic,
        edges="Not in reaction times and shares in time, but in the response rate.",
    ),
    Kpi("moderated", "Waits hidden or deleted.", ARRIVAL, kpi.outcome_is(Outcome.MODERATED)),
    Kpi("withdrawn", "Waits their authors deleted.", ARRIVAL, kpi.outcome_is(Outcome.WITHDRAWN)),
    Kpi(
        "no_reply_needed",
        "Waits marked as done without a reply.",
        ARRIVAL,
        kpi.outcome_is(Outcome.NO_REPLY_NEEDED),
    ),
    *(
        Kpi(
            f"no_reply_{reason}",
            f"Those with the reason `{reason}`.",
            ARRIVAL,
            _for_reason(reason),
        )
        for reason in NoReplyReason
    ),
    Kpi("no_reply_unsaid", "Those without a reason.", ARRIVAL, _for_reason("")),
    Kpi(
        "window_closed",
        "Waits that the platform no longer allows to answer.",
        ARRIVAL,
        kpi.outcome_is(Outcome.WINDOW_CLOSED),
    ),
    Kpi("open", "Waits that have not ended.", ARRIVAL, kpi.is_open),
)

OUTCOMES = tuple(
    kpi_.key
    for kpi_ in VOLUMES
    if kpi_.key == "no_reply_needed" or not kpi_.key.startswith(("arrived", "no_reply_"))
)
"""Each wait that began is in exactly one of these."""

RATES = (
    Kpi(
        "response_rate",
        "The share of waits that have an answer, among those that should have one by now.",
        ARRIVAL,
        kpi.is_any_answer,
        among=kpi.is_due,
        edges="Not counted: no reply needed for a reason, moderated, withdrawn, open and not "
        "yet due. `other` or no reason counts as unanswered. Answers of any kind and age "
        "count.",
    ),
    Kpi(
        "excluded_no_reply",
        "Excluded from the response rate: no reply needed, with a reason other than `other`.",
        ARRIVAL,
        kpi.needs_nothing,
    ),
    Kpi(
        "excluded_not_due",
        "Excluded from the response rate: open and not yet due.",
        ARRIVAL,
        lambda trait: kpi.is_open(trait) and not trait.is_overdue,
    ),
    Kpi(
        "in_time",
        "The share of waits answered by the deadline, among those a person answered or should "
        "have by now.",
        ARRIVAL,
        kpi.is_in_time,
        among=kpi.is_judged,
        edges="A wait that is open past its deadline or whose window has closed is a miss. Not "
        "counted: open and not yet due, no reply needed, moderated, withdrawn, answered by "
        "a rule.",
    ),
    Kpi(
        "missed",
        "The other waits of `in_time`: those answered too late, or not at all.",
        ARRIVAL,
        kpi.is_missed,
    ),
    Kpi(
        "excusable_miss",
        "Misses where the sync took more than half of the allowed time.",
        ARRIVAL,
        kpi.is_excusable,
        among=kpi.is_missed,
        edges="They still count as misses in `in_time`.",
    ),
)

SPANS = (
    ("within_2h", "at most 2 hours", 0, 0),
    ("over_2h", "more than 2 hours", 1, 3),
    ("from_2h_to_6h", "more than 2 and at most 6 hours", 1, 1),
    ("from_6h_to_24h", "more than 6 and at most 24 hours", 2, 2),
    ("over_24h", "more than 24 hours", 3, 3),
)
"""Ranges of reaction times: key, label, and the first and last index into `kpi.BOUNDS`."""

TIMES = (
    Kpi(
        "reaction_cohort",
        "Calendar time to a moderator's answer.",
        ARRIVAL,
        kpi.is_ours,
        measures="reaction",
        unit="ms",
        edges="From the first unanswered message; answers only.",
    ),
    Kpi(
        "reaction",
        "Calendar time to a moderator's answer.",
        REPLY,
        kpi.is_ours,
        measures="reaction",
        unit="ms",
        edges="From the first unanswered message; answers only.",
    ),
    Kpi(
        "reaction_working",
        "The part of that time within the working hours of the colour's clock.",
        REPLY,
        kpi.is_ours,
        measures="worked",
        unit="ms",
        edges="An answer outside working hours may have no working time.",
    ),
    Kpi(
        "reaction_brand",
        "Calendar time to any person's answer, here or in the platform's app.",
        REPLY,
        kpi.is_answered,
        measures="reaction",
        unit="ms",
        edges=ELSEWHERE_EDGE,
    ),
    Kpi(
        "reaction_first",
        "Calendar time to the answer to a contact's first wait in a thread.",
        REPLY,
        lambda trait: kpi.is_ours(trait) and trait.is_first,
        measures="reaction",
        unit="ms",
    ),
    Kpi(
        "reaction_later",
        "Calendar time to the answer to a later wait.",
        REPLY,
        lambda trait: kpi.is_ours(trait) and not trait.is_first,
        measures="reaction",
        unit="ms",
    ),
    *(
        Kpi(
            key,
            f"Answers after {span}.",
            REPLY,
            kpi.answered_within(first, last),
            among=kpi.is_ours,
            edges="Exactly 2 hours count as within." if first == last == 0 else "",
        )
        for key, span, first, last in SPANS
    ),
    *(
        Kpi(
            f"working_{key}",
            f"Answers after {span} of working time.",
            REPLY,
            kpi.worked_within(first, last),
            among=kpi.is_ours,
        )
        for key, span, first, last in SPANS
    ),
    Kpi(
        "touch_time",
        "Calendar time until a moderator did anything with the thread.",
        ARRIVAL,
        lambda trait: trait.is_touched,
        measures="touch",
        unit="ms",
        edges="Any decision counts, even if it was undone: a colour, a note, an assignment, an "
        "answer. Only while the thread was waiting. A claim is not a decision.",
    ),
)

WORK = (
    Kpi("replies", "Waits ended by a moderator's reply.", REPLY, kpi.is_ours),
    Kpi(
        "replies_in_time",
        "Those ended by the deadline.",
        REPLY,
        lambda trait: kpi.is_ours(trait) and kpi.is_in_time(trait),
        among=kpi.is_ours,
    ),
    Kpi(
        "private_answers",
        "Waits a person answered in private.",
        REPLY,
        lambda trait: kpi.is_answered(trait) and trait.is_private,
        among=kpi.is_answered,
    ),
    Kpi(
        "public_answers",
        "Waits a person answered in public.",
        REPLY,
        lambda trait: kpi.is_answered(trait) and not trait.is_private,
        among=kpi.is_answered,
    ),
    Kpi("ended", "Closed waits, with any outcome.", REPLY, kpi.any_fact),
    Kpi(
        "no_reply_share",
        "The share without a reply among the waits that a moderator ended with a reply or as "
        "needing none.",
        REPLY,
        lambda trait: _ended_by_us(trait) and trait.outcome == Outcome.NO_REPLY_NEEDED,
        among=_ended_by_us,
    ),
    Kpi(
        "handovers",
        "Waits answered by a person whose thread was reassigned in between.",
        REPLY,
        lambda trait: kpi.is_answered(trait) and trait.changed_hands,
        among=kpi.is_answered,
        edges="From one moderator to another; the first assignment does not count.",
    ),
    Kpi(
        "time_to_hide",
        "Time from a message until the brand hid or deleted it.",
        REPLY,
        _has_verb("moderated"),
        measures="reaction",
        unit="ms",
        kind=FactKind.MESSAGE,
        edges="Messages that are still hidden or deleted. Not counted: messages hidden before "
        "carecli saw them.",
    ),
    Kpi(
        "hidden_by_rule",
        "Messages a rule hid or deleted.",
        REPLY,
        lambda trait: trait.verb == "moderated" and trait.is_by_rule,
        kind=FactKind.MESSAGE,
        edges="Messages that are still hidden or deleted. `--by rule` shows them by rule.",
    ),
    Kpi("automatic_replies", "Replies sent by rules.", REPLY, kpi.any_fact, kind=FactKind.OUTBOX),
    Kpi(
        "automatic_acknowledgements",
        "Those that do not end a wait.",
        REPLY,
        _has_verb("acknowledgement"),
        kind=FactKind.OUTBOX,
    ),
    Kpi(
        "automatic_answers",
        "Those of rules with `answers: true`.",
        REPLY,
        _has_verb("answer"),
        kind=FactKind.OUTBOX,
    ),
    Kpi(
        "reopened",
        "Threads that somebody reopened.",
        REPLY,
        _has_verb("reopen"),
        kind=FactKind.DECISION,
        edges="Decisions that were not undone. The wait keeps its original start.",
    ),
    Kpi(
        "edited_after_answer",
        "Messages edited after the brand had answered.",
        REPLY,
        _has_verb("edited"),
        kind=FactKind.MESSAGE,
        edges="Rows are messages. Each edit after an answer counts as a new question.",
    ),
    Kpi("undone", "Decisions that were undone.", REPLY, _has_verb("undo"), kind=FactKind.DECISION),
    Kpi(
        "snippets_used",
        "Replies sent from a snippet, and how much of its text was kept.",
        REPLY,
        _has_verb("snippet"),
        measures="similarity",
        unit="share",
        kind=FactKind.DECISION,
        edges="1: sent unchanged; 0: nothing of it was kept.",
    ),
)
STATE = (
    Kpi(
        "backlog",
        "Waits open at the end of the period, and their age then.",
        STANDING,
        kpi.any_fact,
        measures="reaction",
        unit="ms",
    ),
    Kpi(
        "backlog_overdue",
        "Those past their deadline.",
        STANDING,
        lambda trait: trait.is_overdue,
        among=kpi.any_fact,
    ),
    Kpi(
        "backlog_earlier",
        "Waits open at the end that began before the period.",
        STANDING,
        lambda trait: trait.is_earlier,
        among=kpi.any_fact,
        edges="They are not in figures with the basis arrival. `open` is `backlog` minus these, "
        "minus `backlog_ended`.",
    ),
    Kpi(
        "overdue_earlier",
        "Waits overdue at the end that began before the period.",
        STANDING,
        lambda trait: trait.is_overdue and trait.is_earlier,
        among=lambda trait: trait.is_overdue,
        edges="They are misses of an earlier period, so they are not in `missed`.",
    ),
    Kpi(
        "backlog_ended",
        "Waits open at the end that began in the period and have ended since.",
        STANDING,
        lambda trait: not trait.is_earlier and trait.has_ended_since,
        among=lambda trait: not trait.is_earlier,
    ),
    Kpi(
        "due_soon",
        "Those due within the next 2 hours.",
        STANDING,
        lambda trait: trait.is_due_soon,
        among=kpi.any_fact,
    ),
    *(
        Kpi(
            f"waiting_{key}",
            f"Those open for {span}.",
            STANDING,
            kpi.open_for(first, last),
            among=kpi.any_fact,
        )
        for key, span, first, last in SPANS
    ),
    Kpi(
        "burn_down",
        "The time until each of them is ended at the current pace, nearest deadline first; `most` "
        "is the time until all are.",
        STANDING,
        lambda trait: trait.has_pace,
        measures="clears",
        unit="ms",
        edges="The pace is the number of waits that moderators ended, with any outcome, in the 24 "
        "hours before. If there were none, nothing is counted. New messages are not "
        "considered.",
    ),
    Kpi(
        "sync_lag",
        "Time from the first message of a wait until carecli saw it.",
        ARRIVAL,
        kpi.any_fact,
        measures="lag",
        unit="ms",
        edges="Deadlines use the platform's time; see `excusable_miss`.",
    ),
)

KPIS = {kpi_.key: kpi_ for kpi_ in (*VOLUMES, *RATES, *TIMES, *WORK, *STATE)}
