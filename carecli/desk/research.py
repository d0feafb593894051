"""The part of the desk that is about what messages express; see `research_face.Researching`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from carecli.desk.seat import Seat
from carecli.domain.text import one_line

if TYPE_CHECKING:
    from carecli.desk.calls import CallsLine, CallsOfDay
    from carecli.desk.coding import QuoteDraft
    from carecli.desk.insights import Insights, Quote
    from carecli.desk.opened import Receipt
    from carecli.desk.reports import ReportAsked
    from carecli.desk.sampling import AgreementFound, SampleAsked, SampleRow
    from carecli.domain.model import MessageId, ThreadId


class Research(Seat):
    """Each method is carried out by a module of its own, loaded when it is asked for."""

    def themes(self) -> Mapping[str, str]:
        from carecli.store import codes

        with self._reader.read() as db:
            used = codes.themes(db)
        titles = {key: one_line(title or key, 80) for key, title in self._office.themes.items()}
        return titles | {key: one_line(key, 80) for key in used if key not in titles}

    def quotable(self, thread: ThreadId, message: MessageId | None = None) -> QuoteDraft:
        from carecli.desk.coding import quotable

        with self._reader.read() as db:
            return quotable(db, thread, message)

    def insights(self, asked: ReportAsked) -> Insights:
        from carecli.desk.insights import insights

        with self._finder.read() as db:
            return insights(db, self._office, asked)

    def quotes(self, asked: ReportAsked) -> Sequence[Quote]:
        from carecli.desk.insights import quotes
        from carecli.desk.reports import span_of

        with self._finder.read() as db:
            return list(quotes(db, span_of(asked, self._office), self._office))

    def draw_sample(self, asked: SampleAsked) -> Receipt:
        from carecli.desk.sampling import draw

        self._office.check_may_lead()
        with self._writing() as desktop:
            return draw(desktop, asked)

    def samples(self) -> Sequence[SampleRow]:
        from carecli.desk.sampling import all_samples

        with self._reader.read() as db:
            return all_samples(db, self._office)

    def agreement(self, sample: int = 0) -> AgreementFound:
        from carecli.desk.sampling import agreement

        with self._reader.read() as db:
            return agreement(db, self._office, sample)

    def enter_calls(self, days: Sequence[CallsOfDay]) -> Receipt:
        from carecli.desk.calls import enter

        self._office.check_may_decide()
        with self._writing() as desktop:
            return enter(desktop, days)

    def read_calls(self, text: str) -> Sequence[CallsLine]:
        from carecli.desk.calls import read_lines

        with self._reader.read() as db:
            return read_lines(db, text)
