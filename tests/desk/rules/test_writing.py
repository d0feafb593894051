"""A form becomes a file of rules that can be read again, whatever was typed into it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.config.rules import read_rule_file
from carecli.desk.rules.rule_writer import BARE, OFFERED, RuleDraft, text_of, words_of, write_rule
from carecli.domain.errors import ConfigError, Refusal
from carecli.domain.rule import DeedKind
from carecli.domain.text import printable
from tests.desk.rules.conftest import Ruled


def test_the_file_reads_as_somebody_would_write_it(ruled: Ruled) -> None:
    draft = RuleDraft(
        "Late parcels", DeedKind.COLOUR, "red", ("paczka", "nie dosz*"), ("zwrot",), ("comment",)
    )
    assert ruled.rules.write_rule(draft) == "late-parcels"
    file = ruled.folder / "rules" / "late-parcels.yaml"
    assert file.read_text("utf-8") == (
        "rule: late-parcels\n"
        'title: "Late parcels"\n'
        'when: {at: ["comment"]}\n'
        "if:\n"
        '  words: ["paczka", "nie dosz*"]\n'
        "  none:\n"
        '    - words: ["zwrot"]\n'
        "then:\n"
        '  colour: "red"\n'
    )
    [row] = ruled.rules.rules()
    assert (row.name, row.stage, row.deeds) == ("late-parcels", "draft", ("colour",))


def test_a_name_that_is_taken_gets_a_number(ruled: Ruled) -> None:
    draft = RuleDraft("Parcels", DeedKind.FLAG, words=("paczka",))
    names = [ruled.rules.write_rule(draft) for _turn in range(3)]
    assert names == ["parcels", "parcels-2", "parcels-3"]


@pytest.mark.parametrize(
    ("draft", "what"),
    [
        (RuleDraft("x", DeedKind.FLAG), "at least one word"),
        (RuleDraft("x", DeedKind.LABEL, "", ("a",)), "Choose what the rule"),
        (RuleDraft("!!!", DeedKind.FLAG, "", ("a",)), "cannot be the name"),
        (RuleDraft("x", DeedKind.TEAM, "nobody", ("a",)), "no such team"),
        (RuleDraft("x", DeedKind.COLOUR, "blue", ("a",)), "blue"),
        (RuleDraft("x", DeedKind.FLAG, "", ("a",), channels=("avon",)), "no such channel"),
        (RuleDraft("x", DeedKind.REPLY, "Hi {day?}", ("a",)), "a rule asks nobody"),
    ],
)
def test_what_could_not_be_read_is_not_written(ruled: Ruled, draft: RuleDraft, what: str) -> None:
    with pytest.raises(Refusal, match=what):
        ruled.rules.write_rule(draft)
    assert [*(ruled.folder / "rules").iterdir()] == []


def test_words_are_typed_between_commas() -> None:
    assert words_of(" paczka,  nie doszła ;zwrot,\npaczka,, ") == ("paczka", "nie doszła", "zwrot")


text = st.text(max_size=30)
WHOLE = {
    DeedKind.COLOUR: "red",
    DeedKind.DONE: "thanks",
    DeedKind.TEAM: "care",
    DeedKind.ASSIGN: "ana",
}


@given(st.text(max_size=40), st.sampled_from(OFFERED), text, st.lists(text, min_size=1, max_size=4))
def test_whatever_is_typed_is_read_back_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    title: str,
    kind: DeedKind,
    value: str,
    typed: list[str],
) -> None:
    folder = tmp_path_factory.mktemp("rules")
    words = words_of(",".join(typed))
    draft = RuleDraft(title, kind, WHOLE.get(kind, value), words)

    def check(text: str) -> None:
        file = folder / "checked.txt"
        file.write_text(text, "utf-8")
        read_rule_file(file, "UTC", {})

    try:
        name = write_rule(folder, draft, (), check)
    except (Refusal, ConfigError):
        return
    [rule] = read_rule_file(folder / f"{name}.yaml", "UTC", {})
    assert rule.condition.words == words
    [deed] = rule.deeds
    assert deed.kind == kind
    if kind not in BARE:
        assert deed.values == (printable(draft.value).strip(),)
    assert (folder / f"{name}.yaml").read_text("utf-8") == text_of(name, draft)
