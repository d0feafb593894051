"""Writes a new rule from a form as a file.

The file is one that somebody may go on with in an editor; nothing of the form is kept elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from carecli.domain.errors import ConfigError, Refusal
from carecli.domain.rule import DeedKind
from carecli.domain.text import fold, one_line, printable
from carecli.file_rights import share_file
from carecli.i18n import _

BARE = (
    *(DeedKind.FLAG, DeedKind.SAFETY, DeedKind.LIKE, DeedKind.HIDE, DeedKind.DELETE),
    DeedKind.BLOCK,
)
"""Deeds that say no more than that they are done."""

SEVERAL = (DeedKind.LABEL, DeedKind.THEME, DeedKind.REPLY, DeedKind.PRIVATE)
"""Deeds whose value is a list in a file."""

OFFERED = (
    DeedKind.COLOUR,
    DeedKind.LABEL,
    DeedKind.TEAM,
    DeedKind.ASSIGN,
    DeedKind.FLAG,
    DeedKind.SAFETY,
    DeedKind.NOTE,
    DeedKind.DONE,
    DeedKind.HIDE,
    DeedKind.LIKE,
    DeedKind.BLOCK,
    DeedKind.REPLY,
    DeedKind.PRIVATE,
)
"""What a form offers: one thing to do, with one value."""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as a form asks for it.

    `value` is what `kind` wants: a colour, a label, a team, a text. `words` are met by any one of
    them, none of `without` may occur; `points` and `channels` are by key, none of them: everywhere.
    """

    title: str
    kind: DeedKind
    value: str = ""
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


def words_of(typed: str) -> tuple[str, ...]:
    """Words and phrases as they are typed into a form: between commas, or one a line."""
    parts = (one_line(one).strip() for one in re.split(r"[,;\n]", typed))
    return tuple(dict.fromkeys(one for one in parts if one))


def text_of(name: str, draft: RuleDraft) -> str:
    """The file of a rule."""
    lines = [f"rule: {name}", f"title: {_quoted(one_line(draft.title.strip(), 80))}"]
    where = [f"at: {_listed(draft.points)}"] if draft.points else []
    where += [f"channels: {_listed(draft.channels)}"] if draft.channels else []
    if where:
        lines.append(f"when: {{{', '.join(where)}}}")
    lines += ["if:", f"  words: {_listed(draft.words)}"]
    if draft.without:
        lines += ["  none:", f"    - words: {_listed(draft.without)}"]
    value = printable(draft.value).strip()
    if draft.kind in BARE:
        said = "true"
    elif draft.kind in SEVERAL:
        said = _listed([value])
    else:
        said = _quoted(value)
    return "\n".join([*lines, "then:", f"  {draft.kind}: {said}", ""])


def write_rule(
    folder: Path, draft: RuleDraft, taken: Collection[str], check: Callable[[str], None]
) -> str:
    """Write a new file into the folder of rules; the rule's name. Raises Refusal.

    `check` raises ConfigError for a text that could not be read as rules.
    """
    if not draft.words:
        raise Refusal(
            _("Enter at least one word."), hint=_("Enter the words that the rule looks for.")
        )
    if draft.kind not in BARE and not draft.value.strip():
        raise Refusal(_("Choose what the rule should do."), hint=_("Choose a value."))
    stem = "-".join(re.findall(r"[a-z0-9]+", fold(draft.title)))[:40].strip("-")
    if not stem:
        raise Refusal(
            _("{name!r} cannot be the name of a rule.").format(name=one_line(draft.title, 80)),
            hint=_("Use letters and digits."),
        )
    name = next(one for one in _names(stem) if one not in taken and not _is_there(folder, one))
    text = text_of(name, draft)
    try:
        check(text)
    except ConfigError as error:
        raise Refusal(error.what, hint=error.hint) from error
    file = folder / f"{name}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
        share_file(str(file))
    except OSError as error:
        raise Refusal(
            _("{file} cannot be written: {strerror}.").format(file=file, strerror=error.strerror)
        ) from error
    return name


def _names(stem: str) -> Collection[str]:
    return [stem, *(f"{stem}-{n}" for n in range(2, 1_000))]


def _is_there(folder: Path, name: str) -> bool:
    return any((folder / f"{name}{ending}").exists() for ending in (".yaml", ".yml"))


def _quoted(text: str) -> str:
    """As YAML; JSON strings are YAML strings, so that nothing in them can mean more."""
    return json.dumps(text, ensure_ascii=False)


def _listed(words: Collection[str]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"
