"""What is kept of the past and done with it, apart from the daily work: loaded when asked for."""

from __future__ import annotations

from carecli.desk.office import Office
from carecli.desk.staffing import Staffing, StaffingAsked, staff
from carecli.store.db import Database


class Records:
    """The past of one database, for a lead. Everything here may take seconds."""

    def __init__(self, finder: Database, office: Office) -> None:
        self._finder = finder
        self._office = office

    def staffing(self, asked: StaffingAsked) -> Staffing:
        """A day that is over, worked again by other teams; see `desk.staffing`."""
        with self._finder.read() as db:
            return staff(db, self._office, asked)
