"""The rule service as the screen sees it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from carecli.desk.rules.rows import ColourReason, DeedRow, RuleRow
    from carecli.desk.rules.rule_writer import RuleDraft
    from carecli.desk.rules.trial import Failure, Progress, Trial
    from carecli.domain.model import Millis
    from carecli.domain.rule import TrustStage


class RuleService(Protocol):
    """A person's hold over the rules. Everything here may take long and belongs into a thread."""

    @property
    def problem(self) -> str:
        """What is wrong with the files of rules, of which the last good ones stay; '': nothing."""
        ...

    @property
    def broken_at(self) -> tuple[str, int]:
        """The file and line of the problem; ('', 0) where there is none."""
        ...

    def rules(self) -> Sequence[RuleRow]:
        """Every rule, in the order they run; files that changed are read again."""
        ...

    def tests(self, name: str = "") -> Sequence[Failure]:
        """Sentences of a rule, or of all, that come out wrong."""
        ...

    def dry_run(self, name: str, since: Millis | None = None, progress: Progress = ...) -> Trial:
        """Replay a rule over the last 30 days, or since a moment; it changes no thread.

        `progress` is told how many messages were read of how many; False ends it, and a run that
        was ended counts for nothing.
        """
        ...

    def set_stage(self, name: str, stage: TrustStage) -> RuleRow:
        """Trust a rule more or less; Refusal for what is not proven yet."""
        ...

    def stop_all(self, *, on: bool) -> None:
        """Hold every rule back at once, or let them go on."""
        ...

    def are_stopped(self) -> bool:
        """Whether all rules are held back."""
        ...

    def log(self, name: str, limit: int = 200, before: int | None = None) -> Sequence[DeedRow]:
        """What a rule did and wanted, newest first; older than a deed with `before`, its id."""
        ...

    def waiting(self, limit: int = 500) -> Sequence[DeedRow]:
        """What waits for approval, oldest first, with the texts as they would be sent."""
        ...

    def approve(self, ids: Sequence[int]) -> Sequence[DeedRow]:
        """Let rules do what waits; what became of each."""
        ...

    def preview(self, name: str) -> Sequence[DeedRow]:
        """What a rule would do to what waits already; changes nothing. Raises Refusal."""
        ...

    def apply(self, name: str, threads: Collection[int] | None = None) -> Sequence[DeedRow]:
        """Let a rule act on what waits already, in these threads or in all; one undo."""
        ...

    def write_rule(self, draft: RuleDraft) -> str:
        """Write a new rule into a file of its own, as a draft; its name. Raises Refusal."""
        ...

    def decline(self, ids: Sequence[int]) -> int:
        """Say no to what waits; how many that were."""
        ...

    def judge(self, id_: int, *, is_right: bool) -> None:
        """Say whether a deed was right, or would have been."""
        ...

    def why(self, thread: int) -> ColourReason:
        """Why a thread has its colour; Refusal where there is no such thread."""
        ...
