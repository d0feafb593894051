"""Applies a rule to waiting threads: reviewed first, within its caps, with one undo.

A rule acts by itself on what comes in after it went live. What waited before is a person's matter:
they are shown what the rule would do, choose, and have it done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from sqlite3 import Connection

from carecli.desk.rules.conditions import MessageFacts
from carecli.desk.rules.rulebook import RuleEntry
from carecli.desk.rules.runner import Moderation, Run
from carecli.desk.threads.visibility import visible_threads
from carecli.domain.errors import Refusal
from carecli.domain.model import Millis, moderator
from carecli.domain.rule import DeedState, TrustStage
from carecli.i18n import _
from carecli.store import feed, journal, rule_facts, settings
from carecli.store import rules as stored
from carecli.store.rules import StoredDeed


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of applying a rule: the decision that leads the batch, and the deeds."""

    decision: int | None
    deeds: list[StoredDeed]

    def count(self, state: DeedState) -> int:
        """How many of the deeds are in a state."""
        return sum(one.state == state for one in self.deeds)


def check(db: Connection, entry: RuleEntry) -> None:
    """Whether a rule may be applied; raises Refusal for one that does not act by itself either."""
    if entry.stage is not TrustStage.LIVE:
        raise Refusal(
            _("The rule {name} is not live.").format(name=entry.rule.name),
            hint=_("Only live rules can be applied to waiting threads. Make it live first."),
        )
    if settings.are_rules_held(db):
        raise Refusal(_("All rules are paused."), hint=_("Resume them first."))


def apply(
    db: Connection,
    moderation: Moderation,
    entry: RuleEntry,
    now: Millis,
    threads: Collection[int] | None = None,
) -> Applied:
    """Let a rule act on the unanswered messages of these threads, or of all that wait.

    Belongs into a write transaction. Deeds above the rule's caps, and those that cannot be taken
    back, wait for approval as always. Raises Refusal.
    """
    check(db, entry)
    context = moderation.context
    args: dict[str, object] = {"rule": entry.rule.name, "version": entry.version}
    head = journal.record_whole(db, journal.APPLIED, args, moderator(context.me), now)
    run = Run(db, moderation, now, is_held=False)
    run.renews = True
    campaigns = rule_facts.campaigns_of_posts(db)
    for told in _waiting(db, moderation, threads):
        here = campaigns.get(told.post, frozenset())
        run.apply(entry, MessageFacts(db, told, here, context.spoken, context.zone))
    run.finish(())
    found = [one for id_ in run.noted if (one := stored.deed(db, id_)) is not None]
    args["asked"] = [[one.id, one.reason] for one in found if one.state == DeedState.WAITING]
    journal.complete(db, head, args)
    decisions = [one.decision for one in found if one.decision is not None]
    journal.bind(db, [head, *decisions], head)
    feed.announce(db, (feed.ELSEWHERE,))
    return Applied(head if decisions else None, found)


def _waiting(
    db: Connection, moderation: Moderation, threads: Collection[int] | None
) -> Iterable[rule_facts.RuleMessage]:
    """What contacts wrote and wait to have answered, as far as whoever applies is shown it."""
    found = rule_facts.told(db, rule_facts.unanswered(db))
    here = {*visible_threads(db, {one.thread for one in found}, moderation.context)}
    for told in found:
        is_wanted = threads is None or told.thread in threads
        if is_wanted and told.thread in here and told.author not in moderation.context.accounts:
            yield told
