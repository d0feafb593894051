"""`carecli config check` names every mistake about the screen at once, and warns of faint text."""

from __future__ import annotations

from pathlib import Path

from tests.support.care import care_of

CHANNEL = "me: ana\nchannels:\n  m: {platform: manual}\n"


def test_faint_text_is_a_warning_with_the_figures(tmp_path: Path) -> None:
    theme = 'theme:\n  palette: dark\n  colours:\n    dim: "#555555"\n'
    care = care_of(tmp_path, CHANNEL + theme)
    ran = care.look("config", "check")
    assert ran.code == 0
    assert "theme.colours.dim: dim on base has a contrast of 2.3:1 (text needs 4.5:1)" in ran.out
    [first, *_] = care.look("config", "check", "--json").json()["warnings"]
    assert "care.yaml:7" in first


def test_mistakes_in_colours_and_keys_are_told_together(tmp_path: Path) -> None:
    theme = 'theme:\n  palette: dark\n  colours:\n    selct: "#112233"\n'
    keys = "inbox:\n  keys:\n    thread.doen: [x]\n    thread.flag: [ctrl-m]\n"
    ran = care_of(tmp_path, CHANNEL + theme + keys).look("config", "check")
    assert ran.code == 3
    first, second, third = ran.err.splitlines()
    assert "care.yaml:7: theme.colours.selct" in first
    assert "'select'" in first
    assert "care.yaml:10: inbox.keys.thread.doen" in second
    assert "thread.done" in second
    assert "care.yaml:11: inbox.keys.thread.flag[0]" in third
    assert "as Enter" in third
