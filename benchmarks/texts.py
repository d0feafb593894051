"""What people write under posts: short, informal, in Spanish, Polish and English.

Deterministic: only `random.Random` decides. Words follow a Zipf law over everyday words and a
long made-up tail, so that a full-text index meets a realistic vocabulary. Planted: RARE stands
in exactly ten texts of a corpus, `factura`, `faktura` and `invoice` in a few percent.
"""

from __future__ import annotations

import random
from itertools import accumulate

RARE = "ornitorrinco"
RARE_TEXTS = 10
VOCABULARY = 20_000
PHRASES = 30_000
"""Runs of words a language's texts are put together from."""

LANGUAGES = ("es",) * 9 + ("pl",) * 8 + ("en",) * 3

_EVERYDAY = {
    "es": "de que no a la el es y en lo un por qué me una te los se con para mi está si bien pero "
    "yo eso las su aquí del al como le más esto ya todo esta muy hay ahora algo estoy tengo nada "
    "cuando puedo cómo quiero sólo soy tiene gracias fue ser hacer son todos tienes creo ella voy "
    "puede hola sus porque quién nunca dónde casa favor tiempo verdad mejor hace siento tenemos "
    "vida alguien hasta sin años sobre decir siempre cosas también antes día estar noche parece "
    "crema piel sol tono envío tienda precio reseña farmacia protector serum manchas mañana",
    "pl": "nie to się w na że z i co jest do jak tak o mnie za ale mam ty ja od po był już czy "
    "tego ci mi go tylko tu by coś wszystko dla ma może dobrze ze kiedy być wiem nic chcę mój "
    "bardzo są teraz tym on dlaczego jeśli więc gdzie proszę moje które bo było ten dzięki przez "
    "nam kto lub musi też jej nas pan tam ona nigdy jeszcze jaki możesz dzień czas ludzie pani lat "
    "właśnie przepraszam dziękuję raz znowu chyba naprawdę trochę oczywiście każdy lepiej jutro "
    "sklep zamówienie paczka kurier zwrot cena krem zapach szminka katalog konsultantka promocja",
    "en": "the to and a of i it in you that is for on my this was have but be not with me just so "
    "we at they your are all if what like from do can up or about out get one when no how there "
    "will know time been love good now here want more really still please thanks why who has did "
    "today back need never see order after because could would should them new day people make "
    "again same first some even help any into phone shop waiting answer week money price delivery",
}
_SYLLABLES = {
    "es": "ca de ri mo ción lla te pre so ña ble go tra men to ja ver cu rá li do es in na pa quí",
    "pl": "prze nie wa ść ko rzy ła mi czę ski po dro ży ste lu ga ów ne szcz ro bi ka wy mą tel",
    "en": "re con ing ter al ver man ly un ble tion car sta per out est in ser ment port er ack",
}
_FRAMES = {
    "es": (
        "Hola, ¿cuándo llega mi pedido #{n}? {w}",
        "Llevo {d} días esperando y nadie responde 😡 {w}",
        "¡Muchas gracias por la ayuda! 🙏 {w}",
        "{w} no me llega la factura #{n}",
        "¿Cuál es el precio? {w}",
        "{w}",
        "{w}. {w}",
        "❤️❤️ {w}",
        "@maria.{d} mira esto {w} https://example.org/{n}",
        "Me salió una alergia con la crema, {w}",
    ),
    "pl": (
        "Dzień dobry, kiedy przyjdzie paczka #{n}? {w}",
        "Czekam już {d} dni i cisza 😡 {w}",
        "Dziękuję bardzo za pomoc! 🙏 {w}",
        "{w} nie dostałam faktury, faktura #{n}",
        "Jaka cena? {w}",
        "{w}",
        "{w}. {w}",
        "❤️❤️ {w}",
        "@kasia.{d} zobacz {w} https://example.org/{n}",
        "Uszkodzona paczka, {w}",
    ),
    "en": (
        "Hi, when will my order #{n} arrive? {w}",
        "Been waiting {d} days and nobody answers 😡 {w}",
        "Thank you so much for the help! 🙏 {w}",
        "{w} I never got invoice #{n}",
        "How much is it? {w}",
        "{w}",
        "{w}. {w}",
        "❤️❤️ {w}",
    ),
}
_FIRST = (
    "María José Ana Luis Carmen Javier Lucía Paweł Agnieszka Łukasz Małgorzata Zofia Katarzyna "
    "Piotr Emma Oliver Sophie Grace Íñigo Begoña Núria Błażej"
)
_LAST = (
    "García Pérez López Sánchez Núñez Ibáñez Kowalski Nowak Wiśniewska Wójcik Łęcki Żak Smith "
    "Jones Taylor Evans Wilson Ożóg Muñoz Peña Zieliński"
)


class Writer:
    """Writes texts and names, the same ones for the same seed."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)
        self._phrases = {lang: _phrases(lang) for lang in _EVERYDAY}
        self._first, self._last = _FIRST.split(), _LAST.split()

    def text(self) -> str:
        """One message."""
        chance = self.chance
        lang = LANGUAGES[int(chance.random() * len(LANGUAGES))]
        frames, phrases = _FRAMES[lang], self._phrases[lang]
        text = frames[int(chance.random() * len(frames))]
        while "{w}" in text:
            text = text.replace("{w}", phrases[int(chance.random() * PHRASES)], 1)
        if "{" in text:
            text = text.replace("{n}", str(int(chance.random() * 9_000_000) + 1_000_000))
            text = text.replace("{d}", str(int(chance.random() * 38) + 2))
        return text

    def reply(self) -> str:
        """What a brand answers."""
        return "Dziękujemy za wiadomość! / ¡Gracias por escribirnos! " + self.text()

    def name(self) -> str:
        """A person's name."""
        chance = self.chance
        first = self._first[int(chance.random() * len(self._first))]
        return f"{first} {self._last[int(chance.random() * len(self._last))]}"


def _phrases(lang: str) -> list[str]:
    chance = random.Random(f"words-{lang}")
    words = _EVERYDAY[lang].split()
    syllables = _SYLLABLES[lang].split()
    known = set(words)
    while len(words) < VOCABULARY:
        word = "".join(chance.choices(syllables, k=chance.choice((2, 2, 3, 3, 4))))
        if word not in known:
            known.add(word)
            words.append(word)
    weights = list(accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(len(words))))
    lengths = (min(40, max(2, int(chance.lognormvariate(2.1, 0.75)))) for _ in range(PHRASES))
    return [" ".join(chance.choices(words, cum_weights=weights, k=k)) for k in lengths]
