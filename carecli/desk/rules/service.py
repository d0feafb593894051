"""Supervision of rules: what they do, how far they are trusted, what waits for approval.

draft -> shadow -> live, and off from anywhere. A rule goes on only while its own sentences come
out right, and live only after a dry run of what it says now.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection

from carecli.desk.context import DeskContext
from carecli.desk.rules.backlog_run import apply
from carecli.desk.rules.colour_suggestions import judgement
from carecli.desk.rules.conditions import MessageFacts
from carecli.desk.rules.deadline_explanation import colour_steps, deadline_sum
from carecli.desk.rules.rows import ColourReason, DeedRow, RuleRow
from carecli.desk.rules.rule_writer import RuleDraft, write_rule
from carecli.desk.rules.rulebook import Rulebook, RuleEntry
from carecli.desk.rules.runner import SNIPPET, Moderation, Run
from carecli.desk.rules.trial import Failure, Progress, Trial, compare, failures, try_rule
from carecli.desk.threads.visibility import check_shown, visible_threads
from carecli.domain.errors import Refusal
from carecli.domain.model import DAY, Millis, Outcome
from carecli.domain.rule import DeedKind, DeedState, RuleHit, TrustStage
from carecli.domain.send_limits import PER_SECOND
from carecli.i18n import N_, _
from carecli.store import contacts, conversation, feed, rule_facts, samples, settings, suggestions
from carecli.store import rules as stored
from carecli.store.db import Database
from carecli.store.rules import OnTheWay, StoredDeed

DRY_RUN: Millis = 30 * DAY
"""How far back a dry run looks unless told otherwise."""

ANSWERED = (Outcome.REPLIED, Outcome.REPLIED_ELSEWHERE)
"""How a wait ended that people answered."""


class StoreRuleService:
    """Rules of one database, in the hands of one person."""

    def __init__(self, database: str | Path, context: DeskContext, book: Rulebook) -> None:
        self._file = database
        self._database = Database(database, durable=True)
        self._context = context
        self._moderation = Moderation(book, context)
        self._book = book
        self._load()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def _load(self) -> None:
        with self._database.write() as db:
            self._book.load(db, self._context.clock())

    @property
    def problem(self) -> str:
        """What is wrong with the files of rules; empty: nothing."""
        return str(self._book.problem) if self._book.problem is not None else ""

    @property
    def problems(self) -> list[str]:
        """Everything that is wrong with the first file that cannot be read."""
        found = self._book.problem
        return [str(one) for one in (found, *found.also)] if found is not None else []

    @property
    def broken_at(self) -> tuple[str, int]:
        """The file and line of the problem; ('', 0) where there is none."""
        found = self._book.problem
        return (found.file, found.line) if found is not None else ("", 0)

    def rules(self) -> list[RuleRow]:
        """Every rule, in the order they run."""
        self._load()
        now = self._context.clock()
        with self._database.read() as db:
            tally = stored.tally(db, now - DRY_RUN)
            on_the_way = stored.on_the_way(db)
        counts: dict[str, dict[str, int]] = {}
        last: dict[str, Millis] = {}
        for name, state, n, at in tally:
            counts.setdefault(name, {})[state] = n
            last[name] = max(at, last.get(name, 0))
        return [
            self._paced(self._row(one, counts.get(one.rule.name, {}), last), on_the_way, now)
            for one in self._book.entries
        ]

    def _paced(self, row: RuleRow, on_the_way: Sequence[OnTheWay], now: Millis) -> RuleRow:
        """The row with what is on its way; channels work side by side, kinds of deeds too."""
        own = [one for one in on_the_way if one.rule == row.name]
        if not own:
            return row
        seconds = max(one.n / self._pace(one) for one in own)
        queued = sum(one.n for one in own)
        return replace(row, queued=queued, done_by=now + int(seconds * 1000))

    def _pace(self, one: OnTheWay) -> float:
        """Deeds of a kind a second on a channel, in the long run."""
        paces = self._moderation.abilities.of(one.channel).paces
        stricter = {str(verb): rate for verb, rate in paces.items()}
        return stricter.get(one.kind, PER_SECOND[one.kind])

    def _row(self, one: RuleEntry, counts: dict[str, int], last: dict[str, Millis]) -> RuleRow:
        rule, trust = one.rule, one.trust
        return RuleRow(
            rule.name,
            rule.title,
            trust.stage,
            one.version,
            trust.since,
            trust.reason,
            tuple(deed.kind.value for deed in rule.deeds),
            counts.get(DeedState.DONE, 0),
            counts.get(DeedState.WAITING, 0),
            counts.get(DeedState.SHADOW, 0),
            counts.get(DeedState.REFUSED, 0),
            last.get(rule.name),
            trust.expected,
            trust.tried == one.version,
            rule.file,
            rule.line,
        )

    def entry(self, name: str) -> RuleEntry:
        """One rule; raises Refusal where there is none of this name."""
        self._load()
        found = self._book.entry(name)
        if found is None:
            known = ", ".join(one.rule.name for one in self._book.entries) or "none"
            raise Refusal(f"There is no rule {name!r}.", hint=f"Known: {known}.")
        return found

    def tests(self, name: str = "") -> list[Failure]:
        """Sentences of a rule, or of all, that come out wrong."""
        self._load()
        entries = [self.entry(name)] if name else self._book.entries
        return [failure for one in entries for failure in failures(one)]

    def dry_run(
        self,
        name: str,
        since: Millis | None = None,
        progress: Progress = lambda _read, _of: True,
        against: str = "",
    ) -> Trial:
        """Replay a rule over the past and remember its share; without `since`, over 30 days.

        `against` is an earlier version to compare with, or `before` for the last one. It has a
        connection of its own, so that nothing else waits for it. Raises Refusal.
        """
        entry = self.entry(name)
        before = self._earlier(entry, against) if against else None
        start = self._context.clock() - DRY_RUN if since is None else since
        apart = Database(self._file)
        try:
            with apart.read() as db:
                trial = self._tried(db, entry, start, progress)
                if before is not None and trial.is_whole:
                    compare(trial, self._tried(db, before, start, progress))
        finally:
            apart.close()
        if trial.is_whole and self._context.role.may_decide:
            self._remember(trial)
        return trial

    def _tried(self, db: Connection, entry: RuleEntry, start: Millis, progress: Progress) -> Trial:
        zone, languages = self._context.zone, self._context.spoken
        return try_rule(db, entry, start, zone=zone, languages=languages, progress=progress)

    def _earlier(self, entry: RuleEntry, wanted: str) -> RuleEntry:
        name = entry.rule.name
        with self._database.read() as db:
            known = [one for one in stored.versions(db, name) if one[0] != entry.version]
        found = [one for one in known if wanted == "before" or one[0].startswith(wanted)]
        if not found:
            told = ", ".join(version for version, *_rest in known) or "none"
            raise Refusal(f"{name} has no such version.", hint=f"Earlier ones: {told}.")
        version, _noticed, text = found[0]
        return self._book.as_it_was(name, version, text)

    def _remember(self, trial: Trial) -> None:
        """What a rule says may have changed while it was tried, and how far it is trusted too."""
        with self._database.write() as db:
            trust = stored.trust(db).get(trial.rule)
            if trust is not None and trust.version == trial.version:
                stored.entrust(db, trust._replace(expected=trial.share, tried=trial.version))

    def set_stage(self, name: str, stage: TrustStage) -> RuleRow:
        """Trust a rule more or less; raises Refusal for what is not proven yet."""
        self._context.check_may_lead()
        entry = self.entry(name)
        if stage in (TrustStage.SHADOW, TrustStage.LIVE):
            wrong = failures(entry)
            if wrong:
                raise Refusal(
                    f"{len(wrong)} of its test sentences fail: {wrong[0].what}",
                    hint=f"`carecli rules test {name}` shows all; mend the rule or its tests.",
                )
            self._check_words(entry)
        if stage is TrustStage.LIVE and entry.trust.tried != entry.version:
            raise Refusal(
                _("The current version of {name} has had no dry run.").format(name=name),
                hint=_("Run `carecli rules try {name}` to see what it would have done.").format(
                    name=name
                ),
            )
        with self._database.write() as db:
            fresh = entry.trust._replace(
                stage=stage.value, since=self._context.clock(), reason="", seen=0, hits=0
            )
            stored.entrust(db, fresh)
            feed.announce(db, (feed.ELSEWHERE,))
        return next(row for row in self.rules() if row.name == name)

    def _check_words(self, entry: RuleEntry) -> None:
        """What it says is there, and asks nobody anything; raises Refusal."""
        library = self._moderation.library
        library.refresh()
        for deed in entry.rule.deeds:
            for text in deed.values if deed.kind.is_answer else ():
                if not text.startswith(SNIPPET):
                    continue
                name = text.removeprefix(SNIPPET).strip()
                found = library.find(name)
                if found is None:
                    raise Refusal(f"There is no snippet {name!r}.")
                if found.prompts():
                    asked = ", ".join(found.prompts())
                    raise Refusal(f"The snippet {name!r} asks for {asked}; a rule asks nobody.")

    def stop_all(self, *, on: bool) -> None:
        """Hold every rule back at once, or let them go on; raises Refusal."""
        self._context.check_may_decide()
        with self._database.write() as db:
            stored.stop_all(db, on=on, by=self._context.me, now=self._context.clock())
            feed.announce(db, (feed.ELSEWHERE,))

    def are_stopped(self) -> bool:
        """Whether all rules are held back."""
        with self._database.read() as db:
            return settings.are_rules_held(db)

    def log(self, name: str, limit: int = 200, before: int | None = None) -> list[DeedRow]:
        """What a rule did and wanted, newest first."""
        with self._database.read() as db:
            found = self._shown(db, stored.log(db, name, limit, before))
        return [_deed(one) for one in found]

    def waiting(self, limit: int = 500) -> list[DeedRow]:
        """What waits for approval, oldest first, with the texts as they would be sent."""
        with self._database.read() as db:
            run = Run(db, self._moderation, self._context.clock(), is_held=False)
            found = self._shown(db, stored.waiting(db, limit))
            return [_deed(one, run.words(one)) for one in found]

    def _shown(self, db: Connection, deeds: Sequence[StoredDeed]) -> list[StoredDeed]:
        here = {*visible_threads(db, {one.thread for one in deeds}, self._context)}
        return [one for one in deeds if one.thread in here]

    def why(self, thread: int) -> ColourReason:
        """Why a thread has its colour; raises Refusal where there is no such thread.

        Of a thread that I am to code blindly, it does not tell what rules said it expresses.
        """
        with self._database.read() as db:
            check_shown(db, thread, self._context)
            coloured = rule_facts.coloured(db, thread)
            found = suggestions.of_thread(db, thread)
            judged = judgement(db)
            reckoned = deadline_sum(db, thread)
            steps = colour_steps(db, thread, self._context)
            is_blind = bool(samples.awaited(db, thread, self._context.me))
            deeds = [
                _deed(one)
                for one in stored.of_thread(db, thread)
                if not (is_blind and DeedKind(one.kind).is_code)
            ]
        if coloured is None:
            raise Refusal(
                f"There is no thread {thread}.", hint=("It may belong to another database.")
            )
        return ColourReason(
            thread,
            *coloured,
            found.colour if found is not None else "",
            found.by if found is not None else "",
            found.probability if found is not None else 0.0,
            judged.judged,
            judged.right,
            judged.examples,
            deeds,
            reckoned,
            steps,
        )

    def approve(self, ids: Sequence[int]) -> list[DeedRow]:
        """Let rules do what waits; what became of each. One that waits no more is left alone."""
        self._context.check_may_lead()
        self._load()
        now = self._context.clock()
        with self._database.write() as db:
            run = Run(db, self._moderation, now, is_held=False)
            for id_ in ids:
                if stored.settle(db, id_, DeedState.DONE, self._context.me):
                    self._approve(run, id_)
            run.finish(())
            feed.announce(db, (feed.ELSEWHERE,))
        with self._database.read() as db:
            found = [stored.deed(db, id_) for id_ in ids]
        return [_deed(one) for one in found if one is not None]

    def _approve(self, run: Run, id_: int) -> None:
        one = stored.deed(run.db, id_)
        assert one is not None
        entry = self._book.entry(one.rule)
        told = rule_facts.told(run.db, [one.message])
        if entry is None or not told:
            what = "the rule is gone" if entry is None else "the message is gone"
            stored.conclude(run.db, id_, DeedState.REFUSED, what, None)
            return
        facts = MessageFacts(run.db, told[0], frozenset(), self._context.spoken)
        against = run.stronger(DeedKind(one.kind), facts) or _answered(run.db, one)
        if against:
            stored.conclude(run.db, id_, DeedState.REFUSED, against, None)
            return
        try:
            decision = run.carry_out(entry.rule, DeedKind(one.kind), one.value, facts)
        except Refusal as refusal:
            stored.conclude(run.db, id_, DeedState.REFUSED, refusal.what, None)
        else:
            stored.conclude(run.db, id_, DeedState.DONE, "", decision)

    def preview(self, name: str) -> list[DeedRow]:
        """What a rule would do to what waits, with the texts it would send; raises Refusal.

        It is done, and undone before anybody sees it, so that the answer is the whole truth.
        """
        self._context.check_may_lead()
        entry = self.entry(name)
        with self._database.rehearse() as db:
            now = self._context.clock()
            done = apply(db, self._moderation, entry, now)
            run = Run(db, self._moderation, now, is_held=False)
            return [_deed(one, run.words(one)) for one in done.deeds]

    def apply(self, name: str, threads: Collection[int] | None = None) -> list[DeedRow]:
        """Let a rule act on what waits, in these threads or in all: the deeds; one undo.

        Raises Refusal.
        """
        self._context.check_may_lead()
        entry = self.entry(name)
        with self._database.write() as db:
            done = apply(db, self._moderation, entry, self._context.clock(), threads)
            if done.decision is None and not done.deeds:
                raise Refusal(
                    _("No waiting thread matches the rule {name}.").format(name=name),
                    hint=_("It does not repeat what it already did."),
                )
        return [_deed(one) for one in done.deeds]

    def write_rule(self, draft: RuleDraft) -> str:
        """Write a new rule into a file of its own, as a draft; its name. Raises Refusal."""
        self._context.check_may_lead()
        self._load()
        taken = [one.rule.name for one in self._book.entries]
        name = write_rule(self._book.folder, draft, taken, self._book.check)
        self._load()
        return name

    def decline(self, ids: Sequence[int]) -> int:
        """Say no to what waits; how many that were."""
        self._context.check_may_lead()
        with self._database.write() as db:
            done = [stored.settle(db, id_, DeedState.DECLINED, self._context.me) for id_ in ids]
            feed.announce(db, (feed.ELSEWHERE,))
        return sum(done)

    def allow(self, thread: int, *, on: bool) -> str:
        """Let rules do nothing on a platform to the person of a thread, or to all they are.

        Their name; raises Refusal where nobody but the brand spoke.
        """
        self._context.check_may_decide()
        with self._database.write() as db:
            contact = contacts.contact_of(db, thread)
            if contact is None:
                raise Refusal(f"Nobody is to be found in thread {thread}.")
            for one in contacts.same_person(db, contact):
                stored.allow(db, one, on=on, by=self._context.me, now=self._context.clock())
            found = conversation.contact_of(db, thread)
        return found.name if found is not None else ""

    def judge(self, id_: int, *, is_right: bool) -> None:
        """Say whether a deed was right, or would have been; raises Refusal."""
        self._context.check_may_decide()
        with self._database.write() as db:
            stored.judge(db, id_, "right" if is_right else "wrong", self._context.me)


def _answered(db: Connection, one: StoredDeed) -> str:
    """That people answered what a rule wants to answer, while it waited; empty: they did not."""
    outcome = rule_facts.outcomes(db, [one.message]).get(one.message, "")
    is_late = DeedKind(one.kind).is_answer and outcome in ANSWERED
    return N_("it was answered meanwhile") if is_late else ""


def _deed(one: StoredDeed, will_say: str = "") -> DeedRow:
    return DeedRow(
        one.id,
        one.rule,
        one.kind,
        one.value,
        one.state,
        one.reason,
        one.at,
        one.thread,
        one.message,
        one.text,
        one.contact,
        one.channel,
        [RuleHit(*item) for item in json.loads(one.evidence)],
        one.decision,
        one.verdict,
        one.judged_by,
        bool(one.is_undone),
        will_say,
    )
