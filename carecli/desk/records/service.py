"""The past of one database: each method is carried out by a module of its own, loaded then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carecli.desk.records.forget import Forgotten
    from carecli.desk.records.rejected import Outsiders
    from carecli.desk.session import DeskSession
    from carecli.domain.model import ThreadId


class StoreRecordService:
    """Implements `RecordService` over one database."""

    def __init__(self, session: DeskSession) -> None:
        self._session = session

    @property
    def outsiders(self) -> Outsiders:
        from carecli.desk.records.rejected import Outsiders

        return Outsiders(self._session)

    def forget(self, threads: Sequence[ThreadId], *, dry_run: bool = False) -> Forgotten:
        from carecli.desk.records.forget import forget

        return forget(self._session, threads, dry_run=dry_run)

    def forget_silent(self, since: str, *, dry_run: bool = False) -> Forgotten:
        from carecli.desk.records.forget import forget_silent

        return forget_silent(self._session, since, dry_run=dry_run)
