"""Blind double coding: two people code a sample without seeing each other's codes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.desk.context import DeskContext
from carecli.desk.conversations.rows import Receipt
from carecli.desk.reports.kpi_report import ReportAsked, span_of
from carecli.desk.threads.visibility import visible_threads
from carecli.desk.wording import actor_name, decided
from carecli.domain.codes import VALUES, CodeKind, cohens_kappa, count_agreements
from carecli.domain.errors import Refusal
from carecli.domain.model import Millis
from carecli.domain.text import one_line
from carecli.i18n import _
from carecli.store import journal, samples
from carecli.store.feed import ELSEWHERE, announce
from carecli.store.samples import Sample

if TYPE_CHECKING:
    from carecli.desk.commands.unit_of_work import UnitOfWork

MOST = 5_000
"""Messages a sample may have."""

EXCERPT = 200
"""Characters shown of a message coders disagree about."""


@dataclass(frozen=True, slots=True)
class SampleAsked:
    """What a sample is drawn from: waits that began in a period.

    `coders` are two moderators. The same `seed` draws the same messages; '' is made from the rest.
    """

    kind: CodeKind
    n: int
    coders: tuple[str, ...]
    period: ReportAsked
    seed: str = ""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A sample: what it is of, who codes it, and how many of its `n` messages each has coded."""

    id: int
    kind: str
    n: int
    coders: tuple[str, ...]
    done: tuple[int, ...]
    seed: str
    since: Millis
    until: Millis
    brand: str
    drawn_by: str
    at: Millis


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A message two people coded differently; `codes` in the order of the sample's coders."""

    thread: int
    message: int
    text: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgreementFound:
    """How far the coders of a sample agree on the `n` messages both have coded so far.

    `share` is `agreed` of `n`; `kappa` is Cohen's kappa. Both are None where they are not
    defined.
    """

    sample: SampleRow
    n: int
    agreed: int
    share: float | None
    kappa: float | None
    disagreements: tuple[Disagreement, ...]


def draw(unit: UnitOfWork, asked: SampleAsked) -> Receipt:
    """Draw a sample and ask its coders; raises Refusal."""
    if asked.kind not in VALUES:
        raise Refusal(
            _("Only sentiments and stages can be coded blind."),
            hint=_("A message can have several themes."),
        )
    coders = tuple(dict.fromkeys(asked.coders))
    if len(coders) != 2:
        raise Refusal(_("A sample needs two coders."), hint="--coders ana,kasia")
    for coder in coders:
        unit.context.check_person(coder)
    if not 1 <= asked.n <= MOST:
        raise Refusal(_("A sample has 1 to {n} messages.").format(n=MOST))
    span = span_of(asked.period, unit.context)
    seed = asked.seed or f"{asked.kind} {span.since} {span.until} {span.brand}"
    found = samples.population(unit.db, span.since, span.until, span.brand)
    chosen = [id_ for id_, _name in sorted(found, key=lambda one: _lot(seed, one[1]))[: asked.n]]
    if not chosen:
        raise Refusal(_("Nothing was received in that period."), hint=_("Choose another period."))
    args: dict[str, object] = {
        "kind": asked.kind.value,
        "coders": list(coders),
        "seed": seed,
        "since": span.since,
        "until": span.until,
        "brand": span.brand,
        "messages": chosen,
    }
    decision = journal.record_whole(unit.db, "draw_sample", args, unit.by, unit.now)
    samples.settle_samples(unit.db)
    unit.touched |= samples.threads(unit.db, chosen)
    announce(unit.db, (ELSEWHERE,))
    taken = journal.entry(unit.db, decision)
    assert taken is not None
    return Receipt(decision, None, decided(taken, unit.context))


def _lot(seed: str, name: str) -> bytes:
    """A message's place in the draw: chance, but the same on every machine."""
    return sha256(f"{seed}\n{name}".encode()).digest()


def all_samples(db: Connection, context: DeskContext) -> list[SampleRow]:
    """Every sample in force, oldest first."""
    return [_row(db, one, context) for one in samples.samples(db)]


def _row(db: Connection, one: Sample, context: DeskContext) -> SampleRow:
    said = samples.said(db, one.id)
    return SampleRow(
        one.id,
        one.kind,
        samples.size(db, one.id),
        one.coders,
        tuple(len(said.get(coder, {})) for coder in one.coders),
        one.seed,
        one.since,
        one.until,
        one.brand,
        actor_name(one.by, context),
        one.at,
    )


def agreement(db: Connection, context: DeskContext, sample: int = 0) -> AgreementFound:
    """How far the coders of a sample agree; 0: of the newest one. Raises Refusal."""
    known = samples.samples(db)
    found = [one for one in known if one.id == sample] if sample else known[-1:]
    if not found:
        raise Refusal(
            _("There is no sample {id}.").format(id=sample) if sample else _("There is no sample."),
            hint=_("Run `carecli coding sample` to draw one."),
        )
    one = found[0]
    codes = both(db, one, context)
    pairs = [*codes.values()]
    differ = {message: pair for message, pair in codes.items() if len(set(pair)) > 1}
    texts = samples.texts(db, differ)
    same = count_agreements(pairs)
    return AgreementFound(
        _row(db, one, context),
        len(pairs),
        same,
        same / len(pairs) if pairs else None,
        cohens_kappa(pairs),
        tuple(
            Disagreement(texts[message][0], message, one_line(texts[message][1], EXCERPT), pair)
            for message, pair in sorted(differ.items())
            if message in texts
        ),
    )


def both(db: Connection, sample: Sample, context: DeskContext) -> dict[int, tuple[str, str]]:
    """What the two coders of a sample said, of the messages both have coded and that are shown."""
    said = samples.said(db, sample.id)
    first, second = (said.get(coder, {}) for coder in sample.coders)
    found = {one: (code, second[one]) for one, code in sorted(first.items()) if one in second}
    if context.visible_teams is None:
        return found
    of = {one: thread for one, (thread, _text) in samples.texts(db, found).items()}
    here = {*visible_threads(db, set(of.values()), context)}
    return {one: codes for one, codes in found.items() if of.get(one) in here}


def periods_overlap(sample: Sample, since: Millis, until: Millis, brands: Collection[str]) -> bool:
    """Whether a sample was drawn from a period, or part of it, and from one of these brands."""
    return sample.since < until and since < sample.until and sample.brand in brands
