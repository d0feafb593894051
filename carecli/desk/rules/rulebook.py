"""The rules in force: their files, and how far each rule is trusted.

Files are looked at again when one of them changed. A folder that cannot be read leaves the last
good rules as they are, and says so; an edited rule goes back to shadow.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection
from tempfile import TemporaryDirectory

from carecli.config.rules import read_rule_file, read_rules
from carecli.desk.rules.conditions import CompiledCondition, WordLists, compile_condition
from carecli.domain.errors import ConfigError
from carecli.domain.model import Millis
from carecli.domain.rule import Rule, TrustStage
from carecli.i18n import N_
from carecli.store import rules as stored
from carecli.store import settings
from carecli.store.rules import Trust

log = logging.getLogger(__name__)

EDITED = N_("it has been edited")
"""Why a rule is back in shadow."""


@dataclass(slots=True)
class RuleEntry:
    """A rule as it stands: what it says, what it looks for, and how far it is trusted."""

    rule: Rule
    version: str
    looks_for: CompiledCondition
    trust: Trust

    @property
    def stage(self) -> TrustStage:
        """How far it is trusted."""
        return TrustStage(self.trust.stage)


@dataclass(slots=True)
class Rulebook:
    """Every rule of a folder. `known` are the keys of the configuration that rules may name."""

    folder: Path
    lists_folder: Path
    zone: str
    known: Mapping[str, Iterable[str]] = field(default_factory=dict)
    languages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What is written on each channel, by key, what is mostly written first."""
    entries: list[RuleEntry] = field(default_factory=list)
    problem: ConfigError | None = None
    """What is wrong with the files; the entries are those from before."""
    _rules: list[Rule] = field(default_factory=list)
    _lists: WordLists = field(default_factory=WordLists)
    _compiled: dict[str, CompiledCondition] = field(default_factory=dict)
    _texts: dict[str, str] | None = None
    """What each file says; None before they could be read."""
    _seen: tuple[tuple[str, int, int], ...] | None = None

    def read_files(self) -> bool:
        """Read the files if one of them changed; whether that was so."""
        stamp = self._stamp()
        if stamp is None or stamp == self._seen:
            return False
        self._seen = stamp
        try:
            lists = WordLists.read(self.lists_folder)
            if self._texts is None:
                self._lists = lists
            known = {**self.known, "lists": tuple(lists.texts)}
            rules = read_rules(self.folder, self.zone, known)
            compiled = {rule.name: compile_condition(rule, lists, self.languages) for rule in rules}
            texts = {file: Path(file).read_text("utf-8-sig") for file in {r.file for r in rules}}
        except ConfigError as error:
            self.problem = error
            return True
        except OSError:  # a file that is just being replaced: it is there in a moment
            self._seen = None
            return False
        self.problem = None
        self._rules, self._lists, self._compiled, self._texts = rules, lists, compiled, texts
        return True

    def _stamp(self) -> tuple[tuple[str, int, int], ...] | None:
        """What tells that a file changed; None while an editor replaces one."""
        try:
            return tuple(
                (str(file), at.st_mtime_ns, at.st_size)
                for folder in (self.folder, self.lists_folder)
                if folder.is_dir()
                for file in sorted(folder.iterdir())
                if file.is_file() and (at := file.stat())
            )
        except OSError:
            return None

    def contents(self) -> Iterator[tuple[Rule, CompiledCondition]]:
        """The rules as they were last read, each with what it looks for."""
        return ((rule, self._compiled[rule.name]) for rule in self._rules)

    def versions(self) -> dict[str, str]:
        """The version of every rule, by name."""
        lists = {
            name: sha256(text.encode()).hexdigest() for name, text in self._lists.texts.items()
        }
        return {rule.name: rule.version(lists) for rule in self._rules}

    def load(self, db: Connection, now: Millis) -> list[RuleEntry]:
        """The rules with their trust; in a write transaction, as new and edited ones are noted."""
        self.read_files()
        trusted = stored.trust(db)
        if self.problem is not None and self._texts is None:
            self.entries = self._as_noticed(db, trusted)
            return self.entries
        versions = self.versions()
        entries: list[RuleEntry] = []
        for rule in self._rules:
            version = versions[rule.name]
            trust = trusted.get(rule.name)
            if trust is None:
                trust = Trust(rule.name, version, TrustStage.DRAFT, now, None, "", 0, 0, "")
                self._note(db, rule, version, trust, now)
            elif trust.version != version:
                trust = _edited(trust, version, now)
                self._note(db, rule, version, trust, now)
            entries.append(RuleEntry(rule, version, self._compiled[rule.name], trust))
        settings.keep_rules(db, [rule.name for rule in self._rules])
        self.entries = entries
        return entries

    def _note(self, db: Connection, rule: Rule, version: str, trust: Trust, now: Millis) -> None:
        stored.entrust(db, trust)
        text = (self._texts or {}).get(rule.file, "")
        stored.keep_version(db, rule.name, version, text, now)

    def _as_noticed(self, db: Connection, trusted: Mapping[str, Trust]) -> list[RuleEntry]:
        """The rules as they were last noticed, where the files cannot be read from the start."""
        found: list[RuleEntry] = []
        for name in settings.rules_kept(db):
            trust = trusted[name]
            kept = {version: text for version, _, text in stored.versions(db, name)}
            try:
                entry = self.as_it_was(name, trust.version, kept.get(trust.version, ""))
            except (ConfigError, StopIteration) as error:
                log.info("the rule %s cannot be read as it was either: %s", name, error)
            else:
                entry.trust = trust
                found.append(entry)
        return found

    def as_it_was(self, name: str, version: str, text: str) -> RuleEntry:
        """A rule at an earlier version, with the word lists as they are now; ConfigError."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"{name}.yaml"
            file.write_text(text, "utf-8")
            known = {**self.known, "lists": tuple(self._lists.texts)}
            rule = next(o for o in read_rule_file(file, self.zone, known) if o.name == name)
        looks_for = compile_condition(rule, self._lists, self.languages)
        trust = Trust(name, version, TrustStage.DRAFT, 0, None, "", 0, 0, "")
        return RuleEntry(rule, version, looks_for, trust)

    def check(self, text: str) -> None:
        """Whether a file of this text would be read; raises ConfigError."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / "new.yaml"
            file.write_text(text, "utf-8")
            known = {**self.known, "lists": tuple(self._lists.texts)}
            for rule in read_rule_file(file, self.zone, known):
                compile_condition(rule, self._lists, self.languages)

    def entry(self, name: str) -> RuleEntry | None:
        """One rule by its name, after `load`."""
        return next((one for one in self.entries if one.rule.name == name), None)


def _edited(trust: Trust, version: str, now: Millis) -> Trust:
    """A rule that says something else is trusted no more than to say what it would do."""
    acts = trust.stage in (TrustStage.LIVE, TrustStage.SHADOW)
    return trust._replace(
        version=version,
        stage=TrustStage.SHADOW.value if acts else trust.stage,
        since=now if acts else trust.since,
        expected=None,
        seen=0,
        hits=0,
        reason=EDITED if trust.stage == TrustStage.LIVE else trust.reason,
    )
