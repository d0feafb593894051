"""Display names of colours, reasons and states in the current language.

What is typed (filters, commands, the configuration) names them in English everywhere.
"""

from __future__ import annotations

from carecli.domain.codes import KIND_TITLES, TITLES, CodeKind
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
    """The name of an outbox state, from its value: `failed`."""
    return _(STATES[OutboxState(state)])


def reason_name(reason: NoReplyReason) -> str:
    """The name of a reason why no reply was needed: `thanks`."""
    return _(REASONS[reason])


def colour_name(colour: Colour) -> str:
    """The name of a colour: `red`, in Spanish `rojo`."""
    match colour:
        case Colour.RED:
            return pgettext("colour", "red")
        case Colour.YELLOW:
            return pgettext("colour", "yellow")
        case Colour.GREEN:
            return pgettext("colour", "green")


def colour_letter(colour: Colour) -> str:
    """The letter of a colour's badge: `R`, `Y`, `G`; different for each colour in a language."""
    match colour:
        case Colour.RED:
            return pgettext("badge", "R")
        case Colour.YELLOW:
            return pgettext("badge", "Y")
        case Colour.GREEN:
            return pgettext("badge", "G")


def code_name(kind: str, value: str) -> str:
    """The name of a sentiment or a stage (`negative`), or of a theme: `#packaging`."""
    if kind == CodeKind.THEME:
        return f"#{value}"
    titles = {code.value: title for code, title in TITLES.items()}
    return _(titles[value]) if value in titles else value


def kind_name(kind: str) -> str:
    """The name of a kind of code: `funnel stage`."""
    return _(KIND_TITLES[CodeKind(kind)])
