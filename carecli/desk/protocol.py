"""The desk as the screen and the command line see it.

Every method is synchronous and quick unless it says otherwise; `ids`, `search` and writes may
take long on a large database and belong into a thread. Calls from several threads are safe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from carecli.desk.reports.service import ReportService
from carecli.desk.research.protocol import ResearchService

if TYPE_CHECKING:
    from pathlib import Path

    from carecli.desk.competitors.comparison import Competition
    from carecli.desk.competitors.figure_files import FiguresRead
    from carecli.desk.conversations.rows import (
        Conversation,
        Draft,
        OutboxView,
        Receipt,
        SnippetView,
    )
    from carecli.desk.planning.rows import CampaignRow, CaseRow, Handover, MacroRow, Today, ViewRow
    from carecli.desk.records import Records
    from carecli.desk.replies.mass_reply import Addressed
    from carecli.desk.replies.rows import (
        CardView,
        History,
        SnippetFinding,
        SnippetMade,
        SnippetUsage,
    )
    from carecli.desk.reports.kpi_report import ReportAsked
    from carecli.desk.rules.protocol import RuleService
    from carecli.desk.threads.alerts import Alert
    from carecli.desk.threads.rows import Overview, ThreadIds, ThreadRow
    from carecli.domain.commands import Command
    from carecli.domain.completion import Completions
    from carecli.domain.entry import ManualEntry
    from carecli.domain.errors import Refusal
    from carecli.domain.model import Actor, Millis, ThreadId
    from carecli.domain.split import Method, Plan, ShiftPerson, SplitResult


class InboxService(ReportService, ResearchService, Protocol):
    """What a person or a script can see and do."""

    @property
    def me(self) -> str:
        """The moderator using carecli."""
        ...

    def now(self) -> Millis:
        """The present moment."""
        ...

    def ids(
        self, filter_text: str, sort: str, brand: str = "", limit: int | None = None
    ) -> ThreadIds:
        """Threads of a filter in an order.

        That is `queue`, `deadline`, `oldest`, `newest`, `waiting`, or words of `queue.order`
        between commas.

        With `limit`, O(limit). Raises FilterError with the column; without, GivenUp when somebody
        called `give_up` meanwhile.
        """
        ...

    def give_up(self) -> None:
        """Let the reading of a whole list end early, if one is under way: nobody waits for it."""
        ...

    def matching(self, filter_text: str, ids: Sequence[ThreadId], brand: str = "") -> set[ThreadId]:
        """Those of `ids` that a filter still takes in, to keep a list true after a change."""
        ...

    def rows(self, ids: Sequence[ThreadId], filter_text: str = "") -> dict[ThreadId, ThreadRow]:
        """The lines of these threads, read at once (50: under a millisecond).

        With a filter that searches for words, a line shows the newest message that has them.
        """
        ...

    def conversation(self, thread: ThreadId) -> Conversation | None:
        """A thread opened; None when there is no such thread."""
        ...

    def overview(self, brand: str = "") -> Overview:
        """Counts, colleagues, channels: O(1) in the number of threads."""
        ...

    def outbox(self, thread: ThreadId | None = None, limit: int = 200) -> Sequence[OutboxView]:
        """What is queued, under way, failed or unknown, newest first; with a thread, all of it."""
        ...

    def snippets(self, thread: ThreadId, search: str = "") -> Sequence[SnippetView]:
        """Saved replies for a thread, best first: those its channel takes today, by their fit.

        Those meant for other contact points are left out. With a `search`, those that hold every
        word of it (letters in order are enough), best first. 2,000 snippets: about 10 ms; the
        first call reads the files and takes longer, so make one in a thread before a person waits
        for it.
        """
        ...

    def all_snippets(self, search: str = "") -> Sequence[SnippetView]:
        """Saved replies by name wherever they belong, also those no longer offered."""
        ...

    def fill(self, snippet: str, thread: ThreadId, answers: Mapping[str, str] | None = None) -> str:
        """A snippet's text for a thread, filled as far as is known; the rest stays in braces.

        Without `answers` it is the preview: what must be asked for (`SnippetView.prompts`) is seen
        as `{product?}`. With them, by prompt, that is filled too; an empty one takes its fallback.
        """
        ...

    def check_snippets(self) -> Sequence[SnippetFinding]:
        """What is wrong with the saved replies, file by file."""
        ...

    def snippet_usage(self) -> Sequence[SnippetUsage]:
        """How often each saved reply was sent, and how much it was edited; the most used first."""
        ...

    def make_snippet(
        self, name: str, thread: ThreadId, title: str = "", text: str = ""
    ) -> SnippetMade:
        """Save a reply as a snippet file: `text`, or else my newest reply in the thread.

        Names of the contact, brand, channel and moderator become placeholders, numbers and
        e-mail addresses questions. Refusal when there is no reply, or the name is taken.
        """
        ...

    def cards(self, search: str = "", thread: ThreadId | None = None) -> Sequence[CardView]:
        """Product cards that hold every word of `search`, best first; the thread's brand first."""
        ...

    def quote(self, card: str, section: str) -> str:
        """A section of a product card by its title, as plain text for the composer."""
        ...

    def history(self, thread: ThreadId) -> History | None:
        """Everything with the person of a thread, on every channel they are known on.

        None where there is nobody. Notes about the person are written with `NoteContact`.
        """
        ...

    def submit(self, command: Command, by: Actor | None = None) -> Receipt:
        """Do it, or raise Refusal with nothing changed. `by` None: me."""
        ...

    def send(self, command: Command, draft: Draft) -> Receipt:
        """Submit what was written in a thread, forget its draft and give up my lease.

        All of it happens, or nothing. Raises what `submit` raises.
        """
        ...

    def submit_all(
        self, commands: Sequence[Command], by: Actor | None = None, *, batch: int = 0
    ) -> Sequence[Receipt]:
        """All in one transaction and one undo, or Refusal with nothing changed.

        10,000 plain decisions take less than a second. To show how far it is, and to be able to
        stop, submit lot by lot: `batch`, the first decision of the first lot, makes further lots
        part of the same undo.
        """
        ...

    def address(
        self,
        threads: Sequence[ThreadId],
        text: str,
        answers: Mapping[str, str] | None = None,
        *,
        private: bool = False,
        snippet: str = "",
        draft: str = "",
    ) -> Addressed:
        """One text as a reply to each of these threads, its placeholders filled in for each.

        `answers` are to what the text asks for. Threads where nobody waits, where an answer is on
        its way, or that take none now are left out and told. Nothing is changed.
        """
        ...

    def refusals(self, commands: Sequence[Command]) -> Mapping[ThreadId, Refusal]:
        """What would be refused now, and why, each command taken alone; nothing is changed."""
        ...

    def undo(self) -> str:
        """Take back my last decision (or batch); what was undone, in words. Refusal if none."""
        ...

    def redo(self) -> str:
        """Do again what I undid last."""
        ...

    def undo_decision(self, decision: int) -> str:
        """Take back one decision of the journal; of a split, all of it."""
        ...

    def people(self) -> Mapping[str, str]:
        """Who can be given work, by key, with their names: the moderators, else who was here."""
        ...

    def teams(self) -> Mapping[str, str]:
        """Which teams can be given work, by key, with their titles."""
        ...

    def split_preview(
        self,
        filter_text: str,
        people: Sequence[ShiftPerson],
        method: Method,
        since: str = "",
        until: str = "",
        brand: str = "",
    ) -> Plan:
        """Who could get which part of what waits since a period; see `desk.splitting`.

        `since` and `until` (exclusive) are days as in a filter. Belongs into a thread. Raises
        FilterError, and Refusal for people or periods that cannot be, and for who may not split.
        """
        ...

    def split(self, plan: Plan) -> SplitResult:
        """Assign a plan, whose borders may have been moved: one decision, one undo."""
        ...

    @property
    def ruling(self) -> RuleService:
        """Auto-moderation, loaded when it is asked for; Refusal where no rules are kept.

        The first time it takes long, so ask in a thread.
        """
        ...

    @property
    def records(self) -> Records:
        """What is kept of the past and done with it: loaded when it is asked for."""
        ...

    def complete(self, text: str, column: int) -> Completions:
        """What may stand at a filter's cursor: replace `text[start:column]` by one of the items.

        Fields, fixed values, days, and the names known here. A millisecond.
        """
        ...

    def views(self, brand: str = "", *, counted: bool = True) -> Sequence[ViewRow]:
        """The configured views, then mine; show one by `ids(view.filter, view.sort)`.

        Counts are live: exact and quick where a filter asks only what the counts of who waits
        tell (states of waiting, colour, contact point, channel, brand, assignee, team), else up to
        1,000 within 50 ms each, so it belongs into a thread. Without `counted` it is quick, and
        every count is None.
        """
        ...

    def save_view(self, key: str, filter_text: str, sort: str = "queue", title: str = "") -> None:
        """Keep a view of mine, or change it: it keeps its place, so `g 1` to `g 9` stay.

        The title is the key unless given. FilterError with the column; Refusal for a key of more
        than 60 characters or one that the configuration has, and for an unknown order.
        """
        ...

    def forget_view(self, key: str) -> None:
        """Drop a view of mine; Refusal if there is none, or the configuration has it."""
        ...

    def macros(self) -> Sequence[MacroRow]:
        """The macros I recorded; those of the configuration are not among them."""
        ...

    def save_macro(self, name: str, steps: Sequence[str], key: str = "") -> None:
        """Keep a macro of mine, or replace it; Refusal for a name or a step that cannot be."""
        ...

    def forget_macro(self, name: str) -> None:
        """Drop a macro of mine; Refusal when there is none."""
        ...

    def campaigns(self) -> Sequence[CampaignRow]:
        """The configured campaigns by key, and which jump the queue now."""
        ...

    def switch_campaign(self, key: str, *, on: bool, until: Millis | None = None) -> Receipt:
        """Let a campaign's threads jump the queue, or stop it, at once and until a moment.

        Goes before the configuration until then; without `until` it stays on until the campaign's
        configured end, and off for good. A decision: `undo` takes it back.
        """
        ...

    def case_teams(self) -> Mapping[str, str]:
        """Which teams can be asked by mail (`OpenCase`), by key, with their titles."""
        ...

    def cases(self) -> Sequence[CaseRow]:
        """What other teams were asked and have not answered, the first due first."""
        ...

    def today(self, since: str = "", brand: str = "") -> Today:
        """The start of a day: what waits, breaches soon, came in over night, was done by rules.

        Since my last decision before today, or last evening; or since a day as a filter takes it
        (FilterError). Belongs into a thread.
        """
        ...

    def competition(self, asked: ReportAsked) -> Competition:
        """Public profiles over a period, ours beside competitors'; raises Refusal.

        Belongs into a thread.
        """
        ...

    def import_figures(self, text: str, *, dry_run: bool = False) -> FiguresRead:
        """Keep the figures of profiles in a CSV file; with any mistake in it, or dry, nothing."""
        ...

    def set_figures(self, profile: str, day: str, told: Mapping[str, int], days: int = 1) -> None:
        """Enter figures of a profile by hand: of one day, or of several that end with it."""
        ...

    def forget_figures(self, profile: str, day: str) -> int:
        """Drop what was entered by hand or file for a day, not what the API told; how many."""
        ...

    def handover(self) -> Handover:
        """The end of a shift: what waits with me, was begun, put aside, promised, or expires."""
        ...

    def hand_back(self) -> Receipt:
        """Give everything of mine that waits back to the pool: one undo. Refusal if nothing is."""
        ...

    def leave_word(self, text: str) -> Receipt:
        """Leave a word that others' start of day shows, in place of my last; empty ends it."""
        ...

    def keep_handover(self, text: str, at: Millis) -> str:
        """Write what I leave behind into a file for whoever comes next; its path.

        One file a moderator and minute: writing it again for the same `at` replaces it. Refusal
        where it cannot be written.
        """
        ...

    def claim(self, thread: ThreadId) -> str:
        """Take or renew the lease on a thread; Refusal, naming the holder, if it is another's."""
        ...

    def release(self, thread: ThreadId) -> None:
        """Give up my lease."""
        ...

    def save_draft(self, draft: Draft) -> None:
        """Keep what is being typed; an empty text forgets it. Thread 0: to all that are marked."""
        ...

    def drafts(self, thread: ThreadId) -> Sequence[Draft]:
        """What I began to write in a thread, at most one of each kind.

        Of thread 0: to several threads at once.
        """
        ...

    def retry(self, outbox: int) -> None:
        """Queue a failed or unknown item again (the person takes the decision)."""
        ...

    def cancel(self, outbox: int) -> None:
        """Drop a queued, failed or unknown item; its text stays in the journal."""
        ...

    def pause(self, on: bool) -> None:
        """The kill switch: nothing is sent to any platform while it is on."""
        ...

    def ask_sync(self, channel: str = "") -> None:
        """Ask the engine to pull now."""
        ...

    def seen(self, doing: str = "") -> None:
        """Tell colleagues that I am here, and on what."""
        ...

    def picture(self, url: str) -> Path:
        """The file of an attached picture, fetched the first time: belongs into a thread.

        Nothing of ours goes to its server. PlatformError or Refusal if it cannot be.
        """
        ...

    def tell_first(self, alerts: Sequence[Alert]) -> Sequence[Alert]:
        """Those of these that no inbox of mine told of before; from now on they are told."""
        ...

    def changes(self) -> set[ThreadId] | None:
        """Threads changed (by anybody) since the last call; None: too many, reload everything.

        Costs a few microseconds while nothing happens.
        """
        ...

    def add_entry(self, channel: str, written: ManualEntry) -> ThreadId:
        """A manual entry: something that waits where no API reaches."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
