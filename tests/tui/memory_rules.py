"""Rules in memory: a few of every kind, and a record of what was asked of them."""

# ruff: noqa: E501  the rows below read best one a line

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from carecli.desk.rules.rows import (
    ColourReason,
    ColourStep,
    DeadlineSum,
    DeedRow,
    RuleRow,
    WorkingDay,
)
from carecli.desk.rules.rule_writer import RuleDraft
from carecli.desk.rules.trial import Failure, Progress, Trial, TrialHit
from carecli.domain.errors import Refusal
from carecli.domain.model import DAY, HOUR, MINUTE, Millis
from carecli.domain.rule import RuleHit, TrustStage
from tests.tui.memory_rows import NOW


def rule(name: str, stage: TrustStage, **fields: object) -> RuleRow:
    """A rule with everything else as usual."""
    whole = RuleRow(
        name, name.capitalize(), stage, "v1", NOW - 9 * DAY, "", ("label", "hide"), 0, 0, 0, 0,
        None, 0.004, True, f"/srv/care/rules/{name}.yaml", 3,
    )  # fmt: skip
    return replace(whole, **fields)  # type: ignore[arg-type]  # the caller names fields of it


def deed(number: int, kind: str, state: str, **fields: object) -> DeedRow:
    """A deed with everything else as usual."""
    whole = DeedRow(
        number, "insults", kind, "", state, "", NOW - number * HOUR, 2, 200 + number,
        "no kurwa mać, gdzie moja paczka", "Karla Ruiz", "Vichy México",
        [RuleHit("kurwa", "kurwa", 3, 8)], None, "", "",
    )  # fmt: skip
    return replace(whole, **fields)  # type: ignore[arg-type]  # the caller names fields of it


def _rules() -> list[RuleRow]:
    return [
        rule("reaction", TrustStage.LIVE, title="Adverse reactions are red",
             deeds=("colour", "safety", "label"), done=7, last_at=NOW - 20 * MINUTE),
        rule("insults", TrustStage.LIVE, title="Insults vanish", done=14, waiting=1, refused=2,
             last_at=NOW - HOUR),
        rule("contest", TrustStage.SHADOW, title="Contest answers", deeds=("private",), shadow=212,
             waiting=2, queued=118, done_by=NOW + 2 * MINUTE, last_at=NOW - 3 * HOUR,
             reason="it hit 12% of the last messages, and 1% were expected"),
        rule("links", TrustStage.DRAFT, title="Links are looked at", deeds=("flag",), expected=None,
             was_tried=False),
        rule("thanks", TrustStage.OFF, title="Thanks need no reply", deeds=("done", "like")),
    ]  # fmt: skip


def _deeds() -> list[DeedRow]:
    return [
        deed(1, "hide", "done", decision=41),
        deed(2, "label", "done", value="insult", decision=40, verdict="right", judged_by="ana"),
        deed(3, "hide", "refused", reason="the thread is red"),
        deed(4, "hide", "shadow", text="Son unos pendejos", evidence=[RuleHit("pendej*", "pendejos", 9, 17)]),
        deed(5, "hide", "done", decision=39, is_undone=True),
    ]  # fmt: skip


def _waiting() -> list[DeedRow]:
    comment = {
        "rule": "contest",
        "text": "¡Participo! 🎉",
        "evidence": [RuleHit("participo", "Participo", 1, 10)],
    }
    return [
        deed(6, "private", "waiting", reason="it cannot be undone", value="Hi {contact.first_name}",
             will_say="Hola Karla, ¿cuál es tu tono?", **comment),
        deed(7, "private", "waiting", reason="it cannot be undone", value="Hi {contact.first_name}",
             will_say="Hola Zofia, ¿cuál es tu tono?", contact="Zofia W.", thread=6, **comment),
        deed(8, "delete", "waiting", reason="it cannot be undone", text="Gana dinero: http://spam.example",
             evidence=[RuleHit("link")]),
    ]  # fmt: skip


@dataclass
class MemoryRuling:
    """Implements the rules' protocol over lists."""

    problem: str = ""
    table: list[RuleRow] = field(default_factory=_rules)
    deeds: list[DeedRow] = field(default_factory=_deeds)
    queue: list[DeedRow] = field(default_factory=_waiting)
    asked: list[str] = field(default_factory=list)
    is_held: bool = False

    @property
    def broken_at(self) -> tuple[str, int]:
        return ("/srv/care/rules/links.yaml", 7) if self.problem else ("", 0)

    def are_stopped(self) -> bool:
        return self.is_held

    def rules(self) -> Sequence[RuleRow]:
        return self.table

    def tests(self, name: str = "") -> Sequence[Failure]:
        if name != "links":
            return []
        return [Failure("links", "mira mi perfil", True, [])]

    def dry_run(
        self, name: str, since: Millis | None = None, progress: Progress = lambda _read, _of: True
    ) -> Trial:
        trial = Trial(name, "v1", 1_830, 2_000, 14)
        trial.is_whole = progress(2_000, 2_000)
        trial.outcomes = {"": 2, "moderated": 9, "replied": 3}
        first = NOW - NOW % DAY
        trial.days = {first - 2 * DAY: 9, first - DAY: 4, first: 1}
        for number in range(5):
            text, at = "no kurwa mać, gdzie moja paczka", NOW - number * 5 * HOUR
            sign = RuleHit("kurwa", "kurwa", 3, 8)
            trial.samples.append(TrialHit(number, 2, at, "vichy", text, [sign], "moderated"))
        return trial

    def set_stage(self, name: str, stage: TrustStage) -> RuleRow:
        found = next(one for one in self.table if one.name == name)
        if stage is TrustStage.LIVE and not found.was_tried:
            raise Refusal(f"The current version of {name} has had no dry run.", hint="y makes one.")
        self.asked.append(f"stage {name} {stage}")
        self.table = [replace(one, stage=stage) if one is found else one for one in self.table]
        return found

    def stop_all(self, *, on: bool) -> None:
        self.asked.append(f"stop {on}")
        self.is_held = on

    def log(self, name: str, limit: int = 200, before: int | None = None) -> Sequence[DeedRow]:
        return self.deeds if before is None else []

    def waiting(self, limit: int = 500) -> Sequence[DeedRow]:
        return self.queue

    def approve(self, ids: Sequence[int]) -> Sequence[DeedRow]:
        self.asked.append(f"approve {[*ids]}")
        done = [replace(one, state="done") for one in self.queue if one.id in ids]
        self.queue = [one for one in self.queue if one.id not in ids]
        return done

    def preview(self, name: str) -> Sequence[DeedRow]:
        return [replace(one, rule=name, state="done", reason="") for one in self.queue[:2]]

    def apply(self, name: str, threads: Collection[int] | None = None) -> Sequence[DeedRow]:
        self.asked.append(f"apply {name} {sorted(threads or ())}")
        return [one for one in self.preview(name) if one.thread in (threads or ())]

    def write_rule(self, draft: RuleDraft) -> str:
        self.asked.append(f"write {draft}")
        self.table = [*self.table, rule("parcels", TrustStage.DRAFT, title=draft.title)]
        return "parcels"

    def decline(self, ids: Sequence[int]) -> int:
        self.asked.append(f"decline {[*ids]}")
        self.queue = [one for one in self.queue if one.id not in ids]
        return len(ids)

    def judge(self, id_: int, *, is_right: bool) -> None:
        self.asked.append(f"judge {id_} {is_right}")
        verdict = "right" if is_right else "wrong"
        self.deeds = [replace(one, verdict=verdict) if one.id == id_ else one for one in self.deeds]

    def why(self, thread: int) -> ColourReason:
        return ColourReason(
            thread,
            "red",
            "rule:reaction",
            "raised",
            NOW - 20 * MINUTE,
            "red",
            "words",
            0.83,
            40,
            34,
            212,
            self.deeds[:2],
            DeadlineSum(
                NOW - 132 * MINUTE,
                "red",
                120 * MINUTE,
                "America/Mexico_City",
                [WorkingDay(day, ["08:00–14:00", "15:00–20:00"]) for day in range(1, 6)],
                1,
                NOW - 12 * MINUTE,
                None,
                "",
            ),
            [
                ColourStep(NOW - 90 * MINUTE, "Ana", "yellow", True),
                ColourStep(NOW - 20 * MINUTE, "rule reaction", "red", False),
            ],
        )
