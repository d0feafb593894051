"""Untrusted text: inert when shown, found when searched."""

from __future__ import annotations

import json
import unicodedata
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.text import MAX_MARKS, fold, one_line, printable

CASES = json.loads(
    (Path(__file__).parent.parent / "payloads" / "hostile-text.json").read_text(encoding="utf-8")
)["cases"]
DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def payload_of(case: dict[str, object]) -> str:
    payload = case["payload"]
    if payload is None:
        return b64decode(str(case["payload_b64"])).decode("utf-8", "surrogateescape")
    if isinstance(payload, dict):
        unit, count = payload["repeat"]
        return f"{payload.get('prefix', '')}{unit * count}{payload.get('suffix', '')}"
    return str(payload)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_hostile_text_is_inert(case: dict[str, object]) -> None:
    shown = printable(payload_of(case))
    assert not [c for c in shown if unicodedata.category(c) == "Cc" and c != "\n"]
    assert not [c for c in shown if c in DIRECTION]
    shown.encode("utf-8")
    for check in case["checks"]:  # type: ignore[attr-defined]  # the file's cases are objects
        if check["check"] == "unchanged":
            assert shown == payload_of(case)
        elif check["check"] == "visible":
            assert check["text"] in shown
        elif check["check"] == "no_invisible":
            assert shown != payload_of(case)


@given(st.text())
def test_printable_text_stays_as_it_is(text: str) -> None:
    once = printable(text)
    assert printable(once) == once
    assert "\n" not in one_line(text)


def test_floods_of_marks_are_cut() -> None:
    assert printable("a" + "\u0300" * 10_000) == "a" + "\u0300" * MAX_MARKS


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ŁÓDŹ", "lodz"),
        ("¿Cuánto cuesta el CAFÉ?", "¿cuanto cuesta el cafe?"),
        ("Straße", "strasse"),
        ("ｆｕｌｌ", "full"),
        ("ñandú", "nandu"),
        ("SMØRREBRØD", "smorrebrod"),
    ],
)
def test_case_and_diacritics_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded
