"""Which keys a terminal can report, and what to write instead of others."""

from __future__ import annotations

import difflib

_FAR = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete")
KNOWN = frozenset(
    (
        *("Enter", "Esc", "Space", "Tab", "PageUp", "PageDown", "Up", "Down", "Left", "Right"),
        *("Home", "End", "insert", "delete", "backspace", "ctrl-Space", "shift-Tab"),
        *(f"F{n}" for n in range(1, 13)),
        *(f"{held}-{key}" for held in ("ctrl", "shift", "ctrl-shift") for key in _FAR),
    )
)
"""Keys with names. Letters, digits and signs are themselves."""

SAME = {"ctrl-i": "Tab", "ctrl-m": "Enter", "ctrl-[": "Esc", "ctrl-h": "backspace"}
"""Keys that terminals send as another one."""

TAKEN = {
    "ctrl-j": "some terminals send it for Enter",
    "ctrl-a": "it is screen's own key",
    "ctrl-b": "it is tmux's own key",
    "ctrl-c": "terminals end programs by it",
    "ctrl-z": "terminals put programs aside by it",
}
"""Keys that may never arrive."""


def unsendable(key: str) -> tuple[str, str]:
    """What is wrong with one key of a sequence, and what to write; both empty when nothing is."""
    if key in KNOWN or (len(key) == 1 and key.isprintable()):
        return "", ""
    low = key.lower()
    if low in SAME:
        return f"terminals send {low} as {SAME[low]}", f"choose another key, or {SAME[low]}"
    if low in TAKEN:
        return f"{low} may not arrive: {TAKEN[low]}", "choose another key"
    held, _, rest = low.rpartition("-")
    if held in ("ctrl", "alt") and len(rest) == 1 and rest.isascii() and rest.isprintable():
        if key != low:
            return f"terminals do not tell {key} from {low}", f"write {low}"
        if held == "ctrl" and not rest.isalpha():
            return f"most terminals cannot send {key}", "ctrl goes with the letters a to z"
        return "", ""
    if held == "shift" and len(rest) == 1:
        return f"terminals send {key} as the letter itself", f"write {rest.upper()}"
    near = {one.lower(): one for one in KNOWN}
    found = near.get(low) or next(
        (near[one] for one in difflib.get_close_matches(low, near, 1, 0.7)), ""
    )
    meant = f"did you mean {found}?" if found else "e.g. j, G, ctrl-x, F2, PageUp, or g g"
    return f"no key a terminal can send: {key!r}", meant
