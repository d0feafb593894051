"""Saved replies and product cards of the desk in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from carecli.desk.conversations.rows import ContactNoteView, SnippetView, Tie
from carecli.desk.replies.rows import (
    CardSection,
    CardView,
    SnippetFinding,
    SnippetMade,
    SnippetUsage,
)
from carecli.desk.threads.rows import ThreadRow
from carecli.domain.model import (
    HOUR,
    Millis,
    ThreadId,
)
from carecli.domain.snippet import Snippet


class MemoryShelf:
    table: dict[ThreadId, ThreadRow]
    asked: list[str]
    clock: Millis
    ties: Mapping[ThreadId, tuple[Tie, ...]] = MappingProxyType({})
    noted: tuple[ContactNoteView, ...] = ()
    guidance: str = ""

    def snippets(self, thread: ThreadId, search: str = "") -> Sequence[SnippetView]:
        known = [
            SnippetView("gracias", "Gracias", "¡Gracias, {contact.first_name}!", ("es",)),
            SnippetView("alergia", "Reacción adversa", "Lo sentimos. ¿Teléfono? {phone}", ("es",)),
            SnippetView("entrega", "Fecha", "Llega el {day?|viernes}, {contact.first_name}.", ()),
        ]
        return [one for one in known if search.lower() in (one.name + one.title).lower()]

    def all_snippets(self, search: str = "") -> Sequence[SnippetView]:
        return self.snippets(next(iter(self.table)), search)

    def fill(self, snippet: str, thread: ThreadId, answers: Mapping[str, str] | None = None) -> str:
        one = next(one for one in self.snippets(thread) if one.name == snippet)
        known = {"contact.first_name": self.table[thread].author.split()[0]}
        return Snippet(one.name, one.title, one.text).filled(known, answers)

    def check_snippets(self) -> Sequence[SnippetFinding]:
        return []

    def snippet_usage(self) -> Sequence[SnippetUsage]:
        return [SnippetUsage("gracias", "Gracias", 12, 9, 0.08, self.clock - HOUR)]

    def make_snippet(
        self, name: str, thread: ThreadId, title: str = "", text: str = ""
    ) -> SnippetMade:
        self.asked.append(f"make_snippet {name}")
        return SnippetMade(f"snippets/{name}.md", name, text)

    def cards(self, search: str = "", thread: ThreadId | None = None) -> Sequence[CardView]:
        sections = (CardSection("Datos", "• 50 ml."), CardSection("Advertencias", "• Uso externo."))
        known = [CardView("gel", "Demo gel", "lrp", ("https://example.org/gel",), sections)]
        return [one for one in known if search.lower() in one.product.lower()]

    def quote(self, card: str, section: str) -> str:
        found = next(one for one in self.cards() if one.name == card)
        return next(one.text for one in found.sections if one.title == section)
