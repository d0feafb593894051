"""Guesses a message's language among a few, from frequent words and special letters.

Messages to brands are short, without diacritics and with typos; frequent words still tell the
languages apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from carecli.domain.text import fold

SMALL_WORDS = {
    "es": "que de la el los las un una y es en por para con se lo le me mi su del al pero como mas "
    "muy ya si porque cuando donde hola gracias buenos buenas dias tardes tengo quiero puedo esta "
    "este esto hay fue ser son estoy cual cuanto precio tienen favor saludos mucho nada bien nos "
    "les hace desde sin sobre tambien todo comprar llega llego producto alguien ustedes",
    "pl": "nie to sie w na z i jest jak tak co mnie za ale mam mi ja od po czy juz do ma moze byc "
    "wiem bardzo sa teraz tym kiedy gdzie prosze moja moje moj dzien dobry dziekuje dzieki pani "
    "panstwo jeszcze jaki jaka ile ze przez dla mozna zamowienie paczka paczki mialam mialem nadal "
    "wszystko tylko ktos jestem chce chcialabym chcialbym cena super pozdrawiam tego tej ten",
    "en": "the and of to is in it you that for on my this was have be but not with me just are if "
    "what like from do can how there will been when where i a we they your please thanks thank why "
    "has did any get got still would could hello hi does an at or so need want order delivery "
    "received product much price",
}
"""Frequent words of each language, folded."""

LETTERS = {"es": "ñ¿¡áíúü", "pl": "ąćęłńśźż", "en": ""}
"""Letters and marks that only this language uses."""

LOOKED_AT = 2_000
"""How many characters of a text are used."""

_WORDS = {language: frozenset(words.split()) for language, words in SMALL_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")


def guess_language(text: str, among: Iterable[str] = tuple(SMALL_WORDS)) -> str:
    """The most likely language of a text among those given; empty if it is unclear.

    >>> guess("gdzie jest moja paczka"), guess("¿Dónde está mi pedido?"), guess("ok 👍")
    ('pl', 'es', '')
    """
    start = text[:LOOKED_AT]
    lower, words = start.casefold(), _WORD.findall(fold(start))
    scores = [
        (
            sum(word in _WORDS[language] for word in words)
            + sum(letter in lower for letter in LETTERS[language]),
            language,
        )
        for language in dict.fromkeys(among)
        if language in _WORDS
    ]
    scores.sort(reverse=True)
    if not scores or scores[0][0] == 0 or (len(scores) > 1 and scores[0][0] == scores[1][0]):
        return ""
    return scores[0][1]
