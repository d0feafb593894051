"""Tries a rule before it is switched on: its own examples, and a replay over stored messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from sqlite3 import Connection

from carecli.desk.rules.conditions import Evidence, MessageFacts
from carecli.desk.rules.rulebook import RuleEntry
from carecli.domain.model import DAY, Millis
from carecli.domain.rule import RuleHit, in_scope
from carecli.domain.text import one_line
from carecli.store import rule_facts
from carecli.store.rule_facts import RuleMessage

Progress = Callable[[int, int], bool]
"""Told how many messages were read of how many, lot by lot; False ends it early."""

LOT = 2_000
"""Messages read at once while a rule is tried."""

SAMPLES = 200
"""Hits that a trial keeps to be looked at."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence of a rule's tests that came out wrong."""

    rule: str
    sentence: str
    should_hit: bool
    evidence: list[RuleHit]

    @property
    def what(self) -> str:
        """What went wrong, in words."""
        said = one_line(self.sentence, 80)
        if self.should_hit:
            return f"does not hit: {said}"
        terms = ", ".join(dict.fromkeys(sign.term for sign in self.evidence))
        return f"must not hit: {said} (hit by {terms or 'its conditions'})"


@dataclass(frozen=True, slots=True)
class TrialHit:
    """A message of the past that a rule would have hit, and what people made of it then."""

    message: int
    thread: int
    at: Millis
    channel: str
    text: str
    evidence: list[RuleHit]
    outcome: str
    """What people did: replied, moderated, no_reply_needed … ; empty: nothing."""


@dataclass(slots=True)
class Trial:
    """A rule replayed over the past."""

    rule: str
    version: str
    seen: int = 0
    """Messages at its places and times."""
    read: int = 0
    """Messages looked at in all."""
    hits: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    days: dict[Millis, int] = field(default_factory=dict)
    """Hits a day, by the day's first millisecond in UTC."""
    samples: list[TrialHit] = field(default_factory=list)
    messages: set[int] = field(default_factory=set)
    against: str = ""
    """The earlier version it was compared with; empty: with none."""
    fresh: int = 0
    """Hits that the earlier version had not."""
    lost: list[TrialHit] = field(default_factory=list)
    """The newest hits of the earlier version that are none any more."""
    lost_count: int = 0
    is_whole: bool = True
    """Whether it was not ended early."""

    @property
    def share(self) -> float:
        """Hits of what was seen, 0 to 1."""
        return self.hits / self.seen if self.seen else 0.0


def compare(trial: Trial, before: Trial) -> None:
    """Tell a trial what it hits that an earlier version did not, and the reverse."""
    trial.against = before.version
    trial.fresh = len(trial.messages - before.messages)
    trial.lost_count = len(before.messages - trial.messages)
    trial.lost = [one for one in before.samples if one.message not in trial.messages]


def failures(entry: RuleEntry) -> list[Failure]:
    """Which of a rule's own sentences come out wrong."""
    found: list[Failure] = []
    for sentences, should_hit in ((entry.rule.hits, True), (entry.rule.misses, False)):
        for sentence in sentences:
            evidence = entry.looks_for.hit(_alone(sentence))
            if (evidence is not None) != should_hit:
                found.append(Failure(entry.rule.name, sentence, should_hit, list(evidence or ())))
    return found


def _alone(sentence: str) -> MessageFacts:
    """A sentence by itself, written by somebody new."""
    told = RuleMessage(
        *(0, 0, 0, 0, "", "", "comment", 0, "", sentence, 0, "visible"),
        *("", "", "green", "", "", "", 0, "", 0),
    )
    return MessageFacts(None, told, frozenset(), {})


def try_rule(
    db: Connection,
    entry: RuleEntry,
    since: Millis,
    *,
    zone: str,
    languages: Mapping[str, Sequence[str]],
    progress: Progress = lambda _read, _of: True,
) -> Trial:
    """Replay a rule over everything contacts wrote since a moment; writes nothing.

    `progress` is told how many messages were read of how many; False ends it early.
    """
    trial = Trial(entry.rule.name, entry.version)
    campaigns = rule_facts.campaigns_of_posts(db)
    of = rule_facts.count_since(db, since)
    for lot in _lots(db, since):
        hits: list[tuple[RuleMessage, Evidence]] = []
        for told in lot:
            here = campaigns.get(told.post, frozenset())
            if not in_scope(
                entry.rule.when,
                point=told.point,
                channel=told.channel,
                brand=told.brand,
                post=told.post,
                campaigns=here,
                at=told.at,
                zone=zone,
            ):
                continue
            trial.seen += 1
            evidence = entry.looks_for.hit(MessageFacts(db, told, here, languages, zone))
            if evidence is not None:
                hits.append((told, evidence))
        trial.read += len(lot)
        _keep(db, trial, hits)
        if not progress(trial.read, of):
            trial.is_whole = False
            break
    return trial


def _lots(db: Connection, since: Millis) -> Iterator[list[RuleMessage]]:
    after = 0
    while lot := rule_facts.since(db, since, after, LOT):
        after = lot[-1].message
        yield lot


def _keep(db: Connection, trial: Trial, hits: Sequence[tuple[RuleMessage, Evidence]]) -> None:
    outcomes = rule_facts.outcomes(db, [told.message for told, _ in hits])
    for told, evidence in hits:
        trial.hits += 1
        trial.messages.add(told.message)
        outcome = outcomes.get(told.message, "")
        trial.outcomes[outcome] = trial.outcomes.get(outcome, 0) + 1
        day = told.at - told.at % DAY
        trial.days[day] = trial.days.get(day, 0) + 1
        trial.samples.append(
            TrialHit(
                told.message, told.thread, told.at, told.channel, told.text, list(evidence), outcome
            )
        )
    del trial.samples[:-SAMPLES]
