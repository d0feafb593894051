"""The display language: gettext catalogues, chosen once per process.

Sentences stand in the code in English and are translated where they are shown. `_("…")` is one
sentence, `ngettext` one that counts, `pgettext` one whose word means several things, and `N_`
marks a sentence of a table that is translated later, by `_`. Values go in by name and after the
translation, `_("Sent to {name}.").format(name=name)`: never an f-string, which no catalogue finds.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

LANGUAGES = ("en", "pl", "es")
"""The languages there are catalogues for; English is what the code says."""

CHOICES = ("auto", *LANGUAGES)
"""What can be asked for; `auto` is what the environment says."""

CATALOGUES = Path(__file__).parent / "locale"
"""Where the catalogues are: `<language>/LC_MESSAGES/carecli.po` and, compiled from it, `.mo`."""


class _Chosen:
    """The language in use."""

    language = "en"
    translations: gettext.NullTranslations = gettext.NullTranslations()


_speaking: ContextVar[tuple[str, gettext.NullTranslations] | None] = ContextVar(
    "speaking", default=None
)
"""What goes before the language in use, for as long as something is written in another one."""


def use(language: str) -> None:
    """Speak this language from now on. One without a catalogue is English."""
    _Chosen.language, _Chosen.translations = _known(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language within the block, in this thread or task only."""
    before = _speaking.set(_known(language))
    try:
        yield
    finally:
        _speaking.reset(before)


def _known(language: str) -> tuple[str, gettext.NullTranslations]:
    known = language if language in LANGUAGES else "en"
    return known, gettext.translation("carecli", CATALOGUES, [known], fallback=True)


def _translations() -> gettext.NullTranslations:
    spoken = _speaking.get()
    return _Chosen.translations if spoken is None else spoken[1]


def of_environment(environ: Mapping[str, str]) -> str:
    """The language an environment asks for, as gettext reads it; English where it asks for none.

    The first of LANGUAGE, LC_ALL, LC_MESSAGES and LANG that says anything decides.
    """
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = [one[:2] for one in environ.get(variable, "").lower().split(":") if one]
        if wanted:
            return next((one for one in wanted if one in LANGUAGES), "en")
    return "en"


def language() -> str:
    """The language in use, e.g. `pl`."""
    spoken = _speaking.get()
    return _Chosen.language if spoken is None else spoken[0]


def _(message: str) -> str:
    """The sentence in the language in use; of nothing, nothing (a catalogue has its head there)."""
    return _translations().gettext(message) if message else ""


def ngettext(one: str, many: str, number: int) -> str:
    """The form of a counted sentence that this number takes; `{n}` is left for the caller."""
    return _translations().ngettext(one, many, number)


def pgettext(context: str, message: str) -> str:
    """A word that has several meanings, told apart by a context."""
    return _translations().pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802  gettext's own name for it
    """Mark a sentence for the catalogues without translating it yet."""
    return message
