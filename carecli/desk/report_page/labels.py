"""The names and definitions of figures in the monthly report."""

from __future__ import annotations

from carecli.domain.names import REASONS
from carecli.i18n import N_, _

LABELS = {
    "arrived": N_("Arrived"),
    "answered": N_("Answered by the team"),
    "answered_elsewhere": N_("Answered in the platform's app"),
    "answered_by_rule": N_("Answered by a rule"),
    "moderated": N_("Hidden or deleted"),
    "withdrawn": N_("Withdrawn by their authors"),
    "no_reply_needed": N_("No reply needed"),
    "no_reply_unsaid": N_("without a reason"),
    "window_closed": N_("Too late: the platform's window closed"),
    "open": N_("Still open of what arrived"),
    "response_rate": N_("Response rate"),
    "excluded_no_reply": N_("No reply needed, for a reason"),
    "excluded_not_due": N_("Open and not yet due"),
    "in_time": N_("Answered in time"),
    "excusable_miss": N_("Late because the platform told us late"),
    "reaction": N_("Reaction time"),
    "reaction_working": N_("Reaction in working time"),
    "reaction_first": N_("First answer"),
    "reaction_later": N_("Later answers"),
    "within_2h": N_("within 2 h"),
    "over_2h": N_("after more than 2 h"),
    "from_2h_to_6h": N_("2 to 6 h"),
    "from_6h_to_24h": N_("6 to 24 h"),
    "over_24h": N_("over 24 h"),
    "replies": N_("Replies"),
    "replies_in_time": N_("In time"),
    "private_answers": N_("Answered in private"),
    "public_answers": N_("Answered in public"),
    "no_reply_share": N_("No reply needed"),
    "snippets_used": N_("Saved replies"),
    "undone": N_("Undone"),
    "backlog": N_("Open at the end, also from before"),
    "backlog_overdue": N_("of them overdue"),
    "backlog_earlier": N_("Open at the end, from before the period"),
    "backlog_ended": N_("Open at the end, arrived in the period, ended since"),
    "overdue_earlier": N_("Overdue at the end, from before the period"),
    "missed": N_("Not answered in time, of what arrived"),
    "hidden_by_rule": N_("Hidden or deleted by rules"),
    "automatic_replies": N_("Replies sent by rules"),
    "reopened": N_("Reopened"),
    "time_to_hide": N_("Time to hide"),
    "handovers": N_("Handed over"),
}
"""KPI -> what it is called on paper; `no_reply_` and a reason is called by the reason."""

ARRIVAL = N_("Counted by the day it began.")
REPLY = N_("Counted by the day it was done.")

MEANINGS = {
    "arrived": N_(
        "Everybody who wrote and waited for an answer. Several messages in a row count once, from "
        "the first of them until the answer; who writes again after it counts again."
    ),
    "answered": N_("Of those that arrived, those a moderator answered, whenever that was."),
    "answered_elsewhere": N_(
        "Answered by the brand in the platform's own app. It counts for the brand, for nobody "
        "personally."
    ),
    "answered_by_rule": N_(
        "Ended by an automatic reply that is meant as the answer, as in a contest. It is in no "
        "reaction time and in no share in time."
    ),
    "no_reply_needed": N_(
        "Somebody looked and said that nothing is to be answered, mostly with the reason."
    ),
    "response_rate": N_(
        "Of everything that should have an answer by now, what has one, of any kind and age. "
        "Left out: what needed no reply for a reason, what was hidden, deleted or withdrawn, and "
        "what is open and not yet due. “Other” or no reason counts as unanswered."
    ),
    "in_time": N_(
        "Of what a person answered, or should have by now, what was answered before the deadline "
        "of its colour. Open past the deadline and a closed window are misses."
    ),
    "reaction": N_(
        "From the first unanswered message to a moderator's answer, by the platform's clock, "
        "nights and weekends included. The median: half were faster."
    ),
    "within_2h": N_("Exactly 2, 6 and 24 hours count with the shorter time."),
    "open": N_(
        "Of those that arrived in the period, those that are open now. Of what was open at the end "
        "it leaves out what began before the period, and what ended since."
    ),
    "missed": N_(
        "Of those that arrived in the period, those answered late, those open past their deadline "
        "now, and those the platform lets nobody answer any more. What was overdue at the end and "
        "began before the period is a miss of that earlier one."
    ),
    "backlog": N_(
        "Open when the period ended, whenever it began, and how long it had been so by then."
    ),
    "rules": N_(
        "Messages that rules hid or deleted and replies that rules sent, counted by the day it was "
        "done. Made visible again, a message counts no more."
    ),
    "colour": N_(
        "Each message gets a colour by what it is about: green for questions and chat, yellow for "
        "complaints, red for crises and adverse reactions. The colour sets the deadline."
    ),
    "replies": N_("What the person's replies ended, whenever it began."),
    "snippets_used": N_("Replies written from a saved one, and how much of it was kept."),
    "no_reply_share": N_(
        "Of what the person ended by a reply or by saying that none is needed, the latter."
    ),
    "undone": N_("Decisions that the person took back."),
    "heat": N_("When what arrived was written, in the time zone of the report."),
    "small": N_(
        "“Few” stands by a figure over fewer than {n}: a case more or less would move it much."
    ),
    "sentiment": N_(
        "What people felt, as coded by a person, by a rule or as carecli suggests; shares are of "
        "what is coded."
    ),
    "stage": N_("Where people stood on their way: from hearing of the brand to loyalty."),
    "theme": N_("One message may have several themes."),
    "calls": N_(
        "Calls to the contact centre, as entered for each day, with what was answered on it. A "
        "day without an entry has no bar: that is not zero."
    ),
    "agreement": N_(
        "Two people coded the same messages without seeing each other's codes. Kappa takes off "
        "what would agree by chance: 1 is always, 0 is chance."
    ),
    "competitors": N_(
        "From what everybody can see. Without a mark the platform's API told it; “csv” is from a "
        "file, “hand” was read off and typed in; – is not known, which is not zero."
    ),
    "engagement": N_(
        "Reactions, comments and shares of a post for each follower: the median post."
    ),
    "answers_within": N_("From a public comment to the page's first answer: the median."),
}
"""KPI or section -> its definition."""

COLOUR_TITLES = {"green": N_("Green"), "yellow": N_("Yellow"), "red": N_("Red")}

CODES = {
    "positive": N_("Positive"),
    "neutral": N_("Neutral"),
    "negative": N_("Negative"),
    "awareness": N_("Awareness"),
    "consideration": N_("Consideration"),
    "purchase": N_("Purchase"),
    "recommendation": N_("Recommendation"),
    "loyalty": N_("Loyalty"),
}
"""Sentiments and stages of the funnel; themes are called as the brand calls them."""

KINDS = {
    "sentiment": N_("What people felt"),
    "stage": N_("Where they stood"),
    "theme": N_("What it was about"),
}


def label(kpi: str) -> str:
    """What a KPI is called; its key where paper has no name for it."""
    reason = kpi.removeprefix("no_reply_")
    if kpi not in LABELS and reason in REASONS:
        return _(REASONS[next(one for one in REASONS if one == reason)])
    return _(LABELS[kpi]) if kpi in LABELS else kpi


def code(value: str) -> str:
    """A sentiment or stage by its name; a theme is its own."""
    return _(CODES[value]) if value in CODES else value
