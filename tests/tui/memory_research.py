"""What messages express, of the desk in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carecli.desk.conversations.rows import Conversation, Receipt
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.research.calls import CallsLine, CallsOfDay
from carecli.desk.research.codes import QuoteDraft
from carecli.desk.research.insights import Insights, Quote
from carecli.desk.research.samples import AgreementFound, SampleAsked, SampleRow
from carecli.domain.anonymous_quotes import anonymise
from carecli.domain.commands import Code, CodeBlind, DropQuote, Moderate, PickQuote
from carecli.domain.model import MessageId, ThreadId

STAY = (Moderate, Code, CodeBlind, PickQuote, DropQuote)
"""Commands after which the line of the list is as it was."""


class MemoryResearch:
    def conversation(self, thread: ThreadId) -> Conversation | None:
        """The whole desk in memory knows one."""
        return None

    def themes(self) -> Mapping[str, str]:
        return {"packaging": "Packaging", "price": "Price", "delivery": "Delivery"}

    def quotable(self, thread: ThreadId, message: MessageId | None = None) -> QuoteDraft:
        talk = self.conversation(thread)
        assert talk is not None
        found = next((one for one in talk.messages if one.id == message), talk.messages[-1])
        text = anonymise(found.text, [talk.contact.name])
        return QuoteDraft(found.id, found.text, text, found.is_quoted)

    def insights(self, asked: ReportAsked) -> Insights:
        return Insights(0, 1, asked.brand, (), {}, (), (), (), ())

    def quotes(self, asked: ReportAsked) -> Sequence[Quote]:
        return []

    def draw_sample(self, asked: SampleAsked) -> Receipt:
        return Receipt(1, None, f"drew {asked.n}")

    def samples(self) -> Sequence[SampleRow]:
        return []

    def agreement(self, sample: int = 0) -> AgreementFound:
        row = SampleRow(sample, "stage", 50, ("ana", "kasia"), (0, 0), "", 0, 1, "", "Ana", 0)
        return AgreementFound(row, 0, 0, None, None, ())

    def enter_calls(self, days: Sequence[CallsOfDay]) -> Receipt:
        return Receipt(1, None, f"entered {len(days)}")

    def read_calls(self, text: str) -> Sequence[CallsLine]:
        return []
