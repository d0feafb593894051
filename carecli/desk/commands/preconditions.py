"""Whether a command is legal now, and why not. Pure: works on what was loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from carecli.domain.capabilities import Capabilities
from carecli.domain.errors import Refusal
from carecli.domain.figures import number, span_in_words
from carecli.domain.model import ContactPoint, Millis, OutboxVerb
from carecli.domain.snippet import KNOWN, closest_known_name, unfilled_placeholders
from carecli.domain.text import one_line
from carecli.i18n import N_, _, ngettext
from carecli.store.orders import StoredOrder
from carecli.store.situation import Situation, TargetMessage

REMOVED = {
    "deleted_by_us": N_("That message was deleted."),
    "withdrawn": N_("Its author deleted that message."),
    "gone": N_("That message is no longer on the platform."),
}

DEEDS = {
    OutboxVerb.HIDE: N_("hide"),
    OutboxVerb.UNHIDE: N_("unhide"),
    OutboxVerb.DELETE: N_("delete"),
    OutboxVerb.LIKE: N_("like"),
    OutboxVerb.UNLIKE: N_("unlike"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked: about which message of which thread, with what already ordered about it.

    `about_person` is what was ordered about who wrote it.
    """

    at: Situation
    can: Capabilities
    target: TargetMessage | None
    orders: Sequence[StoredOrder]
    now: Millis
    by_person: bool = True
    about_person: Sequence[StoredOrder] = ()

    def ordered(self, deed: OutboxVerb) -> Sequence[StoredOrder]:
        """What was ordered about that which a deed is done to, oldest first."""
        return self.about_person if deed.is_about_person else self.orders

    @property
    def is_private(self) -> bool:
        """Whether the thread is a private conversation."""
        return ContactPoint(self.at.point).is_private


def check_text(case: Case, text: str, *, private: bool) -> None:
    """A text that can be sent as it stands; raises Refusal."""
    if not text:
        raise Refusal(_("There is nothing to send."), hint=_("Write something first."))
    theirs = case.target.contact_name if case.target is not None else ""
    left = next(unfilled_placeholders(text, theirs), None)
    if left is not None:
        raise Refusal(
            _("{placeholder} is not filled in.").format(placeholder=left.group()),
            hint=_filled_by(left),
        )
    limit = case.can.private_limit if private or case.is_private else case.can.reply_limit
    length = len(text.encode()) if case.can.limit_in_bytes else len(text)
    if length > limit:
        over = length - limit
        said = (
            ngettext("The reply is {n} byte too long.", "The reply is {n} bytes too long.", over)
            if case.can.limit_in_bytes
            else ngettext(
                "The reply is {n} character too long.",
                "The reply is {n} characters too long.",
                over,
            )
        )
        raise Refusal(
            said.format(n=number(over)), hint=_("{limit} fit.").format(limit=number(limit))
        )


def _filled_by(placeholder: re.Match[str]) -> str:
    """What to do about a placeholder."""
    name = placeholder["name"].strip()
    near = closest_known_name(name)
    if near:
        return _("Did you mean {name}?").format(name=f"{{{near}}}")
    if name in KNOWN:
        return _("No value is available here. Add a default: {name}").format(name=f"{{{name}|…}}")
    return _("Replace or remove it, then send.")


def check_reply(case: Case) -> None:
    """A reply in the thread itself is possible now; raises Refusal."""
    if not case.can.can_reply:
        raise Refusal(
            _("carecli cannot write here."),
            hint=_(case.can.note) or _("Open the link, answer there, and confirm here."),
        )
    _check_target(case.target)
    until = window_until(case)
    if until is not None and case.now >= until:
        raise Refusal(
            _("The messaging window closed {span} ago.").format(
                span=span_in_words(case.now - until)
            ),
            hint=_("The contact must write again before the platform accepts an answer."),
        )


def window_until(case: Case) -> Millis | None:
    """When the platform stops taking private messages; None: it does not, or nobody wrote."""
    spans = [case.can.window, case.can.human_window if case.by_person else None]
    spans = [span for span in spans if span is not None]
    if not case.is_private or not spans or case.at.last_inbound_at is None:
        return None
    return case.at.last_inbound_at + max(span for span in spans if span is not None)


def check_to_all(case: Case) -> None:
    """The message has other recipients whom an answer can go to as well; raises Refusal."""
    if case.target is None or not case.target.also_to:
        raise Refusal(
            _("This message had no other recipients."), hint=_("Answer the person who wrote it.")
        )


def check_private_reply(case: Case) -> None:
    """A comment can be answered privately now; raises Refusal."""
    within = case.can.private_reply_within
    if case.is_private:
        raise Refusal(_("This is already a private conversation."), hint=_("Reply in it."))
    if within is None or not case.can.can_reply:
        raise Refusal(
            _("This channel does not support private replies."), hint=_("Reply in public.")
        )
    if ContactPoint(case.at.point) in case.can.no_private_reply_at:
        raise Refusal(_("The platform does not accept private replies here."), hint=_(ELSEWHERE))
    target = _check_target(case.target)
    if target.contact is None:
        raise Refusal(
            _("That message is from the brand."), hint=_("Choose a message from the contact.")
        )
    for order in case.orders:
        if order.verb == OutboxVerb.PRIVATE_REPLY and order.state in TAKEN:
            raise Refusal(
                _("A private reply {fate}.").format(fate=_(TAKEN[order.state])), hint=_(ONCE)
            )
    if target.private_at is not None:
        raise Refusal(_("That comment has already been answered privately."), hint=_(ONCE))
    if target.can_private is not None and not target.can_private:
        raise Refusal(
            _("The platform does not accept a private reply to that comment."), hint=_(ONCE)
        )
    if case.now >= target.created_at + within:
        raise Refusal(
            _("Comments can be answered privately for {within} only.").format(
                within=span_in_words(within)
            ),
            hint=_("Reply in public and ask the contact to write."),
        )


ELSEWHERE = N_("It is a review or a comment on somebody else's post.")
ONCE = N_("The platform allows only one private reply per comment. Reply in public.")
TAKEN = {
    "queued": N_("is waiting to be sent"),
    "sending": N_("is being sent"),
    "unknown": N_("may have been sent; the platform is being asked"),
    "sent": N_("has already been sent"),
}
"""What became of a text, as the rest of a sentence."""


def _check_target(target: TargetMessage | None) -> TargetMessage:
    if target is None:
        raise Refusal(
            _("There is nobody to answer here."), hint=_("Only the brand has written so far.")
        )
    if target.visibility in REMOVED:
        raise Refusal(_(REMOVED[target.visibility]), hint=_("Choose another message to answer."))
    return target


def check_claim(case: Case, by: str, holder_name: str) -> None:
    """Nobody else is writing in the thread; raises Refusal."""
    if case.at.claimed_by and case.at.claimed_by != by:
        raise Refusal(
            _("{name} is writing here.").format(name=holder_name),
            hint=_("Wait until they finish or release it."),
        )


def check_deed(case: Case, deed: OutboxVerb) -> None:
    """A message can be hidden, shown, deleted, liked or unliked now; raises Refusal.

    Likewise, who wrote it can be blocked or no longer blocked.
    """
    if deed.is_about_person:
        _check_block(case, deed)
        return
    allowed = {
        OutboxVerb.HIDE: case.can.can_hide,
        OutboxVerb.UNHIDE: case.can.can_hide,
        OutboxVerb.DELETE: case.can.can_delete,
        OutboxVerb.LIKE: case.can.can_like,
        OutboxVerb.UNLIKE: case.can.can_like,
    }
    if deed not in allowed:
        raise Refusal(_("Use a reply to send a text."))
    word = _(DEEDS[deed])
    if not allowed[deed] or (case.is_private and deed not in case.can.private_deeds):
        what = _("a private message") if case.is_private else _("a message")
        raise Refusal(
            _("On {title} it is not possible to {word} {what}.").format(
                title=case.at.title, word=word, what=what
            )
        )
    target = case.target
    if target is None:
        raise Refusal(_("There is no such message."))
    if target.visibility in REMOVED:
        raise Refusal(_(REMOVED[target.visibility]))
    is_theirs = target.contact is not None
    if is_theirs and deed in _REMOVALS and ContactPoint(case.at.point) in case.can.no_removal_at:
        raise Refusal(_("The platform cannot hide or delete a message here."), hint=_(ELSEWHERE))
    if target.contact is None and deed in (OutboxVerb.HIDE, OutboxVerb.UNHIDE):
        raise Refusal(
            _("That message is from the brand."), hint=_("Delete it if nobody should see it.")
        )
    if is_wanted(case, deed):
        if stands(target, deed):
            raise Refusal(_(_STANDS[deed]))
        raise Refusal(_("That message already has a pending {word} or delete.").format(word=word))


def _check_block(case: Case, deed: OutboxVerb) -> None:
    """Who wrote a message can be blocked, or let write again; raises Refusal."""
    if not case.can.can_block:
        raise Refusal(
            _("On {title} it is not possible to block a person.").format(title=case.at.title),
            hint=_("Hide or delete what they write, where that is possible."),
        )
    target = case.target
    if target is None:
        raise Refusal(_("There is no such message."))
    if target.contact is None:
        raise Refusal(
            _("That message is from the brand."), hint=_("Choose a message from the contact.")
        )
    if target.is_nameless:
        raise Refusal(
            _("It is not known who wrote that message."),
            hint=_("Do it in the platform's app."),
        )
    if is_wanted(case, deed):
        if stands(target, deed):
            blocked, free = _("{name} is already blocked."), _("{name} is not blocked.")
        else:
            blocked = _("{name} is already being blocked.")
            free = _("{name} is already being unblocked.")
        said = blocked if deed is OutboxVerb.BLOCK else free
        raise Refusal(said.format(name=one_line(target.contact_name, 80) or _("This person")))


_STANDS = {
    OutboxVerb.HIDE: N_("That message is already hidden."),
    OutboxVerb.UNHIDE: N_("That message is already visible."),
    OutboxVerb.DELETE: N_("That message is already deleted."),
    OutboxVerb.LIKE: N_("That message is already liked."),
    OutboxVerb.UNLIKE: N_("That message is not liked."),
}


_REMOVALS = frozenset({OutboxVerb.HIDE, OutboxVerb.UNHIDE, OutboxVerb.DELETE})


def is_wanted(case: Case, deed: OutboxVerb) -> bool:
    """Whether it is so already, or will be by what was wished last."""
    for order in reversed(case.ordered(deed)):
        if order.state in ("queued", "sending", "unknown"):
            if order.verb == deed or (order.verb == OutboxVerb.DELETE and not deed.is_about_person):
                return True
            if order.verb == deed.opposite:
                return False
    return stands(case.target, deed)


def stands(target: TargetMessage | None, deed: OutboxVerb) -> bool:
    """Whether, as far as is known, it is so on the platform already."""
    if target is None:
        return False
    match deed:
        case OutboxVerb.HIDE:
            return target.visibility == "hidden"
        case OutboxVerb.UNHIDE:
            return target.visibility == "visible"
        case OutboxVerb.LIKE:
            return target.is_liked
        case OutboxVerb.UNLIKE:
            return not target.is_liked
        case OutboxVerb.BLOCK:
            return target.is_blocked
        case OutboxVerb.UNBLOCK:
            return not target.is_blocked
        case _:
            return target.visibility in REMOVED
