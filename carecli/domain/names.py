"""Display names of colours, reasons and states in the current language.

What is typed (filters, commands, the configuration) names them in English everywhere.
"""

from __future__ import annotations

from carecli.domain.codes import KIND_TITLES, TITLES, CodeKind, FunnelStage, Sentiment
from carecli.domain.model import Colour, NoReplyReason, OutboxState
from carecli.i18n import N_, _, pgettext

REASONS = {
    NoReplyReason.THANKS: N_("thanks"),
    NoReplyReason.TAGGED: N_("only emoji or a tagged friend"),
    NoReplyReason.SPAM: N_("spam"),
    NoReplyReason.DUPLICATE: N_("duplicate"),
    NoReplyReason.OFF_TOPIC: N_("off topic"),
    NoReplyReason.OTHER: N_("other"),
}

STATES = {
    OutboxState.QUEUED: N_("queued"),
    OutboxState.SENDING: N_("sending"),
    OutboxState.SENT: N_("sent"),
    OutboxState.FAILED: N_("failed"),
    OutboxState.UNKNOWN: N_("unsure"),
    OutboxState.CANCELLED: N_("cancelled"),
}


def state_name(state: str) -> str:
    """Where an item of the outbox stands, by its state's value: `failed`."""
    return _(STATES[OutboxState(state)])


def reason_name(reason: NoReplyReason) -> str:
    """Why no reply was needed: `thanks`."""
    return _(REASONS[reason])


def colour_name(colour: Colour) -> str:
    """`red`, in Spanish `rojo`."""
    match colour:
        case Colour.RED:
            return pgettext("colour", "red")
        case Colour.YELLOW:
            return pgettext("colour", "yellow")
        case Colour.GREEN:
            return pgettext("colour", "green")


def colour_letter(colour: Colour) -> str:
    """The letter of its badge: `R`, `Y`, `G`; another for each colour in every language."""
    match colour:
        case Colour.RED:
            return pgettext("badge", "R")
        case Colour.YELLOW:
            return pgettext("badge", "Y")
        case Colour.GREEN:
            return pgettext("badge", "G")


def code_name(kind: str, value: str) -> str:
    """A sentiment or a stage: `negative`; a theme as it is called: `#packaging`."""
    if kind == CodeKind.THEME:
        return f"#{value}"
    known = {**{one.value: one for one in Sentiment}, **{one.value: one for one in FunnelStage}}
    return _(TITLES[known[value]]) if value in known else value


def kind_name(kind: str) -> str:
    """What is coded: `funnel stage`."""
    return _(KIND_TITLES[CodeKind(kind)])
