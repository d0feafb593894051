from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from carecli.domain.text import printable
from carecli.tui.style.cells import (
    cells,
    changed_span,
    clusters,
    cut,
    fill,
    fit,
    line_cells,
    merged,
    steady,
    wrap,
)

SAMPLES = [
    "plain", "zażółć gęślą jaźń", "¿qué? ñ", "日本語", "👩‍🔬 lab", "🇵🇱🇲🇽", "👍🏽", "e\u0301",
    "❤️ love",
    "שלום", "한국어", "👨‍👩‍👧‍👦|", "✉ ✎ ▣ ◆ @ ★ ◫ ☎ ⚑ ● ▲ ■ ▌ █ ◷ ☾ ↑ ✗ ✓ ⇡ ›",
]  # fmt: skip


@pytest.mark.parametrize("text", SAMPLES)
def test_counts_cells_as_textual_does(text: str) -> None:
    shown = steady(text)
    assert cells(shown) == cell_len(shown)


@given(st.text(), st.integers(1, 40))
def test_fit_is_exact_and_cut_is_no_more(text: str, width: int) -> None:
    clean = printable(text).replace("\n", " ")
    assert cells(fit(clean, width)) == width
    assert cells(cut(clean, width)) <= width


@given(st.text(max_size=200), st.integers(2, 40))
def test_wrapping_keeps_every_character_but_spaces(text: str, width: int) -> None:
    clean = "".join(part for part, _ in clusters(printable(text).replace("\n", " ")))
    lines = wrap(clean, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == clean.replace(" ", "")


def test_cutting_never_splits_a_cluster() -> None:
    assert cut("a👩‍🔬👩‍🔬", 4) == "a👩‍🔬…"


def test_a_long_joined_sequence_is_not_one_cluster() -> None:
    assert cells("👩\u200d" * 1000) > 100


words = st.sampled_from(["a", "  ", "żółć", "日", " ", ""])
roles = st.sampled_from(["text", "dim", "red.badge", "text@ours", "alarm"])
lines = st.lists(st.tuples(words, roles), max_size=6)


def cell_by_cell(line: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each cell of a line; the second one of a wide character is empty."""
    found: list[tuple[str, str]] = []
    for text, role in line:
        for part, wide in clusters(text):
            found += [(part, role), *([("", role)] * (wide - 1))]
    return found


@given(lines, lines)
def test_cells_outside_the_changed_span_are_alike(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    span = changed_span(old, new)
    before, after = cell_by_cell(old), cell_by_cell(new)
    if span is None:
        assert before == after
    elif len(before) == len(after):
        assert before[: span[0]] == after[: span[0]]
        assert before[span[1] :] == after[span[1] :]
    else:
        assert span == (0, max(len(before), len(after)))


@given(lines)
def test_merging_keeps_the_text(line: list[tuple[str, str]]) -> None:
    assert "".join(text for text, _ in merged(line)) == "".join(text for text, _ in line)


def test_what_came_some_other_way_is_made_printable_at_last() -> None:
    assert merged([("a\x1b[2J\n", "text")]) == [("a\u241b[2J ", "text")]


def test_merging_leaves_blanks_on_a_badge_alone() -> None:
    assert merged([(" ", "red.badge"), (" ", "text")]) == [(" ", "red.badge"), (" ", "text")]
    assert merged([("a", "dim"), ("  ", "text"), ("b", "dim")]) == [("a  b", "dim")]


def test_a_filled_line_is_exact() -> None:
    assert line_cells(fill([("a" * 50, "text")], [("right", "dim")], 30)) == 30
