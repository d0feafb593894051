"""Our own words about a month stand at the top of its page, and mean nothing more than text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.desk.report_page.html import joined
from carecli.desk.report_page.markdown import rendered
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.reports.monthly import notes_of
from carecli.domain.errors import Refusal
from tests.desk.conftest import Shop


def test_headings_lists_and_stress() -> None:
    text = "# October\nA **good** month,\nsaid *she*.\n\n- one\n- two"
    assert joined(rendered(text)) == (
        "<h3>October</h3><p>A <strong>good</strong> month, said <em>she</em>.</p>"
        "<ul><li>one</li><li>two</li></ul>"
    )


@given(st.text(alphabet=st.sampled_from("<>&\"'*#-[]()! \nabj:/"), max_size=80))
def test_markup_and_links_stay_text(text: str) -> None:
    page = str(joined(rendered(text)))
    for tag in ("h3", "p", "strong", "em", "ul", "li"):
        page = page.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    assert "<" not in page
    assert ">" not in page


def test_a_file_per_month_and_brand(shop: Shop, tmp_path: Path) -> None:
    context = shop.session(shop.desk(report_notes=tmp_path)).context
    (tmp_path / "2026-10-avon.md").write_text("Ours", "utf-8")
    (tmp_path / "2026-10.md").write_text("All", "utf-8")
    asked = {brand: ReportAsked(month="2026-10", brand=brand) for brand in ("avon", "lrp", "")}
    assert {brand: notes_of(context, one) for brand, one in asked.items()} == {
        "avon": "Ours",
        "lrp": "",
        "": "All",
    }
    assert notes_of(context, ReportAsked()) == ""


def test_a_file_that_is_no_text_is_refused(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "2026-10.md").write_bytes(b"\xff\xfe")
    with pytest.raises(Refusal, match="cannot be read"):
        notes_of(
            shop.session(shop.desk(report_notes=tmp_path)).context, ReportAsked(month="2026-10")
        )
