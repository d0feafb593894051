"""What people felt, wanted and said, as the screen and the command line see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carecli.desk.conversations.rows import Receipt
    from carecli.desk.reports.kpi_report import ReportAsked
    from carecli.desk.research.calls import CallsLine, CallsOfDay
    from carecli.desk.research.codes import QuoteDraft
    from carecli.desk.research.insights import Insights, Quote
    from carecli.desk.research.samples import AgreementFound, SampleAsked, SampleRow
    from carecli.domain.model import MessageId, ThreadId


class ResearchService(Protocol):
    """What messages express. Codes are commands to `submit`."""

    def themes(self) -> Mapping[str, str]:
        """The themes there are, by key, with titles: configured ones, then others in use."""
        ...

    def quotable(self, thread: ThreadId, message: MessageId | None = None) -> QuoteDraft:
        """A message (None: the newest inbound one) as it would be quoted, names removed.

        It is kept with `PickQuote`, also after words were left out of it. Refusal where there is
        none.
        """
        ...

    def insights(self, asked: ReportAsked) -> Insights:
        """Codes, quotes, calls, agreement and trends of a period; raises Refusal.

        Reads all waits of three periods: belongs into a thread.
        """
        ...

    def quotes(self, asked: ReportAsked) -> Sequence[Quote]:
        """Outstanding quotes of what was written in a period, oldest first; raises Refusal."""
        ...

    def draw_sample(self, asked: SampleAsked) -> Receipt:
        """Draw messages that two people code blindly: one decision, one undo. Raises Refusal."""
        ...

    def samples(self) -> Sequence[SampleRow]:
        """Every sample, oldest first, and how far its coders are."""
        ...

    def agreement(self, sample: int = 0) -> AgreementFound:
        """How far the coders of a sample agree; 0: of the newest one. Raises Refusal."""
        ...

    def enter_calls(self, days: Sequence[CallsOfDay]) -> Receipt:
        """Enter calls to the contact centre, in place of what stood for these days: one undo."""
        ...

    def read_calls(self, text: str) -> Sequence[CallsLine]:
        """What a CSV file of calls would enter, line by line; writes nothing."""
        ...
