"""Names, letters and symbols of trust stages, rule actions and outcomes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from carecli.desk.rules.rows import DeedRow
from carecli.domain.model import Colour, NoReplyReason
from carecli.domain.names import code_name, colour_name, reason_name
from carecli.domain.rule import RuleHit
from carecli.domain.text import fold
from carecli.i18n import N_, _
from carecli.tui.style.cells import Line, cells, clusters, cut

STAGES = {
    "draft": ("○", N_("draft"), "dim"),
    "shadow": ("◐", N_("shadow"), "yellow"),
    "live": ("●", N_("live"), "green.strong"),
    "off": ("×", N_("off"), "dim"),
}
"""Shape, name and role of each stage."""

KINDS = {
    "colour": N_("set the colour"),
    "label": N_("label"),
    "team": N_("assign to a team"),
    "assign": N_("assign"),
    "flag": N_("flag"),
    "safety": N_("raise the safety flag"),
    "sentiment": N_("sentiment"),
    "stage": N_("funnel stage"),
    "theme": N_("theme"),
    "note": N_("note"),
    "done": N_("no reply needed"),
    "like": N_("like"),
    "hide": N_("hide"),
    "delete": N_("delete"),
    "block": N_("block the author"),
    "case": N_("ask another team"),
    "reply": N_("reply"),
    "private": N_("private reply"),
}

STATES = {
    "shadow": ("◐", N_("only recorded"), "dim"),
    "waiting": ("?", N_("waits for approval"), "warn"),
    "done": ("✓", N_("done"), "ok"),
    "declined": ("×", N_("declined"), "dim"),
    "refused": ("!", N_("not done"), "warn"),
    "undone": ("↶", N_("undone"), "dim"),
}
"""Shape, name and role of what became of a deed."""

FAR = 4
"""Lines of a message that are shown in a list."""


def stage_badge(stage: str) -> tuple[str, str]:
    """A stage by shape and name."""
    shape, name, role = STAGES[stage]
    return f"{shape} {_(name)}", role


def state_badge(deed: DeedRow) -> tuple[str, str]:
    """What became of a deed by shape and name."""
    shape, name, role = STATES["undone" if deed.is_undone else deed.state]
    return f"{shape} {_(name)}", role


def deed_words(kind: str, value: str) -> str:
    """A deed: `hide`, `set the colour: red`, `label: insult`."""
    said = _(KINDS[kind])
    if kind == "colour" and value in list(Colour):
        value = colour_name(Colour(value))
    elif kind in ("sentiment", "stage"):
        value = code_name(kind, value)
    elif kind == "done" and value in list(NoReplyReason):
        value = reason_name(NoReplyReason(value))
    value = " ".join(value.split())
    return f"{said}: {value}" if value and kind not in ("reply", "private") else said


def seen_words(signs: Iterable[RuleHit]) -> str:
    """The words, or other signs, that a rule saw."""
    return ", ".join(dict.fromkeys(sign.words or sign.term for sign in signs))


def marked_text(text: str, signs: Sequence[RuleHit], width: int, most: int = FAR) -> list[Line]:
    """A message with what a rule saw in it lit, in at most so many lines.

    After it stands what a disguised word was read as, and signs without a place in the text.
    """
    flat = "".join(" " if char.isspace() else char for char in text)
    runs: Line = []
    at = 0
    for start, end in sorted({(sign.start, sign.end) for sign in signs if sign.end > sign.start}):
        if start >= at:
            runs += [(flat[at:start], "text"), (flat[start:end], "chosen")]
            at = end
    runs.append((flat[at:], "text"))
    elsewhere = seen_words(
        sign for sign in signs if not sign.words or fold(flat[sign.start : sign.end]) != sign.words
    )
    if elsewhere:
        runs.append((f" [{elsewhere}]", "accent"))
    lines = wrapped(runs, max(10, width))
    if len(lines) > most:
        lines = lines[:most]
        last, role = lines[-1][-1]
        lines[-1][-1] = (cut(last, max(1, cells(last) - 1), end="") + "…", role)
    return lines


def wrapped(runs: Line, width: int) -> list[Line]:
    """Runs in lines of at most `width` cells, broken at spaces where there are any."""
    lines: list[Line] = [[]]
    used = 0
    for text, role in runs:
        for word in _words(text, width):
            wide = cells(word)
            if used + wide > width and used:
                lines.append([])
                used = 0
                word, wide = word.lstrip(" "), cells(word.lstrip(" "))
            if word:
                lines[-1].append((word, role))
                used += wide
    return lines


def _words(text: str, width: int) -> Iterable[str]:
    """A run in pieces that may stand on lines of their own, none wider than a line."""
    piece, used = "", 0
    for char, wide in clusters(text):
        if (char == " " and piece.strip(" ")) or used + wide > width:
            yield piece
            piece, used = "", 0
        piece, used = piece + char, used + wide
    if piece:
        yield piece
