"""The catalogues of the screen's languages: `python -m tests.hygiene.words` brings them up to date.

Sentences come from the code, and from the table of commands, whose labels stand there as they are.
Names of days and months and the sign between thousands are those of the CLDR. What is new stands
in `carecli/i18n/locale/<language>/LC_MESSAGES/carecli.po` without a translation then; a test fails
until it has one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from carecli.domain.figures import DECIMAL, FULL_MONTHS, MONTHS, THOUSANDS, WEEKDAYS
from carecli.i18n import CATALOGUES, LANGUAGES
from carecli.tui.keys.help import GROUP_ORDER
from carecli.tui.keys.table import TABLE

ROOT = Path(__file__).parents[2]
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")

CLDR = {"pl": "pl", "es": "es_MX"}
"""Which of the CLDR's locales speaks for a language."""

SHORTER = {"niedz.": "nd"}
"""Names of days for which people have a shorter one than the CLDR, in columns of seven cells."""

TABLE_FILE, FIGURES_FILE = "carecli/tui/keys/table.py", "carecli/domain/figures.py"
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
"""Said of every catalogue, so that the same sentences make the same file."""

HEADER = "# The screen of carecli in {language}. Written by `make words`; see docs/languages.md."


def template() -> Catalog:
    """Every sentence of the code, without translations."""
    catalog = Catalog(project="carecli", creation_date=WHEN, fuzzy=False)
    found = extract_from_dir(
        ROOT / "carecli",
        [("**.py", "python")],
        keywords={**DEFAULT_KEYWORDS, "N_": None},
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )
    for file, line, said, comments, context in found:
        place = (f"carecli/{file}", line)
        catalog.add(said, locations=[place], auto_comments=comments, context=context)
    for file, said, context in within_f_strings():
        catalog.add(said, locations=[(file, 0)], context=context)
    for group in GROUP_ORDER:
        catalog.add(group, locations=[(TABLE_FILE, 0)])
    for command in TABLE:
        for words in (command.label, command.help):
            catalog.add(words, locations=[(TABLE_FILE, 0)])
        if command.short:
            catalog.add(command.short, context="footer", locations=[(TABLE_FILE, 0)])
    for context, word in figures("pl"):
        catalog.add(word, context=context, locations=[(FIGURES_FILE, 0)])
    for message in catalog:
        message.flags.discard("python-format")  # a lone % is no format here
    return catalog


def within_f_strings() -> Iterator[tuple[str, str | tuple[str, str], str | None]]:
    """Sentences in the braces of f-strings, where Babel looks only from Python 3.12 on.

    File, sentence (a counted one as a pair), context.
    """
    for file in sorted((ROOT / "carecli").rglob("*.py")):
        for joined in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(joined, ast.JoinedStr):
                continue
            for call in ast.walk(joined):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    said = [one.value for one in call.args if isinstance(one, ast.Constant)]
                    texts = [text for text in said if isinstance(text, str)]
                    place = str(file.relative_to(ROOT))
                    if call.func.id in ("_", "N_") and texts:
                        yield place, texts[0], None
                    elif call.func.id == "ngettext" and len(texts) == 2:
                        yield place, (texts[0], texts[1]), None
                    elif call.func.id == "pgettext" and len(texts) == 2:
                        yield place, texts[1], texts[0]


def figures(language: str) -> dict[tuple[str, str], str]:
    """What the CLDR says of a language: (context, English) -> the language's own."""
    locale = Locale.parse(CLDR[language])
    said = locale.days["format"]["abbreviated"]
    days = {number: SHORTER.get(day, day.rstrip(".")) for number, day in said.items()}
    months = locale.months["format"]["abbreviated"]
    full = locale.months["stand-alone"]["wide"]
    signs = locale.number_symbols["latn"]
    return {
        **{("weekday", word): days[number] for number, word in enumerate(WEEKDAYS)},
        **{("month", word): months[number] for number, word in enumerate(MONTHS, 1)},
        **{("full month", word): full[number] for number, word in enumerate(FULL_MONTHS, 1)},
        ("thousands", THOUSANDS): signs["group"],
        ("decimal", DECIMAL): signs["decimal"],
    }


def po_file(language: str) -> Path:
    """Where a language's translations are."""
    return CATALOGUES / language / "LC_MESSAGES" / "carecli.po"


def read(language: str) -> Catalog:
    """A language's catalogue as it stands."""
    file = po_file(language)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as opened:
        return read_po(opened, locale=language)


def updated(language: str, found: Catalog) -> Catalog:
    """A language's catalogue with the sentences the code has now, and no others."""
    catalog = read(language)
    catalog.update(found, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment = HEADER.format(language=Locale.parse(language).english_name)
    catalog.project, catalog.version = "carecli", ""
    catalog.revision_date, catalog.last_translator = WHEN, "carecli"
    catalog.language_team, catalog.msgid_bugs_address = language, "carecli"
    catalog.fuzzy = False
    for (context, word), said in figures(language).items():
        message = catalog.get(word, context)
        assert message is not None
        message.string = said
    for message in catalog:
        message.flags.discard("python-format")
    return catalog


def po_text(catalog: Catalog) -> bytes:
    """The catalogue as it is kept, in the order of the files."""
    written = BytesIO()
    write_po(written, catalog, width=100, sort_by_file=True, include_lineno=False)
    return written.getvalue()


def mo_text(catalog: Catalog) -> bytes:
    """The catalogue as the program reads it."""
    written = BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


if __name__ == "__main__":
    sentences = template()
    for language in TRANSLATED:
        file = po_file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(po_text(updated(language, sentences)))
        file.with_suffix(".mo").write_bytes(mo_text(read(language)))
        left = sum(not message.string or message.string == "" for message in read(language))
        sys.stdout.write(f"{file.relative_to(ROOT)}: {len(sentences)} sentences\n")
