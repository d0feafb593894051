from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.domain.model import HOUR, MINUTE, SECOND, Colour, DraftKind, ThreadId
from carecli.tui.conversation.links import link_objection
from carecli.tui.inbox.bars import top_bar
from carecli.tui.inbox.list_rows import TIME, badge, remaining, thread_lines
from carecli.tui.reply.checks import ReplyInProgress, objection
from carecli.tui.style.cells import line_cells
from carecli.tui.style.clock import ago, countdown, span
from tests.tui.memory_desk import NOW, MemoryDesk, busy_desk, row


@pytest.mark.parametrize("width", [60, 80, 99, 140])
@pytest.mark.parametrize("compact", [False, True])
def test_every_line_is_exactly_as_wide_as_asked(width: int, compact: bool) -> None:
    for one in MemoryDesk().table.values():
        for selected in (False, True):
            lines = thread_lines(one, width, NOW, compact=compact, selected=selected)
            assert len(lines) == (1 if compact else 2)
            assert {line_cells(line) for line in lines} == {width}


def test_the_countdown_stands_where_it_is_repainted() -> None:
    one = row(1, deadline=NOW + 41 * MINUTE + 7 * SECOND)
    text = "".join(part for part, _ in thread_lines(one, 90, NOW)[0])
    assert text[TIME].strip() == "00:41:07"


def test_what_nobody_coloured_has_a_hollow_badge() -> None:
    assert badge(row(1, colour=Colour.RED)) == (" R ", "red.badge")
    assert badge(row(1, colour_by="")) == ("(G)", "green")


def test_overdue_is_negative_and_loud() -> None:
    assert remaining(row(1, deadline=NOW - 12 * MINUTE), NOW) == (" -00:12:00", "red.strong")


def test_the_next_breach_is_never_in_the_past() -> None:
    overview = MemoryDesk().overview()
    assert overview.next_breach is not None
    late = overview.next_breach + 2 * SECOND
    text = "".join(part for part, _ in top_bar(overview, "", "Ana", late, 140))
    assert "next breach 00:00:00" in text


def test_what_wants_attention_soon_stands_where_the_sync_state_does() -> None:
    overview = replace(MemoryDesk().overview(), notices=("token expires in 6 days (avon-fb)",))
    overview = replace(overview, engine_seen_at=NOW)
    for width in (140, 80):
        line = top_bar(overview, "", "Ana", NOW, width)
        assert any(role == "warn" and "! token expires in 6 days" in part for part, role in line)


def test_spans() -> None:
    assert countdown(3 * HOUR + 22 * MINUTE) == "3h 22m"
    assert countdown(-101 * HOUR) == "-4d 05h"
    assert span(90 * SECOND) == "1 min"
    assert ago(NOW - 5 * SECOND, NOW) == "just now"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  ", "You have not written anything"),
        ("Hola {phone}", "{phone}"),
        ("x" * 501, "Too long by 1"),
        ("Hola", ""),
    ],
)
def test_what_may_not_be_sent(text: str, words: str) -> None:
    talk = busy_desk().conversation(ThreadId(1))
    assert talk is not None
    said = objection(talk, ReplyInProgress(text), NOW, "Ana")
    assert words in said
    assert bool(said) == bool(words)


def test_a_colleagues_claim_and_a_closed_window_stop_a_reply_but_no_note() -> None:
    talk = busy_desk().conversation(ThreadId(1))
    assert talk is not None
    claimed = replace(talk, row=replace(talk.row, claimed_by="Kasia"))
    late = replace(talk, row=replace(talk.row, window_until=NOW - 1))
    assert "Kasia" in objection(claimed, ReplyInProgress("Hola"), NOW, "Ana")
    assert "closed" in objection(late, ReplyInProgress("Hola"), NOW, "Ana")
    assert not objection(late, ReplyInProgress("Hola", DraftKind.NOTE), NOW, "Ana")


@pytest.mark.parametrize(
    "link",
    ["", "javascript:alert(1)", "file:///etc/passwd", "https://good.example@evil.example/",
     "https://xn--pple-43d.com", "https://a b.example", "http://аpple.com", "https://[x"],
)  # fmt: skip
def test_links_that_deceive_are_not_opened(link: str) -> None:
    assert link_objection(link)


def test_plain_links_are_opened() -> None:
    assert link_objection("https://example.org/p/1?x=2") == ""
