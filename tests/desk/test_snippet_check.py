"""What `carecli snippets check` finds."""

from __future__ import annotations

from datetime import date

import pytest

from carecli.desk.replies.snippet_check import SnippetChannel, findings
from carecli.domain.model import ContactPoint
from carecli.domain.snippet import Snippet

TODAY = date(2026, 11, 21)
FB = SnippetChannel("avon-fb", "pl", reply_limit=100, private_limit=60)
LRP = SnippetChannel("lrp-fb", "es", reply_limit=100, private_limit=60)


def kinds(
    *snippets: Snippet, places: tuple[SnippetChannel, ...] = (FB,), teams: tuple[str, ...] = ()
) -> list[str]:
    return [one.kind for one in findings(snippets, (), places, teams, TODAY)]


def snippet(text: str = "Hej", **other: object) -> Snippet:
    return Snippet(**{"name": "a", "title": "A", "text": text, "file": "a.md", **other})  # type: ignore[arg-type]  # any field of Snippet


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (snippet("{contact.first_name} {product?} {brand|x}"), []),
        (snippet("{contact.firstname}"), ["unknown_placeholder"]),
        (snippet("{contact.firstname|there}"), ["unknown_placeholder"]),
        (snippet("{1}"), ["unknown_placeholder"]),
        (snippet("Hej", fallbacks={"brand": "x"}), ["unused_placeholder"]),
        (snippet(until=date(2026, 11, 21)), ["expired"]),
        (snippet(until=date(2026, 11, 22)), []),
        (snippet("do 20.11.2026"), ["dead_date"]),
        (snippet("hasta 2026-11-20, 1/2/2026"), ["dead_date", "dead_date"]),
        (snippet("od 21.11.2026; 45.13.2026"), []),
        (snippet(channels=("avon-ig",)), ["unknown_channel"]),
        (snippet("x" * 61), ["too_long"]),
        (snippet("x" * 101), ["too_long", "too_long"]),
        (snippet("x" * 61, points=(ContactPoint.COMMENT,)), []),
        (snippet("x" * 61, points=(ContactPoint.PRIVATE_MESSAGE,)), ["too_long"]),
        (snippet("x" * 60 + "{contact.first_name}"), []),
        (snippet("x" * 60 + "{contact.first_name|there}"), ["too_long"]),
    ],
)
def test_one_thing_wrong(one: Snippet, expected: list[str]) -> None:
    assert kinds(one) == expected


def test_bytes_are_counted_where_the_platform_does() -> None:
    rooms = SnippetChannel("rooms", "pl", 10, 10, in_bytes=True)
    assert kinds(snippet("łłłłł"), places=(rooms,)) == []
    assert kinds(snippet("łłłłłł"), places=(rooms,)) == ["too_long"]


def test_teams_must_be_known_where_any_are() -> None:
    assert kinds(snippet(teams=("care",))) == []
    assert kinds(snippet(teams=("caer",)), teams=("care",)) == ["unknown_team"]


def test_a_name_taken_twice() -> None:
    [found] = findings([snippet(), snippet(file="b.md")], (), (FB,), (), TODAY)
    assert (found.kind, found.file) == ("duplicate_name", "b.md")
    assert "a.md" in found.hint


def test_a_group_lacks_a_language_of_its_channels() -> None:
    polish = snippet(group="g", languages=("pl",))
    spanish = snippet(name="b", group="g", languages=("es",))
    any_language = snippet(name="c", group="g")
    both = (FB, LRP)
    assert kinds(polish, places=both) == ["missing_translation"]
    assert kinds(polish, spanish, places=both) == []
    assert kinds(polish, any_language, places=both) == []
    assert kinds(snippet(group="g", languages=("pl",), channels=("avon-fb",)), places=both) == []
    assert kinds(snippet(languages=("pl",)), places=both) == []


def test_a_finding_names_the_line() -> None:
    [found] = findings([snippet("Hej\n\n{x}", line=5)], (), (FB,), (), TODAY)
    assert (found.line, found.what) == (7, "{x} is known nowhere")
