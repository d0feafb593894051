"""Public profiles, as the screen and the command line see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carecli.desk.competitors.comparison import Competition
    from carecli.desk.competitors.figure_files import FiguresRead
    from carecli.desk.reports.kpi_report import ReportAsked


class CompetitorService(Protocol):
    """Figures of competitors' public profiles and of ours beside them."""

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
