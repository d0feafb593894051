"""What is wrong in a file of rules is told with its line, before any rule acts."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.config.rules import read_rules
from carecli.domain.errors import ConfigError

KNOWN = {
    "channels": ["avon-fb"],
    "teams": ["care", "press"],
    "moderators": ["ana", "ola"],
    "lists": ["pl"],
    "idle moderators": ["ola"],
    "idle teams": ["press"],
}


def problems(folder: Path, text: str) -> list[tuple[int, str, str]]:
    (folder / "rules.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_rules(folder, "Europe/Warsaw", KNOWN)
    return [(error.line, error.key, error.what) for error in (caught.value, *caught.value.also)]


HIDE = "then: {hide: true}\n"


@pytest.mark.parametrize(
    ("text", "line", "key", "what"),
    [
        ("rule: x\n", 1, "then", "this key is missing"),
        ("rule: X Y\n" + HIDE, 1, "rule", "lower-case letters"),
        ("rule: x\nthen: {}\n", 2, "then", "this is empty"),
        ("rule: x\nif: {wrods: [a]}\n" + HIDE, 2, "if.wrods", "no such key"),
        ("rule: x\nif: {words: []}\n" + HIDE, 2, "if.words", "this is empty"),
        ("rule: x\nif: {any: [{}]}\n" + HIDE, 2, "if.any[0]", "this is empty"),
        ("rule: x\nif: {lists: [en]}\n" + HIDE, 2, "if.lists", "no such word list: 'en'"),
        ("rule: x\nif: {none: [{language: [de]}]}\n" + HIDE, 2, "if.language", "'de'"),
        ("rule: x\nif: {filter: 'is:waitin'}\n" + HIDE, 2, "if.filter", "column 4"),
        ("rule: x\nif: {filter: 'assignee:me'}\n" + HIDE, 2, "if.filter", "cannot use"),
        ("rule: x\nwhen: {channels: [avon]}\n" + HIDE, 2, "when.channels[0]", "no such channel"),
        ("rule: x\nwhen: {from: 2026-05-02, until: 2026-05-02}\n" + HIDE, 2, "when.until", "after"),
        ("rule: x\nwhen: {hours: [25:00-26:00]}\n" + HIDE, 2, "when.hours[0]", "expected hours"),
        ("rule: x\n" + HIDE + "caps: {hide: -1}\n", 3, "caps.hide", "expected 0 or more"),
        ("rule: x\n" + HIDE + "caps: {hid: 1}\n", 3, "caps.hid", "no such action"),
        ("rule: x\n" + HIDE + "expect: 5\n", 3, "expect", "between 0 and 1"),
        ("rule: x\nthen: {hide: true, delete: true}\n", 2, "then.delete", "not both"),
        ("rule: x\nthen: {team: crae}\n", 2, "then.team", "no such team"),
        ("rule: x\nthen: {team: press}\n", 2, "then.team", "'press' has read-only access"),
        ("rule: x\nthen: {assign: ola}\n", 2, "then.assign", "'ola' has read-only access"),
        ("rule: x\nthen: {reply: ['']}\n", 2, "then.reply[0]", "this text is empty"),
        ("rule: x\nthen: {reply: ['{day?}']}\n", 2, "then.reply[0]", "a rule asks nobody"),
        ("rule: x\nthen: {private: ['{moderator}']}\n", 2, "then.private[0]", "known to no rule"),
        ("rule: x\nthen: {private: ['{contact.name]']}\nx: 1\n", 3, "x", "no such key"),
    ],
)
def test_a_mistake_is_told_with_line_and_key(
    tmp_path: Path, text: str, line: int, key: str, what: str
) -> None:
    found = problems(tmp_path, text)
    assert [one[:2] for one in found] == [(line, key)]
    assert what in found[0][2]


def test_all_mistakes_of_a_file_are_told(tmp_path: Path) -> None:
    text = "rule: x\nif: {lists: [en]}\n" + HIDE + "caps: {hide: -1, hid: 1}\n"
    assert [problem[1] for problem in problems(tmp_path, text)] == [
        "if.lists",
        "caps.hide",
        "caps.hid",
    ]


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    [(line, key, what)] = problems(tmp_path, f"- rule: x\n  {HIDE}- rule: x\n  {HIDE}")
    assert (line, key, what) == (3, "rule", "there are two rules 'x'")


def test_sentences_may_be_left_open_and_conditions_out(tmp_path: Path) -> None:
    text = "rule: x\nthen: {private: ['Hi {contact.name|you}']}\ntests: {hit: []}\n"
    (tmp_path / "rules.yaml").write_text(text, "utf-8")
    [rule] = read_rules(tmp_path, "UTC", KNOWN)
    assert (rule.hits, rule.condition.words) == ((), ())
