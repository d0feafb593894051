"""Keys and pastes are told apart, however the bytes are cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from carecli.tui.terminal.input_parser import BEGIN, END, Arrival, Arrivals, Measured, Pasted, Typed


def arrived(*chunks: str, gap: float = 0.001, asked: int = 0) -> list[Arrival]:
    """What is made of these, read one after another, and of a long silence after them.

    The terminal was `asked` so many questions.
    """
    arrivals, now, found = Arrivals(), 100.0, []
    arrivals.expect(asked)
    for chunk in chunks:
        found += arrivals.tick(now)
        found += arrivals.feed(chunk, now)
        now += gap
    while arrivals.due is not None:
        now = arrivals.due
        found += arrivals.tick(now)
    return found


def keys(found: list[Arrival]) -> str:
    return "".join(one.text for one in found if isinstance(one, Typed))


def pasted(found: list[Arrival]) -> str:
    return "".join(one.text for one in found if isinstance(one, Pasted))


def test_single_keys_pass_at_once() -> None:
    arrivals = Arrivals()
    for key in ("j", "\r", "\x1b", "\x1b[A", "\x1b[<35;20;10M", "\x1bOP", "\x13", "ł"):
        assert arrivals.feed(key, 1.0) == [Typed(key)]
        assert arrivals.due is None


def test_a_held_key_and_a_few_keys_over_a_slow_line_are_keys() -> None:
    for text in ("jjjjjjjjjjjjjjjjj", "ggjj", "gr\r", "\x1b[B" * 20, "\x1b[<35;20;10M" * 9):
        assert arrived(text) == [Typed(text)]


def test_a_marked_paste_is_one_however_it_is_cut() -> None:
    whole = f"{BEGIN}dx1 \x1b[31mred\x1b[0m q{END}"
    for at in range(len(BEGIN), len(whole)):
        found = arrived(whole[:at], whole[at:])
        assert (keys(found), pasted(found)) == ("", "dx1 \x1b[31mred\x1b[0m q")


def test_an_end_in_the_middle_of_a_paste_lets_no_key_out() -> None:
    found = arrived(f"{BEGIN}dx{END}dd{END}")
    assert (keys(found), pasted(found)) == ("", "dxdd")
    found = arrived(f"{BEGIN}dx{END}", "d", "d", END)
    assert (keys(found), pasted(found)) == ("", "dxdd")


def test_keys_after_a_paste_are_keys_in_their_order() -> None:
    assert arrived(f"{BEGIN}Hej{END}", "\x13") == [Pasted("Hej"), Typed("\x13")]


def test_many_characters_at_once_without_marks_look_pasted() -> None:
    for text in ("delete everything", "d\x1b[31mx1q\x1b[0mdd", "dxdxdxd\r\ndd"):
        assert arrived(text) == [Pasted(text, is_marked=False)]
    found = arrived("delete everythin", "g")
    assert keys(found) == "", "the rest of it belongs to it"


def test_clicks_after_a_burst_are_clicks() -> None:
    click = "\x1b[<0;60;9M\x1b[<0;60;9m"
    assert arrived(f"Dzien dobry{click}") == [Pasted("Dzien dobry", is_marked=False), Typed(click)]


def test_a_paste_without_an_end_is_over_after_a_while() -> None:
    assert arrived(f"{BEGIN}dxd") == [Pasted("dxd")]


SOME = st.text(st.sampled_from("dx1q \r\x1b[]201~;mł\x07"), max_size=40)


@given(SOME, st.lists(st.integers(1, 50), max_size=4))
def test_no_byte_of_a_marked_paste_is_ever_a_key(text: str, cuts: list[int]) -> None:
    """Also where it holds marks of its own, but for what is not marked at all."""
    whole = BEGIN + text.replace(BEGIN, "") + END
    places = sorted({len(BEGIN), *(len(BEGIN) + cut for cut in cuts), len(whole)})
    chunks = [whole[a:b] for a, b in zip([0, *places], places, strict=False)]
    found = arrived(*[chunk for chunk in chunks if chunk])
    assert keys(found) == ""
    assert pasted(found) == text.replace(BEGIN, "").replace(END, "")


@given(st.lists(SOME, max_size=5))
def test_nothing_that_arrives_is_lost(chunks: list[str]) -> None:
    found = arrived(*chunks, gap=0.3)
    whole = "".join(chunks)
    if BEGIN not in whole and END not in whole:
        texts = (one.text for one in found if isinstance(one, Typed | Pasted))
        assert "".join(texts) == whole


ANSWERS = [f"\x1b[2;{column}R" for column in (3, 2, 3)]
MEASURED = Measured((3, 2, 3))


def test_what_the_terminal_answers_is_no_key_however_it_is_cut() -> None:
    whole = f"j{ANSWERS[0]}{ANSWERS[1]}k{ANSWERS[2]}r"
    for at in range(1, len(whole)):
        found = arrived(whole[:at], whole[at:], asked=3)
        assert (keys(found), found.count(MEASURED), len(found)) == ("jkr", 1, len(found))
        assert not pasted(found)


def test_an_answer_long_after_the_question_is_no_key_either() -> None:
    found = arrived(*ANSWERS, "j", gap=4.0, asked=3)
    assert found == [MEASURED, Typed("j")]


def test_only_what_was_asked_is_an_answer() -> None:
    assert arrived(ANSWERS[0]) == [Typed(ANSWERS[0])]
    f3_with_shift = "\x1b[1;2R"
    assert arrived(f3_with_shift, asked=3) == [Typed(f3_with_shift)]
    inside = f"{BEGIN}{ANSWERS[0]}{END}"
    assert arrived(inside, *ANSWERS, asked=3) == [Pasted(ANSWERS[0]), MEASURED]
