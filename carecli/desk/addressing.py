"""One text to many threads: filled in for each, and what stands against some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from carecli.desk.deeds import Desktop
from carecli.desk.departures import Departures
from carecli.desk.filling import known_here
from carecli.desk.sight import check_shown
from carecli.domain.commands import Reply
from carecli.domain.errors import Refusal
from carecli.domain.model import ContactPoint, MessageId, Millis, OutboxVerb, ThreadId
from carecli.domain.pacing import MESSAGE, PER_SECOND, held_back
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
    desktop: Desktop,
    threads: Sequence[ThreadId],
    text: str,
    answers: Mapping[str, str],
    *,
    private: bool,
    snippet: str,
    draft: str,
) -> Addressed:
    """Make the replies, each checked as if it were submitted alone; writes nothing."""
    known = desktop.library.find(snippet)
    template = Snippet("", "", text, fallbacks=known.fallbacks if known is not None else {})
    plan = _Timetable(desktop)
    replies: list[Reply] = []
    refused: dict[ThreadId, Refusal] = {}
    for thread in dict.fromkeys(threads):
        try:
            check_shown(desktop.db, thread, desktop.office)
            at = desktop.situation(thread)
            _check_open(desktop, at)
            here = known_here(desktop.db, at, desktop.office, desktop.by.name)
            filled = template.filled(here, answers).strip()
            head = MessageId(at.head) if at.head is not None else None
            reply = Reply(thread, filled, private, None, head, draft, snippet)
            replies.append(desktop.aimed(reply, at))
        except Refusal as refusal:
            refused[thread] = refusal
        else:
            plan.add(at, private=private)
    return Addressed(tuple(replies), refused, plan.public, plan.end)


def _check_open(desktop: Desktop, at: Situation) -> None:
    """Somebody waits for an answer, and none is on its way; raises Refusal."""
    hint = _("Open the thread to write there anyway.")
    if not at.is_waiting:
        raise Refusal(_("Nobody is waiting for an answer here."), hint=hint)
    for order in orders.of_thread(desktop.db, at.thread):
        if OutboxVerb(order.verb).is_answer and order.state in ("queued", "sending", "unknown"):
            raise Refusal(_("An answer is already being sent."), hint=hint)


class _Timetable:
    """When the last of some replies will have gone out."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        office = desktop.office
        self._soonest = desktop.now + office.grace
        self._departures = Departures(desktop.db, self._soonest, office.public_gap)
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
        rates = PER_SECOND | dict(self._desktop.abilities.of(at.channel).paces)
        length = round(self._queued[at.channel_id, kind] / rates[kind] * 1000)
        moment = self._departures.take(at.channel_id, is_public=is_public)
        self.public += is_public
        if is_public:
            self._said[at.channel_id] += 1
            moment += held_back(self._said[at.channel_id])
        self.end = max(self.end, moment, self._soonest + length)
