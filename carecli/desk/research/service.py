"""What messages express: each method is carried out by a module of its own, loaded then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carecli.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carecli.desk.conversations.rows import Receipt
    from carecli.desk.reports.kpi_report import ReportAsked
    from carecli.desk.research.calls import CallsLine, CallsOfDay
    from carecli.desk.research.codes import QuoteDraft
    from carecli.desk.research.insights import Insights, Quote
    from carecli.desk.research.samples import AgreementFound, SampleAsked, SampleRow
    from carecli.desk.session import DeskSession
    from carecli.domain.model import MessageId, ThreadId


class StoreResearchService:
    """Implements `ResearchService` over one database."""

    def __init__(self, session: DeskSession) -> None:
        self._session = session

    def themes(self) -> Mapping[str, str]:
        from carecli.store import codes

        with self._session.reader.read() as db:
            used = codes.themes(db)
        titles = {
            key: one_line(title or key, 80) for key, title in self._session.context.themes.items()
        }
        return titles | {key: one_line(key, 80) for key in used if key not in titles}

    def quotable(self, thread: ThreadId, message: MessageId | None = None) -> QuoteDraft:
        from carecli.desk.research.codes import quotable

        with self._session.reader.read() as db:
            return quotable(db, thread, message)

    def insights(self, asked: ReportAsked) -> Insights:
        from carecli.desk.research.insights import insights

        with self._session.finder.read() as db:
            return insights(db, self._session.context, asked)

    def quotes(self, asked: ReportAsked) -> Sequence[Quote]:
        from carecli.desk.reports.kpi_report import span_of
        from carecli.desk.research.insights import quotes

        with self._session.finder.read() as db:
            return list(quotes(db, span_of(asked, self._session.context), self._session.context))

    def draw_sample(self, asked: SampleAsked) -> Receipt:
        from carecli.desk.research.samples import draw

        self._session.context.check_may_lead()
        with self._session.command_transaction() as unit:
            return draw(unit, asked)

    def samples(self) -> Sequence[SampleRow]:
        from carecli.desk.research.samples import all_samples

        with self._session.reader.read() as db:
            return all_samples(db, self._session.context)

    def agreement(self, sample: int = 0) -> AgreementFound:
        from carecli.desk.research.samples import agreement

        with self._session.reader.read() as db:
            return agreement(db, self._session.context, sample)

    def enter_calls(self, days: Sequence[CallsOfDay]) -> Receipt:
        from carecli.desk.research.calls import enter

        self._session.context.check_may_decide()
        with self._session.command_transaction() as unit:
            return enter(unit, days)

    def read_calls(self, text: str) -> Sequence[CallsLine]:
        from carecli.desk.research.calls import read_lines

        with self._session.reader.read() as db:
            return read_lines(db, text)
