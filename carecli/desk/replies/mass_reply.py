"""One text to many threads: filled in for each, with what prevents some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from carecli.desk.commands.send_pacer import SendPacer
from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.desk.replies.placeholders import known_here
from carecli.desk.threads.visibility import check_shown
from carecli.domain.commands import Reply
from carecli.domain.errors import Refusal
from carecli.domain.model import ContactPoint, MessageId, Millis, OutboxVerb, ThreadId
from carecli.domain.send_limits import MESSAGE, PER_SECOND, similar_reply_delay
from carecli.domain.snippet import Snippet
from carecli.i18n import _
from carecli.store import orders
from carecli.store.situation import Situation


@dataclass(frozen=True, slots=True)
class Addressed:
    """One text made a reply to each of many threads.

    `replies` can be sent as they stand, all of them by one `submit_all`. `refused` says why the
    other threads are left out. `public` counts replies that everybody can read; `done_at` is when
    the last reply can be expected to have gone out, at the pace of the platforms.
    """

    replies: tuple[Reply, ...]
    refused: dict[ThreadId, Refusal]
    public: int
    done_at: Millis


def address(
    unit: UnitOfWork,
    threads: Sequence[ThreadId],
    text: str,
    answers: Mapping[str, str],
    *,
    private: bool,
    snippet: str,
    draft: str,
) -> Addressed:
    """Make the replies, each checked as if it were submitted alone; writes nothing."""
    known = unit.library.find(snippet)
    template = Snippet("", "", text, fallbacks=known.fallbacks if known is not None else {})
    plan = _Timetable(unit)
    replies: list[Reply] = []
    refused: dict[ThreadId, Refusal] = {}
    for thread in dict.fromkeys(threads):
        try:
            check_shown(unit.db, thread, unit.context)
            at = unit.situation(thread)
            _check_open(unit, at)
            here = known_here(unit.db, at, unit.context, unit.by.name)
            filled = template.filled(here, answers).strip()
            head = MessageId(at.head) if at.head is not None else None
            reply = Reply(thread, filled, private, None, head, draft, snippet)
            replies.append(unit.aimed(reply, at))
        except Refusal as refusal:
            refused[thread] = refusal
        else:
            plan.add(at, private=private)
    return Addressed(tuple(replies), refused, plan.public, plan.end)


def _check_open(unit: UnitOfWork, at: Situation) -> None:
    """Somebody waits for an answer, and none is on its way; raises Refusal."""
    hint = _("Open the thread to write there anyway.")
    if not at.is_waiting:
        raise Refusal(_("Nobody is waiting for an answer here."), hint=hint)
    for order in orders.of_thread(unit.db, at.thread):
        if OutboxVerb(order.verb).is_answer and order.state in ("queued", "sending", "unknown"):
            raise Refusal(_("An answer is already being sent."), hint=hint)


class _Timetable:
    """When the last of some replies will have gone out."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        context = unit.context
        self._soonest = unit.now + context.grace
        self._departures = SendPacer(unit.db, self._soonest, context.public_gap)
        self._said: Counter[int] = Counter()
        self._queued: Counter[tuple[int, str]] = Counter()
        self.public = 0
        self.end = self._soonest

    def add(self, at: Situation, *, private: bool) -> None:
        """One more reply; filled for each person, they are nearly equal."""
        is_private = ContactPoint(at.point).is_private
        is_public = not (private or is_private)
        kind = MESSAGE if is_private else OutboxVerb.PRIVATE_REPLY if private else OutboxVerb.REPLY
        self._queued[at.channel_id, kind] += 1
        rates = PER_SECOND | dict(self._unit.abilities.of(at.channel).paces)
        length = round(self._queued[at.channel_id, kind] / rates[kind] * 1000)
        moment = self._departures.take(at.channel_id, is_public=is_public)
        self.public += is_public
        if is_public:
            self._said[at.channel_id] += 1
            moment += similar_reply_delay(self._said[at.channel_id])
        self.end = max(self.end, moment, self._soonest + length)
