"""Rejected messages: list them, accept them into a thread, or dismiss them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from carecli.desk.context import DeskContext
from carecli.desk.rules.entry_check import let_rules_look
from carecli.desk.session import DeskSession
from carecli.desk.wording import all_attached
from carecli.domain.errors import Refusal
from carecli.domain.model import Millis, ThreadId, moderator
from carecli.domain.text import one_line, printable
from carecli.i18n import N_, _
from carecli.store import outsiders, situation
from carecli.store.intake import take_in
from carecli.store.policies import Policies

STATES = {
    "open": N_("not decided yet"),
    "taken": N_("accepted"),
    "dismissed": N_("dismissed"),
}


@dataclass(frozen=True, slots=True)
class OutsiderView:
    """A message that was turned away. `state` is open, taken or dismissed, `by` who decided.

    `text` is what it says: kept until somebody decides. Times are milliseconds UTC.
    """

    id: int
    channel: str
    reason: str
    sender: str
    text: str
    at: Millis
    state: str
    by: str


class Outsiders:
    """The list of what was turned away, and what a person decides about it."""

    def __init__(self, session: DeskSession) -> None:
        self._session = session

    def listed(self, *, every: bool = False) -> Sequence[OutsiderView]:
        """What nobody has decided on, the newest first; with `every`, the rest too."""
        with self._session.finder.read() as db:
            return [_view(one, self._session.context) for one in outsiders.listed(db, every=every)]

    def take(self, ids: Sequence[int]) -> list[ThreadId]:
        """Take these in as if they had not been turned away; the threads where they wait.

        All of them, or Refusal and none.
        """
        self._session.context.check_may_decide()
        now = self._session.now()
        threads: list[ThreadId] = []
        with self._session.writer.write() as db:
            for id_ in ids:
                one = _open(db, id_)
                assert one.message is not None
                taken = take_in(
                    db,
                    one.channel_id,
                    (one.message,),
                    observed_at=now,
                    now=now,
                    policies=Policies(db),
                    source="turned away",
                )
                let_rules_look(db, self._session.context, taken.messages, now)
                outsiders.decide(db, id_, "taken", str(moderator(self._session.me)))
                threads.append(
                    ThreadId(situation.thread_of(db, one.channel_id, one.message.thread))
                )
        return threads

    def dismiss(self, ids: Sequence[int]) -> int:
        """Put these aside for good; how many. All of them, or Refusal and none."""
        self._session.context.check_may_decide()
        with self._session.writer.write() as db:
            for id_ in ids:
                _open(db, id_)
                outsiders.decide(db, id_, "dismissed", str(moderator(self._session.me)))
        return len(ids)


def _open(db: Connection, id_: int) -> outsiders.Outsider:
    one = outsiders.outsider(db, id_)
    hint = _("Run `carecli turned-away` to list them.")
    if one is None:
        raise Refusal(
            _("There is no turned-away message with the number {n}.").format(n=id_), hint=hint
        )
    if one.message is None:
        raise Refusal(
            _("Number {n} has already been handled: {state}.").format(
                n=id_, state=_(STATES[one.state])
            ),
            hint=hint,
        )
    return one


def _view(one: outsiders.Outsider, context: DeskContext) -> OutsiderView:
    from carecli.desk.wording import actor_name

    text = ""
    if one.message is not None:
        things = [(item.kind, item.url, item.name) for item in one.message.attachments]
        text = printable(one.message.text or "") or all_attached(things)
    return OutsiderView(
        one.id,
        one_line(one.channel, 80),
        one_line(one.reason),
        one_line(one.sender, 200),
        text,
        one.at,
        one.state,
        actor_name(one.by, context) if one.by else "",
    )
