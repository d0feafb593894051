"""Runs rules over the messages of a page, in the transaction that stores it.

What a rule does goes the way of a person's deed: the same checks, the same journal, the same
outbox, and a person can take it back. What it may not do by itself waits for approval.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from sqlite3 import Connection

from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.desk.context import Abilities, DeskContext
from carecli.desk.replies.placeholders import known_here
from carecli.desk.replies.snippet_library import Library
from carecli.desk.rules.colour_suggestions import Triage
from carecli.desk.rules.conditions import Evidence, MessageFacts
from carecli.desk.rules.rule_commands import command_of
from carecli.desk.rules.rulebook import Rulebook, RuleEntry
from carecli.desk.rules.thread_defaults import open_threads
from carecli.domain.errors import ConfigError, Refusal
from carecli.domain.model import (
    DAY,
    MINUTE,
    SECOND,
    Actor,
    Millis,
)
from carecli.domain.rule import (
    HALF_LIFE,
    DeedKind,
    DeedState,
    Rule,
    RuleAction,
    Tier,
    TrustStage,
    end_of_quiet_hours,
    exceeds_expectation,
    in_scope,
    reason_against,
)
from carecli.domain.snippet import Snippet
from carecli.i18n import N_
from carecli.store import codes, feed, rule_facts, settings
from carecli.store import rules as stored
from carecli.store.derive import refresh
from carecli.store.policies import Policies
from carecli.store.rules import StoredDeed, Wanted

log = logging.getLogger(__name__)

HISTORY: Millis = 3 * DAY
"""A message older than this when it came in is history: a rule does not act on it."""

SECOND_THOUGHTS: Millis = MINUTE
"""How long a rule's irreversible deed can still be undone."""

SPEAKS_AGAIN: Millis = DAY
"""How long rules are silent in a thread after one of them spoke there."""

SNIPPET = "snippet:"
"""How a text names a saved reply."""


@dataclass(slots=True)
class Moderation:
    """Runs a book of rules at an office's desk; made once, used for every page."""

    book: Rulebook
    context: DeskContext
    triage: Triage | None = None
    abilities: Abilities = field(init=False)
    library: Library = field(init=False)
    _told: ConfigError | None = None

    def __post_init__(self) -> None:
        self.abilities = Abilities(self.context)
        self.library = Library(self.context)

    def run(
        self,
        db: Connection,
        messages: Sequence[int],
        now: Millis,
        *,
        is_by_hand: bool = False,
    ) -> None:
        """Let every rule look at these messages; belongs into their write transaction.

        `is_by_hand`: a person takes them in now, so they are no history whenever they were written.
        """
        if not messages:
            return
        if self.context.openings:
            open_threads(db, messages, self.context, now)
        if self.triage is not None:
            self.triage.suggest(db, messages, now)
        entries = [
            one
            for one in self.book.load(db, now)
            if one.stage in (TrustStage.LIVE, TrustStage.SHADOW)
        ]
        self._tell_of(self.book.problem)
        if not entries:
            return
        run = Run(db, self, now, is_held=settings.are_rules_held(db))
        run.is_by_hand = is_by_hand
        campaigns = rule_facts.campaigns_of_posts(db)
        for told in rule_facts.told(db, messages):
            is_history = now - told.written_at > HISTORY and not is_by_hand
            if is_history or told.author in self.context.accounts:
                continue
            here = campaigns.get(told.post, frozenset())
            facts = MessageFacts(db, told, here, self.context.spoken, self.context.zone)
            run.look(entries, facts)
        run.finish(entries)

    def _tell_of(self, problem: ConfigError | None) -> None:
        if problem is not None and problem is not self._told:
            log.error("files of rules cannot be read, so the last good ones stay: %s", problem)
        self._told = problem


class Run:
    """One page before the rules."""

    def __init__(
        self, db: Connection, moderation: Moderation, now: Millis, *, is_held: bool
    ) -> None:
        self.db = db
        self.context = moderation.context
        self.abilities = moderation.abilities
        self.library = moderation.library
        self.now = now
        self.is_held = is_held
        self.touched: set[int] = set()
        self.counted: dict[str, tuple[float, float]] = {}
        self.renews = False
        self.is_by_hand = False
        self.noted: list[int] = []

    def look(self, entries: Sequence[RuleEntry], facts: MessageFacts) -> None:
        """Rules look at one message, and act if it is what they look for.

        What is never done to a red or flagged thread comes last, whatever rule is to say so.
        """
        hits: list[tuple[RuleEntry, Evidence]] = []
        for entry in entries:
            # platforms tell whole seconds: what is written in a rule's first one is its matter
            is_before = facts.told.written_at < entry.trust.since // SECOND * SECOND
            if is_before and not self.is_by_hand:
                continue
            evidence = self._seen(entry, facts)
            if evidence is not None:
                hits.append((entry, evidence))
                self._want_all(entry, facts, evidence, spares_red=False)
        for entry, evidence in hits:
            self._want_all(entry, facts, evidence, spares_red=True)
            self._break(entry)

    def apply(self, entry: RuleEntry, facts: MessageFacts) -> None:
        """One rule acts on a message that was there before it, if it is what it looks for."""
        if not self._is_in_scope(entry, facts):
            return
        evidence = entry.looks_for.hit(facts)
        if evidence is not None:
            self._want_all(entry, facts, evidence, spares_red=False)
            self._want_all(entry, facts, evidence, spares_red=True)

    def _is_in_scope(self, entry: RuleEntry, facts: MessageFacts) -> bool:
        """Whether the rule looks at messages of this place and time at all."""
        message = facts.told
        return in_scope(
            entry.rule.when,
            point=message.point,
            channel=message.channel,
            brand=message.brand,
            post=message.post,
            campaigns=facts.campaigns,
            at=message.at,
            zone=self.context.zone,
        )

    def _want_all(
        self, entry: RuleEntry, facts: MessageFacts, evidence: Evidence, *, spares_red: bool
    ) -> None:
        for deed in entry.rule.deeds:
            if deed.kind.spares_red is spares_red:
                self._want(entry, deed, facts, evidence)

    def _seen(self, entry: RuleEntry, facts: MessageFacts) -> Evidence | None:
        """Why a message is what a rule looks for, counted; None: it is not."""
        rule = entry.rule
        if not self._is_in_scope(entry, facts):
            return None
        evidence = entry.looks_for.hit(facts)
        seen, hits = self.counted.get(rule.name, (entry.trust.seen, entry.trust.hits))
        if seen >= 2 * HALF_LIFE:
            seen, hits = seen / 2, hits / 2
        self.counted[rule.name] = (seen + 1, hits + (evidence is not None))
        return evidence

    def _want(
        self, entry: RuleEntry, deed: RuleAction, facts: MessageFacts, evidence: Evidence
    ) -> None:
        rule, told = entry.rule, facts.told
        chance = zlib.crc32(f"{rule.name} {told.message}".encode())
        value = "\n".join(deed.values) if deed.kind.takes_all else deed.value(chance)
        wanted = Wanted(
            rule.name,
            entry.version,
            deed.kind,
            told.message,
            told.thread,
            told.contact,
            told.post_id,
            value,
            evidence,
        )
        reason = self._said_before(rule, deed.kind, facts) or self.stronger(deed.kind, facts)
        if reason:
            self._note(wanted, DeedState.REFUSED, reason)
            return
        if entry.stage is TrustStage.SHADOW or self.is_held:
            self._note(wanted, DeedState.SHADOW, "")
            return
        reason = self._approval(rule, deed.kind) or self._too_old(deed.kind, facts)
        state = DeedState.WAITING if reason else DeedState.DONE
        is_asked = bool(reason) or deed.kind.is_answer
        if is_asked and (impossible := self._impossible(rule, deed.kind, value, facts)):
            state, reason = DeedState.REFUSED, impossible
        id_ = self._note(wanted, state, reason)
        if id_ is not None and not reason:
            self._do(rule, deed.kind, value, facts, id_)

    def _note(self, wanted: Wanted, state: DeedState, reason: str) -> int | None:
        write = stored.note_again if self.renews else stored.note
        id_ = write(self.db, wanted, state, reason, self.now)
        if id_ is not None:
            self.noted.append(id_)
        return id_

    def _said_before(self, rule: Rule, kind: DeedKind, facts: MessageFacts) -> str:
        told = facts.told
        if kind.is_answer and stored.has_answered(
            self.db, rule.name, kind, told.contact, told.post_id
        ):
            return N_("it already wrote to this person here")
        return ""

    def stronger(self, kind: DeedKind, facts: MessageFacts) -> str:
        """What stands before any rule here, in words; empty: nothing."""
        told = facts.told
        against = reason_against(
            kind,
            colour=facts.colour,
            has_safety=facts.has_safety,
            is_allowed=bool(told.is_allowed),
        )
        if against:
            return against
        if kind is DeedKind.COLOUR and told.colour_by.startswith("moderator:"):
            return N_("a person set the colour")
        if kind.is_code and codes.is_by_person(self.db, told.thread, told.message, kind.value):
            return N_("a person coded the message")
        if kind in (DeedKind.TEAM, DeedKind.ASSIGN) and rule_facts.who_assigned(
            self.db, told.thread
        ).startswith("moderator:"):
            return N_("a person assigned the thread")
        if kind in (DeedKind.HIDE, DeedKind.DELETE) and rule_facts.was_decided(
            self.db, told.message
        ):
            return N_("a person decided about this message")
        if kind is DeedKind.BLOCK and rule_facts.was_judged(self.db, told.contact):
            return N_("a person decided whether to block them")
        if kind.is_answer:
            to = told.contact if kind is DeedKind.PRIVATE else None
            if stored.spoke_here(self.db, told.thread, self.now - SPEAKS_AGAIN, to):
                return N_("a rule wrote here within the last day")
            if stored.answers_a_rule(self.db, told.thread, told.at, told.contact):
                return N_("it answers a rule's message")
        return ""

    def _approval(self, rule: Rule, kind: DeedKind) -> str:
        """Why a deed waits for a person; empty: it does not."""
        if kind.tier is Tier.LOCAL:
            return ""
        if kind.tier is Tier.IRREVERSIBLE and not rule.unattended:
            block = kind is DeedKind.BLOCK
            return N_("it blocks a person") if block else N_("it cannot be undone")
        cap = rule.cap(kind)
        if cap == 0:
            return N_("its rule requires a person's approval")
        if cap is not None and stored.done_lately(self.db, rule.name, kind, self.now) >= cap:
            return f"more than {cap} within an hour"
        return ""

    def _too_old(self, kind: DeedKind, facts: MessageFacts) -> str:
        """Why what reaches the platform waits for a person, though a person took the text in."""
        is_old = self.now - facts.told.written_at > HISTORY and self.is_by_hand
        return N_("it was written days ago") if is_old and kind.tier is not Tier.LOCAL else ""

    def _impossible(self, rule: Rule, kind: DeedKind, value: str, facts: MessageFacts) -> str:
        """Why a deed that nobody could approve is not asked for.

        The message is hidden already, or no answer can be written from here.
        """
        told = facts.told
        if kind.is_answer:
            can = self.abilities.of(told.channel)
            return "" if can.can_reply else N_("carecli cannot write here")
        command = command_of(kind, value, told.thread, told.message)
        refused = self._unit(rule.name, 0).refusals([command])
        return next((one.what for one in refused.values()), "")

    def _do(self, rule: Rule, kind: DeedKind, value: str, facts: MessageFacts, id_: int) -> None:
        try:
            decision = self.carry_out(rule, kind, value, facts)
        except Refusal as refusal:
            stored.conclude(self.db, id_, DeedState.REFUSED, refusal.what, None)
        else:
            stored.conclude(self.db, id_, DeedState.DONE, "", decision)

    def carry_out(self, rule: Rule, kind: DeedKind, value: str, facts: MessageFacts) -> int:
        """Do one deed as the rule; the decision's id. Raises Refusal."""
        told = facts.told
        unit = self._unit(rule.name, self._grace(rule, kind))
        if kind.is_answer:
            value = self._text(unit, value, told.thread)
        receipt = unit.do(command_of(kind, value, told.thread, told.message, answers=rule.answers))
        self.touched |= unit.touched
        if kind is DeedKind.COLOUR:
            facts.colour = value
        elif kind is DeedKind.SAFETY:
            facts.has_safety = True
        return receipt.decision

    def _unit(self, rule: str, grace: Millis) -> UnitOfWork:
        context = replace(self.context, grace=grace)
        by = Actor("rule", rule)
        return UnitOfWork(self.db, context, self.abilities, self.library, by, self.now)

    def words(self, one: StoredDeed) -> str:
        """The text of a deed that speaks, as it would be sent now; empty for the others."""
        if not DeedKind(one.kind).is_answer:
            return ""
        try:
            return self._text(self._unit(one.rule, 0), one.value, one.thread)
        except Refusal as refusal:
            return refusal.what

    def _grace(self, rule: Rule, kind: DeedKind) -> Millis:
        if kind.tier is not Tier.IRREVERSIBLE:
            return 0
        loud = (
            end_of_quiet_hours(rule.quiet, self.now, self.context.zone)
            if kind.is_answer
            else self.now
        )
        return max(loud - self.now, SECOND_THOUGHTS)

    def _text(self, unit: UnitOfWork, value: str, thread: int) -> str:
        snippet = Snippet("", "", value)
        if value.startswith(SNIPPET):
            self.library.refresh()
            found = self.library.find(value.removeprefix(SNIPPET).strip())
            if found is None:
                raise Refusal(f"There is no snippet {value.removeprefix(SNIPPET)!r}.")
            snippet = found
        at = unit.situation(thread)
        return snippet.filled(known_here(self.db, at, self.context, ""), {})

    def finish(self, entries: Sequence[RuleEntry]) -> None:
        """Derive what was decided about, and keep what was counted."""
        if self.touched:
            refresh(self.db, self.touched, self.now, Policies(self.db))
            feed.announce(self.db, self.touched)
        for entry in entries:
            if entry.rule.name in self.counted:
                stored.count(self.db, entry.rule.name, *self.counted[entry.rule.name])

    def _break(self, entry: RuleEntry) -> None:
        """Put a rule that goes too far back to shadow, before it does more of it."""
        rule, trust = entry.rule, entry.trust
        seen, hits = self.counted[rule.name]
        expected = rule.expected if rule.expected is not None else trust.expected
        if entry.stage is not TrustStage.LIVE or not exceeds_expectation(hits, seen, expected):
            return
        share = f"{hits / seen:.0%}"
        usual = f"{expected:.0%}" if expected is not None else "few"
        reason = f"it hit {share} of the last messages, and {usual} were expected"
        log.error("the rule %s goes back to shadow: %s", rule.name, reason)
        entry.trust = trust._replace(
            stage=TrustStage.SHADOW.value, since=self.now, reason=reason, seen=0, hits=0
        )
        self.counted[rule.name] = (0, 0)
        stored.entrust(self.db, entry.trust)
        feed.announce(self.db, (feed.ELSEWHERE,))
