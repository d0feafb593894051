"""Saved replies on disk: one file each, read strictly and written.

A file is its text, or YAML between two lines of `---` and then the text. The YAML may say

    name: parcel-lost           # left out: the file's name
    title: Where is my parcel   # left out: the name
    group: parcel-lost          # the same in other languages
    languages: [en]
    channels: [avon-fb]         # only there
    teams: [care]               # rather for these teams
    points: [dm, comment]       # rather at these contact points
    until: 2026-12-31           # no longer offered from this day on
    placeholders: {contact.first_name: there}    # what stands for a name nobody knows
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from carecli.desk.context import DeskContext
from carecli.desk.replies.front_matter import Sheet, Stamp, files, read_sheet
from carecli.desk.replies.rows import SnippetMade
from carecli.domain.errors import ConfigError, Refusal
from carecli.domain.language import SMALL_WORDS, guess_language
from carecli.domain.model import ContactPoint
from carecli.domain.snippet import Snippet
from carecli.domain.text import fold, one_line, printable
from carecli.file_rights import share_file
from carecli.i18n import _

SHIPPED = Path(__file__).parent / "snippets"
"""Snippets that come with the program, for practice."""

ENDINGS = (".md", ".txt")
KEYS = (
    *("name", "title", "group", "languages", "channels", "teams", "points", "until"),
    "placeholders",
)


def read_snippet(file: Path) -> Snippet:
    """One snippet; raises ConfigError with file, line and key."""
    sheet = read_sheet(file, KEYS)
    if not sheet.text:
        raise sheet.wrong("a snippet without text")
    name = one_line(sheet.one("name"), 60) or one_line(file.stem, 60)
    return Snippet(
        name=name,
        title=one_line(sheet.one("title"), 120) or name,
        text=sheet.text,
        languages=sheet.texts("languages"),
        channels=sheet.texts("channels"),
        teams=sheet.texts("teams"),
        points=_points(sheet),
        group=sheet.one("group"),
        until=_day(sheet),
        fallbacks={
            name.removesuffix("?"): text for name, text in sheet.table("placeholders").items()
        },
        file=str(file),
        line=sheet.line,
    )


def _points(sheet: Sheet) -> tuple[ContactPoint, ...]:
    try:
        return tuple(ContactPoint(text) for text in sheet.texts("points"))
    except ValueError as error:
        known = ", ".join(ContactPoint)
        raise sheet.wrong("no such contact point", "points", f"known: {known}") from error


def _day(sheet: Sheet) -> date | None:
    text = sheet.one("until")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise sheet.wrong("expected a day", "until", "e.g. 2026-12-31") from error


class Shelf:
    """The snippets of some folders, each file read again when it changed.

    A file that cannot be read keeps nobody from the others: it is told among the `problems`.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._read: dict[str, tuple[Stamp, Snippet | ConfigError]] = {}
        self.all: tuple[Snippet, ...] = ()
        self.problems: tuple[ConfigError, ...] = ()

    def refresh(self) -> bool:
        """Look at the folders; True when anything changed. 2,000 files unchanged: 5 ms."""
        seen = dict(files(self._folders, ENDINGS))
        read = self._read
        changed = [
            file for file, stamp in seen.items() if file not in read or read[file][0] != stamp
        ]
        if not changed and len(seen) == len(read):
            return False
        for file in changed:
            read[file] = (seen[file], _read_or_told(Path(file)))
        self._read = {file: read[file] for file in seen}
        found = [one for _, one in self._read.values()]
        self.all = tuple(one for one in found if isinstance(one, Snippet))
        self.problems = tuple(one for one in found if isinstance(one, ConfigError))
        return True


def _read_or_told(file: Path) -> Snippet | ConfigError:
    try:
        return read_snippet(file)
    except ConfigError as error:
        return error


def by_name(snippets: Sequence[Snippet]) -> dict[str, Snippet]:
    """Snippets by name in order; of two with one name the first, which an earlier folder has."""
    found: dict[str, Snippet] = {}
    for one in snippets:
        found.setdefault(one.name, one)
    return {name: found[name] for name in sorted(found)}


LONG_NUMBER = re.compile(r"(?<!\w)[+#]?\d[\d ()/-]{3,40}\d(?!\w)")
ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
"""What in a reply is most likely about one person: numbers of orders and phones, e-mails."""


def generalised(text: str, known: Mapping[str, str]) -> str:
    """A reply as a template: what is `known` of its thread becomes placeholders again.

    Whole words only, the longest first; numbers and e-mail addresses become questions.
    """
    names = {
        value: f"{{{name}}}" for name, value in reversed(list(known.items())) if len(value) > 1
    }
    ordered = sorted(names, key=len, reverse=True)
    parts = [rf"(?<!\w){re.escape(value)}(?!\w)" for value in ordered]
    either = re.compile("|".join([*parts, ADDRESS.pattern, LONG_NUMBER.pattern]))

    def stands_for(found: re.Match[str]) -> str:
        whole = found.group()
        return names.get(whole) or ("{email?}" if "@" in whole else "{number?}")

    return either.sub(stands_for, text)


def make_snippet(
    name: str, title: str, text: str, known: Mapping[str, str], context: DeskContext, channel: str
) -> SnippetMade:
    """A reply that was sent on a channel made a snippet; raises Refusal."""
    if not text.strip():
        raise Refusal(
            _("You have not written anything here yet."), hint=_("Reply first, or enter a text.")
        )
    if not context.snippets:
        raise Refusal(_("No folder of snippets is configured."))
    name, text = one_line(name, 60), generalised(printable(text).strip(), known)
    usual = context.languages.get(channel, "")
    language = guess_language(text, {usual, *SMALL_WORDS} - {""}) or usual
    made = Snippet(name, one_line(title, 120) or name, text, (language,) if language else ())
    return SnippetMade(str(write_snippet(context.snippets[0], made)), name, text)


def write_snippet(folder: Path, snippet: Snippet) -> Path:
    """A new file for a snippet; raises Refusal when there is one, or none can be made."""
    stem = "-".join(re.findall(r"[a-z0-9]+", fold(snippet.name)))
    if not stem:
        raise Refusal(
            _("{name!r} cannot be the name of a snippet.").format(name=snippet.name),
            hint=_("Use letters and digits."),
        )
    file = folder / f"{stem}.md"
    head = [f"name: {_quoted(snippet.name)}", f"title: {_quoted(snippet.title)}"]
    if snippet.languages:
        head.append(f"languages: [{', '.join(map(_quoted, snippet.languages))}]")
    text = "\n".join(["---", *head, "---", snippet.text.strip(), ""])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
        share_file(str(file))
    except FileExistsError as error:
        raise Refusal(
            _("{file} already exists.").format(file=file), hint=_("Choose another name.")
        ) from error
    except OSError as error:
        raise Refusal(
            _("{file} cannot be written: {strerror}.").format(file=file, strerror=error.strerror)
        ) from error
    return file


def _quoted(text: str) -> str:
    """As YAML; JSON strings are YAML strings, so that nothing in them can mean more."""
    return json.dumps(text, ensure_ascii=False)
