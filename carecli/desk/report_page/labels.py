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
    "window_closed": N_("Too late: the platform's time limit has passed"),
    "open": N_("Still open of what arrived"),
    "response_rate": N_("Response rate"),
    "excluded_no_reply": N_("No reply needed, for a reason"),
    "excluded_not_due": N_("Open and not yet due"),
    "in_time": N_("Answered in time"),
    "excusable_miss": N_("Late because carecli saw the message late"),
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
    "backlog": N_("Open at the end, including earlier ones"),
    "backlog_overdue": N_("of them overdue"),
    "backlog_earlier": N_("Open at the end, from before the period"),
    "backlog_ended": N_("Open at the end, arrived in the period, ended since"),
    "overdue_earlier": N_("Overdue at the end, from before the period"),
    "missed": N_("Not answered in time, of what arrived"),
    "hidden_by_rule": N_("Hidden or deleted by rules"),
    "automatic_replies": N_("Replies sent by rules"),
    "reopened": N_("Reopened"),
    "time_to_hide": N_("Time to hide"),
    "handovers": N_("Reassigned"),
}
"""KPI -> what it is called on paper; `no_reply_` and a reason is called by the reason."""

ARRIVAL = N_("Counted by the day it began.")
REPLY = N_("Counted by the day it was done.")

MEANINGS = {
    "arrived": N_(
        "Everybody who wrote and waited for an answer. Several messages in a row count once, from "
        "the first one until the answer. A person who writes again after the answer counts again."
    ),
    "answered": N_("Messages that arrived and were answered by a moderator, at any time."),
    "answered_elsewhere": N_(
        "Answered by the brand in the platform's own app. This counts for the brand, but not for "
        "a single person."
    ),
    "answered_by_rule": N_(
        "Answered by an automatic reply that is meant as the answer, e.g. in a contest. Not "
        "included in reaction times and in the share in time."
    ),
    "no_reply_needed": N_(
        "Somebody read the message and decided that it needs no reply, usually with a reason."
    ),
    "response_rate": N_(
        "The share of messages with an answer of any kind and age, among those that should have "
        "one by now. Left out are messages that needed no reply for a given reason, messages that "
        "were hidden, deleted or withdrawn, and messages that are open and not yet due. “Other” "
        "or no reason counts as unanswered."
    ),
    "in_time": N_(
        "The share of messages answered before the deadline of their colour, among those that a "
        "person answered or should have answered by now. Messages that are open past their "
        "deadline, or can no longer be answered, count as misses."
    ),
    "reaction": N_(
        "The time from the first unanswered message to a moderator's answer, by the platform's "
        "clock, including nights and weekends. The figure is the median: half of the answers were "
        "faster."
    ),
    "within_2h": N_("Exactly 2, 6 and 24 hours count with the shorter time."),
    "open": N_(
        "Messages that arrived in the period and are still open. It does not include messages "
        "from before the period, or those that were open at the end and have ended since."
    ),
    "missed": N_(
        "Messages that arrived in the period and were answered late, are open past their "
        "deadline, or can no longer be answered on the platform. Overdue messages from before the "
        "period count as misses of that earlier period."
    ),
    "backlog": N_(
        "Messages that were open at the end of the period, whenever they came in, and how long "
        "they had been open by then."
    ),
    "rules": N_(
        "Messages that rules hid or deleted, and replies that rules sent, counted on the day when "
        "that happened. A message that was shown again no longer counts."
    ),
    "colour": N_(
        "Each message gets a colour for its content: green for questions and chat, yellow for "
        "complaints, red for crises and adverse reactions. The colour sets the deadline."
    ),
    "replies": N_("Messages answered by the person, whenever they came in."),
    "snippets_used": N_("Replies sent from a saved reply, and how much of its text was kept."),
    "no_reply_share": N_(
        "The share that needed no reply, among all messages that the person answered or marked as "
        "needing none."
    ),
    "undone": N_("Decisions that the person undid."),
    "heat": N_("When the messages were written, in the time zone of the report."),
    "small": N_(
        "“Few” marks a figure with fewer than {n} cases, where a single case makes a big "
        "difference."
    ),
    "sentiment": N_(
        "What people felt, as coded by a person or a rule, or as suggested by carecli. Shares "
        "refer to coded messages only."
    ),
    "stage": N_("How close people were to the brand, from hearing of it to loyalty."),
    "theme": N_("A message can have several themes."),
    "calls": N_(
        "Calls to the contact centre, as entered for each day, and the messages answered on that "
        "day. A day without an entry has no bar, which does not mean zero."
    ),
    "agreement": N_(
        "Two people coded the same messages without seeing each other's codes. Kappa corrects for "
        "agreement by chance: 1 is full agreement, 0 is chance."
    ),
    "competitors": N_(
        "From what everybody can see. Figures without a mark come from the platform's API, “csv” "
        "means from a file, and “hand” means entered by hand. A – means unknown, not zero."
    ),
    "engagement": N_(
        "Reactions, comments and shares of a post per follower; the figure is the median of all "
        "posts."
    ),
    "answers_within": N_(
        "The time from a public comment to the page's first answer; the figure is the median."
    ),
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
    "stage": N_("Stage in the funnel"),
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
