"""The inbox of one moderator: its services, put together over one database.

Every method of a service is synchronous and quick unless it says otherwise; `threads.ids`, searches
and writes may take long on a large database and belong into a thread. Calls from several threads
are safe.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from carecli.domain.errors import Refusal
from carecli.i18n import _

if TYPE_CHECKING:
    from carecli.desk.commands.protocol import CommandService
    from carecli.desk.competitors.protocol import CompetitorService
    from carecli.desk.context import DeskContext
    from carecli.desk.conversations.protocol import ConversationService
    from carecli.desk.planning.protocol import PlanningService
    from carecli.desk.records.protocol import RecordService
    from carecli.desk.replies.protocol import ReplyService
    from carecli.desk.reports.protocol import ReportService
    from carecli.desk.research.protocol import ResearchService
    from carecli.desk.rules.protocol import RuleService
    from carecli.desk.rules.service import StoreRuleService
    from carecli.desk.session import DeskSession
    from carecli.desk.threads.protocol import ThreadService
    from carecli.domain.model import Millis


@dataclass(frozen=True, eq=False)
class InboxServices:
    """What a person or a script can see and do, by subject. `me` is the moderator using carecli.

    `now()` is the present moment; `close()` lets go of the database.
    """

    me: str
    now: Callable[[], Millis]
    close: Callable[[], None]
    threads: ThreadService
    conversations: ConversationService
    commands: CommandService
    replies: ReplyService
    planning: PlanningService
    reports: ReportService
    research: ResearchService
    competitors: CompetitorService
    records: RecordService
    load_rules: Callable[[], RuleService]

    @property
    def rules(self) -> RuleService:
        """Auto-moderation, loaded when it is asked for; Refusal where no rules are kept.

        The first time it takes long, so ask in a thread.
        """
        return self.load_rules()


class _LazyRules:
    """The rules of a database, read when they are first asked for."""

    def __init__(self, session: DeskSession) -> None:
        self._session = session
        self._loading = threading.Lock()
        self._rules: StoreRuleService | None = None

    def load(self) -> RuleService:
        from carecli.desk.rules.service import StoreRuleService

        with self._loading:
            if self._rules is None:
                context = self._session.context
                if context.rulebook is None:
                    raise Refusal(_("There are no rules here."))
                self._rules = StoreRuleService(self._session.file, context, context.rulebook())
            return self._rules

    def close(self) -> None:
        if self._rules is not None:
            self._rules.close()
        self._session.close()


def open_services(database: str | Path, context: DeskContext) -> InboxServices:
    """The services of one moderator over a database file; close them in the end."""
    from carecli.desk.session import DeskSession

    return services(DeskSession(database, context))


def services(session: DeskSession) -> InboxServices:
    """The services over a session, which is closed with them."""
    from carecli.desk.commands.service import StoreCommandService
    from carecli.desk.competitors.service import StoreCompetitorService
    from carecli.desk.conversations.service import StoreConversationService
    from carecli.desk.planning.service import StorePlanningService
    from carecli.desk.records.service import StoreRecordService
    from carecli.desk.replies.service import StoreReplyService
    from carecli.desk.reports.service import StoreReportService
    from carecli.desk.research.service import StoreResearchService
    from carecli.desk.threads.service import StoreThreadService

    rules = _LazyRules(session)
    return InboxServices(
        me=session.me,
        now=session.now,
        close=rules.close,
        threads=StoreThreadService(session),
        conversations=StoreConversationService(session),
        commands=StoreCommandService(session),
        replies=StoreReplyService(session),
        planning=StorePlanningService(session),
        reports=StoreReportService(session),
        research=StoreResearchService(session),
        competitors=StoreCompetitorService(session),
        records=StoreRecordService(session),
        load_rules=rules.load,
    )
