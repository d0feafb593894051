"""The list of all KPIs by key; docs/kpis.md is generated from it."""

from __future__ import annotations

from carecli.domain import kpi
from carecli.domain.kpi import Basis, FactKind, Kpi, Trait
from carecli.domain.model import NoReplyReason, Outcome

ARRIVAL, REPLY, STANDING = Basis.ARRIVAL, Basis.REPLY, Basis.STANDING


def _ended_by_us(trait: Trait) -> bool:
    return trait.is_by_us and trait.outcome in (Outcome.REPLIED, Outcome.NO_REPLY_NEEDED)


def _decided(*verbs: str) -> kpi.Predicate:
    return lambda trait: trait.verb in verbs


def _for_reason(reason: str) -> kpi.Predicate:
    return lambda trait: trait.outcome == Outcome.NO_REPLY_NEEDED and trait.reason == reason


ELSEWHERE_EDGE = "Its time is the platform's, however late it was seen; nobody's personal figure."

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
        "Waits ended by an automatic reply whose rule says `answers: true`.",
        ARRIVAL,
        kpi.is_automatic,
        edges="In no reaction time and no share in time; in the response rate.",
    ),
    Kpi("moderated", "Waits hidden or deleted.", ARRIVAL, kpi.outcome_is(Outcome.MODERATED)),
    Kpi("withdrawn", "Waits their authors deleted.", ARRIVAL, kpi.outcome_is(Outcome.WITHDRAWN)),
    Kpi(
        "no_reply_needed",
        "Waits of which somebody said that no reply is needed.",
        ARRIVAL,
        kpi.outcome_is(Outcome.NO_REPLY_NEEDED),
    ),
    *(
        Kpi(
            f"no_reply_{reason}",
            f"Of them, those for the reason `{reason}`.",
            ARRIVAL,
            _for_reason(reason),
        )
        for reason in NoReplyReason
    ),
    Kpi("no_reply_unsaid", "Of them, those without a reason.", ARRIVAL, _for_reason("")),
    Kpi(
        "window_closed",
        "Waits the platform lets nobody answer any more.",
        ARRIVAL,
        kpi.outcome_is(Outcome.WINDOW_CLOSED),
    ),
    Kpi("open", "Waits that have not ended.", ARRIVAL, kpi.is_open),
)

OUTCOMES = tuple(
    one.key
    for one in VOLUMES
    if one.key == "no_reply_needed" or not one.key.startswith(("arrived", "no_reply_"))
)
"""Each wait that arrived is in exactly one of these."""

RATES = (
    Kpi(
        "response_rate",
        "Of the waits that should have an answer by now, those that have one.",
        ARRIVAL,
        kpi.is_any_answer,
        among=kpi.is_due,
        edges="Not counted: no reply needed for a reason, moderated, withdrawn, open and not "
        "yet due. `other` or no reason counts as unanswered. Answers of any kind and age "
        "count.",
    ),
    Kpi(
        "excluded_no_reply",
        "Left out of the response rate: no reply needed, for a reason other than `other`.",
        ARRIVAL,
        kpi.needs_nothing,
    ),
    Kpi(
        "excluded_not_due",
        "Left out of the response rate: open, and not yet due.",
        ARRIVAL,
        lambda trait: kpi.is_open(trait) and not trait.is_overdue,
    ),
    Kpi(
        "in_time",
        "Of the waits a person answered, or should have by now, those answered by the deadline.",
        ARRIVAL,
        kpi.is_in_time,
        among=kpi.is_judged,
        edges="Open past the deadline and a closed window are misses; open and not yet due, "
        "no reply needed, moderated, withdrawn and answered by a rule are left out.",
    ),
    Kpi(
        "missed",
        "The others: waits a person answered too late, or not at all.",
        ARRIVAL,
        kpi.is_missed,
    ),
    Kpi(
        "excusable_miss",
        "Misses of which the sync ate more than half the span.",
        ARRIVAL,
        kpi.is_excusable,
        among=kpi.is_missed,
        edges="They stay misses in `in_time`.",
    ),
)

SPANS = (
    ("within_2h", "at most 2 hours", 0, 0),
    ("over_2h", "more than 2 hours", 1, 3),
    ("from_2h_to_6h", "more than 2 and at most 6 hours", 1, 1),
    ("from_6h_to_24h", "more than 6 and at most 24 hours", 2, 2),
    ("over_24h", "more than 24 hours", 3, 3),
)
"""Keys and words of reaction times, with their places among `kpi.BOUNDS`."""

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
        "Of that time, what lies in the working time of the colour's clock.",
        REPLY,
        kpi.is_ours,
        measures="worked",
        unit="ms",
        edges="An answer out of hours keeps its calendar time and may have no working time.",
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
            edges="Exactly 2 hours are within." if first == last == 0 else "",
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
        edges="A colour, a note, an assignment, an answer: any decision, also one undone. Only "
        "while it waited; a claim is no decision.",
    ),
)

WORK = (
    Kpi("replies", "Waits a moderator's reply ended.", REPLY, kpi.is_ours),
    Kpi(
        "replies_in_time",
        "Of them, those by the deadline.",
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
        "Waits a person answered where others read it.",
        REPLY,
        lambda trait: kpi.is_answered(trait) and not trait.is_private,
        among=kpi.is_answered,
    ),
    Kpi("ended", "Closed waits, with any outcome.", REPLY, kpi.any_fact),
    Kpi(
        "no_reply_share",
        "Of the waits a moderator ended by a reply or by saying that none is needed, the latter.",
        REPLY,
        lambda trait: _ended_by_us(trait) and trait.outcome == Outcome.NO_REPLY_NEEDED,
        among=_ended_by_us,
    ),
    Kpi(
        "handovers",
        "Waits answered by a person whose thread changed hands meanwhile.",
        REPLY,
        lambda trait: kpi.is_answered(trait) and trait.changed_hands,
        among=kpi.is_answered,
        edges="From one moderator to another; the first assignment is none.",
    ),
    Kpi(
        "time_to_hide",
        "From a message to when it was hidden or deleted by us.",
        REPLY,
        _decided("moderated"),
        measures="reaction",
        unit="ms",
        kind=FactKind.MESSAGE,
        edges="Messages that are hidden or deleted now; made visible again, they count no more. "
        "Those that were hidden before carecli saw them are left out.",
    ),
    Kpi(
        "hidden_by_rule",
        "Messages a rule hid or deleted.",
        REPLY,
        lambda trait: trait.verb == "moderated" and trait.is_by_rule,
        kind=FactKind.MESSAGE,
        edges="Likewise those that are hidden or deleted now; told by rule with `--by rule`.",
    ),
    Kpi("automatic_replies", "Replies rules sent.", REPLY, kpi.any_fact, kind=FactKind.OUTBOX),
    Kpi(
        "automatic_acknowledgements",
        "Of them, those that answer nothing: they end no wait.",
        REPLY,
        _decided("acknowledgement"),
        kind=FactKind.OUTBOX,
    ),
    Kpi(
        "automatic_answers",
        "Of them, those whose rule says `answers: true`.",
        REPLY,
        _decided("answer"),
        kind=FactKind.OUTBOX,
    ),
    Kpi(
        "reopened",
        "Threads somebody reopened.",
        REPLY,
        _decided("reopen"),
        kind=FactKind.DECISION,
        edges="Decisions that hold; the wait goes on from its original start.",
    ),
    Kpi(
        "edited_after_answer",
        "Messages edited after we had answered.",
        REPLY,
        _decided("edited"),
        kind=FactKind.MESSAGE,
        edges="Rows are messages; each edit after an answer is a new question.",
    ),
    Kpi("undone", "Decisions somebody took back.", REPLY, _decided("undo"), kind=FactKind.DECISION),
    Kpi(
        "snippets_used",
        "Replies sent that were written from a snippet; how much of it was kept.",
        REPLY,
        _decided("snippet"),
        measures="similarity",
        unit="share",
        kind=FactKind.DECISION,
        edges="1: sent as it was, 0: nothing of it was left.",
    ),
)
STATE = (
    Kpi(
        "backlog",
        "Waits open when the period ended, and how old they then were.",
        STANDING,
        kpi.any_fact,
        measures="reaction",
        unit="ms",
    ),
    Kpi(
        "backlog_overdue",
        "Of them, those past their deadline.",
        STANDING,
        lambda trait: trait.is_overdue,
        among=kpi.any_fact,
    ),
    Kpi(
        "backlog_earlier",
        "Of those open at the end, the ones that began before the period.",
        STANDING,
        lambda trait: trait.is_earlier,
        among=kpi.any_fact,
        edges="They are in no figure of what arrived. `open` is `backlog` less these, less "
        "`backlog_ended`.",
    ),
    Kpi(
        "overdue_earlier",
        "Of those overdue at the end, the ones that began before the period.",
        STANDING,
        lambda trait: trait.is_overdue and trait.is_earlier,
        among=lambda trait: trait.is_overdue,
        edges="A miss of these is one of an earlier period: it is not in `missed`.",
    ),
    Kpi(
        "backlog_ended",
        "Of those open at the end that began in the period, the ones that ended since.",
        STANDING,
        lambda trait: not trait.is_earlier and trait.has_ended_since,
        among=lambda trait: not trait.is_earlier,
    ),
    Kpi(
        "due_soon",
        "Of them, those due within the next 2 hours.",
        STANDING,
        lambda trait: trait.is_due_soon,
        among=kpi.any_fact,
    ),
    *(
        Kpi(
            f"waiting_{key}",
            f"Of them, those open for {span}.",
            STANDING,
            kpi.open_for(first, last),
            among=kpi.any_fact,
        )
        for key, span, first, last in SPANS
    ),
    Kpi(
        "burn_down",
        "When each of them is cleared at the trailing pace, most urgent deadline first; `most` is "
        "when all are.",
        STANDING,
        lambda trait: trait.has_pace,
        measures="clears",
        unit="ms",
        edges="The pace is how many waits moderators ended, by any outcome, in the 24 hours "
        "before. Where they ended none, nothing is counted. What may still arrive is left out.",
    ),
    Kpi(
        "sync_lag",
        "From a wait's first message until carecli saw it.",
        ARRIVAL,
        kpi.any_fact,
        measures="lag",
        unit="ms",
        edges="Deadlines are judged by the platform's time; see `excusable_miss`.",
    ),
)

KPIS = {one.key: one for one in (*VOLUMES, *RATES, *TIMES, *WORK, *STATE)}
